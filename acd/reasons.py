"""Why a contact waits: every agent of the floor under one reason."""

from collections.abc import Mapping

from acd.agent import IDLE, Agent
from acd.contact import WAITING, Contact
from acd.fold import FoldedFloor
from acd.match import is_kept_from_those_who_missed_it, reached
from acd.pool import Pool


def why_waiting(floor: FoldedFloor, contact: str) -> Mapping[str, tuple[str, ...]]:
    """Reason = the agents it keeps from this contact, as the plan lists them; reasons in alphabetical order.

    Beside an agent's standing (`talking`, `wrap_up`, `not_ready` …) the reasons are `no_skill` (skill, level,
    certificate or queue), `delay` (he serves this queue only after a longer wait), `missed` (he missed this contact and
    another able agent is on duty) and `reserved` (idle, kept for contacts of other tiers); `link_down` keeps everybody
    while the contact's Asterisk is out of reach. KeyError: there is no such contact; ValueError: it does not wait.
    """
    known = floor.contacts[contact]
    if known.state is not WAITING:
        raise ValueError(f"contact {contact!r} is {known.state.value}, it does not wait")
    if known.asterisk in floor.state.links_down:
        return {"link_down": tuple(sorted(floor.agents, key=lambda name: _turn(floor.agents[name])))}
    pool = floor.pools.pool_for(known)
    reasons: dict[str, list[str]] = {}
    for agent in sorted(floor.agents.values(), key=_turn):
        reasons.setdefault(_reason(floor, pool, known, agent), []).append(agent.agent)
    return {reason: tuple(names) for reason, names in sorted(reasons.items())}


def _turn(agent: Agent) -> tuple[bool, int, str]:
    return (agent.listed < 0, agent.listed, agent.agent)


def _reason(floor: FoldedFloor, pool: Pool, contact: Contact, agent: Agent) -> str:
    if agent.agent not in pool.able:
        return "no_skill"
    if agent.state is not IDLE:
        return agent.standing
    wait_ms = floor.at - contact.since
    if wait_ms < pool.terms(agent.agent).delay_ms:
        return "delay"
    shelves = reached(pool, wait_ms)
    if agent.agent in contact.missed and is_kept_from_those_who_missed_it(pool, shelves, contact, floor.agents):
        return "missed"
    return "reserved"
