"""What /readyz says of the parts that wiring joins."""

from pathlib import Path
from typing import ClassVar

from config.wiring import recordings_check
from cti.api.health import Live
from cti.database.connection import Database
from cti.database.upgrade import upgrade
from recordings.capture import Capture, Rule
from recordings.shelf import Shelf


class Records:
    """Facts are in the tables at once, or the tables are gone."""

    def __init__(self) -> None:
        self.fault: str | None = None

    async def reached(self, number: int) -> None:
        if self.fault is not None:
            raise OSError(self.fault)


class NoSamples:
    seed = "nobody's"
    share = 0.0
    agents: ClassVar[dict[str, float]] = {}


async def test_recordings_that_cannot_be_made_degrade_and_the_reason_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}")
    await upgrade(database)
    records = Records()
    capture = Capture(
        folders={"pbx": tmp_path},
        shelf=Shelf(tmp_path / "recordings", database),
        records=records,
        rule=lambda: Rule(NoSamples(), 1),
        now=lambda: 0,
    )
    try:
        check = recordings_check(capture)
        await capture.start(0)
        await capture.settled()
        assert (await check()).state is Live.UP
        records.fault = "the tables are gone"
        await capture.start(0)
        await capture.settled()
        answer = await check()
        assert answer.state is Live.DEGRADED
        assert "the tables are gone" in answer.detail
    finally:
        await capture.stop()
        await database.close()
