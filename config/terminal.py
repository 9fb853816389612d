"""What a terminal is given: text that gives it no orders, and lists as tables; elsewhere a list is lines."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from unicodedata import category

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.language import said

LONGEST = 300
"""Characters of a cell on a terminal; the lines have it whole."""


def shown(text: str) -> str:
    """Lines for a terminal: what a name has in it that would give it orders is seen, and not done."""
    orders = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(ascii(one)[1:-1] if category(one) in orders and one != "\n" else one for one in text)


def moment(at: int) -> str:
    """A time in ms as lists have it, UTC."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}.{at % 1000:03d}Z"


def print_list(columns: Sequence[str], rows: Iterable[Sequence[str]], *, nothing: str = "") -> None:
    """Print a list: on a terminal a table, or `nothing`; elsewhere a line a row, parted by tabs, for grep and cut."""
    cells = ([shown(" ".join(cell.split())) for cell in row] for row in rows)
    if not sys.stdout.isatty():
        for row in cells:
            print("\t".join(row))
        return
    table = table_of(columns, cells)
    Console().print(table if table.row_count else nothing)


def table_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """The rows under their headings; what is longer than a person reads is cut, and said to be."""
    table = Table(header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _cell(text: str) -> Text:
    more = len(text) - LONGEST
    if more <= 0:
        return Text(text)
    return Text.assemble(text[:LONGEST], (said(f"… {more} more characters", f"…… 另有 {more} 个字符"), "dim"))
