"""What the finding of a chaos run counts has words in both languages."""

import re
from pathlib import Path

import pytest

from config.lab.chaos.blow import Fault
from config.lab.chaos.words import FAULTS, REASONS, STATES, counted
from config.lab.check.verdict import Text
from ivr.gateway import look, mending


@pytest.mark.parametrize("module", [look, mending])
def test_every_difference_that_may_be_mended_has_its_chinese_words(module: object) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    lines = [line for line in source.splitlines() if re.search(r"\bwhy( =|=)|\.repairs\[", line)]
    reasons = {reason for line in lines for reason in re.findall(r'"([a-z][^"]* [^"]*)"', line)}
    assert reasons, source
    assert reasons <= REASONS.keys()


def test_every_fault_has_words_and_counts_are_listed_in_both() -> None:
    assert set(Fault) == FAULTS.keys()
    listed = counted({"offered": 2, "something": 3}, STATES)
    assert listed == Text("ringing 2, something 3", "振铃 2，something 3")
