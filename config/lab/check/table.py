"""The finding as a table for the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.lab.check.verdict import Language, Verdict

_HEADINGS = {
    "en": ("contact", "caller", "dialled", "fate", "agent", "talk", "recording", "records", ""),
    "zh": ("联系", "主叫", "接入号", "结果", "坐席", "通话", "录音", "记录", ""),
}


def _seconds(length: float | None) -> str:
    return "" if length is None else f"{length:.1f} s"


def rows_table(verdict: Verdict, language: Language = "en") -> Table:
    """A row a call."""
    table = Table()
    for heading in _HEADINGS[language]:
        # In a narrow terminal a cell has more lines: nothing of the proof is cut away.
        table.add_column(heading, overflow="fold")
    for row in verdict.rows:
        table.add_row(
            row.contact or row.call_id,
            row.peer,
            row.number,
            row.fate.value.of(language),
            " ".join(row.agents),
            _seconds(row.talk_s),
            _seconds(row.recording_s),
            " ".join(row.records),
            "[green]✓[/]" if row.agrees else "[red]✗[/]",
        )
    return table


def show(verdict: Verdict, console: Console, language: Language = "en") -> None:
    """Print the rows, what disagrees, and the sum."""
    console.print(rows_table(verdict, language))
    for disagreement in verdict.disagreements:
        # As a Text: what a record says may look like markup.
        console.print(Text.assemble(("✗ ", "red"), disagreement.text(language)), soft_wrap=True)
    calls, wrong = len(verdict.rows), len(verdict.disagreements)
    fates = ", ".join(f"{fate.value.of(language)} {count}" for fate, count in verdict.fates().most_common())
    if language == "zh":
        outcome = "全部相符" if not wrong else f"{wrong} 处不符"
        console.print(f"{calls} 通来电:{fates};{outcome}")
    else:
        outcome = "all accounted for" if not wrong else f"{wrong} disagreements"
        console.print(f"{calls} calls: {fates}; {outcome}")
