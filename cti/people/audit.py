"""Who looked at what: the trail of looks at recordings and whole numbers, and of changes to people and plan.

Entries are only added: the database refuses to change or remove one, and each has a digest over itself and the entry
before it. Whoever can get around the first is found out by the second, as long as one later digest is kept elsewhere:
each is in the log too.
"""

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.connection import Database
from cti.database.models import AuditEntry as Row

BEGINNING = "0" * 64
"""What stands for the digest before the first entry."""
POSTGRES_LOCK = 0x61756474
"""Key of the advisory lock that lets one entry be added at a time."""
PAGE = 1000
"""Entries read at a time."""

# The standard library's: commands that add an entry have set up no log, and are to print nothing.
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: when (ms), who (login), what, on what."""

    at: int
    who: str
    act: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept: its number and its digest."""

    number: int
    entry: AuditEntry
    digest: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the trail is not as it was written: this entry does not follow from the one before it."""

    number: int
    what: str


def digest_of(before: str, number: int, entry: AuditEntry) -> str:
    """SHA-256, hexadecimal, over the digest before and every field. It can never change: old entries must fit it."""
    fields = (before, number, entry.at, entry.who, entry.act, entry.subject, entry.detail)
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def break_at(before: Kept | None, this: Kept) -> Break | None:
    """What is wrong between an entry and the one before it (None: it is the first); None: nothing."""
    digest, number = (before.digest, before.number) if before is not None else (BEGINNING, 0)
    if digest_of(digest, this.number, this.entry) == this.digest:
        return None
    if this.number > number + 1:
        return Break(this.number, f"what stood between {number} and {this.number} was taken out or changed")
    return Break(this.number, "it was changed" if before is None else f"it was changed, or {number} was")


class AuditTrail:
    """The append-only table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Write an entry; when this returns it is kept, so write first and show afterwards."""
        entry = AuditEntry(entry.at, entry.who, entry.act, entry.subject[:255], entry.detail)
        async with self._database.writing() as session:
            if not self._database.sqlite:
                await session.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
            last = await session.scalar(select(Row).order_by(Row.id.desc()).limit(1))
            number, before = (last.id + 1, last.digest) if last is not None else (1, BEGINNING)
            digest = digest_of(before, number, entry)
            session.add(
                Row(
                    id=number,
                    at=entry.at,
                    who=entry.who,
                    act=entry.act,
                    subject=entry.subject,
                    detail=entry.detail,
                    digest=digest,
                )
            )
        log.info("audited %d:%s who=%s act=%s", number, digest, entry.who, entry.act)

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
            return [_kept(row).entry for row in await session.scalars(wanted)]

    async def every(self) -> AsyncIterator[Kept]:
        """All of it, oldest first."""
        async with self._database.reading() as session:
            last: int | None = None
            while page := await _page(session, last):
                for row in page:
                    yield _kept(row)
                last = page[-1].id
                session.expunge_all()


async def _page(session: AsyncSession, after: int | None) -> Sequence[Row]:
    wanted = select(Row).order_by(Row.id).limit(PAGE)
    if after is not None:
        wanted = wanted.where(Row.id > after)
    return (await session.scalars(wanted)).all()


def _kept(row: Row) -> Kept:
    return Kept(row.id, AuditEntry(row.at, row.who, row.act, row.subject, row.detail), row.digest)
