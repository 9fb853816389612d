"""Overload as this process sees it: what is measured and told to the floor, and that it is said once when one begins
and once when it ends.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from statistics import median_high

import structlog

from acd import events as e
from acd.overload import matters
from cti.journal.loop import FloorLoop

EVERY_S = 0.25
LOOKED_AT = 12
"""Timers whose middle one is told, three seconds: a standing delay counts, one long turn of the loop does not."""

log = structlog.get_logger()


class OverloadWatch:
    """Measures as long as it runs. `start` subscribes it to the floor's loop."""

    def __init__(self, loop: FloorLoop, measures: Mapping[e.Measure, Callable[[], int]]) -> None:
        """`measures`: besides the lag of the loop, which is measured here."""
        self._loop = loop
        self._measures = measures
        self._late_ms: deque[int] = deque(maxlen=LOOKED_AT)
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to measure."""
        self._loop.subscribe(self.read)
        self._expect_timer()

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _expect_timer(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + EVERY_S
        self._timer = loop.call_at(due, self._timer_came, due)

    def _timer_came(self, due: float) -> None:
        late = max(0.0, asyncio.get_running_loop().time() - due)
        self._expect_timer()
        self._late_ms.append(round(late * 1000))
        if len(self._late_ms) == LOOKED_AT:
            self._tell(e.Measure.LOOP_LAG, median_high(self._late_ms))
        for measure, value in self._measures.items():
            self._tell(measure, value())

    def _tell(self, measure: e.Measure, value: int) -> None:
        if matters(self._loop.floor, measure, value):
            self._loop.tell_if_fits(e.EngineMeasured(at=self._loop.now(), measure=measure, value=value))

    def read(self, number: int, fact: e.Fact) -> None:
        """Say what begins and what ends; who is shed in between is counted, not logged."""
        match fact:
            case e.OverloadBegan():
                log.warning(
                    "overload began: new calls are shed",
                    limit=fact.limit,
                    value=fact.value,
                    most=fact.most,
                    live=fact.live,
                    mend="see docs/load.md; hotline status shows it until it ends by itself",
                )
            case e.OverloadEnded():
                log.info("overload ended", limit=fact.limit, shed=fact.shed)
