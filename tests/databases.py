"""Databases for tests: a SQLite file, and a PostgreSQL server of the tests' own."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from cti.database.connection import Database
from cti.database.models import Base
from cti.database.upgrade import upgrade


def _programs() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


@dataclass
class Postgres:
    """A running server that listens on a socket in its own folder only."""

    programs: Path
    folder: Path
    made: int = 0
    shared: str | None = None
    """The database that tests use one after another."""

    def run(self, program: str, *words: str) -> None:
        user = "postgres" if os.getuid() == 0 else None
        done = subprocess.run(
            [self.programs / program, *words],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def start(self) -> None:
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.run("initdb", "-D", "data", "-A", "trust", "-U", "hotline", "--no-sync", "-E", "UTF8", "--locale=C")
        settings = "fsync=off synchronous_commit=off full_page_writes=off listen_addresses="
        options = " ".join(f"-c {setting}" for setting in settings.split())
        self.run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", f"-k {self.folder} {options}", "start")

    def restart(self) -> None:
        """As after a crash: no connection is told."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "restart")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def sql(self, command: str) -> None:
        self.run("psql", "-h", str(self.folder), "-U", "hotline", "-q", "-c", command, "postgres")

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://hotline@/{name}?host={self.folder}"

    def new(self) -> str:
        """Make a database; returns its name."""
        self.made += 1
        name = f"test_{self.made}"
        self.sql(f"CREATE DATABASE {name}")
        return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server; it runs as PostgreSQL's system user when we are root."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    server = Postgres(programs, folder)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; a test that asks for it runs once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new()
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file with all tables is, or is to be made, for tests to copy."""
    return tmp_path_factory.mktemp("template") / "hotline.db"


@pytest_asyncio.fixture(params=["sqlite", "postgresql"], loop_scope="session")
async def database(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> AsyncIterator[Database]:
    """A database with all tables, empty; a test that asks for it runs once for each kind.

    A test that changes the tables themselves takes `empty_database_url`.
    """
    if request.param == "sqlite":
        if not await asyncio.to_thread(template.exists):
            await _with_tables(f"sqlite+aiosqlite:///{template}")
        found = Database(f"sqlite+aiosqlite:///{shutil.copy(template, tmp_path)}")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        if server.shared is None:
            name = await asyncio.to_thread(server.new)
            await _with_tables(server.url(name))
            server.shared = name
        found = Database(server.url(server.shared))
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        async with found.writing() as session:
            # The audit trail cannot be emptied while its trigger is awake.
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            await session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    yield found
    await found.close()


async def _with_tables(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()
