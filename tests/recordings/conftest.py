"""Fixtures for everything under `recordings`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.database.connection import Database
from cti.records import writer
from recordings import capture
from tests.databases import database, postgres, template
from tests.recordings.floor import Floor

__all__ = ["database", "postgres", "template"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses too short to be noticed."""
    monkeypatch.setattr(capture, "CLOSE_S", 0.05)
    monkeypatch.setattr(capture, "LOOK_S", (0.001, 0.01))
    monkeypatch.setattr(capture, "RETRY_S", (0.001, 0.01))
    monkeypatch.setattr(writer, "LINGER_S", 0.001)


@pytest.fixture
async def floor(database: Database, impatient: None, tmp_path: Path) -> AsyncIterator[Floor]:
    floor = Floor(database, tmp_path)
    floor.shift.sign_in("1001", "1002")
    await floor.start()
    yield floor
    await floor.stop()
