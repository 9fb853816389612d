"""A database gets the tables this hotline knows; one from a newer hotline is left alone and named."""

import asyncio
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from cti.database.connection import Database
from cti.database.upgrade import (
    MIGRATIONS,
    DatabaseNewer,
    DatabaseOlder,
    check,
    current,
    known_versions,
    require_current,
    upgrade,
)


async def test_an_empty_database_is_brought_to_the_newest_version(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    before = await current(database)
    assert before.found is None
    assert await check(database) == ["the database is empty"]
    assert await upgrade(database) == before
    after = await current(database)
    assert after.is_current
    assert after.found == before.known
    await require_current(database)
    await database.close()


def test_the_versions_are_told_by_the_files_as_alembic_has_them() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    ours = frozenset(script.revision for script in scripts.walk_revisions())
    assert known_versions() == (scripts.get_current_head(), ours)


async def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    assert await check(database) == []


async def test_a_second_upgrade_does_nothing(database: Database) -> None:
    assert (await upgrade(database)).is_current


async def test_two_upgrades_at_once_do_the_work_once(empty_database_url: str) -> None:
    one, other = Database(empty_database_url), Database(empty_database_url)
    await asyncio.gather(upgrade(one), upgrade(other))
    assert await check(one) == []
    await one.close()
    await other.close()


async def test_a_newer_database_is_refused_naming_both_versions_and_the_mend(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database)
    known = (await current(database)).known
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (current, upgrade, check, require_current):
        with pytest.raises(DatabaseNewer, match=f"version 9999, newer than {known}.*restore a backup"):
            await act(database)
    await database.close()


async def test_a_database_without_tables_is_told_to_be_upgraded(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(DatabaseOlder, match=r"version none, this hotline needs .*: run: hotline db upgrade"):
        await require_current(database)
    await database.close()


async def test_a_table_that_differs_is_named(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await upgrade(database)
    async with database.writing() as session:
        await session.execute(text("ALTER TABLE notes ADD COLUMN stray INTEGER"))
    assert [line.split(":")[0] for line in await check(database)] == ["remove column"]
    await database.close()


async def test_a_half_done_upgrade_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cti.database import upgrade as module

    def fails(*_: object) -> None:
        connection = module_config.attributes["connection"]
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("power cut")

    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}")
    module_config = module._config()
    monkeypatch.setattr(module, "_config", lambda: module_config)
    monkeypatch.setattr("alembic.command.upgrade", fails)
    with pytest.raises(RuntimeError, match="power cut"):
        await upgrade(database)
    async with database.reading() as session:
        assert (await session.execute(text("SELECT name FROM sqlite_master"))).all() == []
    await database.close()
