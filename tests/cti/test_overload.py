"""What the process measures of itself, and what it says of an overload."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio
from structlog.testing import capture_logs

from acd import events as e
from acd.plan import Limit, Overload
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from cti.overload import LOOKED_AT, OverloadWatch
from tests.acd.shift import plan

ARI = e.Measure.ARI


@pytest_asyncio.fixture
async def bearing(tmp_path: Path) -> AsyncIterator[FloorLoop]:
    """A floor that bears timers late by 250 ms, and ten requests under way."""
    journal = JournalFiles(tmp_path)
    loop = FloorLoop(journal.open().floor, journal, Clock())
    engine: dict[str, Limit] = {e.Measure.LOOP_LAG: Limit(most=250, resume=125), ARI: Limit(most=10, resume=5)}
    loop.tell(e.PlanChanged(at=loop.now(), plan=replace(plan("1001"), overload=Overload(engine=engine))))
    yield loop
    await loop.stop()
    journal.close()


def late(watch: OverloadWatch, *seconds: float) -> None:
    """Let timers come so late."""
    for one in seconds:
        watch._timer_came(asyncio.get_running_loop().time() - one)
        watch.stop()


async def test_a_standing_delay_is_an_overload_and_one_long_turn_of_the_loop_is_not(bearing: FloorLoop) -> None:
    watch = OverloadWatch(bearing, {})
    late(watch, *(2.0 if place == 3 else 0.0 for place in range(3 * LOOKED_AT)))
    assert not bearing.floor.state.overloads
    late(watch, *([0.4] * LOOKED_AT))
    assert list(bearing.floor.state.overloads) == ["loop_lag_ms"]
    late(watch, *([0.0] * LOOKED_AT))
    assert not bearing.floor.state.overloads


async def test_it_is_said_once_when_it_begins_and_once_when_it_ends(bearing: FloorLoop) -> None:
    under_way = 11
    watch = OverloadWatch(bearing, {ARI: lambda: under_way})
    watch.start()
    before = bearing.floor.number
    with capture_logs() as said:
        late(watch, *([0.0] * 5))
        bearing.tell(
            e.ContactStarted(at=bearing.now(), contact="a", asterisk="x", channel="a", access="95000", caller="")
        )
        under_way = 5
        late(watch, *([0.0] * 5))
    assert [(one["event"], one["limit"]) for one in said] == [
        ("overload began: new calls are shed", "ari_requests"),
        ("overload ended", "ari_requests"),
    ]
    assert said[1]["shed"] == 1
    # Nothing is written down but what begins and ends it.
    assert bearing.floor.number == before + len(("measured", "began", "started", "shed", "measured", "ended"))
