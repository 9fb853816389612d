"""Every command speaks English and Chinese, as its reader's environment says."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from config import cli
from config.language import catalogue, reader_language, said


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
