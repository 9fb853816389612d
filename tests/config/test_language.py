"""Every command speaks English and Chinese, as its reader's environment says."""

from collections.abc import Iterator
from typing import Any

import pytest
from rich import _wrap
from rich.text import Text
from typer import rich_utils
from typer.testing import CliRunner

from config import cli
from config.language import catalogue, reader_language, said
from config.wrapping import WORD, break_chinese_anywhere


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, 0),
        ({"LANG": "zh_CN.UTF-8"}, 1),
        ({"LANG": "en_US.UTF-8"}, 0),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, 1),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, 0),
    ],
)
def test_the_language_is_the_environment_s(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: int
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert reader_language() == language
    assert said("yes", "是") == ("yes", "是")[language]


def everything_said(command: Any) -> Iterator[str]:
    """The help of a command, of what it takes and of all below it."""
    yield command.help
    yield from (one.help for one in command.params if getattr(one, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from everything_said(below)


def test_all_help_is_there_in_chinese_and_nothing_else_is() -> None:
    in_english = {one.does for one in cli.SUBS.values()} | {cli._root.__doc__}
    for name in cli.SUBS:
        in_english |= set(everything_said(cli._load(name)))
    assert {one for one in in_english if one} == catalogue().keys()


@pytest.mark.usefixtures("chinese")
def test_help_is_in_the_reader_s_language() -> None:
    assert "坐席工号或其他名称" in CliRunner().invoke(cli.app, ["user", "add", "--help"]).output
    assert "运行中 hotline 的技能组与坐席" in CliRunner().invoke(cli.app, ["--help"]).output


def shown_by(command: Any, *words: str) -> Iterator[tuple[str, str]]:
    """What `hotline WORDS --help` prints on a terminal, and each command below it."""
    yield " ".join(words), CliRunner().invoke(cli.app, [*words, "--help"]).output
    for name, below in getattr(command, "commands", {}).items():
        yield from shown_by(below, *words, name)


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "C.UTF-8"])
def test_no_help_is_cut_on_a_terminal_of_80_columns(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr(rich_utils, "MAX_WIDTH", 80)
    monkeypatch.setattr(_wrap, "re_word", _wrap.re_word)
    monkeypatch.setattr(Text, "rstrip_end", Text.rstrip_end)
    break_chinese_anywhere()
    pages = dict(shown_by(None))
    for name in cli.SUBS:
        pages |= dict(shown_by(cli._load(name), name))
    assert len(pages) > 2 * len(cli.SUBS)
    cut = [line for page in pages.values() for line in page.splitlines() if "…" in line]
    assert cut == []


@pytest.mark.parametrize(
    "said", ["演练：只说明会发生什么，不作切换。", "（“hotline.toml”）…及 a·b，", "「", " a  b ", "，", ""]
)
def test_chinese_breaks_between_characters_and_before_no_closing_mark(said: str) -> None:
    words = [match[0] for match in WORD.finditer(said)]
    assert "".join(words) == said
    assert not any(word[0] in "，。；：）”…" for word in words[1:])
