"""The traffic that a journal saw: how many called when, how long talks took, how long callers would wait.

Patience is taken to be exponential: all waiting over all who gave up, which is its likeliest mean when those who were
answered are counted as having waited at least so long.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

from acd import events as e
from acd.agent import POSTURE_FACTS
from acd.fold import FoldedFloor
from acd.ledger import CUT_OFF

SLOT_MS = 1_800_000
MOST_MS = 24 * 3_600_000
"""Facts of the last day are read; older ones only tell who was on duty."""
LEAST_TALKS = 2


class NoTraffic(ValueError):
    """The journal holds too few contacts to learn from."""


@dataclass(slots=True)
class Stream:
    """The contacts of one queue and tier; times in ms."""

    came: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    gave_up: int = 0
    busy: list[int] = field(default_factory=list)
    """From the answer until the agent was free again."""


class TrafficSeen:
    """Follows the facts of a journal from its first."""

    def __init__(self, since: int) -> None:
        """Contacts that came before `since`, ms, are not counted."""
        self._since = since
        self._floor = FoldedFloor()
        self.streams: dict[tuple[str, str], Stream] = {}
        self._pick_ups: list[int] = []
        self._of_agent: dict[str, tuple[Stream, int]] = {}
        self._made: dict[int, int] = {}
        self._duty: list[tuple[int, float]] = []
        """(from when, share of the plan's agents on duty)."""

    def take(self, fact: e.Fact) -> None:
        """The next fact."""
        floor = self._floor
        counts = fact.at >= self._since
        if isinstance(fact, e.OfferMade):
            self._made[floor.number + 1] = fact.at
        elif isinstance(fact, e.OfferAnswered) and fact.offer in floor.offers:
            self._answer(fact, counts)
        elif isinstance(fact, e.ContactEnded) and (contact := floor.contacts.get(fact.contact)) is not None:
            if contact.state.value in ("waiting", "offered") and counts:
                stream = self._stream(contact.queue, contact.tier)
                stream.waits.append(fact.at - contact.since)
                stream.gave_up += fact.cause not in CUT_OFF
        elif isinstance(fact, e.WrapUpEnded) and fact.agent in self._of_agent:
            stream, answered_at = self._of_agent.pop(fact.agent)
            stream.busy.append(fact.at - answered_at)
        floor.fold(fact)
        if isinstance(fact, e.ContactQueued) and counts:
            self._stream(fact.queue, fact.tier).came.append(fact.at)
        if type(fact) in POSTURE_FACTS or not self._duty:
            on_duty = sum(agent.on_duty for agent in floor.agents.values())
            self._duty.append((fact.at, on_duty / max(1, len(floor.plan.agents))))

    def _answer(self, fact: e.OfferAnswered, counts: bool) -> None:
        offer = self._floor.offers[fact.offer]
        if offer.consult_of is not None:
            # A colleague's advice is no contact's wait.
            return
        contact = self._floor.contacts[offer.contact]
        if counts:
            stream = self._stream(contact.queue, contact.tier)
            stream.waits.append(fact.at - contact.since)
            self._pick_ups.append(fact.at - self._made.get(fact.offer, fact.at))
            self._of_agent[offer.agent] = (stream, fact.at)

    def _stream(self, queue: str, tier: str) -> Stream:
        return self.streams.setdefault((queue, tier), Stream())

    def values(self) -> dict[str, Any]:
        """The traffic as a traffic file has it. Raises NoTraffic."""
        streams = {key: one for key, one in self.streams.items() if one.came}
        every = [busy for one in streams.values() for busy in one.busy]
        if len(every) < LEAST_TALKS:
            raise NoTraffic("it holds fewer than two finished talks")
        first = min(one.came[0] for one in streams.values())
        slots = max(one.came[-1] for one in streams.values()) // SLOT_MS - first // SLOT_MS + 1
        begin = first // SLOT_MS * SLOT_MS
        return {
            "slot_s": SLOT_MS / 1000,
            "horizon_s": slots * SLOT_MS / 1000,
            "pick_up_s": round(fmean(self._pick_ups) / 1000, 1) if self._pick_ups else 0.0,
            "on_duty": [self._on_duty(begin + place * SLOT_MS) for place in range(slots)],
            "calls": [
                {
                    "queue": queue,
                    "tier": tier,
                    "per_hour": [
                        3_600_000 / SLOT_MS * sum((at - begin) // SLOT_MS == place for at in one.came)
                        for place in range(slots)
                    ],
                    "service": _lognormal(one.busy if len(one.busy) >= LEAST_TALKS else every),
                    **({"patience": _patience(one)} if one.gave_up else {}),
                }
                for (queue, tier), one in sorted(streams.items())
            ],
        }

    def _on_duty(self, begin: int) -> float:
        """The mean share on duty in the slot that begins then; of one that goes on, up to now."""
        end = max(begin + 1, min(begin + SLOT_MS, self._floor.at))
        changes = [*self._duty, (end, 0.0)]
        spans = pairwise(changes)
        return round(
            sum(share * max(0, min(until, end) - max(at, begin)) for (at, share), (until, _) in spans) / (end - begin),
            3,
        )


def traffic_of(facts: Iterable[e.Fact], since: int) -> dict[str, Any]:
    """The traffic from `since`, ms, on, as a traffic file has it. Raises NoTraffic."""
    seen = TrafficSeen(since)
    for fact in facts:
        seen.take(fact)
    return seen.values()


def _lognormal(times: list[int]) -> dict[str, Any]:
    mean = max(1.0, fmean(times) / 1000)
    return {"dist": "lognormal", "mean_s": round(mean, 1), "cv": max(0.05, round(pstdev(times) / 1000 / mean, 2))}


def _patience(stream: Stream) -> dict[str, Any]:
    return {"dist": "exponential", "mean_s": max(1.0, round(sum(stream.waits) / stream.gave_up / 1000, 1))}
