"""One database: its address, its connections, and the two ways to open a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from cti.problems import Problem, Refused

BUSY_MS = 5_000
"""How long SQLite waits for another writer before it gives up."""
DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
KEPT = 8
"""SQLite connections at once, all kept: one is a thread and costs more to begin than what it is asked."""
CACHE_KB = 256
"""Pages that each of them keeps; the system has the whole file at hand besides."""
STATEMENTS = 64
"""Prepared ones that each of them keeps, some 5 kB apiece: a list of contacts makes another one for each length."""
_WRITES = "hotline_writes"


class DatabaseError(Refused):
    """The database cannot be used."""


class DatabaseUnreachable(DatabaseError):
    """Nobody answers at the address, or it refuses us."""


class Database:
    """A SQLite file or a PostgreSQL database, by its SQLAlchemy address.

    `reading()` and `writing()` give sessions. A writing session commits at its end and rolls back when it raises. It
    takes SQLite's write lock at its beginning, so that it waits for other writers instead of failing half-way.
    """

    def __init__(self, url: str) -> None:
        """Raises DatabaseError for an address that is none; connects only when used."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise DatabaseError(
                Problem("database url", "is not an address", f"begin it with {DRIVERS[0]}://")
            ) from None
        self.place = parsed.render_as_string(hide_password=True)
        """The address without its password, for messages."""
        if parsed.drivername not in DRIVERS:
            mend = f"use {DRIVERS[0]}:///FILE or {DRIVERS[1]}://USER@HOST/NAME"
            raise DatabaseError(Problem(self.place, f"no driver {parsed.drivername!r} here", mend))
        self.sqlite = parsed.drivername == DRIVERS[0]
        if self.sqlite and parsed.database not in (None, "", ":memory:"):
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        self.connections = _connect(url, self.sqlite)
        self._reading = async_sessionmaker(self.connections, expire_on_commit=False)
        writing = self.connections.execution_options(**{_WRITES: True})
        self._writing = async_sessionmaker(writing, expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for looking things up; what it changes is not kept."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block."""
        async with self._writing() as session, session.begin():
            yield session

    async def check_reachable(self) -> None:
        """Raises DatabaseUnreachable when no connection can be had."""
        try:
            async with self.connections.connect():
                pass
        except (OSError, DBAPIError) as error:
            why = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
            mend = "make the file's folder writable" if self.sqlite else "start PostgreSQL or mend the address"
            raise DatabaseUnreachable(Problem(self.place, f"no connection: {why}", mend)) from error

    async def close(self) -> None:
        """Close all connections."""
        await self.connections.dispose()


def _connect(url: str, sqlite: bool) -> AsyncEngine:
    if not sqlite:
        return create_async_engine(url, pool_pre_ping=True)
    # The one used last is taken first: what a connection has cached is for few of them.
    kept = {
        "pool_size": KEPT,
        "max_overflow": 0,
        "pool_use_lifo": True,
        "connect_args": {"cached_statements": STATEMENTS},
    }
    in_memory = make_url(url).database in (None, "", ":memory:")
    connections = create_async_engine(url, **({} if in_memory else kept))

    @event.listens_for(connections.sync_engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver's own transactions begin too late for a read to be part of them: BEGIN is ours, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KB}",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(connections.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return connections
