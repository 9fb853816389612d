"""A view or table of hotline's own database as a source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, column, literal_column, select, table
from sqlalchemy.exc import SQLAlchemyError

from cti.database.connection import Database
from ivr.flow.expression import Value
from ivr.flow.ports import SourceFailed
from ivr.sources.answer import values_of


@dataclass(frozen=True, slots=True)
class ViewSource:
    """Gives the row whose columns hold what is asked; none when no row does, or more than one.

    Names are quoted and values are parameters: nothing a caller enters becomes part of the statement.
    """

    database: Database
    view: str
    within_s: float = 2.0

    async def ask(self, values: Mapping[str, str]) -> Mapping[str, Value] | None:
        """See `Source`. The columns asked for hold texts."""
        if not values:
            raise SourceFailed("a view is asked for nothing; give the step's ask")
        wanted: Select[Any] = select(literal_column("*")).select_from(table(self.view)).limit(2)
        for name, value in values.items():
            wanted = wanted.where(column(name) == value)
        try:
            async with self.database.reading() as session:
                rows = (await session.execute(wanted)).mappings().all()
        except (SQLAlchemyError, OSError) as error:
            # Its text holds what was asked.
            raise SourceFailed(f"view {self.view}: {type(error).__name__}") from None
        return values_of(dict(rows[0])) if len(rows) == 1 else None
