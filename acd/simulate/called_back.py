"""What callers do about callbacks in a rehearsal: ask while they wait, hang up, and pick up when they are dialled."""

from collections.abc import Callable
from functools import partial

from acd import commands as c
from acd import events as e
from acd.contact import WAITING
from acd.simulate.rehearsal import Rehearsal

Asks = Callable[[str], int | None]
"""Contact -> how long it waits before it asks to be called back, ms; None: it does not."""
PicksUp = Callable[[str, int], int | None]
"""(contact, attempt from 1) -> when the customer picks up after he is dialled, ms; None: he is busy."""

BOOKED_MS = 3_000
"""How long it takes to be told that it is booked, and to hang up."""


class CalledBack:
    """Callers who would rather be called back; each has a number of his own."""

    def __init__(self, rehearsal: Rehearsal, asks: Asks, picks_up: PicksUp) -> None:
        self._rehearsal = rehearsal
        self._asks = asks
        self._picks_up = picks_up
        rehearsal.on(e.ContactQueued, self._wait)
        rehearsal.on(c.LetGo, self._hang_up)
        rehearsal.on(e.CallbackDialled, self._ring)

    def _wait(self, fact: e.ContactQueued) -> None:
        after_ms = self._asks(fact.contact)
        if after_ms is not None:
            self._rehearsal.later(fact.at + after_ms, partial(self._ask, fact.contact))

    def _ask(self, contact: str) -> None:
        known = self._rehearsal.floor.contacts.get(contact)
        if known is not None and known.state is WAITING:
            self._rehearsal.tell(e.CallbackAsked(at=self._rehearsal.at, contact=contact, number=f"of {contact}"))

    def _hang_up(self, command: c.LetGo) -> None:
        at = self._rehearsal.at + BOOKED_MS
        self._rehearsal.enter(e.ContactEnded(at=at, contact=command.contact, cause=e.EndCause.HUNG_UP))

    def _ring(self, fact: e.CallbackDialled) -> None:
        after_ms = self._picks_up(fact.contact, fact.attempt)
        if after_ms is None:
            busy = e.CallbackFailure.BUSY
            self._rehearsal.enter(e.CallbackFailed(at=fact.at, offer=fact.offer, cause=busy))
        else:
            self._rehearsal.enter(e.CallbackAnswered(at=fact.at + after_ms, offer=fact.offer, channel=fact.contact))
