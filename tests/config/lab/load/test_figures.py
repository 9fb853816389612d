"""The figures: the accounting of a run, what makes a step unclean, which rates are tried."""

from typing import Any

import pytest

from config.lab.load.breaking import complaint, rates
from config.lab.load.figures import of_run, of_step
from config.lab.load.log import Call, Talk
from config.lab.load.run import Run, always_waiting, lag_s

TALKS_MS = [1000.0, 500.0, 400.0]


def a_run(*, lost: int = 0, slower: float = 1.0) -> Run:
    starts = (("8001", 100.0), ("8002", 100.0), ("8002", 100.5 + 0.1))
    talks = [
        Talk(phone=phone, rang=at, answered=at, hung_up=at + ms / 1000 * slower, talk_ms=ms)
        for (phone, at), ms in zip(starts, TALKS_MS, strict=True)
    ]
    calls = [Call(call_id="", number="", dialled=99.0, let_go=None if n < lost else 102.0) for n in range(3)]
    processor = {"asterisk": 0.03, "hotline": 0.006}
    return Run(calls=calls, talks=talks, placed=3, processor_s=processor, lag_s=0.005, load_average=1.5)


def test_a_run_at_the_ideal_has_a_share_of_one() -> None:
    figures = of_run(a_run(), TALKS_MS, 2)
    assert (figures["share_of_ideal"], figures["lost"], figures["cps"]) == (1.0, 0, 3.0)
    assert figures["processor_ms_per_call"] == {"asterisk": 10.0, "hotline": 2.0}
    assert figures["free_between_calls_ms"]["median"] == pytest.approx(100.0)


def test_a_run_twice_as_long_has_half_the_share() -> None:
    assert of_run(a_run(slower=2.0), TALKS_MS, 2)["share_of_ideal"] == 0.5


def test_a_run_that_lost_calls_has_no_share() -> None:
    figures = of_run(a_run(lost=1), TALKS_MS, 2)
    assert (figures["share_of_ideal"], figures["lost"]) == (0.0, 1)


def test_waits_that_grow_are_seen_in_a_step() -> None:
    step = of_step(a_run(), 10.0)
    assert step["wait_ms"]["mean"] == pytest.approx(1200.0)
    assert step["wait_growth_ms"] == pytest.approx(600.0)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"lost": 0, "wait_growth_ms": 10.0, "loop_lag_p99_ms": 5.0}, ""),
        ({"lost": 2, "wait_growth_ms": 10.0, "loop_lag_p99_ms": 5.0}, "2 calls lost"),
        ({"lost": 0, "wait_growth_ms": 900.0, "loop_lag_p99_ms": 5.0}, "waits grew by 900 ms"),
        ({"lost": 0, "wait_growth_ms": 0.0, "loop_lag_p99_ms": 300.0}, "timers up to 300 ms late"),
    ],
)
def test_a_step_is_clean_or_says_why_not(step: dict[str, Any], why: str) -> None:
    said = complaint(step)
    assert (said[0] if said else "").startswith(why)
    assert bool(said) == bool(why)


def test_rates_rise_to_what_the_agents_could_just_carry() -> None:
    tried = list(rates(100, 1.0))
    assert tried == sorted(set(tried))
    assert tried[-1] == 95.0
    assert list(rates(4, 1.0)) == [3.8]


def test_callers_outnumber_the_agents_until_the_calls_run_out() -> None:
    assert always_waiting([1.0] * 300, 10).at_once == 20
    assert always_waiting([1.0] * 12, 10).at_once == 12


def test_the_lag_is_the_bound_that_nearly_all_timers_of_the_run_kept() -> None:
    before = {0.001: 100.0, 0.1: 110.0, float("inf"): 110.0}
    after = {0.001: 150.0, 0.1: 210.0, float("inf"): 210.0}
    assert lag_s(before, after) == 0.1
    assert lag_s({}, {}) == 0.0
