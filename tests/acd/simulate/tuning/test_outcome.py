"""What a trial cost: points short of the targets, as they are to be expected of other callers."""

import tomllib

import pytest

from acd.simulate.document import read_scenario
from acd.simulate.tuning.outcome import Outcome, cost, expected_missing_pp, expected_pp

SCENARIO = read_scenario(
    tomllib.loads(
        """
version = 1
horizon_s = 3600
tiers = { all = {} }
[[calls]]
name = "one"
per_hour = 10
tier = "all"
service = { dist = "constant", value_s = 60 }
target = { within_s = 10, share = 0.8 }
[[calls]]
name = "two"
per_hour = 10
tier = "all"
service = { dist = "constant", value_s = 60 }
target = { within_s = 10, share = 0.8, priority = 3 }
[[agents]]
name = "agents"
count = 1
"""
    )
)


def reached(one: float, two: float, calls: int = 1_000_000, abandoned: int = 0) -> Outcome:
    settled = {"one": calls, "two": calls}
    in_time = {"one": round(one * calls), "two": round(two * calls)}
    return Outcome(settled, in_time, {"one": abandoned, "two": abandoned})


def test_of_many_calls_it_is_what_is_missing() -> None:
    assert expected_missing_pp(SCENARIO, reached(0.7, 0.9)) == pytest.approx(10, abs=0.01)


def test_of_few_calls_a_target_just_met_costs_something_too() -> None:
    assert 0.7 < expected_missing_pp(SCENARIO, reached(0.8, 0.99, calls=1000)) < 0.9
    assert expected_missing_pp(SCENARIO, reached(0.8, 0.99, calls=1_000_000)) < 0.1


def test_a_point_costs_as_much_as_its_priority_says() -> None:
    assert cost(SCENARIO, reached(0.8, 0.7)) == pytest.approx(3 * cost(SCENARIO, reached(0.7, 0.8)), rel=0.05)


def test_what_is_missing_is_rather_shared() -> None:
    assert cost(SCENARIO, reached(0.75, 0.80)) + cost(SCENARIO, reached(0.75, 0.80)) < cost(SCENARIO, reached(0.7, 0.8))


def test_of_equal_shares_fewer_who_give_up_are_better() -> None:
    assert cost(SCENARIO, reached(0.9, 0.9)) < cost(SCENARIO, reached(0.9, 0.9, abandoned=1000))


def test_two_trials_count_together() -> None:
    both = reached(0.7, 0.9) + reached(0.9, 0.9)
    assert [both.share(call) for call in SCENARIO.calls] == [0.8, 0.9]


def test_the_mean_of_the_positive_part_of_a_normal() -> None:
    assert expected_pp(0, 1) == pytest.approx(0.39894, abs=1e-5)
    assert expected_pp(5, 1) == pytest.approx(5, abs=1e-5)
    assert expected_pp(-5, 1) == pytest.approx(0, abs=1e-5)
