"""Places boxes in layers and arrows between them, after Sugiyama: layers, order within them, then places.

Arrows that would point up are turned round for the layers; arrows over several layers get a bend in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

GAP_X = 28.0
GAP_Y = 64.0
BEND = 18.0
"""Width of the room that a passing arrow takes."""
SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: the middle of each box, the points of each arrow from box to box, the whole size."""

    boxes: dict[str, Point]
    routes: list[list[Point]]
    width: float
    height: float


def laid_out(widths: Mapping[str, float], height: float, edges: Sequence[tuple[str, str]], start: str) -> Layout:
    """Lay boxes of these widths and one height out; `edges` are pairs of names, `start` is on top."""
    layer = _layers(list(widths), edges, start)
    size = dict(widths)
    chains = [_chain(number, source, target, layer, size) for number, (source, target) in enumerate(edges)]
    rows = _ordered(layer, chains)
    places = _placed(rows, size, chains)
    left = min(places[one] - size[one] / 2 for row in rows for one in row)
    step = height + GAP_Y
    middle = {one: (places[one] - left + GAP_X, layer[one] * step + height / 2 + GAP_X) for one in places}
    routes = []
    for (source, target), chain in zip(edges, chains, strict=True):
        points = [middle[one] for one in chain]
        routes.append(points if chain[0] == source else points[::-1])
        if source == target:
            routes[-1] = [middle[source], middle[source]]
    _spread(routes, [(size[source], size[target]) for source, target in edges])
    right = max(middle[one][0] + size[one] / 2 for one in places)
    return Layout({name: middle[name] for name in widths}, routes, right + GAP_X, len(rows) * step + GAP_X)


def _spread(routes: list[list[Point]], widths: Sequence[tuple[float, float]]) -> None:
    """Let the arrows of a box begin and end side by side, in the order of where they come from and go to."""
    sides: dict[tuple[Point, bool], list[tuple[float, int, int]]] = {}
    for number, route in enumerate(routes):
        for at, near in ((0, 1), (-1, -2)):
            below = route[near][1] > route[at][1]
            sides.setdefault((route[at], below), []).append((route[near][0], number, at))
    for ((x, y), _), ends in sides.items():
        for place, (_, number, at) in enumerate(sorted(ends), start=1):
            width = widths[number][at]
            routes[number][at] = (x + width * 0.8 * (place / (len(ends) + 1) - 0.5), y)


def _layers(names: list[str], edges: Sequence[tuple[str, str]], start: str) -> dict[str, int]:
    """The longest way from the start, arrows that close a circle left out."""
    ahead: dict[str, list[str]] = {name: [] for name in names}
    for source, target in edges:
        ahead[source].append(target)
    state: dict[str, int] = {}
    finished: list[str] = []
    closing: set[tuple[str, str]] = set()
    for root in (start, *names):
        stack = [] if root in state else [(root, iter(ahead[root]))]
        state.setdefault(root, 1)
        while stack:
            name, rest = stack[-1]
            target = next(rest, "")
            if not target:
                state[name] = 2
                finished.append(name)
                stack.pop()
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(ahead[target])))
            elif state[target] == 1:
                closing.add((name, target))
    layer = dict.fromkeys(names, 0)
    for name in reversed(finished):
        for after in ahead[name]:
            if (name, after) not in closing:
                layer[after] = max(layer[after], layer[name] + 1)
    return layer


def _chain(number: int, source: str, target: str, layer: dict[str, int], size: dict[str, float]) -> list[str]:
    """The names along an arrow from its upper end to its lower: the two boxes, and a bend in each layer between."""
    upper, lower = (source, target) if layer[source] <= layer[target] else (target, source)
    chain = [upper]
    for at in range(layer[upper] + 1, layer[lower]):
        bend = f" {number}.{at}"
        layer[bend], size[bend] = at, BEND
        chain.append(bend)
    return [*chain, lower]


def _neighbours(chains: Sequence[Sequence[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for chain in chains:
        for one, other in pairwise(chain):
            below.setdefault(one, []).append(other)
            above.setdefault(other, []).append(one)
    return above, below


def _ordered(layer: Mapping[str, int], chains: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each layer's names in the order that crosses least, by the mean place of their neighbours."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for name, at in layer.items():
        rows[at].append(name)
    above, below = _neighbours(chains)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:
            rank = {one: place for each in rows for place, one in enumerate(each)}
            near = above if down else below

            def mean(one: str, near: Mapping[str, list[str]] = near, rank: Mapping[str, int] = rank) -> float:
                known = near.get(one)
                return sum(rank[each] for each in known) / len(known) if known else float(rank[one])

            row.sort(key=mean)
    return rows


def _placed(
    rows: Sequence[Sequence[str]], size: Mapping[str, float], chains: Sequence[Sequence[str]]
) -> dict[str, float]:
    """The middle of each name, near those of its neighbours, no two closer than the gap."""
    above, below = _neighbours(chains)
    places: dict[str, float] = {}
    for row in rows:
        at = 0.0
        for one in row:
            places[one] = at + size[one] / 2
            at += size[one] + GAP_X
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        for row in rows:
            wanted = [
                sum(places[each] for each in near[one]) / len(near[one]) if one in near else places[one] for one in row
            ]
            places |= zip(row, _apart(row, wanted, size), strict=True)
    return places


def _apart(row: Sequence[str], wanted: Sequence[float], size: Mapping[str, float]) -> list[float]:
    """As near to what is wanted as order and gaps allow: the mean of pushing everything right and everything left."""
    room = [(size[one] + size[other]) / 2 + GAP_X for one, other in pairwise(row)]
    right = list(wanted)
    for number, least in enumerate(room):
        right[number + 1] = max(right[number + 1], right[number] + least)
    left = list(wanted)
    for number in range(len(room) - 1, -1, -1):
        left[number] = min(left[number], left[number + 1] - room[number])
    return [(one + other) / 2 for one, other in zip(right, left, strict=True)]
