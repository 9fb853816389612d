"""What was pushed to one agent's pages: sent to those that are open, kept a while for one that comes back."""

from collections import deque
from collections.abc import Callable

from cti.desk.frames import Frame

KEPT = 256
"""Frames kept for a page that comes back, about a busy quarter of an hour."""

Sink = Callable[[str], None]
"""Takes one frame as JSON text for one open page; must neither block nor raise."""


class Outbox:
    """The pushes to one agent, in order of `seq`."""

    def __init__(self, since: int) -> None:
        """Complete for everything after fact number `since`."""
        self._kept: deque[tuple[int, str]] = deque()
        self._complete_after = since
        self.sinks: dict[object, Sink] = {}

    def push(self, frame: Frame) -> None:
        """Send a frame to every open page, and keep it."""
        text = frame.model_dump_json()
        if len(self._kept) == KEPT:
            self._complete_after = self._kept.popleft()[0]
        self._kept.append((frame.seq, text))
        for sink in list(self.sinks.values()):
            sink(text)

    def after(self, seq: int, newest: int) -> list[str] | None:
        """The frames after `seq`, or None when they are not all kept or `seq` is not of this journal.

        `newest`: the number of the last fact there is.
        """
        if seq < self._complete_after or seq > newest:
            return None
        return [text for number, text in self._kept if number > seq]
