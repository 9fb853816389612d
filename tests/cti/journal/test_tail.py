"""The journal's tail: lines wait while the disk refuses, and are said to be on the disk only when they are."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from acd import events as e
from cti.journal import tail as tail_module
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.journal.tail import JournalTail


class Disk:
    """Refuses to write or to sync while told to; counts the tries."""

    def __init__(self, journal: JournalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.broken = False
        self.tries = 0
        self.tried = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._append = journal.append
        self._sync = journal.sync
        monkeypatch.setattr(journal, "append", self.append)
        monkeypatch.setattr(journal, "sync", self.sync)

    def append(self, first: int, lines: list[bytes]) -> None:
        self.tries += 1
        if self.full:
            raise OSError(28, "No space left on device")
        self._append(first, lines)

    def sync(self) -> None:
        self.tries += 1
        self._loop.call_soon_threadsafe(self.tried.set)
        if self.broken:
            raise OSError(5, "Input/output error")
        self._sync()


@pytest_asyncio.fixture
async def journal(tmp_path: Path) -> AsyncIterator[JournalFiles]:
    files = JournalFiles(tmp_path)
    files.open()
    yield files
    files.close()


@pytest_asyncio.fixture
async def disk(journal: JournalFiles, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(journal, monkeypatch)


@pytest_asyncio.fixture
async def tail(journal: JournalFiles, disk: Disk) -> AsyncIterator[JournalTail]:
    tail = JournalTail(journal, 0)
    yield tail
    await tail.stop()


def passed(at: int) -> list[e.Fact]:
    return [e.TimePassed(at=at)]


async def test_a_fact_is_in_the_file_at_once_and_said_to_be_on_the_disk_after_a_sync(
    tail: JournalTail, journal: JournalFiles, disk: Disk
) -> None:
    tail.take(passed(1))
    assert [number for number, _ in journal.read()] == [1]
    assert not disk.tried.is_set()
    async with asyncio.timeout(5):
        await tail.on_disk(1)
    assert disk.tried.is_set()


async def test_what_waits_is_written_when_the_disk_allows_it_though_nothing_more_is_told(
    tail: JournalTail, journal: JournalFiles, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    disk.full = True
    tail.take(passed(1))
    assert tail.fault is not None
    disk.full = False
    async with asyncio.timeout(5):
        await tail.on_disk(1)
    assert tail.fault is None
    assert [number for number, _ in journal.read()] == [1]


async def test_while_the_disk_refuses_events_do_not_try_it_again_nor_encode_old_facts_again(
    tail: JournalTail, journal: JournalFiles, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[int] = []

    def counted(number: int, fact: e.Fact) -> bytes:
        encoded.append(number)
        return write_line(number, fact)

    monkeypatch.setattr(tail_module, "write_line", counted)
    disk.full = True
    for at in range(1, 101):
        tail.take(passed(at))
    assert disk.tries == 1
    assert encoded == list(range(1, 101))
    disk.full = False
    assert tail.write()
    tail.take(passed(101))
    assert [number for number, _ in journal.read()] == list(range(1, 102))


async def test_a_sync_that_fails_is_a_fault_until_one_succeeds(
    tail: JournalTail, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    disk.broken = True
    tail.take(passed(1))
    async with asyncio.timeout(5):
        await disk.tried.wait()
        while tail.fault is None:
            disk.tried.clear()
            await disk.tried.wait()
    disk.broken = False
    async with asyncio.timeout(5):
        await tail.on_disk(1)
    assert tail.fault is None


async def test_stopping_brings_everything_onto_the_disk(journal: JournalFiles, disk: Disk) -> None:
    tail = JournalTail(journal, 0)
    tail.take(passed(1))
    await tail.stop()
    async with asyncio.timeout(5):
        await tail.on_disk(1)
