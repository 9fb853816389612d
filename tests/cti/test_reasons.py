"""Reasons in plain words: each has its sentence in both languages, and the sentence fits."""

import pytest

from acd.agent import STANDINGS
from acd.contact import ContactState
from cti import reasons
from cti.reasons import of_waiting, why

OF_A_CHOICE = {"chosen", "later", "no_skill", "delay", "missed", "kept", "link_down"}


def test_every_reason_and_every_standing_has_words_in_both_languages() -> None:
    assert reasons.WORDS.keys() == (set(STANDINGS) - {"idle", "away"}) | OF_A_CHOICE
    assert reasons.STATES.keys() == set(ContactState) - {ContactState.WAITING}
    for english, chinese in (*reasons.WORDS.values(), *reasons.STATES.values()):
        assert english.isascii()
        assert not chinese.isascii()


def test_a_reason_of_a_newer_version_is_told_as_it_is() -> None:
    assert why("on_the_moon", "zh-CN") == "on_the_moon"


@pytest.mark.parametrize(
    ("found", "ahead", "english", "chinese"),
    [
        ({"link_down": ("1001",)}, 0, reasons.OUT_OF_REACH[0], reasons.OUT_OF_REACH[1]),
        ({"no_skill": ("1001",)}, 0, reasons.NOBODY_ABLE[0], reasons.NOBODY_ABLE[1]),
        ({"logged_out": ("1001",), "no_skill": ("1002",)}, 0, reasons.NOBODY_HERE[0], reasons.NOBODY_HERE[1]),
        (
            {"talking": ("1001",), "not_ready": ("1002",)},
            2,
            "It waits: every able agent on duty is busy. 2 with the same need go before it.",
            "正在等待：在岗的合格坐席都在忙。同样要求者中有 2 个排在其前。",
        ),
        ({"kept": ("1001",), "talking": ("1002",)}, 0, reasons.IDLE_KEPT[0], reasons.IDLE_KEPT[1]),
    ],
)
def test_why_it_waits_in_a_sentence(found: dict[str, tuple[str, ...]], ahead: int, english: str, chinese: str) -> None:
    assert of_waiting(found, ahead, "en") == english
    assert of_waiting(found, ahead, "zh-CN") == chinese
