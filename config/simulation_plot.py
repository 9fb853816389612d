"""A picture of a simulation: the share answered within a time, and the queue through the day."""

from collections.abc import Mapping, Sequence

from acd.simulate.scenario import Scenario
from config.chart import Panel, Point, svg_of


def picture_of(scenario: Scenario, curves: Mapping[str, Sequence[float]], queues: Mapping[str, Sequence[float]]) -> str:
    """An SVG document: `curves` hold shares answered within 1, 2, … s, `queues` the mean queue of each slot, if any."""
    seconds = _shown_s(curves)
    shares: dict[str, list[Point]] = {
        name: [(0.0, 0.0), *((place + 1.0, share) for place, share in enumerate(curve[:seconds]))]
        for name, curve in curves.items()
    }
    panels = [Panel("seconds", "share answered within", shares)]
    if scenario.slot_s is not None:
        hours = scenario.slot_s / 3600
        panels.append(Panel("hours", "mean queue", {name: _steps(values, hours) for name, values in queues.items()}))
    return svg_of(scenario.title, panels)


def _shown_s(curves: Mapping[str, Sequence[float]]) -> int:
    """As many seconds as it takes every curve to come within a hundredth of its end, at least ten."""
    enough = [
        next((place for place, share in enumerate(curve) if share >= curve[-1] - 0.01), 0)
        for curve in curves.values()
        if curve
    ]
    return max(10, max(enough, default=0) + 1)


def _steps(values: Sequence[float], width: float) -> list[Point]:
    return [(edge * width, value) for place, value in enumerate(values) for edge in (place, place + 1)]
