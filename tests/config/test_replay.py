"""`hotline replay`: a journal decided again."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from acd import events as e
from config.replay_cli import _show, plain, replayed
from cti.journal.files import HEADER
from cti.journal.line import write_line
from cti.problems import Refused
from tests.acd.shift import Shift, plan


def written(folder: Path, *, without: type[e.Fact] | None = None) -> Path:
    """A journal of one missed offer, or one that lacks the last fact of a kind."""
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.wait(60)
    facts = list(shift.history)
    if without is not None:
        del facts[max(place for place, fact in enumerate(facts) if type(fact) is without)]
    lines = [write_line(number, fact) for number, fact in enumerate(facts, start=1)]
    (folder / "facts-1.log").write_bytes(HEADER + b"".join(lines))
    return folder


def test_what_was_decided_is_decided_again(tmp_path: Path) -> None:
    found = replayed(written(tmp_path))
    assert found.differences == []
    assert (found.events, found.decisions) == (6, 4)


@pytest.mark.parametrize(("language", "words"), [(0, "1 decided otherwise now"), (1, "现有 1 处决定不同")])
def test_a_difference_names_the_event_and_both_decisions(tmp_path: Path, language: int, words: str) -> None:
    found = replayed(written(tmp_path, without=e.AgentSetAside))
    (one,) = plain(found)["differences"]
    assert one["event"]["fact"] == "TimePassed"
    assert [fact["fact"] for fact in one["recorded"]] == ["OfferExpired"]
    assert [fact["fact"] for fact in one["decided"]] == ["OfferExpired", "AgentSetAside"]
    out = io.StringIO()
    _show(found, Console(file=out, soft_wrap=True), language)
    assert words in out.getvalue()


def test_a_folder_without_a_journal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds no journal: name the folder"):
        replayed(tmp_path)
