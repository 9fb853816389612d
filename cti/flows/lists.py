"""Lists of callers: black, grey (self-service only), white; by number, prefix or country, with a reason and an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from sqlalchemy import delete, or_, select

from cti.database.connection import Database
from cti.database.models import ListEntry as Row


class Colour(StrEnum):
    """Which list."""

    WHITE = "white"
    BLACK = "black"
    GREY = "grey"


class Match(StrEnum):
    """What an entry's pattern is, the narrowest first."""

    NUMBER = "number"
    """A whole number in normal form: +8613800000001."""
    PREFIX = "prefix"
    """How numbers in normal form begin: +8610."""
    REGION = "region"
    """A country by its ISO 3166 code: US."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One entry. `until`, `at`: ms; `id` 0: not kept yet."""

    colour: Colour
    match: Match
    pattern: str
    reason: str
    approver: str
    at: int
    until: int | None = None
    id: int = 0


class CallerLists:
    """The lists in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, number: str, at: int) -> ListEntry | None:
        """The entry that counts: the narrowest match first, of prefixes the longest, then white before black."""
        prefixes = [number[:length] for length in range(1, len(number) + 1)]
        wanted = select(Row).where(
            or_(Row.until.is_(None), Row.until > at),
            or_(
                (Row.match == Match.NUMBER) & (Row.pattern == number),
                (Row.match == Match.PREFIX) & Row.pattern.in_(prefixes),
                (Row.match == Match.REGION) & (Row.pattern == region_of(number)),
            ),
        )
        async with self._database.reading() as session:
            found = [_entry(row) for row in (await session.scalars(wanted)).all()]
        return min(found, key=_narrowness, default=None)

    async def all(self) -> Sequence[ListEntry]:
        """Every entry, ended ones too, the newest first."""
        async with self._database.reading() as session:
            return [_entry(row) for row in (await session.scalars(select(Row).order_by(Row.id.desc()))).all()]

    async def add(self, entry: ListEntry) -> int:
        """Keep an entry; its id."""
        row = Row(
            colour=entry.colour,
            match=entry.match,
            pattern=entry.pattern,
            reason=entry.reason,
            until=entry.until,
            approver=entry.approver,
            at=entry.at,
        )
        async with self._database.writing() as session:
            session.add(row)
            await session.flush()
            return row.id

    async def remove(self, entry: int) -> bool:
        """Take an entry off; whether it was there."""
        async with self._database.writing() as session:
            taken = await session.execute(delete(Row).where(Row.id == entry).returning(Row.id))
            return taken.first() is not None


def region_of(number: str) -> str:
    """The country of a number in normal form; '' when it says none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _narrowness(entry: ListEntry) -> tuple[int, int, int]:
    return list(Match).index(entry.match), -len(entry.pattern), list(Colour).index(entry.colour)


def _entry(row: Row) -> ListEntry:
    return ListEntry(
        id=row.id,
        colour=Colour(row.colour),
        match=Match(row.match),
        pattern=row.pattern,
        reason=row.reason,
        until=row.until,
        approver=row.approver,
        at=row.at,
    )
