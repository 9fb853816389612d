"""Every fact takes effect in the tables exactly once, whatever fails in between, and never holds anybody up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from acd import events as e
from cti.database.connection import Database
from cti.database.models import Applied, Contact, Visit
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
