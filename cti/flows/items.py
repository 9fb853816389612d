"""Items: messages and wishes to be called back, each with a queue that owns it and a time when it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import Item as Row
from cti.problems import Conflict, Problem

DIGITS = 6
"""Of an item's number as callers hear it."""


class ItemKind(StrEnum):
    """What somebody has to call back about."""

    CALLBACK = "callback"
    MESSAGE = "message"


class ItemConflict(Conflict):
    """Somebody else has taken or finished this item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item as a flow leaves it; `at` and `due` in ms."""

    kind: ItemKind
    contact: str
    number: str
    """The number to call back, as the flow has it."""
    customer: str | None
    queue: str
    language: str
    at: int
    due: int
    file: str = ""
    """A message's sound file, its name without folder."""
    seconds: float = 0.0
    carried: Mapping[str, str] = field(default_factory=dict)
    """What the flow learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(NewItem):
    """An item as it is kept."""

    id: int
    owner: str | None
    """The agent who has taken it on."""
    done_at: int | None
    done_by: str | None

    @property
    def reference(self) -> str:
        """Its number as callers hear it."""
        return f"{self.id:0{DIGITS}}"


def new_row(new: NewItem) -> Row:
    """The row of an item, which the database numbers."""
    return Row(
        kind=new.kind,
        contact=new.contact,
        number=new.number,
        customer=new.customer,
        queue=new.queue,
        language=new.language,
        at=new.at,
        due=new.due,
        file=new.file,
        seconds=new.seconds,
        carried=dict(new.carried),
        owner=None,
        done_at=None,
        done_by=None,
    )


class Items:
    """The items in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: NewItem) -> str:
        """Keep it; its number as callers hear it."""
        row = new_row(new)
        async with self._database.writing() as session:
            session.add(row)
            await session.flush()
            return f"{row.id:0{DIGITS}}"

    async def get(self, item: int) -> Item | None:
        """One item."""
        async with self._database.reading() as session:
            row = await session.get(Row, item)
            return None if row is None else _item(row)

    async def open(self, queues: Sequence[str] | None = None, limit: int = 200) -> Sequence[Item]:
        """Those that are not done, of these queues or all, the one due first first."""
        wanted = select(Row).where(Row.done_at.is_(None)).order_by(Row.due, Row.id).limit(limit)
        if queues is not None:
            wanted = wanted.where(Row.queue.in_(queues))
        async with self._database.reading() as session:
            return [_item(row) for row in (await session.scalars(wanted)).all()]

    async def take(self, item: int, who: str) -> Item:
        """Let somebody take it on. Raises ItemConflict when another has it, or it is done or not there."""
        async with self._database.writing() as session:
            row = _live(await session.get(Row, item, with_for_update=True), item)
            _not_anothers(row, who)
            row.owner = who
            return _item(row)

    async def give_back(self, item: int, agent: str | None) -> Item:
        """Nobody has it any more: an agent gives back what is his, None whoever has it. Raises ItemConflict."""
        async with self._database.writing() as session:
            row = _live(await session.get(Row, item, with_for_update=True), item)
            if agent is not None:
                _not_anothers(row, agent)
            row.owner = None
            return _item(row)

    async def finish(self, item: int, who: str, at: int, *, agent: str | None = None) -> Item:
        """It has been dealt with. Raises ItemConflict when it is done or not there, or another agent's."""
        async with self._database.writing() as session:
            row = _live(await session.get(Row, item, with_for_update=True), item)
            if agent is not None:
                _not_anothers(row, agent)
            row.done_at, row.done_by = at, who
            return _item(row)


def _not_anothers(row: Row, who: str) -> None:
    if row.owner not in (None, who):
        what = f"agent {row.owner} has taken it on"
        raise ItemConflict(Problem(f"item {row.id}", what, "let him give it back"))


def _live(row: Row | None, item: int) -> Row:
    if row is None:
        raise ItemConflict(Problem(f"item {item}", "there is no such item", "see the list of items"))
    if row.done_at is not None:
        raise ItemConflict(Problem(f"item {item}", f"{row.done_by} has finished it", "see the list of items"))
    return row


def _item(row: Row) -> Item:
    return Item(
        id=row.id,
        kind=ItemKind(row.kind),
        contact=row.contact,
        number=row.number,
        customer=row.customer,
        queue=row.queue,
        language=row.language,
        at=row.at,
        due=row.due,
        file=row.file,
        seconds=row.seconds,
        carried=row.carried,
        owner=row.owner,
        done_at=row.done_at,
        done_by=row.done_by,
    )
