"""Pages that only look on: everything on opening, then what changed, at most every quarter of a second."""

import asyncio
from abc import ABC, abstractmethod

from acd import events as e
from cti.desk.frames import Frame
from cti.desk.outbox import Sink
from cti.journal.loop import FloorLoop

COALESCE_S = 0.25

UNSEEN: frozenset[type[e.Fact]] = frozenset({e.TimePassed, e.PopAcknowledged, e.PhoneRinging})
"""Facts that change nothing for who looks on."""


class Onlookers(ABC):
    """All open pages of one kind. `start` subscribes them to the floor's loop."""

    def __init__(self, loop: FloorLoop) -> None:
        self._loop = loop
        self._sinks: dict[object, Sink] = {}
        self._due: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin reading facts."""
        self._loop.subscribe(self.read)

    def stop(self) -> None:
        """Push no more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def open(self, sink: Sink) -> object:
        """A page opened: it gets everything now, then what changes. Returns what `close` wants."""
        if not self._sinks:
            self._begin()
        key = object()
        sink(self._everything().model_dump_json())
        self._sinks[key] = sink
        return key

    def close(self, key: object) -> None:
        """That page is gone."""
        self._sinks.pop(key, None)

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact: pages will show it within the quarter second."""
        if self._sinks and self._due is None and type(fact) not in UNSEEN:
            self._due = asyncio.get_running_loop().call_later(COALESCE_S, self._push)

    def _push(self) -> None:
        self._due = None
        news = self._changes() if self._sinks else None
        if news is None:
            return
        text = news.model_dump_json()
        for sink in list(self._sinks.values()):
            sink(text)

    @abstractmethod
    def _begin(self) -> None:
        """Changes count from now: nobody looked on before."""

    @abstractmethod
    def _everything(self) -> Frame:
        """What a page gets on opening."""

    @abstractmethod
    def _changes(self) -> Frame | None:
        """What changed since it was asked last; None: nothing."""
