"""Sessions read or write; writers of SQLite wait for each other; an address that cannot work is refused by name."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from cti.database.connection import Database, DatabaseError, DatabaseUnreachable
from cti.database.models import Note


def note(contact: str) -> Note:
    return Note(contact=contact, agent="1001", note="", at=1)


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Note)) or 0


async def test_a_writing_session_commits_at_its_end(database: Database) -> None:
    async with database.writing() as session:
        session.add(note("a"))
    assert await count(database) == 1


async def test_a_writing_session_that_raises_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as session:
            session.add(note("a"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await count(database) == 0


async def test_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    async def add(i: int) -> None:
        async with database.writing() as session:
            await session.scalar(select(func.count()).select_from(Note))
            session.add(note(str(i)))

    await asyncio.gather(*(add(i) for i in range(20)))
    assert await count(database) == 20


async def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    async with database.writing() as session:
        session.add(note("a"))
        await session.flush()
        assert await count(database) == 0


async def test_sqlite_is_set_up_for_many_readers_and_checked_references(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'hotline.db'}")
    async with database.reading() as session:
        found = [await session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")]
    assert found == ["wal", 1]
    await database.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://somewhere/else", "sqlite:///file.db"])
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError, match="sqlite\\+aiosqlite://"):
        Database(url)


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    database = Database("postgresql+asyncpg://hotline:secret@127.0.0.1:1/hotline")
    with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1/hotline: no connection") as refused:
        await database.check_reachable()
    assert "secret" not in str(refused.value)
    await database.close()


async def test_a_folder_that_cannot_hold_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").mkdir()
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}")
    with pytest.raises(DatabaseUnreachable, match=r"hotline\.db: no connection: unable to open"):
        await database.check_reachable()
    await database.close()
