"""Links and phones: who waits on an Asterisk that does not hear us, or sits at a phone out of reach, is left out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.contact import WAITING, Contact

if TYPE_CHECKING:
    from acd.fold import FoldedFloor


def let_wait(floor: "FoldedFloor", contact: Contact) -> None:
    """Put a contact that waits from now on where agents find it, unless its link is down or it may not be dialled."""
    if contact.contact not in floor.pools.where and floor.state.may_be_offered(contact):
        floor.pools.put(contact)
        if contact.state is WAITING and contact.queue in floor.watch.queues:
            floor.watch.look_at(contact)


def stop_waiting(floor: "FoldedFloor", contact: Contact) -> None:
    """Take a contact from where agents find it, if it is there."""
    if contact.contact in floor.pools.where:
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


def fold_phone(floor: "FoldedFloor", fact: e.PhoneReachable | e.PhoneUnreachable) -> None:
    """Said twice, it changes nothing more."""
    reachable, unreachable = isinstance(fact, e.PhoneReachable), floor.state.unreachable
    if reachable and fact.extension in unreachable:
        unreachable.remove(fact.extension)
    elif not reachable and fact.extension not in unreachable:
        unreachable.append(fact.extension)
    agent = floor.agent_on.get(fact.extension)
    if agent is not None and agent.reachable is not reachable:
        agent.reachable = reachable
        floor.settle(agent, fact)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.LinkDown: fold_link,
    e.LinkUp: fold_link,
    e.PhoneReachable: fold_phone,
    e.PhoneUnreachable: fold_phone,
}
"""What these facts change on a floor."""
