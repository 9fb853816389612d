"""Ringing together (同振): in an emergency no free mobile phone is silent while one of its turn rings.

Whoever waits is offered as always: one phone each, the first of the crew for the first of the line. Phones left over
ring beside these, for whom the floor offered first, unless it is not their turn yet: whom the plan names after those
who ring for a caller has him only once they have let him go by. Whoever accepts first has the caller; the other rings
are taken back, and nobody has missed them. Callbacks are rung at one phone at a time.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from acd import events as e
from acd.agent import BEING_OFFERED, IDLE, Agent
from acd.contact import OFFERED, Contact
from acd.misses import may_have_again

if TYPE_CHECKING:
    from acd.floor import Floor


def ring(floor: "Floor") -> None:
    """Let the phones left over ring, once everybody who waits was offered who may be."""
    for queue in floor.pools.crewed:
        for contact, agent in _joining(floor, queue):
            _offer(floor, contact, agent)


def _joining(floor: "Floor", queue: str) -> Iterator[tuple[Contact, Agent]]:
    """Each free phone of a queue's crew that is to ring, and for whom."""
    crew = floor.pools.queues[queue].crew or {}
    free = [agent for name in crew if (agent := floor.agents[name]).state is IDLE]
    if not free:
        return
    rung = list(_rung_for(floor, queue))
    for agent in free:
        for contact in rung:
            if crew[agent.agent] <= _turn(floor, contact, crew) and _may_have(agent, contact):
                yield contact, agent
                break


def _rung_for(floor: "Floor", queue: str) -> Iterator[Contact]:
    """The callers of a queue for whom phones ring, in the order in which they were offered.

    Whoever rings may be of the crew no more: the plan may have changed meanwhile.
    """
    open_offers = [one for one in floor.offers.values() if one.queue == queue]
    offers = sorted(one.offer for one in open_offers if floor.agents[one.agent].state in BEING_OFFERED)
    for name in dict.fromkeys(floor.offers[offer].contact for offer in offers):
        contact = floor.contacts.get(name)
        if contact is None or contact.state is not OFFERED or contact.callback is not None:
            continue
        if contact.queue == queue and contact.asterisk not in floor.state.links_down:
            yield contact


def _turn(floor: "Floor", contact: Contact, crew: Mapping[str, int]) -> int:
    """The latest turn of those who ring for a contact; who was of the crew before the plan changed has none."""
    return max(crew.get(floor.offers[offer].agent, 0) for offer in contact.open_offers)


def _may_have(agent: Agent, contact: Contact) -> bool:
    return agent.agent not in contact.missed or may_have_again(agent, contact)


def _offer(floor: "Floor", contact: Contact, agent: Agent) -> None:
    at, number = floor.at, floor.number + 1
    floor.record(
        e.OfferMade(
            at=at,
            offer=number,
            contact=contact.contact,
            agent=agent.agent,
            extension=agent.extension or "",
            queue=contact.queue,
            pop_until=at + floor.plan.pop_ms if agent.desk else None,
            score=0.0,
            beside=contact.offer or 0,
        )
    )
    if not agent.desk:
        floor.ring(at, floor.offers[number], e.PopState.NO_DESK)
