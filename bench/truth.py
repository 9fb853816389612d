"""Every scenario in full against what theory and other people's publications say."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

from acd.simulate.figures import figures_of
from bench.report import Report, Row
from config.simulation import load_scenario, run_scenario

FOLDER = Path(__file__).parents[1] / "tests" / "simulation" / "scenarios"


def report() -> Report:
    """One row a scenario: how many figures it agrees on, and the farthest in standard errors."""
    rows = []
    for path in sorted(FOLDER.glob("*.expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        if not expected:
            continue
        name = path.name.removesuffix(".expected.json")
        scenario = load_scenario(FOLDER / f"{name}.toml")
        figures = figures_of(scenario, run_scenario(scenario))
        off = [_distance(figures, truth) for truth in expected]
        agreed = sum(each <= 1 for each in off)
        rows.append(
            Row(
                name=name,
                figures={
                    "calls": figures["calls_simulated"],
                    "figures": len(expected),
                    "agreed": agreed,
                    "farthest_of_tolerance": max(off),
                },
                target="all agree",
                is_met=agreed == len(expected),
            )
        )
    return Report("truth", "tolerance: four standard errors of run and truth together", rows)


def _distance(figures: dict[str, Any], truth: dict[str, Any]) -> float:
    """How far a figure is from the truth, in tolerances."""
    found: Any = figures
    for part in truth["path"]:
        found = found[part]
    tolerance = 4 * sqrt((found["se"] or 0.0) ** 2 + truth["se"] ** 2) + 0.0001
    return float(abs(found["mean"] - truth["value"]) / tolerance)
