"""Visits followed through facts, recorded or simulated: when each began, how long it waited, how it ended.

What happened and what a simulation gives are counted by this same code.
"""

from dataclasses import dataclass
from enum import StrEnum

from acd import events as e
from acd.contact import ENDED, IVR, TALKING, ContactState
from acd.fold import FoldedFloor
from acd.ledger import CUT_OFF


class VisitEnd(StrEnum):
    """How the waiting of a visit ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OTHERWISE = "otherwise"
    """Led elsewhere by a key or rule, back in the flow, or lost."""


@dataclass(slots=True, kw_only=True)
class Waited:
    """One visit as far as it is known; times are ms."""

    contact: str
    queue: str
    tier: str
    came: int
    since: int
    """When the contact first wanted an agent: the wait counts from then."""
    end: VisitEnd | None = None
    """None: it waits still."""
    wait_ms: int = 0
    """So long it waited until its end, or until now."""


GONE = frozenset({ENDED, IVR, ContactState.RELEASED})


class VisitsFollowed:
    """All visits, in the order they came. `look` is told each fact once the floor has folded it."""

    def __init__(self, floor: FoldedFloor) -> None:
        self._floor = floor
        self.all: list[Waited] = []
        self._open: dict[str, Waited] = {}
        """By contact: who waits, or was answered and is not gone yet."""
        self._of_offer: dict[int, str] = {}

    def look(self, fact: e.Fact) -> None:
        """Note what a fact changed for the visit it is about."""
        contact: str | None = getattr(fact, "contact", None)
        if type(fact) is e.ContactQueued:
            self._begin(fact.contact, fact.queue, fact.tier, fact.at, fact.since)
        elif type(fact) is e.ContactLeft:
            self._leave(fact)
            return
        elif type(fact) is e.ContactMoved:
            known = self._floor.contacts[fact.contact]
            self._begin(fact.contact, fact.queue, known.tier, fact.at, known.since)
        elif type(fact) is e.OfferMade:
            self._of_offer[fact.offer] = fact.contact
        elif contact is None:
            contact = self._of_offer.get(getattr(fact, "offer", 0))
        visit = self._open.get(contact) if contact is not None else None
        if visit is not None:
            self._compare(visit, fact)

    def _begin(self, contact: str, queue: str, tier: str, at: int, since: int) -> None:
        known = self._open.get(contact)
        if known is not None and known.end is None:
            return  # doubled by a reconnect
        visit = self._open[contact] = Waited(contact=contact, queue=queue, tier=tier, came=at, since=since)
        self.all.append(visit)

    def _leave(self, fact: e.ContactLeft) -> None:
        """By a key or rule: wherever it is by now, this visit is over."""
        visit = self._open.pop(fact.contact, None)
        if visit is not None and visit.end is None:
            self._end(visit, VisitEnd.OTHERWISE, fact.at)

    def _compare(self, visit: Waited, fact: e.Fact) -> None:
        contact = self._floor.contacts.get(visit.contact)
        state = contact.state if contact is not None else ENDED
        if state is TALKING:
            if visit.end is None:
                self._end(visit, VisitEnd.ANSWERED, fact.at)
        elif state not in GONE:
            visit.end = None  # waits, again when an answer came to nothing
        else:
            del self._open[visit.contact]
            if visit.end is None:
                gave_up = isinstance(fact, e.ContactEnded) and fact.cause not in CUT_OFF
                self._end(visit, VisitEnd.ABANDONED if gave_up else VisitEnd.OTHERWISE, fact.at)

    def _end(self, visit: Waited, end: VisitEnd, at: int) -> None:
        visit.end = end
        visit.wait_ms = at - visit.since

    def close(self, at: int) -> None:
        """Say of those who wait still how long they have by now."""
        for visit in self.all:
            if visit.end is None:
                visit.wait_ms = at - visit.since
