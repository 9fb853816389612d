"""Consults: an agent in a talk speaks with a colleague, then hands the caller over or comes back to him.

The colleague has an offer of the same contact, which is of the talk's (`Offer.consult_of`) and opens no visit. Handed
over, it is the contact's own: the colleague talks with the caller from that moment on, and the first agent wraps up.
However else a consult ends, the colleague is free as before, and the caller stays on hold until his agent takes him
back. Only a colleague who is idle can be consulted: nobody waits for one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from acd import commands as c
from acd import events as e
from acd.agent import IDLE, Agent
from acd.contact import TALKING, Contact, Offer, new_offer
from acd.need import Need
from acd.order import called
from acd.plan import NORMAL_TERMS
from acd.rejoin import talk

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor


class Colleague(NamedTuple):
    """Who is to be consulted, and for which queue."""

    agent: Agent
    queue: str


def colleague(floor: "FoldedFloor", contact: Contact, to: str) -> Colleague | str:
    """Whom a wish means just now; otherwise why it means nobody."""
    kind, _, name = to.partition(":")
    if kind == "agent":
        agent = floor.agents.get(name)
        if agent is None or agent.listed < 0:
            return f"the plan has no agent {name!r}"
        return Colleague(agent, contact.queue) if agent.state is IDLE else f"agent {name!r} is {agent.standing}"
    if kind != "queue" or name not in floor.plan.queues:
        return f"{to!r} is neither agent:工号 nor queue:NAME of the plan"
    agent = _first_idle(floor, name)
    return Colleague(agent, name) if agent is not None else f"nobody of queue {name!r} is idle"


def _first_idle(floor: "FoldedFloor", name: str) -> Agent | None:
    """Who of a queue's agents is tried first, as a contact that asks for nothing more would have it."""
    pools = floor.pools
    queue = pools.queues[name]
    need = Need(name, queue.skills, queue.any_of)
    if queue.crew is not None:
        need = Need(name, {}, only=frozenset(queue.crew), order=tuple(queue.crew))
    keys = pools.keys if need.order is None else (called,)

    def turn(agent: Agent) -> tuple[float, ...]:
        spec = pools.seats[agent.agent].spec
        delay_ms = spec.terms.get(name, NORMAL_TERMS).delay_ms if need.order is None else 0
        return (delay_ms, *(key(agent, spec, need) for key in keys), agent.listed)

    idle = (agent for agent in floor.agents.values() if agent.state is IDLE)
    return min((one for one in idle if pools.is_able(one.agent, need)), key=turn, default=None)


def heir(floor: "FoldedFloor", offer: Offer, fact: e.AgentHungUp | e.AgentGivenUp) -> Offer | None:
    """The colleague's offer with which the contact goes on when the agent leaves its talk so; None: with nobody."""
    consulted = floor.offers.get(offer.consult or 0)
    hands_over = isinstance(fact, e.AgentGivenUp) or fact.to == e.CONSULTED
    return consulted if hands_over and consulted is not None and consulted.answered_at is not None else None


# --- folds ---


def _fold_asked(floor: "FoldedFloor", fact: e.ConsultAsked) -> None:
    offer = floor.offers[fact.offer]
    offer.held = True
    floor.move(floor.contacts[offer.contact], fact)
    floor.settle(floor.agents[offer.agent], fact)


def _fold_offered(floor: "FoldedFloor", fact: e.ConsultOffered) -> None:
    floor.offers[fact.of].consult = fact.offer
    floor.offers[fact.offer] = new_offer(
        offer=fact.offer,
        contact=fact.contact,
        agent=fact.agent,
        extension=fact.extension,
        queue=fact.queue,
        made_at=fact.at,
        pop_until=None,
        consult_of=fact.of,
        line=fact.line,
    )
    agent = floor.agents[fact.agent]
    agent.offer = fact.offer
    agent.contact = fact.contact
    floor.settle(agent, fact)
    floor.deadlines.change(fact.offer)


def fold_answered(floor: "FoldedFloor", offer: Offer, fact: e.OfferAnswered) -> None:
    """The colleague picked up, unless the talk is over in which he was wanted."""
    if offer.consult_of not in floor.offers:
        return
    offer.answered_at = fact.at
    agent = floor.agents[offer.agent]
    agent.contacts += 1
    agent.busy_since = fact.at
    floor.settle(agent, fact)


def fold_over(floor: "FoldedFloor", offer: Offer) -> None:
    """The colleague is free again."""
    of = floor.offers.get(offer.consult_of or 0)
    if of is not None:
        of.consult = None
    floor.consults_over.append(offer)


def fold_handed_over(contact: Contact, agent: str, heir: Offer) -> None:
    """The contact goes on with the colleague; who handed it over is on its list until he is done."""
    contact.state = TALKING
    contact.sent_on.append(agent)
    contact.offer = heir.offer
    contact.agent = heir.agent
    contact.outcome = None
    heir.consult_of = None
    heir.line = ""
    heir.connected = True


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.ConsultAsked: _fold_asked,
    e.ConsultOffered: _fold_offered,
}
"""What these facts change on a floor."""

# --- when they do not fit ---


def _refuse_asked(floor: "FoldedFloor", event: e.ConsultAsked) -> str | None:
    offer = talk(floor, event.offer)
    if offer is None or not offer.connected or offer.rejoin_until is not None:
        return f"offer {event.offer} is not in a talk whose agent could consult"
    if offer.consult is not None:
        return f"agent {offer.agent!r} consults already"
    found = colleague(floor, floor.contacts[offer.contact], event.to)
    return found if isinstance(found, str) else None


def _refuse_ended(floor: "FoldedFloor", event: e.ConsultEnded) -> str | None:
    offer = floor.offers.get(event.offer)
    return f"there is no consult in offer {event.offer}" if offer is None or offer.consult is None else None


CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.ConsultAsked: _refuse_asked,
    e.ConsultEnded: _refuse_ended,
}

# --- what follows ---


def _on_asked(floor: "Floor", event: e.ConsultAsked) -> None:
    offer = floor.offers[event.offer]
    was_held = offer.held
    found = colleague(floor, floor.contacts[offer.contact], event.to)
    assert isinstance(found, Colleague)
    floor.record(event)
    if not was_held:
        floor.order(c.Hold(offer=offer.offer, contact=offer.contact))
    number = floor.number + 1
    floor.record(
        e.ConsultOffered(
            at=event.at,
            offer=number,
            of=offer.offer,
            contact=offer.contact,
            agent=found.agent.agent,
            extension=found.agent.extension or "",
            queue=found.queue,
            line=event.line,
        )
    )
    floor.order(c.ConsultRings(offer=offer.offer, contact=offer.contact, leg=offer.leg, line=event.line))
    floor.ring(event.at, floor.offers[number], e.PopState.NO_DESK)


def _on_ended(floor: "Floor", event: e.ConsultEnded) -> None:
    consulted = floor.offers[event.offer].consult
    assert consulted is not None
    floor.record(event)
    floor.withdraw(event.at, consulted)


def answered(floor: "Floor", offer: Offer) -> None:
    """Bring the two agents together."""
    of = floor.offers[offer.consult_of or 0]
    floor.order(c.Consult(offer=of.offer, contact=of.contact, leg=of.leg, colleague=offer.offer, line=offer.line))


def taken_back(floor: "Floor", event: e.HoldEnded) -> None:
    """The agent takes the caller back: on the one leg he has, the consult is over; his phone's two he may swap."""
    consulted = floor.offers.get(floor.offers[event.offer].consult or 0)
    if consulted is not None and not consulted.line:
        floor.withdraw(event.at, consulted.offer)


def hand_over(floor: "Floor", offer: Offer, heir: Offer, line: str) -> None:
    """Bring caller and colleague together, and let the agent go."""
    floor.order(c.HandOver(offer=offer.offer, contact=offer.contact, leg=offer.leg, colleague=heir.offer, line=line))


def tell_over(floor: "Floor") -> None:
    """Bring the agent's leg back to where it was before a consult that is over."""
    over, floor.consults_over = floor.consults_over, []
    for offer in over:
        of = floor.offers.get(offer.consult_of or 0)
        floor.order(
            c.EndConsult(
                offer=offer.consult_of or 0,
                contact=offer.contact,
                leg=of.leg if of is not None else 0,
                colleague=offer.offer,
                line=offer.line,
                back=of is not None and not offer.line,
                talked=offer.answered_at is not None,
            )
        )


REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {e.ConsultAsked: _on_asked, e.ConsultEnded: _on_ended}
