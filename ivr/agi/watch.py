"""One timer for many deadlines, one after another: most are met, so the timer is moved only when it must be."""

from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.interfaces import IDelayedCall


class Clock(Protocol):
    """What measures deadlines: a reactor, or Twisted's `task.Clock`."""

    def seconds(self) -> float:
        """Now, in seconds; never goes back."""

    def callLater(self, delay: float, callable: Callable[..., Any], /, *args: object) -> IDelayedCall:
        """Call after `delay` seconds."""


class Watch:
    """Calls `missed` when a deadline passes before it is met. At most one deadline runs at a time."""

    def __init__(self, clock: Clock, missed: Callable[[], object]) -> None:
        self._clock = clock
        self._missed = missed
        self._due: float | None = None
        self._timer: IDelayedCall | None = None
        self._rings_at = 0.0

    def expect(self, within_s: float) -> None:
        """Start a deadline."""
        self._due = self._clock.seconds() + within_s
        if self._timer is None:
            self._set(within_s)
        elif self._rings_at > self._due:
            self._timer.cancel()
            self._set(within_s)

    def met(self) -> None:
        """The deadline was met."""
        self._due = None

    def stop(self) -> None:
        """End it for good; leaves no timer behind."""
        self._due = None
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _set(self, delay: float) -> None:
        self._rings_at = self._clock.seconds() + delay
        self._timer = self._clock.callLater(delay, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._due is None:
            return
        left = self._due - self._clock.seconds()
        if left > 0:
            self._set(left)
        else:
            self._due = None
            self._missed()
