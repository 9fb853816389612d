"""`hotline journal`: the facts for a person, for a program, and whether they are whole."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.journal_cli import app
from tests.config.written import a_hotline

RUN = CliRunner()


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    _, journal, _ = a_hotline(tmp_path / "one")
    journal.close()
    return ["--config", str(tmp_path / "one" / "hotline.toml")]


def test_a_whole_journal_is_said_to_be_whole(config: list[str]) -> None:
    done = RUN.invoke(app, ["check", *config])
    assert done.exit_code == 0
    assert "facts 1 to 3" in done.output
    figures = json.loads(RUN.invoke(app, ["check", "--json", *config]).output)
    assert (figures["last"], figures["fatal"]) == (3, [])


def test_damage_is_named_and_ends_with_status_1(config: list[str], tmp_path: Path) -> None:
    (segment,) = (tmp_path / "one" / "var" / "journal").glob("facts-*.log")
    segment.write_bytes(segment.read_bytes().replace(b'"c1"', b'"cX"', 1))
    done = RUN.invoke(app, ["check", *config])
    assert done.exit_code == 1
    assert f"{segment}:3" in done.output


def test_facts_are_shown_by_contact_and_by_name(config: list[str]) -> None:
    lines = RUN.invoke(app, ["show", "--contact", "c2", *config]).output.splitlines()
    (words,) = (line.split("\t") for line in lines)
    assert words[0::2] == ["3", "ContactStarted"]
    assert words[1].endswith("Z")
    assert "contact=c2" in words[3].split(" ")
    assert "None" not in words[3]
    assert RUN.invoke(app, ["show", "--fact", "OfferMade", *config]).output == ""
    assert len(RUN.invoke(app, ["show", "--last", "2", *config]).output.splitlines()) == 2


def test_facts_are_exported_as_a_json_object_a_line(config: list[str]) -> None:
    lines = RUN.invoke(app, ["export", "--after", "1", "--count", "1", *config]).output.splitlines()
    (fact,) = map(json.loads, lines)
    assert (fact["n"], fact["fact"], fact["contact"]) == (2, "ContactStarted", "c1")
