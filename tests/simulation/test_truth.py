"""The router agrees with queueing theory and with other people's published figures.

Each scenario names its sources; the expected figures never came from this project. `make bench` runs them in full; here
they run shortened, which widens their own error and with it the tolerance.
"""

import json
import tomllib
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from acd.simulate.day import Day
from acd.simulate.document import read_scenario
from acd.simulate.figures import figures_of
from acd.simulate.scenario import Scenario
from acd.simulate.tuning.search import drive, search

FOLDER = Path(__file__).parent / "scenarios"
CALLS = 24_000
"""About as many calls as each scenario simulates here."""
REPLICATIONS = 4


def shortened(scenario: Scenario) -> Scenario:
    """A part of the scenario: fewer replications of a long one, a few of a short one."""
    per_hour = sum(
        call.per_hour if isinstance(call.per_hour, float) else sum(call.per_hour) / len(call.per_hour)
        for call in scenario.calls
    )
    calls_a_run = per_hour * scenario.horizon_s / 3600
    if scenario.drain or scenario.slots:
        # A day that opens empty is what its figures are about: it stays whole.
        return replace(scenario, replications=max(REPLICATIONS, round(CALLS / calls_a_run)))
    part = min(1.0, CALLS / REPLICATIONS / calls_a_run)
    return replace(
        scenario,
        replications=REPLICATIONS,
        horizon_s=scenario.horizon_s * part,
        warmup_s=scenario.warmup_s * part,
    )


def scenario_of(name: str) -> Scenario:
    return read_scenario(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def expected_of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    return found


WITH_TRUTH = sorted(path.stem for path in FOLDER.glob("*.toml") if expected_of(path.stem))


@pytest.mark.parametrize("name", WITH_TRUTH)
def test_scenario(name: str) -> None:
    scenario = shortened(scenario_of(name))
    figures = figures_of(scenario, [Day(scenario, number).run() for number in range(scenario.replications)])
    for truth in expected_of(name):
        found = figures
        for part in truth["path"]:
            found = found[part]
        tolerance = 4 * sqrt(found["se"] ** 2 + truth["se"] ** 2) + 0.0001
        assert abs(found["mean"] - truth["value"]) <= tolerance, f"{truth['path']}: {found} for {truth['value']}"


def test_there_is_a_truth_for_each_way_of_routing() -> None:
    assert {"EA1", "PR1", "HS90", "APQ3", "RS2", "FA_N", "LV_fast", "CC_MMC", "TV1"} <= set(WITH_TRUTH)
    assert {"RQ1_strict", "RQ2_strict"} <= set(WITH_TRUTH)


@pytest.mark.parametrize(("name", "most_pp"), [("RQ1", 1.0), ("RQ2", 0.1)])
def test_service_level_mode_finds_what_meets_the_targets(name: str, most_pp: float) -> None:
    """A search of a sixtieth of the usual length already beats every plain rule (6.4 and 0.0 points at best)."""
    scenario = scenario_of(name)
    tuning = drive(search(scenario, calls=60_000), lambda trial: [Day(*run).run() for run in trial.runs])
    tuned = replace(scenario, tuning=tuning, horizon_s=120_000, warmup_s=2000)
    assert figures_of(tuned, [Day(tuned, number).run() for number in range(2)])["shortfall_pp"]["mean"] <= most_pp
