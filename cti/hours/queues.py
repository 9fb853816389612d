"""Queues open and close by their hours, their callbacks are dialled by theirs: the floor is told when that changes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from acd import events as e
from cti.hours.opening import opening
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument

FARTHEST_S = 3600.0
"""A wall clock may be set: no change is waited for longer than this without looking at it again."""


class QueueHours:
    """Tells the floor `QueueOpened` and `QueueClosed`, `DiallingAllowed` and `DiallingBarred`.

    A queue without hours is open, one whose callbacks have none may dial.
    """

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument]) -> None:
        """`plan` gives the plan in force."""
        self._loop = loop
        self._plan = plan
        self._due: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Tell what differs now, then each change when it comes and whatever a new plan changes."""
        self._loop.subscribe(self.read)
        self._look()

    def stop(self) -> None:
        """Tell nothing more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact: a new plan may have other hours."""
        if isinstance(fact, e.PlanChanged):
            self._expect(0.0)

    def _expect(self, delay_s: float) -> None:
        self.stop()
        self._due = asyncio.get_running_loop().call_later(min(delay_s, FARTHEST_S), self._look)

    def _look(self) -> None:
        now = self._loop.now()
        plan, state = self._plan(), self._loop.floor.state
        closed, change = _shut(plan, {name: queue.hours for name, queue in plan.queues.items()}, now)
        calling = {name: queue.callback.hours for name, queue in plan.queues.items() if queue.callback is not None}
        barred, other_change = _shut(plan, calling, now)
        # Whatever shuts goes first: nobody is dialled between two facts of one moment.
        told: list[e.Event] = [
            *(e.QueueClosed(at=now, queue=name) for name in sorted(closed.difference(state.closed))),
            *(e.DiallingBarred(at=now, queue=name) for name in sorted(barred.difference(state.dialling_barred))),
            *(e.QueueOpened(at=now, queue=name) for name in state.closed if name not in closed),
            *(e.DiallingAllowed(at=now, queue=name) for name in state.dialling_barred if name not in barred),
        ]
        for event in told:
            self._loop.tell_if_fits(event)
        self._expect(min(change, other_change))


def _shut(plan: PlanDocument, hours: Mapping[str, str | None], now: int) -> tuple[set[str], float]:
    """The queues whose hours do not hold at `now` (ms), and in how many seconds that changes for one of them."""
    moment = datetime.fromtimestamp(now / 1000, UTC)
    shut, delay_s = set(), FARTHEST_S
    for queue, name in hours.items():
        if name is None:
            continue
        found = opening(plan.hours[name], moment)
        if found.state != "open":
            shut.add(queue)
        if (change := found.closes or found.opens) is not None:
            delay_s = min(delay_s, (change - moment).total_seconds())
    return shut, delay_s
