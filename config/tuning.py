"""A tuning as people and programs read it: found with a bar, as figures, and in words with its reasons."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from acd.simulate.scenario import CallType, Scenario, Tuning, Weights
from acd.simulate.tuning.moves import key_of
from acd.simulate.tuning.search import CALLS, Trial
from config.language import said
from config.progress_bar import progress_bar
from config.simulation import find_tuning


def tuned(scenario: Scenario, console: Console) -> Tuning:
    """The tuning that meets a scenario's targets best, with a bar meanwhile."""
    with progress_bar(console, said("tuning", "求解中")) as step:

        def told(trial: Trial) -> None:
            missing = trial.missing_pp
            step(
                trial.done,
                "" if missing is None else said(f"{missing:.2f} points missing", f"差 {missing:.2f} 个百分点"),
            )

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
        lines.append(f"{call.name} ({_aim(call)}): {', '.join(_terms(own, own.head_start_s - least))}")
    order = sorted(tuning.prices, key=lambda name: tuning.prices[name])
    first = said("agents tried first are those whom other calls miss least:", "先派给其他来电最不需要的坐席：")
    return [*lines, f"{first} {' < '.join(order)}"]


def _aim(call: CallType) -> str:
    if call.target is None:
        return said("no target", "无目标")
    share, within = call.target.share, call.target.within_s
    return said(f"{share:.0%} in {within:g} s", f"{within:g} 秒内 {share:.0%}")


def _terms(own: Weights, ahead_s: float) -> Iterator[str]:
    """On what terms a call type waits."""
    yield said(f"{ahead_s:g} s ahead", f"提前 {ahead_s:g} 秒") if ahead_s else said("no head start", "无提前量")
    if own.reserve_idle:
        yield said(
            f"leaves the last {own.reserve_idle} idle to others for {own.reserve_for_s:g} s, "
            "which its target has time for",
            f"在 {own.reserve_for_s:g} 秒内把最后 {own.reserve_idle} 名空闲坐席留给其他来电，其目标容许",
        )
