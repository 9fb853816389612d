"""The clock of the floor: the wall's milliseconds, except that it never goes back and never stands still."""

import time
from collections.abc import Callable


class Clock:
    """Milliseconds since the epoch; when the wall clock is set back, the monotonic one carries on until overtaken."""

    def __init__(
        self,
        not_before: int = 0,
        *,
        wall_s: Callable[[], float] = time.time,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`not_before`: the last time already used, ms."""
        self._wall_s = wall_s
        self._monotonic_s = monotonic_s
        self._anchor_ms = max(wall_s() * 1000, float(not_before))
        self._anchor_monotonic_s = monotonic_s()

    def now(self) -> int:
        """The time, ms."""
        monotonic_s = self._monotonic_s()
        ours = self._anchor_ms + (monotonic_s - self._anchor_monotonic_s) * 1000
        wall = self._wall_s() * 1000
        if wall > ours:
            self._anchor_ms, self._anchor_monotonic_s = wall, monotonic_s
            ours = wall
        return int(ours)
