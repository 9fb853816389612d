"""Offers as rows: a contact is reserved for an agent, pops up, rings, and is answered or not."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from cti.records import consults
from cti.records.rows import clean

if TYPE_CHECKING:
    from cti.records.book import RecordBook

ANSWERED, WITHDRAWN = "answered", "withdrawn"


def _made(book: "RecordBook", number: int, fact: e.OfferMade) -> None:
    book.offer(number, fact, score=fact.score, left_out=dict(fact.left_out))


def _pop(book: "RecordBook", number: int, fact: e.PopAcknowledged) -> None:
    offer = book.offers.get(fact.offer)
    if offer is not None and offer.pop_at is None:
        offer.pop_at = fact.at
        book.changes.note(offer)


def _ring(book: "RecordBook", number: int, fact: e.RingStarted) -> None:
    offer = book.offers.get(fact.offer)
    if offer is not None:
        offer.pop = fact.pop.value
        offer.ring_at = fact.at
        book.changes.note(offer)
        book.agents.change(offer.agent, number, fact)


def _ringing(book: "RecordBook", number: int, fact: e.PhoneRinging) -> None:
    offer = book.offers.get(fact.offer)
    if offer is not None and offer.ringing_at is None:
        offer.ringing_at = fact.at
        book.changes.note(offer)


def _answered(book: "RecordBook", number: int, fact: e.OfferAnswered) -> None:
    offer = book.moves(fact.offer, type(fact))
    if offer is None or offer.answered_at is not None:
        return
    if fact.offer in book.consults:
        consults.answered(book, number, fact, offer)
        return
    offer.answered_at = fact.at
    offer.end = ANSWERED
    book.changes.note(offer)
    book.answered[offer.contact] = offer.offer
    book.answer(offer, fact.at)
    book.agents.change(offer.agent, number, fact)


def over(book: "RecordBook", number: int, fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn) -> None:
    """An offer is over without a talk."""
    offer = book.moves(fact.offer, type(fact))
    if offer is None or offer.connected_at is not None:
        return
    del book.offers[fact.offer]
    is_consult = book.consults.pop(fact.offer, None) is not None
    if book.answered.get(offer.contact) == fact.offer:
        del book.answered[offer.contact]
        _take_answer_back(book, offer.contact)
    offer.ended_at = fact.at
    if is_consult and (how := consults.how_over(fact, offer)) is not None:
        offer.end = how
    elif isinstance(fact, e.OfferFailed):
        offer.end, offer.end_detail = fact.cause.value, clean(fact.detail)
    else:
        offer.end = "expired" if isinstance(fact, e.OfferExpired) else WITHDRAWN
    book.changes.note(offer)
    book.agents.change(offer.agent, number, fact, offer=None, contact=None)


def _take_answer_back(book: "RecordBook", contact: str) -> None:
    """The agent picked up and was never connected: the visit goes on."""
    visit = book.in_doubt.pop(contact, None)
    if visit is not None:
        visit.ended_at = visit.end = visit.agent = None
        book.visits[contact] = visit
        book.changes.note(visit)


FOLDS: dict[type[e.Fact], Callable[["RecordBook", int, Any], None]] = {
    e.OfferMade: _made,
    e.PopAcknowledged: _pop,
    e.RingStarted: _ring,
    e.PhoneRinging: _ringing,
    e.OfferAnswered: _answered,
    e.OfferExpired: over,
    e.OfferFailed: over,
    e.OfferWithdrawn: over,
}
