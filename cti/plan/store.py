"""The plan's versions in the database: the newest is in force, none is ever changed or lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.connection import Database
from cti.database.models import PlanVersion
from cti.plan.changes import changes
from cti.plan.document import PlanDocument
from cti.plan.read import read_values, values_of
from cti.problems import Conflict, Problem


class PlanConflict(Conflict):
    """Somebody else changed the plan in the meantime."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One line of the plan's history."""

    version: int
    at: int
    who: str
    what: str


class PlanStore:
    """Reads and adds versions. It does not tell the router: whoever saves a plan tells it with `PlanChanged`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> PlanDocument | None:
        """The plan in force; None before the first one. Raises PlanError for one this hotline cannot read."""
        async with self._database.reading() as session:
            return await _newest(session)

    async def seed(self, plan: PlanDocument, *, at: int) -> PlanDocument:
        """Put the first plan in, if there is none; returns the plan in force."""
        found = await self.current()
        if found is not None:
            return found
        first = plan.numbered(1)
        async with self._database.writing() as session:
            session.add(_row(first, at, "seed", "first plan"))
        return first

    async def save(self, plan: PlanDocument, *, who: str, at: int) -> PlanDocument:
        """Put a new version in; returns it with its number. Saving what is in force already changes nothing.

        `plan.version` is the version it was made from. Raises PlanConflict when that is no longer the newest.
        """
        async with self._database.writing() as session:
            newest = await _newest(session)
            version = newest.version if newest else 0
            if newest is not None and plan.version != version:
                raise conflict(plan.version, version)
            what = changes(newest, plan) if newest else ["first plan"]
            if newest is not None and not what:
                return newest
            saved = plan.numbered(version + 1)
            session.add(_row(saved, at, who, "\n".join(what)))
            try:
                await session.flush()
            except IntegrityError:
                raise conflict(plan.version, saved.version) from None
        return saved

    async def version(self, version: int) -> PlanDocument | None:
        """The plan as it was in that version."""
        async with self._database.reading() as session:
            row = await session.get(PlanVersion, version)
            return _document(row) if row else None

    async def history(self, limit: int = 100) -> Sequence[PlanChange]:
        """Who changed what and when, newest first."""
        async with self._database.reading() as session:
            columns = (PlanVersion.version, PlanVersion.at, PlanVersion.who, PlanVersion.what)
            rows = await session.execute(select(*columns).order_by(PlanVersion.version.desc()).limit(limit))
            return [PlanChange(*row) for row in rows]


async def _newest(session: AsyncSession) -> PlanDocument | None:
    row = await session.scalar(select(PlanVersion).order_by(PlanVersion.version.desc()).limit(1))
    return _document(row) if row else None


def _document(row: PlanVersion) -> PlanDocument:
    return read_values(row.document, f"plan version {row.version} in the database")


def _row(plan: PlanDocument, at: int, who: str, what: str) -> PlanVersion:
    return PlanVersion(version=plan.version, at=at, who=who, what=what, document=values_of(plan))


def conflict(made_from: int, newest: int) -> PlanConflict:
    """A change that was not made from the plan in force."""
    what = f"made from version {made_from}, but version {newest} is in force"
    return PlanConflict(Problem("plan", what, "load the plan again and repeat the change"))
