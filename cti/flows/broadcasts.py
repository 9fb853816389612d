"""Broadcasts: what every caller is told first while it is switched on, everybody or the callers of some areas."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import Broadcast as Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One broadcast; `until` and `at` in ms, `areas` empty: for everybody."""

    name: str
    on: bool
    prompts: tuple[str, ...]
    areas: tuple[str, ...] = ()
    until: int | None = None
    who: str = ""
    at: int = 0


class Broadcasts:
    """The broadcasts in the database; a change counts from the next call's announce step on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def on(self, area: str, at: int) -> Sequence[str]:
        """The prompts that a caller of this area ('': not known) hears now, by the broadcasts' names."""
        return [
            prompt
            for one in await self.all()
            if one.on and (one.until is None or one.until > at) and (not one.areas or area in one.areas)
            for prompt in one.prompts
        ]

    async def all(self) -> Sequence[Broadcast]:
        """Every broadcast by name."""
        async with self._database.reading() as session:
            return [_broadcast(row) for row in (await session.scalars(select(Row).order_by(Row.name))).all()]

    async def put(self, one: Broadcast) -> None:
        """Keep or replace one: this is the switch."""
        async with self._database.writing() as session:
            await session.merge(
                Row(
                    name=one.name,
                    on=one.on,
                    said={"prompts": list(one.prompts), "areas": list(one.areas)},
                    until=one.until,
                    who=one.who,
                    at=one.at,
                )
            )


def _broadcast(row: Row) -> Broadcast:
    return Broadcast(
        name=row.name,
        on=row.on,
        prompts=tuple(row.said["prompts"]),
        areas=tuple(row.said["areas"]),
        until=row.until,
        who=row.who,
        at=row.at,
    )
