"""An agent leaves a talk: the caller is let go, sent on by the agent's phone, or goes on with a colleague.

Sent on, a contact goes its way, and the agent still has an outcome of his own to save.

The contact's own outcome is that of the agent who talked with it last; who sent it on is on its list until he is done.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import commands as c
from acd import consult
from acd import events as e
from acd.contact import IVR, Contact, Offer

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor


def fold_sent_on(contact: Contact, agent: str) -> None:
    """It goes on in the dialplan; where it wants an agent again, it waits from then on."""
    contact.state = IVR
    contact.since = 0
    contact.sent_on.append(agent)


def _fold_outcome(floor: "FoldedFloor", fact: e.OutcomeSaved) -> None:
    contact, agent = floor.contacts[fact.contact], floor.agents[fact.agent]
    if contact.agent == agent.agent:
        contact.outcome = fact.outcome
        contact.owed = False
    # With it his wrap-up ends, if he is in it.
    if agent.agent in contact.sent_on and agent.contact != contact.contact:
        contact.sent_on.remove(agent.agent)
    floor.forget_if_done(contact)


def fold_wrapped_up(contact: Contact, agent: str, end: e.WrapUpEnd) -> None:
    """His wrap-up is over, and he owes an outcome or does not."""
    owed = end in (e.WrapUpEnd.CAP, e.WrapUpEnd.CUT)
    if agent not in contact.sent_on:
        contact.owed = owed
    elif not owed:
        contact.sent_on.remove(agent)


def _fold_gone(floor: "FoldedFloor", fact: e.AgentHungUp | e.AgentGivenUp) -> None:
    offer = floor.moves(fact.offer, type(fact))
    if offer is None:
        return
    contact = floor.contacts[offer.contact]
    heir = consult.heir(floor, offer, fact)
    floor.move(contact, fact)
    if isinstance(fact, e.AgentHungUp) and fact.to and fact.to != e.CONSULTED:
        fold_sent_on(contact, offer.agent)
    floor.end_talk(offer, fact)
    if heir is not None:
        consult.fold_handed_over(contact, offer.agent, heir)


def leave_talk(floor: "Floor", offer: Offer, fact: e.AgentHungUp | e.AgentGivenUp) -> None:
    """What follows for caller, colleague and agent."""
    heir = consult.heir(floor, offer, fact)
    line = heir.line if heir is not None else ""
    was_saved = floor.contacts[offer.contact].outcome is not None
    to = fact.to if isinstance(fact, e.AgentHungUp) else ""
    floor.record(fact)
    if heir is not None:
        consult.hand_over(floor, offer, heir, line)
    elif to and to != e.CONSULTED:
        floor.order(c.Transfer(offer=offer.offer, contact=offer.contact, to=to, leg=offer.leg))
    else:
        floor.record(e.ContactReleased(at=fact.at, contact=offer.contact))
        floor.order(c.DropContact(contact=offer.contact))
    if offer.consult is not None and heir is None:
        floor.withdraw(fact.at, offer.consult)
    if offer.rejoin is not None:
        floor.order(c.DropLeg(offer=offer.offer, leg=offer.rejoin))
    if was_saved and heir is not None:
        floor.end_wrap_up(fact.at, offer.agent, e.WrapUpEnd.SAVED)
    else:
        floor.skip_wrap_up(fact.at, offer)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.OutcomeSaved: _fold_outcome,
    e.AgentHungUp: _fold_gone,
    e.AgentGivenUp: _fold_gone,
}
"""What these facts change on a floor."""
