"""Lanes: contacts that wait for the same agents and whose order among themselves time cannot change."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field

from acd.contact import Contact
from acd.plan import Tier

Place = tuple[float, int, int, str]
"""(growth * (since - credit) - head start, since, arrival, contact): the smaller goes first."""

LaneKey = tuple[int, float, int, int | None]
"""(rank, growth, reservation, how long it lasts)."""


def place_of(contact: Contact, tier: Tier) -> Place:
    """The place of a contact in its lane."""
    head_start = tier.head_start_ms + contact.urgency_ms
    since = contact.since
    return (tier.growth * (since - contact.credit_ms) - head_start, since, contact.arrival, contact.contact)


@dataclass(slots=True)
class Lane:
    """Contacts of one need, rank, growth and reservation, best first.

    With rank and growth equal, the difference of two scores stays what it was when the later contact came, so a sorted
    list is enough and only the heads of lanes compete.
    """

    rank: int
    growth: float
    reserve_idle: int
    reserve_for_ms: int | None
    places: list[Place] = field(default_factory=list)
    waits_ms: list[int] = field(default_factory=list)
    """The waits after which time alone lets a contact start: an agent's delay, the end of the reservation."""

    def score(self, place: Place, now: int) -> float:
        """Head start plus growth times wait, credit counted as wait; ms."""
        return self.growth * now - place[0]

    def keeps_back(self, place: Place, idle: int, now: int) -> bool:
        """Whether a contact leaves the able agents who are idle, so many, to others."""
        if idle > self.reserve_idle:
            return False
        return self.reserve_for_ms is None or now - place[1] < self.reserve_for_ms

    def put(self, place: Place) -> None:
        """Let a contact wait."""
        insort(self.places, place)

    def take(self, place: Place) -> None:
        """The contact waits no more."""
        at = bisect_left(self.places, place)
        assert self.places[at] == place
        del self.places[at]
