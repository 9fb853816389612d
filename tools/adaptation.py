"""Draw docs/pictures/adaptation.svg: a day with a doubled skill under plain routing, leaning head starts and a tuning.

Run `python -m tools.adaptation` when the routing or the day changed; it prints what the page says beside the picture.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from acd.simulate.figures import figures_of
from acd.simulate.scenario import Scenario
from config.chart import Panel, Point, svg_of
from config.simulation import find_tuning, load_scenario, run_scenario

ROOT = Path(__file__).parents[1]
DAY = ROOT / "tests" / "simulation" / "days" / "doubled_skill.toml"
PICTURE = ROOT / "docs" / "pictures" / "adaptation.svg"
SHOWN = ("B vip", "B standard")
CALLS = 400_000


def main() -> None:
    """Simulate, draw, print."""
    leaning = load_scenario(DAY)
    plain = replace(leaning, adaptation=None)
    ways = {"plain": plain, "leaning": leaning, "tuned": replace(plain, tuning=find_tuning(plain, _quiet, CALLS))}
    found = {name: figures_of(scenario, run_scenario(scenario))["slots"] for name, scenario in ways.items()}
    for name, slots in found.items():
        print(f"{name}: {_missing_pp(plain, slots):.1f} points missing, mean over the slots")
    hours = (plain.slot_s or 0.0) / 3600
    panels = [
        Panel("hours", f"{call}: answered in time", {name: _line(slots, call, hours) for name, slots in found.items()})
        for call in SHOWN
    ]
    PICTURE.write_text(svg_of(plain.title, panels), encoding="utf-8")


def _quiet(trial: object) -> None:
    """Nobody watches."""


def _missing_pp(scenario: Scenario, slots: list[dict[str, Any]]) -> float:
    total: float = sum(
        max(0.0, 100 * (call.target.share - slot["calls"][call.name]["in_time"]["mean"]))
        for slot in slots
        for call in scenario.calls
        if call.target is not None
    )
    return total / len(slots)


def _line(slots: list[dict[str, Any]], call: str, hours: float) -> list[Point]:
    return [((place + 0.5) * hours, slot["calls"][call]["in_time"]["mean"]) for place, slot in enumerate(slots)]


if __name__ == "__main__":
    main()
