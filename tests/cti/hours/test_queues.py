"""Queues open and close by their hours, callbacks are dialled by theirs: at the start, in time, by every new plan."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from acd import events as e
from cti.hours.queues import QueueHours
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument
from cti.plan.read import read_file
from cti.plan.routing import routing

DEMO = read_file(Path(__file__).parents[3] / "config/plan.toml")
LABEL = {"zh-CN": "时间", "en": "Hours"}
WEDNESDAY = datetime(2026, 3, 4, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def with_hours(queues: dict[str, list[str]], calling: dict[str, list[str]] | None = None) -> PlanDocument:
    """The demo's plan; each of `queues` open on Wednesdays at these spans, customers of `calling` called then only."""
    wanted = DEMO.model_dump(mode="json", by_alias=True)
    for queue, spans in queues.items():
        wanted["hours"][queue] = {"label": LABEL, "week": {"wed": spans}}
        wanted["queues"][queue]["hours"] = queue
    for queue, spans in (calling or {}).items():
        wanted["hours"][f"{queue}_calls"] = {"label": LABEL, "week": {"wed": spans}}
        wanted["queues"][queue]["callback"] = {"hours": f"{queue}_calls"}
    return PlanDocument.model_validate(wanted)


class Doors:
    """A floor whose clock shows a time of our choosing until somebody waits; from then on it runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.told: list[e.Fact] = []
        self._news = asyncio.Event()
        self._runs_since: float | None = None

    def open(self, wall_s: float, queues: dict[str, list[str]], calling: dict[str, list[str]] | None = None) -> None:
        journal = JournalFiles(self._folder)
        clock = Clock(wall_s=lambda: wall_s + self._ran_s(), monotonic_s=self._ran_s)
        self.loop = FloorLoop(journal.open().floor, journal, clock)
        self.loop.subscribe(self._read)
        self.plan = with_hours(queues, calling)
        self.loop.tell(e.PlanChanged(at=self.loop.now(), plan=routing(self.plan)))
        self.hours = QueueHours(self.loop, lambda: self.plan)
        self.hours.start()

    def change(self, queues: dict[str, list[str]], calling: dict[str, list[str]] | None = None) -> None:
        self.plan = with_hours(queues, calling)
        self.loop.tell(e.PlanChanged(at=self.loop.now(), plan=routing(self.plan)))

    def _read(self, number: int, fact: e.Fact) -> None:
        self.told.append(fact)
        self._news.set()

    def _ran_s(self) -> float:
        return 0.0 if self._runs_since is None else time.monotonic() - self._runs_since

    async def until(self, true: Callable[[], bool]) -> None:
        if self._runs_since is None:
            self._runs_since = time.monotonic()
        async with asyncio.timeout(10):
            while not true():
                self._news.clear()
                await self._news.wait()

    @property
    def closed(self) -> list[str]:
        return self.loop.floor.state.closed

    @property
    def barred(self) -> list[str]:
        return self.loop.floor.state.dialling_barred


@pytest_asyncio.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    doors = Doors(tmp_path / "journal")
    yield doors
    doors.hours.stop()
    await doors.loop.stop()


@pytest.mark.asyncio
async def test_at_the_start_the_floor_is_told_what_is_closed(doors: Doors) -> None:
    doors.open(WEDNESDAY + 60, {"service": ["08:30-17:30"], "billing": ["09:00-17:30"], "repair": []})
    assert doors.closed == ["billing", "repair"]


@pytest.mark.asyncio
async def test_a_queue_opens_and_another_closes_when_their_moment_comes(doors: Doors) -> None:
    doors.open(WEDNESDAY - 0.2, {"service": ["08:30-17:30"], "billing": ["00:00-08:30"]})
    assert doors.closed == ["service"]
    await doors.until(lambda: doors.closed == ["billing"])
    at_most = int(WEDNESDAY * 1000) + 5000
    moments = [fact.at for fact in doors.told if isinstance(fact, e.QueueOpened)]
    assert all(int(WEDNESDAY * 1000) <= moment < at_most for moment in moments)


@pytest.mark.asyncio
async def test_other_hours_are_in_force_with_the_plan_that_has_them(doors: Doors) -> None:
    doors.open(WEDNESDAY, {"service": ["08:30-17:30"]})
    doors.change({"service": ["09:00-17:30"]})
    await doors.until(lambda: doors.closed == ["service"])
    doors.change({})
    await doors.until(lambda: doors.closed == [])


@pytest.mark.asyncio
async def test_what_the_floor_knows_already_is_not_told_again(doors: Doors) -> None:
    doors.open(WEDNESDAY, {"repair": []})
    told = [fact for fact in doors.told if isinstance(fact, e.QueueClosed)]
    again = QueueHours(doors.loop, lambda: doors.plan)
    again.start()
    again.stop()
    assert [fact for fact in doors.told if isinstance(fact, e.QueueClosed)] == told


@pytest.mark.asyncio
async def test_at_night_callbacks_are_barred_though_the_queue_is_open(doors: Doors) -> None:
    doors.open(WEDNESDAY - 60, {"service": ["00:00-24:00"]}, {"service": ["08:30-21:00"], "billing": ["00:00-24:00"]})
    assert (doors.closed, doors.barred) == ([], ["service"])


@pytest.mark.asyncio
async def test_the_ban_ends_and_begins_when_its_moment_comes(doors: Doors) -> None:
    doors.open(WEDNESDAY - 0.2, {}, {"service": ["08:30-21:00"], "billing": ["07:00-08:30"]})
    assert doors.barred == ["service"]
    await doors.until(lambda: doors.barred == ["billing"])
    shifts = [fact for fact in doors.told if isinstance(fact, e.DiallingBarred | e.DiallingAllowed)][-2:]
    assert [type(fact) for fact in shifts] == [e.DiallingBarred, e.DiallingAllowed]
    assert all(fact.at >= WEDNESDAY * 1000 for fact in shifts)


@pytest.mark.asyncio
async def test_a_queue_that_opens_before_its_customers_may_be_called_is_barred_first(doors: Doors) -> None:
    doors.open(WEDNESDAY - 0.2, {"service": ["08:30-17:30"]}, {"service": ["07:00-08:30"]})
    await doors.until(lambda: doors.closed == [])
    assert [type(fact) for fact in doors.told][-2:] == [e.DiallingBarred, e.QueueOpened]


@pytest.mark.asyncio
async def test_a_plan_without_the_ban_ends_it(doors: Doors) -> None:
    doors.open(WEDNESDAY, {}, {"service": []})
    assert doors.barred == ["service"]
    doors.change({}, {"service": ["08:00-21:00"]})
    await doors.until(lambda: doors.barred == [])
    doors.change({}, {"service": []})
    await doors.until(lambda: doors.barred == ["service"])
    doors.change({})
    await doors.until(lambda: doors.barred == [])
