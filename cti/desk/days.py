"""The day's figures on the boards: counted from the records a few seconds after a visit began or ended."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

import structlog

from acd import events as e
from cti.desk.frames import DayFigures, DayFrame, Quarter
from cti.desk.outbox import Sink
from cti.journal.loop import FloorLoop
from cti.records.day import STEP_MS, QuarterFigures

GATHER_S = 3.0
"""How long changes are gathered: the records follow the facts within tenths of a second."""
RENEW_S = 60.0
"""What is said of now grows old by itself."""
NOW_QUARTERS = 2
"""Quarters of an hour that count as now: the present one and the one before."""

CHANGES: frozenset[type[e.Fact]] = frozenset({e.ContactQueued, e.OfferAnswered, e.ContactEnded, e.PlanChanged})

CountDay = Callable[[int], Awaitable[Sequence[QuarterFigures]]]
"""Gives the quarters since a moment, ms."""

log = structlog.get_logger()


class Days:
    """Pushes a `day` frame to every open board when the day's figures changed. `start` subscribes it to the facts."""

    def __init__(self, loop: FloorLoop, count: CountDay) -> None:
        self._loop = loop
        self._count = count
        self._sinks: dict[object, Sink] = {}
        self._due: asyncio.TimerHandle | None = None
        self._counting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin reading facts."""
        self._loop.subscribe(self.read)

    async def stop(self) -> None:
        """Push no more."""
        self._sinks.clear()
        if self._due is not None:
            self._due.cancel()
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)

    def open(self, sink: Sink) -> object:
        """A board opened: it gets the day soon. Returns what `close` wants."""
        key = object()
        self._sinks[key] = sink
        self._set(0)
        return key

    def close(self, key: object) -> None:
        """That board is gone."""
        self._sinks.pop(key, None)

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact."""
        if type(fact) in CHANGES and self._sinks:
            self._set(GATHER_S)

    def _set(self, after_s: float) -> None:
        clock = asyncio.get_running_loop()
        if self._due is not None:
            if self._due.when() <= clock.time() + after_s:
                return
            self._due.cancel()
        self._due = clock.call_later(after_s, self._begin)

    def _begin(self) -> None:
        self._due = None
        if self._counting is not None and not self._counting.done():
            self._set(GATHER_S)
        elif self._sinks:
            self._counting = asyncio.get_running_loop().create_task(self._push())

    async def _push(self) -> None:
        try:
            now = self._loop.now()
            since = midnight(now)
            frame = day_frame(await self._count(since), seq=self._loop.floor.number, now=now, since=since)
            text = frame.model_dump_json()
            for sink in list(self._sinks.values()):
                sink(text)
        except Exception as error:
            # The database may be away: boards keep what they show, and are told later.
            log.warning("the day was not counted", error=str(error))
        self._set(RENEW_S)


def midnight(at: int) -> int:
    """The beginning of the day that holds this moment, in this machine's time zone; both ms."""
    local = datetime.fromtimestamp(at / 1000).astimezone()
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def day_frame(quarters: Sequence[QuarterFigures], *, seq: int, now: int, since: int) -> DayFrame:
    """The frame that tells these quarters: sums by queue of the day and of now, and the curve over all queues."""
    lately = since + ((now - since) // STEP_MS - NOW_QUARTERS + 1) * STEP_MS
    by_time: dict[int, list[QuarterFigures]] = {}
    for quarter in quarters:
        by_time.setdefault(quarter.at, []).append(quarter)
    return DayFrame(
        seq=seq,
        at=now,
        since=since,
        step_ms=STEP_MS,
        now_since=max(since, lately),
        today=_by_queue(quarters),
        lately=_by_queue(quarter for quarter in quarters if quarter.at >= lately),
        curve=[
            Quarter(
                at=at,
                entered=sum(one.entered for one in some),
                answered=sum(one.answered for one in some),
                abandoned=sum(one.abandoned for one in some),
            )
            for at, some in sorted(by_time.items())
        ],
    )


def _by_queue(quarters: Iterable[QuarterFigures]) -> list[DayFigures]:
    of_queue: dict[str, list[QuarterFigures]] = {}
    for quarter in quarters:
        of_queue.setdefault(quarter.queue, []).append(quarter)
    return [
        DayFigures(
            queue=queue,
            entered=sum(one.entered for one in some),
            answered=sum(one.answered for one in some),
            answered_within=sum(one.answered_within for one in some),
            abandoned=sum(one.abandoned for one in some),
            abandoned_within=sum(one.abandoned_within for one in some),
        )
        for queue, some in of_queue.items()
    ]
