"""What a part of the benchmark found, as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One line: figures by name, what was aimed at, whether it was met (None: nothing was)."""

    name: str
    figures: dict[str, float]
    target: str = ""
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One part."""

    part: str
    how: str
    rows: Sequence[Row]
    picture: str = ""
    """An SVG document, if the part draws one."""

    @property
    def is_met(self) -> bool:
        """Whether every aim was met."""
        return all(row.is_met is not False for row in self.rows)

    def as_json(self) -> dict[str, object]:
        """Plain values, without the picture."""
        return {name: value for name, value in asdict(self).items() if name != "picture"}

    def show(self, out: Console) -> None:
        """A table."""
        table = Table(title=f"{self.part}: {self.how}", title_justify="left")
        names = list(dict.fromkeys(name for row in self.rows for name in row.figures))
        table.add_column("")
        for name in names:
            table.add_column(name, justify="right")
        table.add_column("target")
        for row in self.rows:
            met = {True: "[green]met[/] ", False: "[red]missed[/] ", None: ""}[row.is_met]
            table.add_row(row.name, *(_shown(row.figures.get(name)) for name in names), met + row.target)
        out.print(table)


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"
