"""Replay: the decisions of a journal made again from its events, and where they differ from those written down.

The very `Floor` decides again. After a difference it goes on from what was written down, so that one does not hide or
make up others.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from acd import events as e
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.fold import FoldedFloor
from acd.state import FloorState


@dataclass(frozen=True, slots=True)
class Difference:
    """An event after which something else is decided now."""

    number: int
    """Of the event."""
    event: e.Event
    recorded: tuple[e.Fact, ...]
    """What was decided then."""
    decided: tuple[e.Fact, ...]
    """What is decided now."""
    refused: str = ""
    """Why the event does not fit the floor now; "" when it does."""


class Replay:
    """One pass over the facts of a journal, in their order."""

    def __init__(self, state: FloorState | None = None) -> None:
        """`state`: the floor before the first fact; empty by default."""
        self.events = 0
        self.decisions = 0
        """Of those written down."""
        self._recorded = FoldedFloor(state)
        self._floor = Floor(deepcopy(self._recorded.state))

    def differences(self, facts: Iterable[e.Fact]) -> Iterator[Difference]:
        """Decide after each event and compare."""
        for event, recorded in _groups(facts):
            self.events += event is not None
            self.decisions += len(recorded)
            difference = self._compare(event, recorded) if event is not None else None
            for fact in (*((event,) if event is not None else ()), *recorded):
                self._recorded.fold(fact)
            if event is None or difference is not None:
                self._floor = Floor(deepcopy(self._recorded.state))
            if difference is not None:
                yield difference

    def _compare(self, event: e.Event, recorded: tuple[e.Fact, ...]) -> Difference | None:
        number = self._floor.number + 1
        try:
            self._floor.apply(event)
        except IllegalEvent as error:
            return Difference(number, event, recorded, (), error.why)
        decided = tuple(self._floor.facts[1:])
        return None if decided == recorded else Difference(number, event, recorded, decided)


def _groups(facts: Iterable[e.Fact]) -> Iterator[tuple[e.Event | None, tuple[e.Fact, ...]]]:
    """Each event with the decisions upon it; without one the decisions that a journal may begin with."""
    event: e.Event | None = None
    decisions: list[e.Fact] = []
    for fact in facts:
        if not isinstance(fact, e.Event):
            decisions.append(fact)
            continue
        if event is not None or decisions:
            yield event, tuple(decisions)
        event, decisions = fact, []
    if event is not None or decisions:
        yield event, tuple(decisions)
