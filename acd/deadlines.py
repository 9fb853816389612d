"""When the router must be told that time has passed: pops, rings, lost legs and wrap-ups not waited for any longer.

Deadlines follow from offers and agents, they are no state of their own; one that is overtaken by events is skipped.
"""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Literal

from acd.agent import Agent
from acd.contact import Offer

Kind = Literal["pop", "rejoin", "ring", "wrap_up"]
Deadline = tuple[int, Kind, int | str]
"""(when, kind, offer or agent): what is due at the same time happens in this order, whenever it was set."""


class Deadlines:
    """A heap of deadlines over the floor's offers and agents."""

    def __init__(self, offers: Mapping[int, Offer], agents: Mapping[str, Agent]) -> None:
        """All deadlines there are now."""
        self._offers = offers
        self._agents = agents
        self._heap: list[Deadline] = []
        for offer in offers.values():
            if offer.answered_at is None:
                self.of_offer(offer)
            elif offer.rejoin_until is not None:
                self.of_rejoin(offer)
        for agent in agents.values():
            if agent.wrap_up_until is not None:
                self.of_wrap_up(agent)

    def of_offer(self, offer: Offer) -> None:
        """The next deadline of an offer that was made or began to ring."""
        if offer.expires_at is not None:
            heappush(self._heap, (offer.expires_at, "ring", offer.offer))
        else:
            heappush(self._heap, (_rings_at(offer), "pop", offer.offer))

    def of_rejoin(self, offer: Offer) -> None:
        """When the caller has waited long enough for an agent whose leg is lost."""
        assert offer.rejoin_until is not None
        heappush(self._heap, (offer.rejoin_until, "rejoin", offer.offer))

    def of_wrap_up(self, agent: Agent) -> None:
        """The cap of an agent's wrap-up."""
        assert agent.wrap_up_until is not None
        heappush(self._heap, (agent.wrap_up_until, "wrap_up", agent.agent))

    def next(self) -> Deadline | None:
        """The first that still stands."""
        while self._heap:
            due, kind, key = self._heap[0]
            if self._stands(kind, key) == due:
                return self._heap[0]
            heappop(self._heap)
        return None

    def _stands(self, kind: Kind, key: int | str) -> int | None:
        if kind == "wrap_up":
            agent = self._agents.get(str(key))
            return agent.wrap_up_until if agent else None
        offer = self._offers.get(int(key))
        if kind == "rejoin":
            return offer.rejoin_until if offer is not None else None
        if offer is None or offer.answered_at is not None:
            return None
        if kind == "pop":
            return _rings_at(offer) if offer.expires_at is None else None
        return offer.expires_at


def _rings_at(offer: Offer) -> int:
    """When the ring is due: at once if there is no desk to wait for, which matters if a crash came in between."""
    return offer.made_at if offer.pop_until is None else offer.pop_until
