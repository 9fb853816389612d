"""Who looked at what: the trail of looks at recordings and whole numbers, and of changes to people and plan.

Entries are only added; nothing here changes or removes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import AuditEntry as Row


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: when (ms), who (login), what, on what."""

    at: int
    who: str
    act: str
    subject: str
    detail: str = ""


class AuditTrail:
    """The append-only table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Write an entry; when this returns it is kept, so write first and show afterwards."""
        async with self._database.writing() as session:
            session.add(
                Row(at=entry.at, who=entry.who, act=entry.act, subject=entry.subject[:255], detail=entry.detail)
            )

    async def newest(
        self, *, who: str | None = None, subject: str | None = None, limit: int = 100
    ) -> Sequence[AuditEntry]:
        """The last entries, newest first, of one person or about one subject."""
        wanted = select(Row).order_by(Row.id.desc()).limit(limit)
        if who is not None:
            wanted = wanted.where(Row.who == who)
        if subject is not None:
            wanted = wanted.where(Row.subject == subject)
        async with self._database.reading() as session:
            return [
                AuditEntry(row.at, row.who, row.act, row.subject, row.detail) for row in await session.scalars(wanted)
            ]
