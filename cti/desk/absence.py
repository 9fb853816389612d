"""Agents whose page has gone: after a while they are not ready, so that no caller waits for a closed tab.

Never while a contact is offered to them or they talk: then when that is over, unless the page is back.
"""

import asyncio

from acd import events as e
from acd.agent import BEING_OFFERED, ON_A_CALL
from cti.journal.loop import FloorLoop

GONE_S = 20.0
"""A page that is loaded anew is back within seconds."""
REASON = "desk_gone"
"""The reason that stands in for one of the plan's."""


class Absence:
    """Counts how long pages have been away. Tell it `left` and `came`, and let it `read` the facts."""

    def __init__(self, loop: FloorLoop) -> None:
        self._loop = loop
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._late: set[str] = set()
        """Away too long, and bound by a contact still."""

    def left(self, agent: str) -> None:
        """The agent's last page is gone."""
        self.came(agent)
        self._timers[agent] = asyncio.get_running_loop().call_later(GONE_S, self._too_long, agent)

    def came(self, agent: str) -> None:
        """A page of his is there."""
        self._late.discard(agent)
        timer = self._timers.pop(agent, None)
        if timer is not None:
            timer.cancel()

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact: it may have freed somebody whose page is gone."""
        for agent in [each for each in self._late if not self._is_bound(each)]:
            self._end(agent)

    def stop(self) -> None:
        """Count no longer."""
        for agent in list(self._timers):
            self.came(agent)

    def _too_long(self, agent: str) -> None:
        del self._timers[agent]
        if self._is_bound(agent):
            self._late.add(agent)
        else:
            self._end(agent)

    def _is_bound(self, agent: str) -> bool:
        return self._loop.floor.agents[agent].state in ON_A_CALL | BEING_OFFERED

    def _end(self, agent: str) -> None:
        self._late.discard(agent)
        known = self._loop.floor.agents[agent]
        # On the mobile phone on which an emergency called him up nobody needs a page.
        if known.intent is not e.Intent.READY or known.called_up:
            return
        gone = e.IntentChanged(at=self._loop.now(), agent=agent, intent=e.Intent.NOT_READY, reason=REASON)
        self._loop.tell_if_fits(gone)
