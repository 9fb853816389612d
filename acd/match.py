"""Which waiting contact starts with which idle agent: the choice, and what it was chosen over."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from acd.agent import IDLE, Agent
from acd.contact import Contact
from acd.lane import Lane, Place
from acd.misses import may_have_again
from acd.pool import UNABLE, Pool, Shelf
from acd.pools import Pools

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

RUNNERS_UP = 5
NOT_PREFERRED = "not_preferred"
CALLED_UP = "called_up"
SWITCHED_OVER = "switched_over"


def unable_word(pool: Pool) -> str:
    """Why agents are not able to serve the need of a pool."""
    if pool.need.order is not None:
        return SWITCHED_OVER
    return UNABLE if pool.need.only is None else NOT_PREFERRED


LEAST_MERIT = (0, 0.0, 0, 0)
"""Of contacts the larger goes first: (rank, score, -since, -arrival)."""


@dataclass(slots=True)
class Match:
    """A contact that may start, and the agent who is tried first."""

    pool: Pool
    place: Place
    agent: str
    score: float
    """Head start plus growth times wait, plus what the queue has ahead at this agent; ms."""


def best_match(floor: "FoldedFloor", now: int) -> Match | None:
    """The contact that goes first of all that may start now; None when the floor is at rest."""
    pools = floor.pools
    best: Match | None = None
    best_merit = LEAST_MERIT
    for pool in list(pools.unsettled):
        found = False
        if pool.waiting and pool.idle_count:
            for lane in pool.lanes.values():
                if not lane.places or (start := _start(floor, pool, lane, now)) is None:
                    continue
                found = True
                place, agent = start
                score = lane.score(place, now)
                if pool.has_head_starts:
                    score += pool.terms(agent).head_start_ms
                merit = (lane.rank, score, -place[1], -place[2])
                if best is None or merit > best_merit:
                    best, best_merit = Match(pool, place, agent, score), merit
        if not found:
            del pools.unsettled[pool]
    return best


def _start(floor: "FoldedFloor", pool: Pool, lane: Lane, now: int) -> tuple[Place, str] | None:
    """The first contact of a lane that may start now, and the agent who is tried first.

    `Pools.alone` takes in who keeps a contact waiting by nothing but having missed it.
    """
    contacts = floor.contacts
    if len(pool.shelves) == 1 and not pool.shelves[0].delay_ms:
        idle, place = pool.shelves[0].idle, lane.places[0]
        if lane.keeps_back(place, len(idle), now):
            if lane.reserve_for_ms is None:
                return None
        elif not contacts[place[3]].missed:
            return place, idle[0][2]
    for place in lane.places:
        shelves = reached(pool, now - place[1])
        if lane.keeps_back(place, sum([len(shelf.idle) for shelf in shelves]), now):
            continue
        agent = _first_agent(pool, shelves, contacts[place[3]], floor.agents, floor.pools.alone)
        if agent is not None:
            return place, agent
    return None


def reached(pool: Pool, wait_ms: int) -> list[Shelf]:
    """The shelves whose delay a contact has waited."""
    if len(pool.shelves) == 1 and not pool.shelves[0].delay_ms:
        return pool.shelves
    return [shelf for shelf in pool.shelves if shelf.delay_ms <= wait_ms]


def is_kept_from_those_who_missed_it(
    pool: Pool, shelves: list[Shelf], contact: Contact, agents: Mapping[str, Agent]
) -> bool:
    """Whether another able agent is on duty, so that who missed this contact is not offered it again."""
    missed_on_duty = sum(
        agents[name].on_duty and any(shelf.delay_ms == pool.terms(name).delay_ms for shelf in shelves)
        for name in contact.missed
        if name in pool.able
    )
    return sum([shelf.on_duty for shelf in shelves]) > missed_on_duty


def goes_to_others_first(pool: Pool, shelves: list[Shelf], contact: Contact, agents: Mapping[str, Agent]) -> bool:
    """The same, but for an emergency: its few phones are rung again and again."""
    return pool.need.order is None and is_kept_from_those_who_missed_it(pool, shelves, contact, agents)


def _first_agent(
    pool: Pool, shelves: list[Shelf], contact: Contact, agents: Mapping[str, Agent], alone: dict[str, None]
) -> str | None:
    missed = contact.missed
    is_kept = bool(missed) and goes_to_others_first(pool, shelves, contact, agents)
    if missed and not is_kept:
        missed = [name for name in missed if not may_have_again(agents[name], contact)]
    for shelf in shelves:
        for _, _, name in shelf.idle:
            if name not in missed:
                return name
    if not is_kept and (pool.need.only is None or pool.need.order is not None):
        alone.update((name, None) for shelf in shelves for _, _, name in shelf.idle)
    return None


# --- what it was chosen over ---

Reasons = tuple[tuple[tuple[str, float], ...], tuple[str, ...], dict[str, int]]
"""(contacts passed over with their scores, agents passed over, how many agents were left out by reason)."""


def reasons_of(match: Match, pools: Pools, contacts: Mapping[str, Contact], now: int) -> Reasons:
    """Everything the choice was made over."""
    return contacts_passed_over(match, pools, contacts, now), agents_passed_over(match), left_out(match, pools)


def contacts_passed_over(
    match: Match, pools: Pools, contacts: Mapping[str, Contact], now: int
) -> tuple[tuple[str, float], ...]:
    """Up to five waiting contacts that the agent could have had instead, best first, with their scores."""
    others: list[tuple[int, float, int, int, str]] = []
    agent, chosen = match.agent, match.place[3]
    for pool in pools.pools_of(agent):
        if not pool.waiting:
            continue
        terms = pool.terms(agent)
        latest = now - terms.delay_ms
        for lane in pool.lanes.values():
            ahead, behind = lane.growth * now + terms.head_start_ms, -lane.rank
            others += [
                (behind, urge - ahead, since, arrival, contact)
                for urge, since, arrival, contact in lane.places[: RUNNERS_UP + 1]
                if since <= latest
            ]
    others.sort()
    passed_over = (
        (contact, 0.0 - score)
        for _, score, _, _, contact in others
        if contact != chosen and agent not in contacts[contact].missed
    )
    return tuple(islice(passed_over, RUNNERS_UP))


def agents_passed_over(match: Match) -> tuple[str, ...]:
    """Up to five idle able agents after the chosen one, in the order in which they would be tried."""
    idle = match.pool.idle
    if len(idle) == 1:
        return ()
    return tuple([name for _, _, name in idle[: RUNNERS_UP + 1] if name != match.agent][:RUNNERS_UP])


def left_out(match: Match, pools: Pools) -> dict[str, int]:
    """How many of the floor's agents the contact cannot have now, by reason in alphabetical order."""
    reasons = {reason: count for reason, count in pools.standings(match.pool).items() if count}
    reasons.pop(IDLE, None)
    need = match.pool.need
    if need.only is None and not pools.called_up:
        return reasons
    unable, called_up = reasons.pop(UNABLE, 0), len(pools.called_up) if need.order is None else 0
    reasons |= {CALLED_UP: called_up, unable_word(match.pool): unable - called_up}
    return {reason: reasons[reason] for reason in sorted(reasons) if reasons[reason]}
