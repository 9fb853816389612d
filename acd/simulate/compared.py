"""What happened on a day beside what a plan would have made of it: counts, shares and waits, by queue and tier."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from acd.simulate.visits import VisitEnd, Waited

NORMAL_95 = 1.959964
"""So many standard deviations either way hold 95 of 100 of what is spread normally."""
ALL = ("", "")
"""The place of everybody together."""
Within = Callable[[str, str], float]
"""(queue, tier) -> the seconds within which an answer is in time."""
FIGURES = (
    "offered",
    "answered",
    "abandoned",
    "otherwise",
    "service_level",
    "abandoned_share",
    "mean_wait_answered_s",
    "mean_wait_s",
)


@dataclass(slots=True)
class Counts:
    """The visits of one queue and tier."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    otherwise: int = 0
    in_time: int = 0
    wait_answered_ms: int = 0
    wait_ms: int = 0
    """Of all whose wait ended."""

    def take(self, visit: Waited, within_s: float) -> None:
        """Count a visit."""
        self.offered += 1
        if visit.end is None:
            return
        self.wait_ms += visit.wait_ms
        if visit.end is VisitEnd.ANSWERED:
            self.answered += 1
            self.wait_answered_ms += visit.wait_ms
            self.in_time += visit.wait_ms <= 1000 * within_s
        elif visit.end is VisitEnd.ABANDONED:
            self.abandoned += 1
        else:
            self.otherwise += 1

    def figures(self) -> dict[str, float | None]:
        """By name; shares are of those offered whose wait ended; None where there is nothing to take it of."""
        settled = self.answered + self.abandoned + self.otherwise
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "otherwise": self.otherwise,
            "service_level": self.in_time / settled if settled else None,
            "abandoned_share": self.abandoned / settled if settled else None,
            "mean_wait_answered_s": self.wait_answered_ms / self.answered / 1000 if self.answered else None,
            "mean_wait_s": self.wait_ms / settled / 1000 if settled else None,
        }


Counted = dict[tuple[str, str], Counts]
"""By queue and tier, and `ALL`."""


def counted(visits: Iterable[Waited], within: Within) -> Counted:
    """The counts of a day."""
    found: Counted = {}
    for visit in visits:
        within_s = within(visit.queue, visit.tier)
        for place in ((visit.queue, visit.tier), ALL):
            found.setdefault(place, Counts()).take(visit, within_s)
    return {place: found[place] for place in sorted(found)}


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over several runs of a day: its mean, and how far what was drawn carries it."""

    mean: float
    error: float
    """Half of the range that holds one more run in 95 of 100 cases; 0 when nothing was drawn."""

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range; rounding is no difference."""
        return abs(value - self.mean) <= self.error + 1e-9


def spread(values: Sequence[float | None]) -> Spread | None:
    """Of one figure; None when no run has it."""
    there = [value for value in values if value is not None]
    if len(there) < 2:
        return Spread(there[0], 0.0) if there else None
    return Spread(fmean(there), student_95(len(there) - 1) * stdev(there) * sqrt(1 + 1 / len(there)))


def student_95(degrees: int) -> float:
    """Student's t for 95 of 100, from the normal one (M. Abramowitz, I. Stegun, "Handbook", 1964, 26.7.5)."""
    z: float = NORMAL_95
    terms: tuple[float, ...] = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    wider = [term / float(degrees) ** power for power, term in enumerate(terms, start=1)]
    return z + sum(wider)


Figures = dict[tuple[str, str], dict[str, Spread | None]]


def spreads(runs: Sequence[Counted], less: Sequence[Counted] | None = None) -> Figures:
    """Each figure over the runs of a model; with `less`, by how much it leaves that of the same run there."""
    places = sorted({place for run in runs for place in run})
    found: Figures = {}
    for place in places:
        each = [_figures(run, place) for run in runs]
        if less is not None:
            each = [_change(own, _figures(other, place)) for own, other in zip(each, less, strict=True)]
        found[place] = {name: spread([own[name] for own in each]) for name in FIGURES}
    return found


def _figures(run: Counted, place: tuple[str, str]) -> dict[str, float | None]:
    return run.get(place, Counts()).figures()


def _change(own: Mapping[str, float | None], other: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if (mine := own[name]) is None or (theirs := other[name]) is None else mine - theirs
        for name in FIGURES
    }
