"""A contact that an agent's phone sent on: it goes its way, and the agent still has an outcome of his own to save.

The contact's own outcome is that of the agent who talked with it last; who sent it on is on its list until he is done.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.contact import IVR, Contact

if TYPE_CHECKING:
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


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.OutcomeSaved: _fold_outcome}
"""What this fact changes on a floor."""
