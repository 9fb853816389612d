"""A picture of a simulation: the share answered within a time, and the queue through the day."""

from collections.abc import Mapping, Sequence
from html import escape

from acd.simulate.scenario import Scenario

WIDTH, HEIGHT, MARGIN = 760, 300, 56
COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207", "#be185d", "#475569")
Point = tuple[float, float]


def svg_of(scenario: Scenario, curves: Mapping[str, Sequence[float]], queues: Mapping[str, Sequence[float]]) -> str:
    """An SVG document: `curves` hold shares answered within 1, 2, … s, `queues` the mean queue of each slot, if any."""
    seconds = _shown_s(curves)
    shares = {name: [(0.0, 0.0), *((place + 1.0, share) for place, share in enumerate(curve[:seconds]))]
              for name, curve in curves.items()}  # fmt: skip
    panels = [_panel(0, "seconds", "share answered within", shares, seconds, 1.0)]
    if scenario.slots and scenario.slot_s is not None:
        hours = scenario.slot_s / 3600
        steps = {name: _steps(values, hours) for name, values in queues.items()}
        highest = max((value for values in queues.values() for value in values), default=0.0) or 1.0
        panels.append(_panel(HEIGHT, "hours", "mean queue", steps, scenario.slots * hours, highest))
    legend = "".join(
        f'<rect x="{WIDTH + 8}" y="{MARGIN + 20 * place}" width="12" height="12" fill="{_colour(place)}"/>'
        f'<text x="{WIDTH + 26}" y="{MARGIN + 20 * place + 11}">{escape(name)}</text>'
        for place, name in enumerate(curves)
    )
    height = HEIGHT * len(panels) + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 180} {height}" '
        f'font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/>'
        f'<text x="{MARGIN}" y="20" font-size="15">{escape(scenario.title)}</text>'
        f"{''.join(panels)}{legend}</svg>\n"
    )


def _shown_s(curves: Mapping[str, Sequence[float]]) -> int:
    """As many seconds as it takes every curve to come within a hundredth of its end, at least ten."""
    enough = [next((place for place, share in enumerate(curve) if share >= curve[-1] - 0.01), 0)
              for curve in curves.values() if curve]  # fmt: skip
    return max(10, max(enough, default=0) + 1)


def _steps(values: Sequence[float], width: float) -> list[Point]:
    return [
        point for place, value in enumerate(values) for point in ((place * width, value), ((place + 1) * width, value))
    ]


def _panel(top: int, across: str, up: str, lines: Mapping[str, Sequence[Point]], right: float, highest: float) -> str:
    left, bottom = MARGIN, top + HEIGHT - 20
    wide, high = WIDTH - MARGIN - 16, HEIGHT - 76

    def at(x: float, y: float) -> str:
        return f"{left + wide * x / right:.1f},{bottom - high * y / highest:.1f}"

    grid = "".join(
        f'<polyline points="{at(0, highest * part / 4)} {at(right, highest * part / 4)}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{bottom - high * part / 4 + 4:.1f}" text-anchor="end">{highest * part / 4:.3g}</text>'
        f'<text x="{left + wide * part / 4:.1f}" y="{bottom + 15}" text-anchor="middle">{right * part / 4:.3g}</text>'
        for part in range(5)
    )
    drawn = "".join(
        f'<polyline fill="none" stroke="{_colour(place)}" stroke-width="2" '
        f'points="{" ".join(at(*point) for point in points)}"/>'
        for place, points in enumerate(lines.values())
        if points
    )
    labels = (
        f'<text x="{left + wide}" y="{bottom + 15}" dx="12">{across}</text>'
        f'<text x="{left}" y="{bottom - high - 10}">{up}</text>'
    )
    return grid + drawn + labels


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]
