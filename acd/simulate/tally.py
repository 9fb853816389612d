"""What one replication counts, and the figures of that replication: plain numbers, None where nothing was counted."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from acd.simulate.scenario import CallType, Scenario

CURVE_S = 300
"""Waits are counted by whole seconds up to here, for the curve of shares answered within a time."""


@dataclass(slots=True)
class SlotTally:
    """Calls of one type in one slot: offered and abandoned there, and seconds spent waiting in it by all of them."""

    offered: int = 0
    abandoned: int = 0
    in_time: int = 0
    """Of those offered there, answered within the target's time."""
    waiting_s: float = 0.0


@dataclass(slots=True)
class CallTally:
    """Calls of one type that arrived after the warm-up."""

    offered: int = 0
    settled: int = 0
    """Answered or abandoned: what waits and shares are taken of."""
    answered: int = 0
    abandoned: int = 0
    waited: int = 0
    """Found no agent at once."""
    wait_s: float = 0.0
    """Of all settled."""
    wait_answered_s: float = 0.0
    waiting_s: float = 0.0
    """Seconds spent waiting between warm-up and horizon by all calls, those of the warm-up included."""
    within: dict[float, int] = field(default_factory=dict)
    """Seconds = answered within them."""
    by: dict[str, int] = field(default_factory=dict)
    """Agents' name = answered by them."""
    curve: list[int] = field(default_factory=lambda: [0] * CURVE_S)
    """Answered after a wait of [i, i + 1) s."""
    slots: list[SlotTally] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)
    """Of each answered, until they are counted."""

    def count_waits(self) -> None:
        """Fill `within` and `curve`."""
        waits = sorted(self.waits_s)
        for within in self.within:
            self.within[within] = bisect_right(waits, within)
        up_to = [bisect_left(waits, second) for second in range(CURVE_S + 1)]
        self.curve = [later - sooner for sooner, later in pairwise(up_to)]
        self.waits_s.clear()


@dataclass(slots=True)
class GroupTally:
    """Agents of one kind between warm-up and horizon, seconds."""

    busy_s: float = 0.0
    staffed_s: float = 0.0


@dataclass(slots=True)
class Tally:
    """One replication."""

    calls_simulated: int = 0
    calls: dict[str, CallTally] = field(default_factory=dict)
    groups: dict[str, GroupTally] = field(default_factory=dict)


def empty_tally(scenario: Scenario) -> Tally:
    """A tally in which every call type, group and slot has its place."""
    tally = Tally(groups={group.name: GroupTally() for group in scenario.agents})
    for call in scenario.calls:
        tally.calls[call.name] = CallTally(
            within=dict.fromkeys(thresholds(call), 0),
            by={group.name: 0 for group in scenario.agents},
            slots=[SlotTally() for _ in range(scenario.slots)],
        )
    return tally


def thresholds(call: CallType) -> tuple[float, ...]:
    """The times, in seconds, within which answers are counted; the target's own last."""
    return call.answer_within_s if call.target is None else (*call.answer_within_s, call.target.within_s)
