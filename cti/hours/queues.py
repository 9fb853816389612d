"""Queues open and close by their hours: the floor is told when it happens, and at the start what it missed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from acd import events as e
from cti.hours.opening import opening
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument

FARTHEST_S = 3600.0
"""A wall clock may be set: no change is waited for longer than this without looking at it again."""


class QueueHours:
    """Tells the floor `QueueOpened` and `QueueClosed`; a queue without hours is open."""

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
        moment = datetime.fromtimestamp(now / 1000, UTC)
        plan = self._plan()
        known = self._loop.floor.state.closed
        changes = []
        closed = set()
        for name, queue in plan.queues.items():
            if queue.hours is None:
                continue
            found = opening(plan.hours[queue.hours], moment)
            if found.state != "open":
                closed.add(name)
            if (change := found.closes or found.opens) is not None:
                changes.append((change - moment).total_seconds())
        for name in [one for one in known if one not in closed]:
            self._loop.tell_if_fits(e.QueueOpened(at=now, queue=name))
        for name in sorted(closed.difference(known)):
            self._loop.tell_if_fits(e.QueueClosed(at=now, queue=name))
        self._expect(min(changes, default=FARTHEST_S))
