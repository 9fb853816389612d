"""The search for a tuning: what it keeps to, and that it helps."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from acd.simulate.day import Day
from acd.simulate.document import read_scenario
from acd.simulate.figures import figures_of
from acd.simulate.scenario import Scenario
from acd.simulate.tally import Tally
from acd.simulate.tuning.moves import LONGEST_OVERTAKING_S, MOST_RESERVED, Moves, first_tunings
from acd.simulate.tuning.outcome import Outcome
from acd.simulate.tuning.search import Trial, drive, search, shortened

TEXT = """
version = 1
seed = 4
replications = 2
horizon_s = 40000
warmup_s = 10000
[routing]
mode = "sla"
[tiers.vip]
[tiers.standard]
[[calls]]
name = "a_vip"
per_hour = 60
tier = "vip"
skills = { a = 1 }
service = { dist = "exponential", mean_s = 60 }
patience = { dist = "exponential", mean_s = 60 }
target = { within_s = 5, share = 0.9 }
[[calls]]
name = "a"
per_hour = 200
tier = "standard"
skills = { a = 1 }
service = { dist = "exponential", mean_s = 60 }
patience = { dist = "exponential", mean_s = 60 }
target = { within_s = 20, share = 0.7 }
[[calls]]
name = "b"
per_hour = 100
tier = "standard"
skills = { b = 1 }
service = { dist = "exponential", mean_s = 60 }
[[agents]]
name = "A"
count = 4
skills = { a = 1 }
[[agents]]
name = "AB"
count = 4
skills = { a = 1, b = 1 }
"""
SCENARIO = read_scenario(tomllib.loads(TEXT))
CALLS = 20_000


def here(trial: Trial) -> list[Tally]:
    return [Day(*run).run() for run in trial.runs]


def shortfall_pp(scenario: Scenario) -> float:
    tallies = [Day(scenario, number).run() for number in range(scenario.replications)]
    return float(figures_of(scenario, tallies)["shortfall_pp"]["mean"])


def test_it_finds_the_same_again_keeps_to_its_work_and_helps_callers_it_never_saw() -> None:
    calls = 0
    parts: list[float] = []

    def counted(trial: Trial) -> Sequence[Tally]:
        nonlocal calls
        assert all(number < 0 for _, number in trial.runs)
        tallies = here(trial)
        calls += sum(tally.calls_simulated for tally in tallies)
        parts.append(trial.done)
        return tallies

    found = drive(search(SCENARIO, CALLS), counted)
    assert drive(search(SCENARIO, CALLS), here) == found
    assert calls < 1.3 * CALLS
    assert parts == sorted(parts)
    assert shortfall_pp(replace(SCENARIO, tuning=found)) < shortfall_pp(SCENARIO) - 5


def test_who_has_the_tighter_target_is_never_kept_back_to_begin_with() -> None:
    for tuning in first_tunings(SCENARIO):
        assert tuning.weights["a>=1", "vip"].reserve_idle == 0
        assert tuning.weights["a>=1", "standard"].reserve_for_s == 18


def test_moves_keep_within_the_bounds_of_overtaking_and_of_the_targets() -> None:
    chance = Random(1)
    moves = Moves(SCENARIO, chance)
    tuning = first_tunings(SCENARIO)[0]
    seen = set()
    for _ in range(2000):
        short = {call.name: 1000 for call in SCENARIO.calls}
        tuning = moves.from_(tuning, Outcome(short, {"a_vip": chance.randrange(1000), "a": 600}, short))
        for (queue, tier), own in tuning.weights.items():
            assert 0 <= own.head_start_s <= LONGEST_OVERTAKING_S
            assert 0 <= own.reserve_idle <= MOST_RESERVED
            within_s = {("a>=1", "vip"): 5, ("a>=1", "standard"): 20}.get((queue, tier), 0)
            assert 0 <= own.reserve_for_s <= within_s
            seen.add((own.head_start_s > 0, own.reserve_idle > 0))
        assert all(price > 0 for price in tuning.prices.values())
    assert len(seen) == 4


def test_a_trial_of_steady_traffic_is_short_and_a_day_stays_whole() -> None:
    short = shortened(SCENARIO, 600)
    assert (short.warmup_s, short.horizon_s) == (360, 6360)
    day = replace(SCENARIO, slot_s=3600.0)
    assert shortened(day, 600) == day
