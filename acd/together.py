"""Ringing together (同振): in an emergency no free mobile phone is silent while one of its turn rings.

Whoever waits is offered as always: one phone each, the first of the crew for the first of the line. Phones left over
ring beside these, for whom the floor offered first, unless it is not their turn yet: whom the plan names after those
who ring for a caller has him only once they have let him go by. Whoever accepts first has the caller; the other rings
are taken back, and nobody has missed them. Callbacks are rung at one phone at a time.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from acd import events as e
from acd.agent import IDLE, Agent
from acd.contact import OFFERED, Contact
from acd.misses import may_have_again

if TYPE_CHECKING:
    from acd.floor import Floor


class Rung:
    """The callers who are offered to somebody just now, by queue.

    It is no state: it follows from the contacts.
    """

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._queues: dict[str, dict[str, Contact]] = {}
        for contact in contacts:
            if contact.state is OFFERED:
                self.put(contact)

    def put(self, contact: Contact) -> None:
        """A contact is offered to somebody."""
        if contact.callback is None:
            self._queues.setdefault(contact.queue, {})[contact.contact] = contact

    def take(self, contact: Contact) -> None:
        """A contact is offered to nobody any more."""
        self._queues.get(contact.queue, {}).pop(contact.contact, None)

    def of(self, queue: str) -> list[Contact]:
        """The callers of a queue, in the order of their first ring that still goes on."""
        return sorted(self._queues.get(queue, {}).values(), key=lambda one: one.offer or 0)


def ring(floor: "Floor") -> None:
    """Let the phones left over ring, once everybody who waits was offered who may be."""
    for queue in floor.pools.crewed:
        if rung := [one for one in floor.rung.of(queue) if one.asterisk not in floor.state.links_down]:
            for contact, agent in _joining(floor, queue, rung):
                _offer(floor, contact, agent)


def _joining(floor: "Floor", queue: str, rung: list[Contact]) -> Iterator[tuple[Contact, Agent]]:
    """Each free phone of a queue's crew that is to ring, and for whom.

    It rings for nobody whose phones all have earlier turns. Whoever rings may be of the crew no more, if the plan has
    changed meanwhile: he has the first turn.
    """
    crew = floor.pools.queues[queue].crew or {}
    turns = [(max(crew.get(floor.offers[offer].agent, 0) for offer in one.open_offers), one) for one in rung]
    latest = max(turn for turn, _ in turns)
    for name, own in crew.items():
        if own > latest:
            return  # A crew is in the order of its turns.
        agent = floor.agents[name]
        if agent.state is IDLE:
            joins = (one for turn, one in turns if own <= turn and _may_have(agent, one))
            if (contact := next(joins, None)) is not None:
                yield contact, agent


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
