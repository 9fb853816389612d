"""Links: the contacts of an Asterisk that does not hear us wait where no agent finds them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.contact import Contact, ContactState

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def let_wait(floor: "FoldedFloor", contact: Contact) -> None:
    """Put a waiting contact where agents find it, unless its link is down."""
    if contact.asterisk not in floor.state.links_down:
        floor.pools.put(contact)
    floor.watch.look_at(contact)


def stop_waiting(floor: "FoldedFloor", contact: Contact) -> None:
    """Take a contact that waits from where agents find it."""
    if contact.state is ContactState.WAITING and contact.asterisk not in floor.state.links_down:
        floor.pools.take(contact.contact)


def fold_link(floor: "FoldedFloor", fact: e.LinkDown | e.LinkUp) -> None:
    """Said twice, it changes nothing more."""
    down, links = isinstance(fact, e.LinkDown), floor.state.links_down
    if down == (fact.asterisk in links):
        return
    for contact in floor.contacts.values():
        if contact.asterisk == fact.asterisk and contact.state is ContactState.WAITING:
            if down:
                floor.pools.take(contact.contact)
            else:
                floor.pools.put(contact)
                floor.watch.look_at(contact)
    (links.append if down else links.remove)(fact.asterisk)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.LinkDown: fold_link, e.LinkUp: fold_link}
"""What these facts change on a floor."""
