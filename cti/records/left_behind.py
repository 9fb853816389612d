"""Items that facts leave: written with the records of those facts, so that none is lost or doubled by a crash."""

from typing import TYPE_CHECKING

from acd import events as e
from cti.database.models import Contact
from cti.flows.items import ItemKind, NewItem, new_row
from cti.records.rows import clean

if TYPE_CHECKING:
    from cti.records.changes import Changes

LOST_DUE_MS = 30 * 60_000
"""When a caller who was cut off is to be called back at the latest, after he was lost."""
MESSAGE_DUE_MS = 2 * 3_600_000
"""The same for a message left in the fallback, after its caller had gone."""


def note_lost(changes: "Changes", fact: e.CallOwed) -> None:
    """A caller was cut off, and his queue does not call back by itself."""
    item = NewItem(
        kind=ItemKind.CALLBACK,
        contact=clean(fact.contact),
        number=clean(fact.number),
        customer=fact.customer,
        queue=fact.queue,
        language=fact.language,
        at=fact.at,
        due=fact.at + LOST_DUE_MS,
        carried={"lost": clean(fact.detail)},
    )
    changes.note(new_row(item))


def note_message(changes: "Changes", contact: Contact, fact: e.ContactEnded) -> None:
    """A caller left a message in the fallback."""
    left = fact.in_fallback
    if left is None or not left.file:
        return
    at = fact.at if fact.seen_until is None else fact.seen_until
    item = NewItem(
        kind=ItemKind.MESSAGE,
        contact=contact.contact,
        number=contact.caller,
        customer=contact.customer,
        queue=left.queue,
        language=left.language,
        at=at,
        due=at + MESSAGE_DUE_MS,
        file=clean(left.file),
        seconds=left.seconds,
    )
    changes.note(new_row(item))
