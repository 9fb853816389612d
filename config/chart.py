"""Line charts as SVG: panels one under the other, one legend for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, MARGIN = 760, 300, 56
COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207", "#be185d", "#475569")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart: what its axes show, and the lines by name; both axes begin at 0."""

    across: str
    up: str
    lines: Mapping[str, Sequence[Point]]

    @property
    def right(self) -> float:
        """The largest value across."""
        return max((x for points in self.lines.values() for x, _ in points), default=0.0) or 1.0

    @property
    def highest(self) -> float:
        """The largest value up."""
        return max((y for points in self.lines.values() for _, y in points), default=0.0) or 1.0


def svg_of(title: str, panels: Sequence[Panel]) -> str:
    """An SVG document."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    legend = "".join(
        f'<rect x="{WIDTH + 8}" y="{MARGIN + 20 * place}" width="12" height="12" fill="{_colour(place)}"/>'
        f'<text x="{WIDTH + 26}" y="{MARGIN + 20 * place + 11}">{escape(name)}</text>'
        for place, name in enumerate(names)
    )
    drawn = "".join(_drawn(HEIGHT * place, panel, names) for place, panel in enumerate(panels))
    height = max(HEIGHT * len(panels), MARGIN + 20 * len(names)) + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 180} {height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="{MARGIN}" y="20" font-size="15">{escape(title)}</text>{drawn}{legend}</svg>\n'
    )


def _drawn(top: int, panel: Panel, names: Sequence[str]) -> str:
    left, bottom = MARGIN, top + HEIGHT - 20
    wide, high = WIDTH - MARGIN - 16, HEIGHT - 76
    right, highest = panel.right, panel.highest

    def at(x: float, y: float) -> str:
        return f"{left + wide * x / right:.1f},{bottom - high * y / highest:.1f}"

    grid = "".join(
        f'<polyline points="{at(0, highest * part / 4)} {at(right, highest * part / 4)}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{bottom - high * part / 4 + 4:.1f}" text-anchor="end">{highest * part / 4:.3g}</text>'
        f'<text x="{left + wide * part / 4:.1f}" y="{bottom + 15}" text-anchor="middle">{right * part / 4:.5g}</text>'
        for part in range(5)
    )
    lines = "".join(
        f'<polyline fill="none" stroke="{_colour(names.index(name))}" stroke-width="2" '
        f'points="{" ".join(at(*point) for point in points)}"/>'
        for name, points in panel.lines.items()
        if points
    )
    return (
        f'{grid}{lines}<text x="{left + wide}" y="{bottom - 6}" text-anchor="end">{escape(panel.across)}</text>'
        f'<text x="{left}" y="{bottom - high - 10}">{escape(panel.up)}</text>'
    )


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]
