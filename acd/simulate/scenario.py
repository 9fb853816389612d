"""A scenario: the traffic and the staff that a simulation runs. Times are seconds, as the file has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from acd.simulate.draws import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """How contacts of a tier are ordered: `acd.plan.Tier`, in seconds."""

    rank: int = 0
    head_start_s: float = 0.0
    growth: float = 1.0
    reserve_idle: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """The share of the offered calls that is to be answered within a time."""

    within_s: float
    share: float
    priority: float = 1.0
    """What a point short of it weighs beside a point of the others, where not all can be met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How contacts of one queue and tier are ordered and kept back, as the tuning chose it: see `acd.plan.Tier`."""

    head_start_s: float = 0.0
    reserve_idle: int = 0
    reserve_for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What service-level mode chose."""

    weights: Mapping[tuple[str, str], Weights]
    """By queue and tier."""
    prices: Mapping[str, float]
    """By group of agents: what the other queues lose by a second of its time, in any unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallType:
    """Calls of one kind: Poisson arrivals, what they need, how long they take and wait."""

    name: str
    per_hour: float | tuple[float, ...]
    """One rate, or one a slot."""
    tier: str
    skills: Mapping[str, int]
    """Skill = least level."""
    service: Distribution
    patience: Distribution | None = None
    """None: waits for ever."""
    answer_within_s: tuple[float, ...] = ()
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGroup:
    """Agents of one kind."""

    name: str
    count: int | tuple[int, ...]
    """One number, or one a slot."""
    skills: Mapping[str, int]
    primary: str | None = None
    service: Mapping[str, Distribution] = field(default_factory=dict)
    """Call type = how long it takes these agents, where that differs from the call's own."""

    def service_of(self, call: CallType) -> Distribution:
        """How long a call takes these agents."""
        return self.service.get(call.name, call.service)

    def is_able(self, call: CallType) -> bool:
        """Whether these agents have what a call needs."""
        return all(self.skills.get(skill, 0) >= level for skill, level in call.skills.items())

    @property
    def most(self) -> int:
        """The largest count."""
        return self.count if isinstance(self.count, int) else max(self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationTerms:
    """`acd.plan.Adaptation`, in seconds."""

    every_s: float = 300.0
    reach_s: float = 60.0
    step_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything a run depends on."""

    title: str
    seed: int
    replications: int
    horizon_s: float
    warmup_s: float = 0.0
    drain: bool = False
    slot_s: float | None = None
    agent_order: tuple[str, ...] = ("longest_idle",)
    tiers: Mapping[str, TierTerms]
    calls: tuple[CallType, ...]
    agents: tuple[AgentGroup, ...]
    by_targets: bool = False
    """`mode = "sla"`: the routing is to be found that meets the targets."""
    adaptation: AdaptationTerms | None = None
    """Present: head starts lean as they do live."""
    tuning: Tuning | None = None
    """What was found; it takes the place of the tiers' own head starts, growths and reservations."""

    @property
    def slots(self) -> int:
        """How many slots begin before the horizon; 0 without slots."""
        return 0 if self.slot_s is None else ceil(self.horizon_s / self.slot_s)

    @property
    def calls_a_run(self) -> float:
        """How many calls a replication has on average."""
        return sum(self.calls_of(call) for call in self.calls)

    def calls_of(self, call: CallType) -> float:
        """How many calls of a type a replication has on average."""
        if not isinstance(call.per_hour, tuple):
            return call.per_hour * self.horizon_s / 3600
        slot_s = self.slot_s or self.horizon_s
        return sum(
            per_hour * min(slot_s, self.horizon_s - place * slot_s) / 3600
            for place, per_hour in enumerate(call.per_hour[: self.slots])
        )
