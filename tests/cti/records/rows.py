"""The tables of a record book kept in plain dictionaries, for tests that need no database."""

from typing import Any

from sqlalchemy import inspect

from acd import events as e
from acd.fold import FoldedFloor
from cti.database.models import (
    AgentInterval,
    AgentNow,
    Base,
    Contact,
    Hold,
    Offer,
    PartyTalk,
    Talk,
    Visit,
)
from cti.records.book import RecordBook

Values = dict[str, Any]


class Rows:
    """What the tables would hold after the facts so far."""

    def __init__(self) -> None:
        self.book = RecordBook()
        self.tables: dict[type[Base], dict[tuple[Any, ...], Values]] = {}
        self.number = 0

    def apply(self, *facts: e.Fact) -> "Rows":
        for fact in facts:
            self.number += 1
            self.book.apply(self.number, fact)
        for table, rows in self.book.take().items():
            keys = [column.name for column in inspect(table).primary_key]
            for row in rows:
                # An item's number is the database's.
                held = self.tables.setdefault(table, {})
                held[tuple(row.get(key, len(held)) for key in keys)] = row
        return self

    def of(self, table: type[Base]) -> list[Values]:
        """The rows of a table by key."""
        return [row for _, row in sorted(self.tables.get(table, {}).items())]

    def one(self, table: type[Base], **where: object) -> Values:
        """The one row with these values."""
        found = [row for row in self.of(table) if where.items() <= row.items()]
        assert len(found) == 1, f"{len(found)} rows of {table.__tablename__} with {where}"
        return found[0]

    def reload(self) -> None:
        """Go on with a new book that knows only what the tables hold, as after a restart."""
        unreachable = self.book.agents.unreachable
        self.book = RecordBook()

        def still_open(table: type[Base], end: str | None) -> list[Any]:
            return [table(**row) for row in self.of(table) if end is None or row[end] is None]

        offers = still_open(Offer, "ended_at")
        in_doubt = {
            (offer.contact, offer.visit) for offer in offers if offer.connected_at is None and offer.consult_of is None
        }
        last = {(row["contact"], row["visits"]) for row in self.of(Contact) if row["ended_at"] is None}
        left = [Visit(**row) for row in self.of(Visit) if row["left_by"] and (row["contact"], row["visit"]) in last]
        answered = [Visit(**row) for row in self.of(Visit) if row["end"] and (row["contact"], row["visit"]) in in_doubt]
        self.book.load(
            contacts=still_open(Contact, "ended_at"),
            visits=[*still_open(Visit, "ended_at"), *answered, *left],
            offers=offers,
            talks=still_open(Talk, "to_at"),
            holds=still_open(Hold, "to_at"),
            parties=still_open(PartyTalk, "to_at"),
            agents=still_open(AgentNow, None),
            intervals=still_open(AgentInterval, "to_at"),
            unreachable=unreachable,
        )


def with_own_ids(facts: list[e.Fact]) -> list[e.Fact]:
    """The same facts, but a contact that begins anew after its end has an id of its own, as real ones have."""
    round_of: dict[str, int] = {}
    floor = FoldedFloor()
    renamed: list[e.Fact] = []
    for fact in facts:
        contact = getattr(fact, "contact", None)
        if contact is not None:
            if isinstance(fact, e.ContactStarted | e.CallbackAsked) and contact not in floor.contacts:
                round_of[contact] = round_of.get(contact, -1) + 1
            floor.fold(fact)
            fields = {name: getattr(fact, name) for name in fact.__dataclass_fields__}
            fields["contact"] = f"{contact}.{round_of.get(contact, 0)}"
            if isinstance(fact, e.CallOwed) and fact.callback:
                fields["callback"] = f"{fact.callback}.0"
            named = type(fact)(**fields)
            renamed.append(named)
        else:
            floor.fold(fact)
            renamed.append(fact)
    return renamed
