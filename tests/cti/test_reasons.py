"""Reasons in plain words: each has its sentence in both languages, and the sentence fits."""

import pytest

from acd.agent import STANDINGS
from acd.contact import ContactState
from acd.reasons import AtStep
from acd.words import StepCause
from cti import reasons
from cti.reasons import of_step, of_waiting, why

AT_FIRST_OF_2 = "It has taken none of the 2 steps of its relaxation."
OF_A_CHOICE = {
    "chosen",
    "later",
    "no_skill",
    "not_preferred",
    "switched_over",
    "called_up",
    "later_step",
    "delay",
    "missed",
    "kept",
    "link_down",
    "not_dialled",
}


def test_every_reason_and_every_standing_has_words_in_both_languages() -> None:
    assert reasons.WORDS.keys() == (set(STANDINGS) - {"idle", "away"}) | OF_A_CHOICE
    assert reasons.STATES.keys() == set(ContactState) - {ContactState.WAITING}
    for english, chinese in (*reasons.WORDS.values(), *reasons.STATES.values()):
        assert english.isascii()
        assert not chinese.isascii()


def test_a_reason_of_a_newer_version_is_told_as_it_is() -> None:
    assert why("on_the_moon", "zh-CN") == "on_the_moon"


@pytest.mark.parametrize(
    ("at", "english", "chinese"),
    [
        (
            AtStep(-1, 2, ("1001", "1002"), 0, None, 20_000),
            "It waits for its preferred agents first: 1001, 1002. The next one follows in 8 s.",
            "先等待其优先坐席：1001, 1002。8 秒后进入下一步。",
        ),
        (AtStep(0, 2, (), 0, None, 12_001), f"{AT_FIRST_OF_2} The next one follows in 1 s.", None),
        (
            AtStep(1, 2, (), 2000, StepCause.NOBODY, None),
            "It is at step 1 of 2 of its relaxation since 10 s, "
            "because nobody is there who could serve the step before it.",
            "处于放宽的第 1 步（共 2 步），已 10 秒，原因是没有可服务前一步的坐席在。",
        ),
    ],
)
def test_at_which_step_it_is_and_why(at: AtStep, english: str, chinese: str | None) -> None:
    assert of_step(at, 12_000, "en") == english
    assert chinese is None or of_step(at, 12_000, "zh-CN") == chinese


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
        ({"called_up": ("1001",), "no_skill": ("1002",)}, 0, reasons.NOBODY_HERE[0], reasons.NOBODY_HERE[1]),
        ({"kept": ("1001",), "talking": ("1002",)}, 0, reasons.IDLE_KEPT[0], reasons.IDLE_KEPT[1]),
    ],
)
def test_why_it_waits_in_a_sentence(found: dict[str, tuple[str, ...]], ahead: int, english: str, chinese: str) -> None:
    assert of_waiting(found, ahead, "en") == english
    assert of_waiting(found, ahead, "zh-CN") == chinese
