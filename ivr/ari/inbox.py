"""What one connection receives: each text becomes an answer or an event, and events reach the listener in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from ivr.ari.frames import FrameError, RawEvent, read_frame
from ivr.ari.generated import AnyEvent, ApplicationReplaced, Event, RESTResponse

if TYPE_CHECKING:
    from ivr.ari.pending import AriCounts

log = structlog.get_logger(__name__)

AriEvent = AnyEvent | RawEvent
AriListener = Callable[[AriEvent], None]


class Replaced(Exception):
    """Another program has opened the same application: no more events come here."""


class Inbox:
    """Reads texts; `on_answer` gets the answers at once, `on_event` the events once `release` was called.

    Until then events are held: the filter is not set yet, and the listener has not been told that the link is up.
    Nothing that comes in ends it but `Replaced`: a broken text is counted and logged, and so is a listener that raises.
    """

    def __init__(
        self,
        name: str,
        wanted: frozenset[type[Event]],
        counts: AriCounts,
        on_answer: Callable[[RESTResponse], None],
        on_event: AriListener,
    ) -> None:
        self._name = name
        self._wanted = wanted
        self._counts = counts
        self._on_answer = on_answer
        self._on_event = on_event
        self._held: list[AriEvent] | None = []

    def take(self, text: bytes) -> None:
        """Take one text; raises `Replaced`."""
        try:
            event = read_frame(text)
        except FrameError as error:
            self.broken(str(error))
            return
        if isinstance(event, RESTResponse):
            self._on_answer(event)
        elif isinstance(event, ApplicationReplaced):
            raise Replaced
        elif self._held is not None:
            self._held.append(event)
        else:
            self._deliver(event)

    def broken(self, why: str) -> None:
        """Count and log a frame that is none."""
        self._counts.broken += 1
        log.warning("ari frame unreadable", link=self._name, why=why)

    def release(self) -> None:
        """Deliver what was held, and from now on everything at once."""
        held, self._held = self._held or (), None
        for event in held:
            self._deliver(event)

    def _deliver(self, event: AriEvent) -> None:
        counts = self._counts
        if isinstance(event, RawEvent):
            counts.unknown += 1
            log.warning("ari event unknown", link=self._name, type=event.type, why=event.why)
        elif type(event) not in self._wanted:
            counts.unwanted += 1
            return
        counts.events += 1
        try:
            self._on_event(event)
        except Exception:
            counts.failed += 1
            log.exception("ari event listener failed", link=self._name, type=type(event).__name__)
