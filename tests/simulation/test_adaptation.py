"""A simulated day with a morning ramp and a doubled skill: leaning head starts follow, and do not swing."""

import tomllib
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from acd.simulate.day import Day
from acd.simulate.document import read_scenario
from acd.simulate.figures import figures_of
from acd.simulate.scenario import Scenario

DAY = Path(__file__).parent / "days" / "doubled_skill.toml"
DOUBLED = range(9, 15)
STEADY = (4, 5, 6, 7, 16, 17)
"""Slots, half an hour each."""


def in_time(scenario: Scenario) -> dict[str, list[float]]:
    """By call type, the share of each slot that was answered in time."""
    tallies = [Day(scenario, number).run() for number in range(scenario.replications)]
    slots = figures_of(scenario, tallies)["slots"]
    return {call.name: [slot["calls"][call.name]["in_time"]["mean"] for slot in slots] for call in scenario.calls}


def test_it_follows_a_doubled_skill_and_leaves_steady_hours_as_they_were() -> None:
    scenario = replace(read_scenario(tomllib.loads(DAY.read_text(encoding="utf-8"))), replications=4)
    leaning, plain = in_time(scenario), in_time(replace(scenario, adaptation=None))

    def missing(shares: dict[str, list[float]]) -> float:
        return sum(
            max(0.0, call.target.share - shares[call.name][slot])
            for call in scenario.calls
            if call.target is not None
            for slot in DOUBLED
        )

    assert missing(leaning) < 0.85 * missing(plain)
    for name in ("B vip", "B standard"):
        assert fmean(leaning[name][slot] for slot in DOUBLED) > fmean(plain[name][slot] for slot in DOUBLED)
    for name, shares in leaning.items():
        for slot in STEADY:
            assert abs(shares[slot] - plain[name][slot]) < 0.05, (name, slot)
