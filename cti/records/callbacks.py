"""Callbacks as rows: a visit that goes on without a leg until its customer was called back; see `acd.callback`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd import lost
from cti.records.left_behind import note_lost
from cti.records.rows import clean, new_contact

if TYPE_CHECKING:
    from cti.records.book import RecordBook

DONE, GIVEN_UP, LEFT, WITHDRAWN = "callback_done", "callback_given_up", "left", "withdrawn"
"""The accounts of the ledger in which the visit of a callback ends."""
END = "callback"
"""How a contact ended whose customer was not on the line; `end_detail` says why."""


def is_pending(book: "RecordBook", contact: str) -> bool:
    """Whether its customer waits to be called back."""
    visit = book.visits.get(contact)
    return visit is not None and visit.callback is not None and visit.called_back_at is None


def leg_gone(book: "RecordBook", contact: str) -> None:
    """The leg is gone on which he asked; the visit goes on."""
    row = book.contacts[contact]
    row.channel = ""
    book.changes.note(row)


def waits_on_the_line(book: "RecordBook", contact: str) -> None:
    """He did not hang up but waits after all."""
    if is_pending(book, contact):
        visit = book.visits[contact]
        visit.callback = None
        book.changes.note(visit)


def _asked(book: "RecordBook", number: int, fact: e.CallbackAsked) -> None:
    if is_pending(book, fact.contact):
        return
    contact = book.contacts.get(fact.contact)
    if contact is None:
        contact = book.contacts[fact.contact] = new_contact(
            fact.contact, fact.asterisk, fact.access, fact.number, fact.at
        )
    visit = book.visits.get(fact.contact)
    if visit is None:
        visit = book.open_visit(contact, fact, fact.at)
    elif _another(book, fact, contact.customer):
        book.end_visit(fact.contact, LEFT, fact.at)
        return
    visit.callback, visit.called_back_at = clean(fact.number), None
    book.changes.note(visit)


def _owed(book: "RecordBook", number: int, fact: e.CallOwed) -> None:
    if fact.callback:
        _asked(book, number, lost.asked(fact))
        return
    note_lost(book.changes, fact)


def _another(book: "RecordBook", fact: e.CallbackAsked, customer: str | None) -> bool:
    """Whether another contact is to be called back on this number, or as this customer."""
    for contact, visit in book.visits.items():
        if contact != fact.contact and is_pending(book, contact):
            of_customer = customer is not None and book.contacts[contact].customer == customer
            if visit.callback == clean(fact.number) or of_customer:
                return True
    return False


def _moved(book: "RecordBook", number: int, fact: e.CallbackMoved) -> None:
    visit = book.visits.get(fact.contact)
    if visit is not None and fact.number:
        visit.callback = clean(fact.number)
        book.changes.note(visit)


def _cancelled(book: "RecordBook", number: int, fact: e.CallbackCancelled) -> None:
    end = WITHDRAWN if fact.cause is e.CancelCause.BACK else LEFT
    _end(book, fact.contact, end, fact.cause.value, fact.at)


def _given_up(book: "RecordBook", number: int, fact: e.CallbackGivenUp) -> None:
    _end(book, fact.contact, GIVEN_UP, fact.cause.value, fact.at)


def _end(book: "RecordBook", contact: str, end: str, why: str, at: int) -> None:
    if not is_pending(book, contact):
        return
    book.end_visit(contact, end, at)
    # The offer in which he was dialled is over for its agent too, when that is told.
    book.answered.pop(contact, None)
    row = book.contacts[contact]
    if row.channel:
        return
    del book.contacts[contact]
    row.ended_at, row.end, row.end_detail = at, END, why
    book.changes.note(row)


def _dialled(book: "RecordBook", number: int, fact: e.CallbackDialled) -> None:
    offer = book.offers.get(fact.offer)
    if offer is not None:
        offer.dialled_at = fact.at
        book.changes.note(offer)


def _answered(book: "RecordBook", number: int, fact: e.CallbackAnswered) -> None:
    offer = book.offers.get(fact.offer)
    if offer is None or offer.dialled_at is None or not is_pending(book, offer.contact):
        return
    visit, contact = book.visits[offer.contact], book.contacts[offer.contact]
    visit.called_back_at, contact.channel = fact.at, clean(fact.channel)
    book.changes.note(visit)
    book.changes.note(contact)
    if offer.answered_at is not None:
        book.answer(offer, fact.at)


FOLDS: dict[type[e.Fact], Callable[[Any, int, Any], None]] = {
    e.CallbackAsked: _asked,
    e.CallOwed: _owed,
    e.CallbackMoved: _moved,
    e.CallbackCancelled: _cancelled,
    e.CallbackGivenUp: _given_up,
    e.CallbackDialled: _dialled,
    e.CallbackAnswered: _answered,
}
"""What these facts change in a book."""
