"""The rows that changed since they were last written."""

from typing import Any

from cti.database.models import Base

Written = dict[type[Base], list[dict[str, Any]]]
"""table -> whole rows, each at most once, tables and rows in the order in which they first changed."""


class Changes:
    """Collects rows; `take` gives them out as values, which later changes to the rows do not reach."""

    def __init__(self) -> None:
        self._rows: dict[int, Base] = {}

    def note(self, row: Base) -> None:
        """This row is new or has changed."""
        self._rows[id(row)] = row

    def take(self) -> Written:
        """All rows noted since the last time."""
        taken: Written = {}
        for row in self._rows.values():
            values = {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
            if values.get("id", "") is None:
                # The database numbers it.
                del values["id"]
            taken.setdefault(type(row), []).append(values)
        self._rows.clear()
        return taken
