"""Reading the open rows and writing changed ones, in the same words for both databases."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.models import AgentInterval, AgentNow, Applied, Base, Contact, Hold, Offer, PartyTalk, Talk, Visit
from cti.records.book import RecordBook
from cti.records.changes import Written

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the journal: a fact's number and time."""

    number: int
    at: int


async def open_rows(session: AsyncSession, journal: str, book: RecordBook) -> Position:
    """Fill the book with what is open; returns how far this journal has been applied."""
    applied = await session.get(Applied, journal)
    if applied is None:
        applied = Applied(journal=journal, number=0, at=0, memory={})
        session.add(applied)
        await session.flush()

    async def rows(table: type[Row], *where: Any) -> list[Row]:
        found = (await session.scalars(select(table).where(*where))).all()
        for row in found:
            # From here on the rows are the book's own values, not the session's.
            session.expunge(row)
        return list(found)

    book.load(
        contacts=await rows(Contact, Contact.ended_at.is_(None)),
        visits=await rows(Visit, or_(Visit.ended_at.is_(None), _is_in_doubt(), _is_left_behind())),
        offers=await rows(Offer, Offer.ended_at.is_(None)),
        talks=await rows(Talk, Talk.to_at.is_(None)),
        holds=await rows(Hold, Hold.to_at.is_(None)),
        parties=await rows(PartyTalk, PartyTalk.to_at.is_(None)),
        agents=await rows(AgentNow),
        intervals=await rows(AgentInterval, AgentInterval.to_at.is_(None)),
        unreachable=applied.memory.get("unreachable", ()),
    )
    return Position(applied.number, applied.at)


def _is_in_doubt() -> ColumnElement[bool]:
    """Whether a visit was answered by an agent who is not connected yet."""
    # From the few open offers to their visits: asked of each visit, it would look at every one there ever was.
    open_offers = select(Offer.contact, Offer.visit).where(
        Offer.ended_at.is_(None), Offer.connected_at.is_(None), Offer.consult_of.is_(None)
    )
    return tuple_(Visit.contact, Visit.visit).in_(open_offers)


def _is_left_behind() -> ColumnElement[bool]:
    """Whether a contact has just left this visit, and may be about to move to another."""
    last = select(Contact.contact, Contact.visits).where(Contact.ended_at.is_(None))
    return and_(Visit.left_by != "", tuple_(Visit.contact, Visit.visit).in_(last))


async def write_batch(
    session: AsyncSession, journal: str, before: Position, after: Position, rows: Written, memory: dict[str, Any]
) -> bool:
    """Move the journal's position and write the rows; False, and nothing written, when it is elsewhere than `before`.

    A position that is at `after` already means that an earlier try came through although its answer was lost.
    """
    moved = await session.execute(
        update(Applied)
        .where(Applied.journal == journal, Applied.number == before.number)
        .values(number=after.number, at=after.at, memory=memory)
        .returning(Applied.number)
    )
    if moved.first() is None:
        found = await session.scalar(select(Applied.number).where(Applied.journal == journal))
        return found == after.number
    connection = await session.connection()
    for model, values in rows.items():
        table = model.__table__
        assert isinstance(table, Table)
        await connection.execute(_upsert(table, connection.dialect.name), values)
    return True


@cache
def _upsert(table: Table, dialect: str) -> Any:
    """Insert a row, or replace the one with its key. Made once: SQLite runs it in a tenth of that time."""
    # The one in use is loaded already, the other is not wanted.
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)
