"""When the router must be told that time has passed: for offers, lost legs, wrap-ups, pauses, breaks.

Deadlines follow from offers and agents, they are no state of their own; one that is overtaken by events is skipped.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Literal

from acd.agent import Agent
from acd.contact import Offer

Kind = Literal["aside", "dial", "overrun", "pop", "rejoin", "ring", "wrap_up"]
Deadline = tuple[int, Kind, int | str]
"""(when, kind, offer or agent): what is due at the same time happens in this order, whenever it was set."""

UNASKED = 1000
"""After so many changes without a question what is next, all deadlines are worked out anew: while a journal is folded
nobody asks, and those that are overtaken would pile up."""


class Deadlines:
    """The deadlines of the floor's offers and agents, the earliest first."""

    def __init__(self, offers: Mapping[int, Offer], agents: Mapping[str, Agent]) -> None:
        """All deadlines there are now."""
        self._offers = offers
        self._agents = agents
        self._heap: list[Deadline] = []
        self._changed: dict[int | str, None] = {}
        """Offers and agents whose deadlines are not in the heap yet."""
        self._work_out()

    def change(self, whose: int | str) -> None:
        """Something else is due, or at another time, for an offer or an agent."""
        self._changed[whose] = None
        if len(self._changed) > UNASKED:
            self._work_out()

    def next(self) -> Deadline | None:
        """The first that still stands."""
        heap = self._heap
        for whose in self._changed:
            if (deadline := self._of(whose)) is not None:
                heappush(heap, deadline)
        self._changed.clear()
        while heap:
            if self._of(heap[0][2]) == heap[0]:
                return heap[0]
            heappop(heap)
        return None

    def _work_out(self) -> None:
        everybody: list[int | str] = [*self._offers, *self._agents]
        self._heap[:] = [deadline for whose in everybody if (deadline := self._of(whose)) is not None]
        heapify(self._heap)
        self._changed.clear()

    def _of(self, whose: int | str) -> Deadline | None:
        """The deadline of an offer, or the first of an agent; None: it has none now."""
        if isinstance(whose, str):
            return _first_of(self._agents[whose])
        offer = self._offers.get(whose)
        if offer is None:
            return None
        if offer.dial_until is not None:
            return (offer.dial_until, "dial", whose)
        if offer.answered_at is not None:
            return None if offer.rejoin_until is None else (offer.rejoin_until, "rejoin", whose)
        if offer.expires_at is not None:
            return (offer.expires_at, "ring", whose)
        # Without a desk to wait for it rings at once; what is due then matters only if a crash came in between.
        return (offer.made_at if offer.pop_until is None else offer.pop_until, "pop", whose)


def _first_of(agent: Agent) -> Deadline | None:
    first: Deadline | None = None
    if agent.wrap_up_until is not None:
        first = (agent.wrap_up_until, "wrap_up", agent.agent)
    if agent.aside_until is not None and (first is None or agent.aside_until < first[0]):
        first = (agent.aside_until, "aside", agent.agent)
    if agent.overrun_at is not None and (first is None or agent.overrun_at < first[0]):
        first = (agent.overrun_at, "overrun", agent.agent)
    return first
