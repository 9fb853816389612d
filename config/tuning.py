"""A tuning as people and programs read it: found with a bar, as figures, and in words with its reasons."""

from typing import Any

from rich.console import Console

from acd.simulate.scenario import Scenario, Tuning
from acd.simulate.tuning.moves import key_of
from acd.simulate.tuning.search import CALLS, Trial
from config.progress_bar import progress_bar
from config.simulation import find_tuning


def tuned(scenario: Scenario, console: Console) -> Tuning:
    """The tuning that meets a scenario's targets best, with a bar meanwhile."""
    with progress_bar(console, "tuning") as step:

        def told(trial: Trial) -> None:
            missing = trial.missing_pp
            step(trial.done, "" if missing is None else f"{missing:.2f} points missing")

        return find_tuning(scenario, told, CALLS)


def tuning_figures(tuning: Tuning) -> dict[str, Any]:
    """A tuning as JSON has it: weights by queue and tier, prices by agents' name."""
    weights: dict[str, dict[str, Any]] = {}
    for (queue, tier), own in tuning.weights.items():
        weights.setdefault(queue, {})[tier] = {
            "head_start_s": own.head_start_s,
            "reserve_idle": own.reserve_idle,
            "reserve_for_s": own.reserve_for_s if own.reserve_idle else 0.0,
        }
    return {"weights": weights, "prices": dict(tuning.prices)}


def why(scenario: Scenario) -> list[str]:
    """What was chosen for each call type and why, a line each."""
    tuning = scenario.tuning
    if tuning is None:
        return []
    lines = []
    least = min(own.head_start_s for own in tuning.weights.values())
    for call in scenario.calls:
        own = tuning.weights[key_of(call)]
        aim = "no target" if call.target is None else f"{call.target.share:.0%} in {call.target.within_s:g} s"
        ahead = own.head_start_s - least
        says = [f"{ahead:g} s ahead" if ahead else "no head start"]
        if own.reserve_idle:
            says.append(
                f"leaves the last {own.reserve_idle} idle to others for {own.reserve_for_s:g} s, "
                "which its target has time for"
            )
        lines.append(f"{call.name} ({aim}): {', '.join(says)}")
    order = sorted(tuning.prices, key=lambda name: tuning.prices[name])
    lines.append(f"agents tried first are those whom other calls miss least: {' < '.join(order)}")
    return lines
