"""Every fact takes effect in the tables exactly once, whatever fails in between, and never holds anybody up."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from acd import events as e
from cti.database.connection import Database
from cti.database.models import Applied, Contact, Item, Visit
from cti.database.upgrade import upgrade
from cti.records import writer as module
from cti.records.writer import RecordsError, RecordWriter
from tests.acd.shift import Shift, plan
from tests.databases import Postgres


class Journal:
    """Numbered facts in memory."""

    def __init__(self, facts: list[e.Fact] | None = None) -> None:
        self.facts = facts if facts is not None else busy_shift(30)
        self.asked: list[int] = []

    def after(self, number: int) -> Iterator[tuple[int, e.Fact]]:
        self.asked.append(number)
        return ((i, fact) for i, fact in enumerate(self.facts[number:], number + 1))

    @property
    def last(self) -> int:
        return len(self.facts)


def busy_shift(calls: int) -> list[e.Fact]:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    for i in range(calls):
        shift.call(f"c{i}")
        shift.serve(f"c{i}", 5)
    return shift.history


async def rows(database: Database) -> list[tuple[str, int, int | None]]:
    async with database.reading() as session:
        columns = (Contact.contact, Contact.started_at, Contact.ended_at)
        return [(*row,) for row in await session.execute(select(*columns).order_by(Contact.started_at))]


async def answered(database: Database) -> int:
    async with database.reading() as session:
        wanted = select(func.count()).select_from(Visit).where(Visit.end == "answered")
        return await session.scalar(wanted) or 0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses too short to be noticed."""
    monkeypatch.setattr(module, "LINGER_S", 0.001)
    monkeypatch.setattr(module, "RETRY_S", (0.001, 0.01))


class Breaking(Database):
    """A database whose transactions fail so many times, before or after they were committed."""

    failures = 0
    after_commit = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.failed = asyncio.Semaphore(0)
        """Released once for each failure."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        fails = self.failures > 0
        if fails:
            self.failures -= 1
            self.failed.release()
        async with super().writing() as session:
            yield session
            if fails and not self.after_commit:
                raise OperationalError("COMMIT", {}, Exception("database is locked"))
        if fails:
            raise OperationalError("COMMIT", {}, Exception("connection lost"))


def breaking(database: Database) -> Breaking:
    return Breaking(database.connections.url.render_as_string(hide_password=False))


async def test_a_journal_that_was_there_first_is_caught_up_with(database: Database) -> None:
    journal = Journal()
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(journal.last)
    await writer.reached(journal.last)
    assert (writer.applied, writer.lag, writer.trouble) == (journal.last, 0, None)
    assert await answered(database) == 30
    await writer.stop()


async def test_facts_given_while_it_runs_are_written(database: Database) -> None:
    facts = busy_shift(5)
    journal = Journal([])
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(0)
    for number, fact in enumerate(facts, 1):
        writer.write(number, fact)
    await writer.reached(len(facts))
    assert await answered(database) == 5
    assert journal.asked == []
    await writer.stop()


async def test_a_restart_goes_on_where_it_stopped_with_what_was_open(database: Database) -> None:
    journal = Journal()
    everything = journal.facts
    for cut in (7, 60, 61, 150, len(everything)):
        journal.facts = everything[:cut]
        writer = RecordWriter(database, journal="test", facts_after=journal.after)
        await writer.start(cut)
        await writer.stop()
        assert writer.applied == cut
    assert await answered(database) == 30
    assert all(ended is not None for _, _, ended in await rows(database))


async def test_facts_given_before_and_during_the_catching_up_are_taken_once(database: Database) -> None:
    journal = Journal()
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    for number in range(journal.last - 10, journal.last + 1):
        writer.write(number, journal.facts[number - 1])
    await writer.start(journal.last)
    await writer.reached(journal.last)
    assert await answered(database) == 30
    await writer.stop()


async def test_facts_that_found_no_room_are_read_from_the_journal(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROOM", 10)
    monkeypatch.setattr(module, "BATCH", 7)
    journal = Journal()
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(0)
    for number, fact in enumerate(journal.facts, 1):
        writer.write(number, fact)
    assert writer.lag == journal.last
    await writer.reached(journal.last)
    assert await answered(database) == 30
    await writer.stop()


@pytest.mark.parametrize("after_commit", [False, True])
async def test_a_failing_transaction_is_tried_again_and_takes_effect_once(
    database: Database, after_commit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 50)
    fragile = breaking(database)
    journal = Journal()
    writer = RecordWriter(fragile, journal="test", facts_after=journal.after)
    await writer.start(journal.last)
    fragile.failures, fragile.after_commit = 4, after_commit
    await writer.reached(journal.last)
    assert writer.failures >= 2
    assert writer.trouble is None
    assert await answered(database) == 30
    await writer.stop()
    await fragile.close()


async def test_trouble_is_named_while_it_lasts_and_writing_a_fact_never_waits(database: Database) -> None:
    fragile = breaking(database)
    journal = Journal()
    writer = RecordWriter(fragile, journal="test", facts_after=journal.after)
    said: list[bool] = []
    writer.delayed = said.append
    await writer.start(0)
    fragile.failures = 10**9
    for number, fact in enumerate(journal.facts, 1):
        writer.write(number, fact)
    for _ in range(3):
        await fragile.failed.acquire()
    assert writer.trouble == "database is locked"
    assert writer.lag == journal.last
    fragile.failures = 0
    await writer.reached(journal.last)
    assert writer.trouble is None
    assert said == [True, False]
    await writer.stop()
    await fragile.close()


async def test_a_journal_that_does_not_reach_the_disk_is_trouble_while_it_lasts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISK_S", 0.001)
    named, on_disk = asyncio.Event(), asyncio.Event()

    async def waits(number: int) -> None:
        await on_disk.wait()

    class Watched(RecordWriter):
        def _disk_is_late(self, number: int) -> None:
            super()._disk_is_late(number)
            named.set()

    journal = Journal()
    writer = Watched(database, journal="test", facts_after=journal.after, on_disk=waits)
    await writer.start(journal.last)
    await named.wait()
    assert writer.trouble == "the journal does not reach the disk"
    assert writer.applied == 0
    on_disk.set()
    await writer.reached(journal.last)
    assert writer.trouble is None
    await writer.stop()


async def test_stopping_gives_up_on_a_database_that_is_gone_and_loses_nothing(database: Database) -> None:
    fragile = breaking(database)
    journal = Journal()
    writer = RecordWriter(fragile, journal="test", facts_after=journal.after)
    await writer.start(journal.last)
    fragile.failures = 10**9
    await writer.stop()
    assert writer.lag > 0
    again = RecordWriter(database, journal="test", facts_after=journal.after)
    await again.start(journal.last)
    await again.stop()
    assert await answered(database) == 30
    await fragile.close()


async def test_a_real_lock_held_by_somebody_else_is_waited_out(database: Database) -> None:
    journal = Journal()
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(0)
    async with database.writing() as session:
        await session.execute(text("UPDATE applied SET memory = memory"))
        for number, fact in enumerate(journal.facts, 1):
            writer.write(number, fact)
        await asyncio.sleep(0)
        assert await rows(database) == []
    await writer.reached(journal.last)
    assert await answered(database) == 30
    await writer.stop()


async def test_postgresql_restarted_under_load_misses_nothing_and_takes_nothing_twice(postgres: Postgres) -> None:
    name = await asyncio.to_thread(postgres.new)
    # As a server has it by itself: what was committed is there after a crash.
    await asyncio.to_thread(postgres.sql, f"ALTER DATABASE {name} SET synchronous_commit = on")
    database = Database(postgres.url(name))
    await upgrade(database)
    journal = Journal(busy_shift(300))
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(0)
    half = journal.last // 2
    for number, fact in enumerate(journal.facts[:half], 1):
        writer.write(number, fact)
    restart = asyncio.create_task(asyncio.to_thread(postgres.restart))
    for number, fact in enumerate(journal.facts[half:], half + 1):
        writer.write(number, fact)
        await asyncio.sleep(0)
    await restart
    async with asyncio.timeout(30):
        await writer.reached(journal.last)
    assert (await answered(database), writer.trouble) == (300, None)
    await writer.stop()
    await database.close()


async def start_refused(database: Database, journal: Journal) -> str:
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    with pytest.raises(RecordsError) as refused:
        await writer.start(journal.last)
    return str(refused.value)


async def written(database: Database, journal: Journal) -> None:
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(journal.last)
    await writer.stop()


async def test_a_journal_shorter_than_the_records_is_refused(database: Database) -> None:
    journal = Journal()
    await written(database, journal)
    said = await start_refused(database, Journal(journal.facts[:20]))
    assert f"they hold {journal.last} facts, the journal only 20" in said
    assert "give this node another name" in said


async def test_another_journal_of_the_same_length_is_refused(database: Database) -> None:
    journal = Journal()
    await written(database, journal)
    another = Journal([replace(fact, at=9) for fact in journal.facts])
    assert "is another one than theirs" in await start_refused(database, another)


async def test_a_journal_whose_beginning_is_gone_stops_the_records_and_says_so(database: Database) -> None:
    journal = Journal()

    def cut(number: int) -> Iterator[tuple[int, e.Fact]]:
        return ((i, fact) for i, fact in journal.after(number) if i > 40)

    writer = RecordWriter(database, journal="test", facts_after=cut)
    await writer.start(journal.last)
    with pytest.raises(RecordsError, match="fact 1 is not in the journal any more"):
        await writer.reached(journal.last)
    assert writer.trouble is not None
    await writer.stop()


async def test_a_second_writer_of_the_same_journal_is_noticed(database: Database) -> None:
    journal = Journal()
    one = RecordWriter(database, journal="test", facts_after=journal.after)
    other = RecordWriter(database, journal="test", facts_after=journal.after)
    await one.start(0)
    await other.start(0)
    for number, fact in enumerate(journal.facts[:30], 1):
        one.write(number, fact)
    await one.reached(30)
    for number, fact in enumerate(journal.facts[:20], 1):
        other.write(number, fact)
    with pytest.raises(RecordsError, match="another process writes them too"):
        await other.reached(20)
    await one.stop()
    await other.stop()


async def test_two_journals_are_counted_apart(database: Database) -> None:
    await written(database, Journal(busy_shift(1)))
    writer = RecordWriter(database, journal="other", facts_after=Journal([]).after)
    await writer.start(0)
    assert writer.applied == 0
    await writer.stop()
    async with database.reading() as session:
        assert sorted(await session.scalars(select(Applied.journal))) == ["other", "test"]


def set_back_sqlite(live: Path, before: Path) -> None:
    """Put an older copy of a database in its place, under those who have it open."""
    with closing(sqlite3.connect(before)) as source, closing(sqlite3.connect(live)) as target:
        source.backup(target)


async def test_a_database_set_back_to_an_older_state_is_filled_again_from_the_journal(tmp_path: Path) -> None:
    live, before = tmp_path / "hotline.db", tmp_path / "before.db"
    database = Database(f"sqlite+aiosqlite:///{live}")
    await upgrade(database)
    journal = Journal(busy_shift(20)[:50])
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(50)
    await writer.reached(50)
    await asyncio.to_thread(set_back_sqlite, before, live)
    await goes_on_after_a_set_back(writer, database, journal, lambda: asyncio.to_thread(set_back_sqlite, live, before))


async def test_a_postgresql_restored_from_an_older_backup_is_filled_again_from_the_journal(postgres: Postgres) -> None:
    name = await asyncio.to_thread(postgres.new)
    database = Database(postgres.url(name))
    await upgrade(database)
    journal = Journal(busy_shift(20)[:50])
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(50)
    await writer.reached(50)
    await database.connections.dispose()
    await asyncio.to_thread(postgres.sql, f"CREATE DATABASE {name}_before TEMPLATE {name}")

    async def restore() -> None:
        await database.connections.dispose()
        for renamed, to in ((name, f"{name}_lost"), (f"{name}_before", name)):
            await asyncio.to_thread(postgres.sql, f"ALTER DATABASE {renamed} RENAME TO {to}")

    await goes_on_after_a_set_back(writer, database, journal, restore)


async def goes_on_after_a_set_back(
    writer: RecordWriter, database: Database, journal: Journal, set_back: Callable[[], Awaitable[None]]
) -> None:
    """Write up to the fact before the last, set the database back to fact 50, write the last."""
    journal.facts += [*busy_shift(20)[50:], lost_caller()]
    for number, fact in enumerate(journal.facts[50:-1], 51):
        writer.write(number, fact)
    await writer.reached(journal.last - 1)
    await set_back()
    assert await answered(database) < 20
    writer.write(journal.last, journal.facts[-1])
    await writer.reached(journal.last)
    assert (writer.lost, writer.trouble) == (journal.last - 51, None)
    assert await answered(database) == 20
    assert await items(database) == ["lost"]
    await writer.stop()
    await database.close()


def lost_caller() -> e.CallOwed:
    """Of whom an item is to be made."""
    return e.CallOwed(
        at=10**9,
        contact="lost",
        number="138",
        callback="",
        asterisk="a",
        access="95000",
        queue="service",
        tier="standard",
    )


async def items(database: Database) -> list[str]:
    async with database.reading() as session:
        return list((await session.scalars(select(Item.contact))).all())


async def test_a_crash_between_a_fact_and_its_item_neither_loses_nor_doubles_it(database: Database) -> None:
    journal = Journal([*busy_shift(3), lost_caller()])
    dies_before, dies_after = breaking(database), breaking(database)
    dies_before.failures, dies_after.failures, dies_after.after_commit = 10**9, 10**9, True
    for fragile in (dies_before, dies_after):
        writer = RecordWriter(fragile, journal="test", facts_after=journal.after)
        failures, fragile.failures = fragile.failures, 0
        await writer.start(journal.last)
        fragile.failures = failures
        await fragile.failed.acquire()
        # Killed here: the fact is in the journal; of the item it does not know whether it was written.
        assert writer._task is not None
        writer._task.cancel()
        await fragile.close()
    writer = RecordWriter(database, journal="test", facts_after=journal.after)
    await writer.start(journal.last)
    await writer.reached(journal.last)
    await writer.stop()
    assert await items(database) == ["lost"]
