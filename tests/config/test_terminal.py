"""Lists: a table for who sits at a terminal, lines for who reads them with a program."""

import io

import pytest
from rich.console import Console

from config.terminal import LONGEST, moment, print_list, table_of

COLUMNS = ["number", "what"]


def drawn(rows: list[list[str]], width: int = 60) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table_of(COLUMNS, rows))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_elsewhere_a_row_is_a_line_with_tabs_whole_and_without_orders(capsys: pytest.CaptureFixture[str]) -> None:
    print_list(COLUMNS, [["1", "a\tb\nc"], ["2", "x" * 999], ["3", "\x1b[2J"]], nothing="none")
    assert capsys.readouterr().out == f"1\ta b c\n2\t{'x' * 999}\n3\t\\x1b[2J\n"


def test_elsewhere_an_empty_list_is_nothing_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    print_list(COLUMNS, [], nothing="none")
    assert capsys.readouterr().out == ""


def test_on_a_terminal_it_is_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_list(COLUMNS, [["1", "a"]])
    print_list(COLUMNS, [], nothing="none")
    told = capsys.readouterr().out
    assert "number" in told
    assert told.endswith("none\n")


def test_a_table_loses_nothing_but_the_end_of_what_nobody_reads() -> None:
    assert drawn([["1", "word " * 30]]).count("word") == 30
    assert "… 5 more characters" in drawn([["1", "x" * (LONGEST + 5)]], width=400)


def test_brackets_are_text_and_no_markup() -> None:
    assert "[red]a[/red]" in drawn([["1", "[red]a[/red]"]])


def test_a_moment_has_milliseconds() -> None:
    assert moment(1_764_338_400_007) == "2025-11-28 14:00:00.007Z"
