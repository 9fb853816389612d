"""A flow as SVG, with the counts of callers over it where there are any."""

from collections.abc import Mapping
from html import escape
from itertools import pairwise
from typing import NamedTuple, Self

from ivr.flow.counts import StepCounts
from ivr.flow.model import Flow
from ivr.flow.picture.graph import FAILURE, LEAVES, Arrow, Node, arrows, nodes
from ivr.flow.picture.layout import Layout, Point, laid_out

HEIGHT = 46.0
LABEL_LETTER, LABEL_HEIGHT = 6.7, 13.0
"""Size of a letter on an arrow."""
LETTER = 7.4
"""Width of one letter of a label, generously."""

_FAMILIES = {
    "asks": ("#eaf2fd", "#2f6db5", ("menu", "collect", "survey", "identify")),
    "decides": ("#fdf5e3", "#a87412", ("branch", "set", "hours", "lists", "look-up", "flow", "language")),
    "reaches": ("#e8f6ec", "#2c7a44", ("queue", "transfer", "duty", "callback", "cancel-callback", "message")),
    "ends": ("#f1f1f1", "#666666", ("hang-up", "return", LEAVES)),
    "speaks": ("#ffffff", "#8a8f98", ("answer", "say", "announce")),
}

_STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace; fill: #1d2733; }
.name { font-weight: 600; } .action { fill: #5b6673; font-size: 11px; }
.way { fill: none; stroke: #7c8794; stroke-width: 1.3; } .failure { stroke-dasharray: 4 4; stroke: #c0574f; }
.label { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
.lost { fill: #b3261e; font-size: 11px; } .count { font-weight: 600; }
""".strip()


class Box(NamedTuple):
    """A place in the picture that something takes."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Self:
        """The box of this size around a point."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def meets(self, other: "Box") -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def svg(flow: Flow, counts: Mapping[str, StepCounts] | None = None) -> str:
    """The picture; `counts` as `FlowCounts.of` gives them."""
    drawn, joined = nodes(flow), arrows(flow)
    widths = {node.name: _width(node, counts) for node in drawn}
    layout = laid_out(widths, HEIGHT, [(arrow.source, arrow.target) for arrow in joined], flow.start)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" role="img" aria-label="{escape(flow.name)}">',
        f"<title>{escape(flow.name)}</title><style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0,0 L8,4 L0,8 z" fill="#7c8794"/></marker></defs>',
        f'<rect width="{layout.width:.0f}" height="{layout.height:.0f}" fill="#ffffff"/>',
    ]
    taken = [Box.around(*layout.boxes[node.name], widths[node.name], HEIGHT) for node in drawn]
    labels: list[str] = []
    for arrow, route in zip(joined, layout.routes, strict=True):
        line, label = _arrow(arrow, route, counts, taken)
        parts.append(line)
        labels += label
    parts += labels
    parts += [part for node in drawn for part in _box(node, widths[node.name], layout, flow, counts)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _width(node: Node, counts: Mapping[str, StepCounts] | None) -> float:
    letters = max(len(node.name), len(_second(node)) + (12 if counts else 0), 8)
    return letters * LETTER + 24


def _second(node: Node) -> str:
    return f"{node.action} {node.about}".strip()


def _box(node: Node, width: float, layout: Layout, flow: Flow, counts: Mapping[str, StepCounts] | None) -> list[str]:
    x, y = layout.boxes[node.name]
    fill, line, _ = next(family for family in _FAMILIES.values() if node.action in family[2])
    thick = 2.5 if node.name == flow.start else 1.3
    box = (
        f'<rect x="{x - width / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{width:.1f}" height="{HEIGHT}" rx="7" '
        f'fill="{fill}" stroke="{line}" stroke-width="{thick}"/>'
    )
    second = escape(_second(node))
    told = counts.get(node.name) if counts else None
    if told is not None and told.gave_up:
        second += f' <tspan class="lost">&#215; {told.gave_up}</tspan>'
    if told is not None and told.ended:
        second += f' <tspan class="count">{told.ended}</tspan>'
    return [
        "<g>",
        f"<title>{escape(node.name)}</title>",
        box,
        f'<text class="name" x="{x:.1f}" y="{y - 4:.1f}" text-anchor="middle">{escape(node.name)}</text>',
        f'<text class="action" x="{x:.1f}" y="{y + 13:.1f}" text-anchor="middle">{second}</text>',
        "</g>",
    ]


def _arrow(
    arrow: Arrow, route: list[Point], counts: Mapping[str, StepCounts] | None, taken: list[Box]
) -> tuple[str, list[str]]:
    """The line, and its label where no box and no label before it is, if there is room; `taken` grows by it."""
    kind = "way failure" if arrow.only_failures else "way"
    path, places = _path(route)
    line = f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>'
    label, letters = _label(arrow, counts)
    if not label:
        return line, []
    boxes = [Box.around(x, y, letters * LABEL_LETTER, LABEL_HEIGHT) for x, y in places]
    box = next((one for one in boxes if not any(one.meets(other) for other in taken)), boxes[0])
    taken.append(box)
    x, y = places[boxes.index(box)]
    return line, [f'<text class="label" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{label}</text>']


def _label(arrow: Arrow, counts: Mapping[str, StepCounts] | None) -> tuple[str, int]:
    """What stands on an arrow, and in how many letters."""
    told = counts.get(arrow.source) if counts else None
    words, letters = [], 0
    for way, label in zip(arrow.ways, arrow.labels, strict=True):
        count = 0
        if told is not None:
            count = told.failed if way.key == FAILURE else told.chosen.get(".".join(way.key), 0)
        counted = f'<tspan class="count">{count}</tspan>' if count else ""
        words.append(" ".join(filter(None, (escape(label), counted))))
        letters += len(label) + (len(str(count)) + 1 if count else 0) + 2
    return ", ".join(filter(None, words)), letters


def _path(route: list[Point]) -> tuple[str, list[Point]]:
    """The curve of an arrow, and the places where its label may stand, best first: near its beginning."""
    (x, y), (end_x, end_y) = route[0], route[-1]
    if route[0] == route[-1]:
        loop = f"M{x:.1f},{y + HEIGHT / 2:.1f} c-30,40 60,40 24,0"
        return loop, [(x, y + HEIGHT / 2 + 36)]
    down = 1.0 if end_y > y else -1.0
    if end_y == y:
        lift = HEIGHT / 2 + 26
        curve = f"M{x:.1f},{y - HEIGHT / 2:.1f} C{x:.1f},{y - lift:.1f} {end_x:.1f},{y - lift:.1f} "
        return f"{curve}{end_x:.1f},{end_y - HEIGHT / 2:.1f}", [((x + end_x) / 2, y - lift)]
    points = [(x, y + down * HEIGHT / 2), *route[1:-1], (end_x, end_y - down * HEIGHT / 2)]
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (from_x, from_y), (to_x, to_y) in pairwise(points):
        half = (from_y + to_y) / 2
        path += f" C{from_x:.1f},{half:.1f} {to_x:.1f},{half:.1f} {to_x:.1f},{to_y:.1f}"
    return path, [_on_curve(points[0], points[1], share) for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)]


def _on_curve(start: Point, end: Point, share: float) -> Point:
    """A point of the curve between two points of a path."""
    bend = share * share * (3 - 2 * share)
    height = 1.5 * share * (1 - share) + share**3 if share < 1 else 1.0
    return start[0] + (end[0] - start[0]) * bend, start[1] + (end[1] - start[1]) * height
