"""Bringing a database to the tables this hotline knows, and finding out how it stands."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from cti.database.connection import Database, DatabaseError
from cti.database.models import Base
from cti.problems import Problem

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
PLAIN_POSTGRES_LOCK = 0x686F746C
"""Key of the advisory lock that lets one process migrate at a time."""


class DatabaseNewer(DatabaseError):
    """The database was written by a newer hotline."""


class DatabaseOlder(DatabaseError):
    """The database has not been upgraded for this hotline yet."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Which version of the tables is there, and which one this hotline knows."""

    found: str | None
    """None: an empty database."""
    known: str

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be done."""
        return self.found == self.known


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


@cache
def known_versions() -> tuple[str, frozenset[str]]:
    """The version this hotline knows, and all there were on the way to it.

    Told by the names of the migrations: few starts have to run one, and loading Alembic takes a while.
    """
    found = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    if not found:
        raise RuntimeError(f"{MIGRATIONS}: no migration there; the installation is broken, install hotline anew")
    return found[-1], frozenset(found)


async def current(database: Database) -> Versions:
    """Which version the database is at. Raises DatabaseNewer, DatabaseUnreachable."""
    await database.check_reachable()
    async with database.connections.connect() as connection:
        found = await connection.run_sync(_found)
    return _refuse_newer(database, found)


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _refuse_newer(database: Database, found: str | None) -> Versions:
    known, ours = known_versions()
    if found is not None and found not in ours:
        what = f"its tables are of version {found}, newer than {known}, the newest this hotline knows"
        mend = "start the newer hotline again, or restore a backup made before its upgrade"
        raise DatabaseNewer(Problem(database.place, what, mend))
    return Versions(found, known)


async def upgrade(database: Database) -> Versions:
    """Bring the database to the newest version; returns what it was. Raises DatabaseNewer, DatabaseUnreachable.

    Several processes may call it at once: one migrates, the others wait and find the work done.
    """
    before = await current(database)
    if not before.is_current:
        async with database.connections.connect() as connection:
            await connection.run_sync(_upgrade, database.sqlite)
    return before


def _upgrade(connection: Connection, sqlite: bool) -> None:
    from alembic import command

    if sqlite:
        connection = connection.execution_options(hotline_writes=True)
    with connection.begin():
        if not sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PLAIN_POSTGRES_LOCK})")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


async def check(database: Database) -> list[str]:
    """How the tables differ from what this hotline expects, one line each; empty: not at all.

    Raises DatabaseNewer, DatabaseUnreachable.
    """
    versions = await current(database)
    if versions.found is None:
        return ["the database is empty"]
    async with database.connections.connect() as connection:
        return await connection.run_sync(_differences, versions)


def _differences(connection: Connection, versions: Versions) -> list[str]:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    lines = [] if versions.is_current else [f"its version is {versions.found}, not {versions.known}"]
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    flat: list[Any] = []
    for difference in compare_metadata(context, Base.metadata):
        flat.extend(difference if isinstance(difference, list) else [difference])
    return lines + [f"{one[0].replace('_', ' ')}: {one[-1]}" for one in flat]


async def require_current(database: Database) -> None:
    """Raises DatabaseOlder, DatabaseNewer or DatabaseUnreachable unless the database is as this hotline needs it."""
    versions = await current(database)
    if not versions.is_current:
        what = f"its tables are of version {versions.found or 'none'}, this hotline needs {versions.known}"
        raise DatabaseOlder(Problem(database.place, what, "run: hotline db upgrade"))
