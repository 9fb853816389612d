"""What a trial of a tuning came to: the shares it reached, and what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, exp, pi, sqrt

from acd.simulate.scenario import CallType, Scenario
from acd.simulate.tally import Tally, thresholds

CLUSTERING = 1.6
"""By how much more the shares of calls that queue together vary than those of independent calls; 1.1 to 2.1 in RQ1."""
SHARING = 0.01
"""How much more a point short costs for each point that is short already: who is far off is helped first."""
ABANDONING = 5.0
"""What all callers giving up would cost, in points: decides between tunings that meet the targets equally well."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The calls of some trials: counts by call type."""

    settled: Mapping[str, int]
    in_time: Mapping[str, int]
    abandoned: Mapping[str, int]

    def share(self, call: CallType) -> float:
        """The share answered within the target's time; 1 where nobody called."""
        settled = self.settled[call.name]
        return self.in_time[call.name] / settled if settled else 1.0

    def missing_pp(self, call: CallType) -> float:
        """Percentage points short of the target; below 0 where it is more than met."""
        assert call.target is not None
        return 100 * (call.target.share - self.share(call))

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both together."""
        return Outcome(*(_sum(one, two) for one, two in zip(self._counts, other._counts, strict=True)))

    @property
    def _counts(self) -> tuple[Mapping[str, int], ...]:
        return self.settled, self.in_time, self.abandoned


def _sum(one: Mapping[str, int], two: Mapping[str, int]) -> dict[str, int]:
    return {name: count + two[name] for name, count in one.items()}


def outcome_of(scenario: Scenario, tallies: Sequence[Tally]) -> Outcome:
    """What some replications came to together."""

    def total(call: CallType, count: str) -> int:
        return sum(getattr(tally.calls[call.name], count) for tally in tallies)

    return Outcome(
        settled={call.name: total(call, "settled") for call in scenario.calls},
        in_time={
            call.name: sum(tally.calls[call.name].within[thresholds(call)[-1]] for tally in tallies)
            for call in scenario.calls
            if call.target is not None
        },
        abandoned={call.name: total(call, "abandoned") for call in scenario.calls},
    )


def promised(scenario: Scenario) -> list[CallType]:
    """The call types that have a target."""
    return [call for call in scenario.calls if call.target is not None]


def cost(scenario: Scenario, outcome: Outcome) -> float:
    """What is missing, in points weighed by priority, as it is to be expected of another run like this one.

    The expected positive part of a share that is known up to its sampling error: a target met by less than chance
    costs something, so that a tuning does not fit the very callers it was tried on.
    """
    total = 0.0
    for call in promised(scenario):
        assert call.target is not None
        points = expected_pp(outcome.missing_pp(call), _error_pp(call, outcome))
        total += call.target.priority * points * (1 + SHARING * points)
    settled = sum(outcome.settled.values())
    return total + ABANDONING * (sum(outcome.abandoned.values()) / settled if settled else 0.0)


def expected_missing_pp(scenario: Scenario, outcome: Outcome) -> float:
    """The expected sum of what is missing, percentage points."""
    return sum(expected_pp(outcome.missing_pp(call), _error_pp(call, outcome)) for call in promised(scenario))


def _error_pp(call: CallType, outcome: Outcome) -> float:
    assert call.target is not None
    share = call.target.share
    return CLUSTERING * 100 * sqrt(max(share * (1 - share), 0.01) / max(1, outcome.settled[call.name]))


def expected_pp(missing: float, error: float) -> float:
    """The mean of max(0, x) for a normal x."""
    z = missing / error
    return missing * (1 + erf(z / sqrt(2))) / 2 + error * exp(-z * z / 2) / sqrt(2 * pi)
