"""Why a contact waits, why an agent was chosen for it, why an agent gets none: everybody under one reason.

Beside an agent's standing (`talking`, `wrap_up`, `not_ready` …) the reasons are `no_skill` (skill, level, certificate
or queue), `not_preferred` (the contact waits for its preferred agents first, and he is none of them), `later_step` (he
may have it from a later step of its relaxation), `switched_over` (the queue is switched over in an emergency, and he is
none of those who are called), `called_up` (he was called up for another queue that is), `delay` (he serves this queue
only after a longer wait), `missed` (he missed this contact and another able agent is on duty), `kept` (idle, kept back
for contacts of other tiers), `later` (idle and able, but later in the order of agents), `chosen`, `link_down`, which
keeps everybody while the contact's Asterisk is out of reach, and `not_dialled`, which does while a callback rests or
may not be dialled at this hour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from acd import events as e
from acd.agent import IDLE, Agent
from acd.contact import CALLBACK, OFFERED, WAITING, Contact
from acd.fold import FoldedFloor
from acd.lane import Place, place_of
from acd.match import CALLED_UP, goes_to_others_first, reached, unable_word
from acd.misses import may_have_again
from acd.need import need_of
from acd.pool import UNABLE, Pool
from acd.relaxation import next_due, step_of, steps_of

LATER_STEP = "later_step"

Reasons = Mapping[str, tuple[str, ...]]
"""Reason = agents, or contacts; reasons in alphabetical order."""


@dataclass(frozen=True, slots=True)
class AtStep:
    """Where a contact is on its way, and why."""

    step: int
    """As `acd.relaxation` counts: below 0 stages of preferred agents, 0 what its queue asks for, then relaxation."""
    steps: int
    """How many its relaxation has."""
    agents: tuple[str, ...]
    """The preferred agents it waits for alone, in alphabetical order; empty at other steps."""
    since: int
    cause: e.StepCause | None
    """Why it took this step; None: it began here."""
    next_at: int | None
    """When time brings the next one, ms; None: it is the last."""


def at_step(floor: FoldedFloor, contact: str) -> AtStep | None:
    """The step of a contact that waits or is offered; None: it has but one. KeyError: there is no such contact."""
    known = floor.contacts[contact]
    steps = steps_of(known, floor.plan)
    if not (steps or known.preferred) or known.state not in (WAITING, CALLBACK, OFFERED):
        return None
    return AtStep(
        step=step_of(known, floor.plan),
        steps=len(steps),
        agents=tuple(sorted(need_of(known, floor.plan, floor.pools.queues[known.queue]).only or ())),
        since=known.step_since,
        cause=known.step_cause,
        next_at=next_due(known, floor.plan),
    )


def why_waiting(floor: FoldedFloor, contact: str) -> Reasons:
    """Reason = the agents it keeps from this contact, as the plan lists them.

    KeyError: there is no such contact; ValueError: it does not wait.
    """
    known = _waiting(floor, contact)
    pool = floor.pools.pool_for(known)
    return _sorted((_reason(floor, pool, known, agent) or "kept", agent.agent) for agent in _listed(floor))


def contacts_ahead(floor: FoldedFloor, contact: str) -> int:
    """How many contacts with the same need go before a waiting one. Raises as `why_waiting` does."""
    known = _waiting(floor, contact)
    tier = floor.pools.tier_of(known)
    own = place_of(known, tier)

    def merit(rank: int, score: float, place: Place) -> tuple[int, float, int, int]:
        return (rank, score, -place[1], -place[2])

    lanes = floor.pools.pool_for(known).lanes.values()
    mine = merit(tier.rank, tier.growth * floor.at - own[0], own)
    return sum(merit(lane.rank, lane.score(place, floor.at), place) > mine for lane in lanes for place in lane.places)


def why_chosen(before: FoldedFloor, made: e.OfferMade) -> Reasons:
    """Reason = the agents it kept from this contact, `later` ones in their order; `before`: the floor at the choice.

    KeyError, ValueError: it is not the floor of this choice.
    """
    known = _waiting(before, made.contact)
    pool = before.pools.pool_for(known)
    reasons: dict[str, tuple[str, ...]] = dict(
        _sorted((_reason(before, pool, known, agent) or "later", agent.agent) for agent in _listed(before))
    )
    free = set(reasons.pop("later", ()))
    later = tuple(name for _, _, name in pool.idle if name in free and name != made.agent)
    return dict(sorted({**reasons, "chosen": (made.agent,), **({"later": later} if later else {})}.items()))


def why_without(floor: FoldedFloor, agent: str) -> Reasons:
    """Reason = the waiting contacts that it keeps from this agent, in the order they came; KeyError: no such agent."""
    known = floor.agents[agent]
    waiting = [contact for contact in floor.contacts.values() if contact.state in (WAITING, CALLBACK)]
    return _sorted(
        (_reason(floor, floor.pools.pool_for(contact), contact, known) or "kept", contact.contact)
        for contact in sorted(waiting, key=lambda one: (one.since, one.arrival))
    )


def _waiting(floor: FoldedFloor, contact: str) -> Contact:
    known = floor.contacts[contact]
    if known.state not in (WAITING, CALLBACK):
        raise ValueError(f"contact {contact!r} is {known.state.value}, it does not wait")
    return known


def _listed(floor: FoldedFloor) -> list[Agent]:
    return sorted(floor.agents.values(), key=lambda one: (one.listed < 0, one.listed, one.agent))


def _sorted(pairs: Iterable[tuple[str, str]]) -> Reasons:
    found: dict[str, list[str]] = {}
    for reason, name in pairs:
        found.setdefault(reason, []).append(name)
    return {reason: tuple(names) for reason, names in sorted(found.items())}


def _reason(floor: FoldedFloor, pool: Pool, contact: Contact, agent: Agent) -> str | None:
    """What keeps the two apart; None: nothing but the order of agents, or a reservation."""
    if contact.asterisk in floor.state.links_down:
        return "link_down"
    if contact.state is CALLBACK and not floor.state.may_be_offered(contact):
        return "not_dialled"
    if agent.agent not in pool.able:
        return _why_unable(floor, pool, contact, agent)
    if agent.state is not IDLE:
        return agent.standing
    wait_ms = floor.at - contact.since
    if wait_ms < pool.terms(agent.agent).delay_ms:
        return "delay"
    shelves = reached(pool, wait_ms)
    if agent.agent in contact.missed and (
        not may_have_again(agent, contact) or goes_to_others_first(pool, shelves, contact, floor.agents)
    ):
        return "missed"
    return None


def _why_unable(floor: FoldedFloor, pool: Pool, contact: Contact, agent: Agent) -> str:
    if agent.called_up and pool.need.order is None:
        return CALLED_UP
    if pool.need.only is not None:
        return unable_word(pool)
    last = need_of(contact, floor.plan, floor.pools.queues[contact.queue], len(steps_of(contact, floor.plan)))
    return LATER_STEP if floor.pools.is_able(agent.agent, last) else UNABLE
