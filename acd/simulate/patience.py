"""How long callers would wait, estimated from waits of which most ended otherwise: with an answer, not in anger.

Product-limit estimate: E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
American Statistical Association 53 (1958). Beyond the longest wait at which somebody gave up it says nothing; there
callers are taken to go on giving up at the mean rate of all waiting (all who gave up over all time waited).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import groupby
from math import exp, log
from operator import itemgetter


class PatienceSeen:
    """The share of callers whose patience is longer than a time."""

    def __init__(self, waits: Iterable[tuple[int, bool]]) -> None:
        """Each wait in ms, and whether it ended because the caller gave up; otherwise he would have waited longer."""
        ordered = sorted(waits)
        self._times: list[int] = []
        self._left: list[float] = []
        """The share whose patience is longer than `_times`, falling."""
        at_risk, left = len(ordered), 1.0
        for time, each in groupby(ordered, itemgetter(0)):
            ends = [gave_up for _, gave_up in each]
            if any(ends):
                left *= 1 - sum(ends) / at_risk
                self._times.append(time)
                self._left.append(left)
            at_risk -= len(ends)
        self.gave_up = sum(gave_up for _, gave_up in ordered)
        total = sum(time for time, _ in ordered)
        self.mean_rate = self.gave_up / total if total else 0.0
        """Givings-up a ms of waiting."""

    def longer_than(self, ms: float) -> float:
        """The share whose patience is longer."""
        place = bisect_right(self._times, ms)
        left = self._left[place - 1] if place else 1.0
        if self._times and ms > self._times[-1] and left:
            # The estimate stays level from here on; the mean rate does not.
            left *= exp(-self.mean_rate * (ms - self._times[-1]))
        return left

    def drawn(self, chance: float, waited_ms: int = 0) -> int | None:
        """A patience, ms, of somebody who has waited so long already, for a chance in [0, 1); None: for ever."""
        if not self.gave_up or not self.mean_rate:
            return None
        wanted = (1 - chance) * self.longer_than(waited_ms)
        # The first time at which the share left is no more than what is wanted.
        place = bisect_left(self._left, -wanted, key=lambda left: -left)
        if place < len(self._times) and wanted > 0:
            return max(self._times[place], waited_ms + 1)
        last, level = self._times[-1], self._left[-1]
        if level <= 0 or wanted <= 0:
            return max(last, waited_ms) + int(-log(1 - chance) / self.mean_rate)
        return max(waited_ms + 1, last + int(log(level / wanted) / self.mean_rate))
