"""Pools: the agents able to serve one need, the idle ones in order, and the contacts that wait for them, in lanes.

A lane holds contacts whose order among themselves cannot change with time (same rank, growth and reservation), so it is
a sorted list and only its head competes with other lanes' heads. No step walks over all agents or all contacts.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import Agent, AgentState
from acd.contact import Contact
from acd.order import Key
from acd.plan import AgentSpec, Tier

Need = tuple[str, frozenset[tuple[str, int]]]
"""(queue, {(skill, least level)}): contacts with equal needs can be served by the same agents."""

IdleEntry = tuple[tuple[float, ...], int, str]
WaitingEntry = tuple[float, int, int, str]


@dataclass(slots=True)
class Lane:
    """Contacts of one need, rank, growth and reservation, best first."""

    rank: int
    growth: float
    reserve_idle: int
    waiting: list[WaitingEntry] = field(default_factory=list)
    """(growth * since - head start, since, arrival, contact): smaller goes first."""

    def score(self, entry: WaitingEntry, now: int) -> float:
        """Head start plus growth times wait, in ms."""
        return self.growth * now - entry[0]


def waiting_entry(contact: Contact, tier: Tier) -> WaitingEntry:
    """The place of a contact in its lane."""
    head_start = tier.head_start_ms + contact.urgency_ms
    return (tier.growth * contact.since - head_start, contact.since, contact.arrival, contact.contact)


@dataclass(slots=True)
class Pool:
    """The agents able to serve one need and the contacts that have it."""

    queue: str
    needs: Mapping[str, int]
    keys: tuple[Key, ...]
    able: dict[str, AgentSpec] = field(default_factory=dict)
    idle: list[IdleEntry] = field(default_factory=list)
    """Idle able agents, best first."""
    standings: Counter[str] = field(default_factory=Counter)
    """Able agents counted by their standing."""
    on_duty: int = 0
    """Able agents who take contacts at all just now, busy or not."""
    lanes: dict[tuple[int, float, int], Lane] = field(default_factory=dict)

    def serves(self, spec: AgentSpec) -> bool:
        """Whether an agent of this description is able to serve the need."""
        if spec.queues is not None and self.queue not in spec.queues:
            return False
        return all(spec.skills.get(skill, 0) >= level for skill, level in self.needs.items())

    def idle_entry(self, agent: Agent) -> IdleEntry:
        """The place of an agent among the idle ones; valid as long as he stays idle."""
        spec = self.able[agent.agent]
        return (tuple(key(agent, spec, self.needs) for key in self.keys), agent.listed, agent.agent)

    def lane(self, tier: Tier) -> Lane:
        """The lane of contacts of this tier."""
        key = (tier.rank, tier.growth, tier.reserve_idle)
        found = self.lanes.get(key)
        if found is None:
            found = self.lanes[key] = Lane(*key)
        return found

    def put(self, contact: Contact, tier: Tier) -> None:
        """Let a contact wait."""
        insort(self.lane(tier).waiting, waiting_entry(contact, tier))

    def take(self, contact: Contact, tier: Tier) -> None:
        """The contact waits no more."""
        lane = self.lane(tier)
        entry = waiting_entry(contact, tier)
        at = bisect_left(lane.waiting, entry)
        assert lane.waiting[at] == entry
        del lane.waiting[at]

    def enter(self, agent: Agent) -> None:
        """Count an able agent in, as he stands now."""
        self.standings[agent.standing] += 1
        self.on_duty += agent.on_duty
        if agent.state is AgentState.IDLE:
            insort(self.idle, self.idle_entry(agent))

    def leave(self, agent: Agent) -> None:
        """Count an able agent out; he must not have changed since he was counted in."""
        self.standings[agent.standing] -= 1
        self.on_duty -= agent.on_duty
        if agent.state is AgentState.IDLE:
            entry = self.idle_entry(agent)
            at = bisect_left(self.idle, entry)
            assert self.idle[at] == entry
            del self.idle[at]
