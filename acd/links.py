"""Links: the contacts of an Asterisk that does not hear us wait where no agent finds them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.contact import WAITING, Contact

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def let_wait(floor: "FoldedFloor", contact: Contact) -> None:
    """Put a contact that waits from now on where agents find it, unless its link is down or it may not be dialled."""
    if contact.contact not in floor.pools and floor.state.may_be_offered(contact):
        floor.pools.put(contact)
        if contact.state is WAITING:
            floor.watch.look_at(contact)


def stop_waiting(floor: "FoldedFloor", contact: Contact) -> None:
    """Take a contact from where agents find it, if it is there."""
    if contact.contact in floor.pools:
        floor.pools.take(contact.contact)


def fold_link(floor: "FoldedFloor", fact: e.LinkDown | e.LinkUp) -> None:
    """Said twice, it changes nothing more."""
    down, links = isinstance(fact, e.LinkDown), floor.state.links_down
    if down == (fact.asterisk in links):
        return
    (links.append if down else links.remove)(fact.asterisk)
    for contact in floor.contacts.values():
        if contact.asterisk == fact.asterisk:
            (stop_waiting if down else let_wait)(floor, contact)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.LinkDown: fold_link, e.LinkUp: fold_link}
"""What these facts change on a floor."""
