"""Consults as rows: a colleague's offer of a contact that talks, and his talk once the caller was handed over.

Such an offer answers no visit. One whose colleague was spoken with, without more, ends as `consulted`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from cti.database.models import Offer

if TYPE_CHECKING:
    from cti.records.book import RecordBook

CONSULTED = "consulted"


def open_consults(offers: dict[int, Offer]) -> dict[int, int]:
    """Colleague's offer = that of the talk, of open rows; handed over, the caller is connected with him."""
    return {
        row.offer: row.consult_of for row in offers.values() if row.consult_of is not None and row.connected_at is None
    }


def answered(book: "RecordBook", number: int, fact: e.OfferAnswered, offer: Offer) -> None:
    """The colleague picked up, unless the talk is over in which he was wanted."""
    if book.consults[offer.offer] in book.offers:
        offer.answered_at = fact.at
        offer.end = "answered"
        book.changes.note(offer)
        book.agents.change(offer.agent, number, fact)


def how_over(fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn, offer: Offer) -> str | None:
    """How a colleague's offer ended; None: as any other's."""
    return CONSULTED if isinstance(fact, e.OfferWithdrawn) and offer.answered_at is not None else None


def heir(book: "RecordBook", fact: e.AgentHungUp | e.AgentGivenUp) -> Offer | None:
    """The colleague with whom the caller goes on, as `acd.consult` has it."""
    if isinstance(fact, e.AgentHungUp) and fact.to != e.CONSULTED:
        return None
    consulted = (book.offers[one] for one, of in book.consults.items() if of == fact.offer and one in book.offers)
    return next((offer for offer in consulted if offer.answered_at is not None), None)


def hand_over(book: "RecordBook", offer: Offer, at: int) -> None:
    """Caller and colleague talk from now on."""
    del book.consults[offer.offer]
    offer.connected_at = at
    book.changes.note(offer)
    book.answered[offer.contact] = offer.offer
    book.begin_talk(offer, at)


def _asked(book: "RecordBook", number: int, fact: e.ConsultAsked) -> None:
    offer = book.moves(fact.offer, type(fact))
    if offer is not None:
        book.begin_hold(offer, fact.at)
        book.agents.change(offer.agent, number, fact)


def _offered(book: "RecordBook", number: int, fact: e.ConsultOffered) -> None:
    book.consults[fact.offer] = fact.of
    book.offer(number, fact, consult_of=fact.of)


FOLDS: dict[type[e.Fact], Callable[["RecordBook", int, Any], None]] = {
    e.ConsultAsked: _asked,
    e.ConsultOffered: _offered,
}
