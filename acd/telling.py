"""What waiting callers are told: their place and wait, only where it has improved, and messages in turn.

Nothing is said before the queue's first moment, nor sooner than its gap after the last prompt began, nor while an
offer rings: the agent who answers cuts a prompt off, and never waits for one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import commands as c
from acd import events as e
from acd.contact import Contact, Told
from acd.estimate import ahead_of, estimate
from acd.plan import Telling

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor

MINUTE_MS = 60_000


def music_of(floor: "FoldedFloor", contact: Contact) -> str:
    """What a caller hears while he waits; "": what Asterisk plays by default."""
    return contact.music or floor.pools.queues[contact.queue].music


def look(floor: "Floor", contact: Contact, before: int) -> None:
    """Write down what a contact may expect as it begins to wait, and tell its caller what is due.

    `before`: the time of the event before, ms: moments after it have come now.
    """
    if contact.contact not in floor.pools.where:
        return
    if contact.entered_at == floor.at and contact.expected_ms is None:
        _expect(floor, contact)
    told = saying(floor, contact, before)
    if told is not None:
        floor.record(told)
        floor.order(
            c.Tell(
                contact=told.contact,
                ahead=told.ahead,
                low_ms=told.low_ms,
                high_ms=told.high_ms,
                message=told.message,
            )
        )


def _expect(floor: "Floor", contact: Contact) -> None:
    queue = floor.pools.queues[contact.queue]
    expected = estimate(floor, contact.contact) if queue.estimates else None
    if expected is not None:
        ahead = ahead_of(floor, contact.contact)
        floor.record(
            e.WaitEstimated(
                at=floor.at,
                contact=contact.contact,
                ahead=ahead,
                low_ms=expected.low_ms,
                high_ms=expected.high_ms,
            )
        )


def saying(floor: "FoldedFloor", contact: Contact, before: int) -> e.WaitTold | None:
    """What is due to be told to a waiting caller now; `before` as in `look`."""
    terms, told, now = floor.pools.queues[contact.queue].telling, contact.told, floor.at
    if terms is None or now < contact.here_since + terms.first_ms:
        return None
    if told is not None and now < told.at + terms.gap_ms:
        return None
    if (terms.position or terms.wait) and _rounds(contact, terms, now) > _rounds(contact, terms, before):
        ahead = ahead_of(floor, contact.contact) if terms.position else None
        if ahead is not None and told is not None and told.ahead is not None and ahead >= told.ahead:
            ahead = None
        expected = estimate(floor, contact.contact) if terms.wait else None
        said = told.high_ms if told is not None else None
        if expected is not None and said is not None and _minutes(expected.high_ms) >= _minutes(said):
            expected = None
        if ahead is not None or expected is not None:
            return e.WaitTold(
                at=now,
                contact=contact.contact,
                ahead=ahead,
                low_ms=None if expected is None else expected.low_ms,
                high_ms=None if expected is None else expected.high_ms,
            )
    messages = contact.messages or terms.messages
    said_at = contact.here_since if told is None or told.message_at is None else told.message_at
    if messages and now >= said_at + terms.message_ms:
        number = 0 if told is None else told.messages
        return e.WaitTold(at=now, contact=contact.contact, message=messages[number % len(messages)])
    return None


def _rounds(contact: Contact, terms: Telling, at: int) -> int:
    """How often position and wait were due up to a moment since something was told last; -1: not yet."""
    begin = contact.here_since + terms.first_ms if contact.told is None else contact.told.at
    return (at - begin) // terms.every_ms if at >= begin else -1


def _minutes(ms: int) -> int:
    return -(-ms // MINUTE_MS)


def _fold_estimated(floor: "FoldedFloor", fact: e.WaitEstimated) -> None:
    floor.contacts[fact.contact].expected_ms = (fact.at + fact.low_ms, fact.at + fact.high_ms)


def _fold_told(floor: "FoldedFloor", fact: e.WaitTold) -> None:
    contact = floor.contacts[fact.contact]
    told = contact.told or Told(at=fact.at)
    told.at = fact.at
    if fact.ahead is not None:
        told.ahead = fact.ahead
    if fact.high_ms is not None:
        told.high_ms = fact.high_ms
    if fact.message:
        told.message_at = fact.at
        told.messages += 1
    contact.told = told


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.WaitEstimated: _fold_estimated, e.WaitTold: _fold_told}
"""What these facts change on a floor."""
