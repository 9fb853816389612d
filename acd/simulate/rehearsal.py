"""A floor on a virtual clock, with whatever callers, agents and phones do about what it decides.

Every event goes through the very `Floor`, and each of the plan's times falls due as it does live. What people do is
given as habits: functions told of one kind of fact or command, which enter what comes of it. Times are ms.
"""

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from acd import events as e
from acd.commands import Command
from acd.errors import IllegalEvent
from acd.floor import Floor

Habit = Callable[[Any], None]
"""Told a fact or a command of the kind it was given for."""


class Rehearsal:
    """The agenda of what is still to come, and the floor it comes to."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.at = floor.at
        """Now, ms."""
        self.told = 0
        """Events that the floor took."""
        self.refused: Counter[str] = Counter()
        """Events that did not fit the floor when their time came, by name; they changed nothing."""
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        """A heap of (when, order of entry, what)."""
        self._entries = 0
        self._habits: dict[type[e.Fact] | type[Command], list[Habit]] = {}

    def on(self, kind: type[e.Fact] | type[Command], habit: Habit) -> None:
        """Have a habit told each fact, or each command, of a kind, once the floor is at rest after it."""
        self._habits.setdefault(kind, []).append(habit)

    def later(self, at: int, do: Callable[[], None]) -> None:
        """Do something at a time; what is due at the same time is done in the order it was entered."""
        self._entries += 1
        heappush(self._agenda, (max(at, self.at), self._entries, do))

    def enter(self, event: e.Event) -> None:
        """Have an event happen at its time; one that does not fit the floor then is counted in `refused`."""
        self.later(event.at, lambda: self.tell(event))

    def tell(self, event: e.Event) -> None:
        """Let an event happen now; a habit enters instead, so that one thing is over before the next begins."""
        try:
            commands = self.floor.apply(event)
        except IllegalEvent:
            self.refused[type(event).__name__] += 1
            return
        self.told += 1
        happened: list[e.Fact | Command] = [*self.floor.facts, *commands]
        for each in happened:
            for habit in self._habits.get(type(each), ()):
                habit(each)

    def run(self, until: int) -> None:
        """Everything that is due up to a time, and nothing after it."""
        agenda = self._agenda
        while True:
            due = self.floor.next_deadline()
            first = agenda[0][0] if agenda else None
            if due is not None and due <= until and (first is None or due <= first):
                self.at = max(due, self.at)
                self.tell(e.TimePassed(at=self.at))
            elif first is not None and first <= until:
                self.at, _, do = heappop(agenda)
                do()
            else:
                return
