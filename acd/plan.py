"""The part of the plan that the router reads: tiers, queues, agents, and the order in which idle agents are tried.

Plain values. Times are integer milliseconds. `cti.plan` reads the whole document, checks it and makes this from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from acd.words import MissReaction, SetAsideCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A class of customer.

    A higher `rank` goes first, always. Inside a rank the largest `head_start_ms + growth * wait` goes first
    (Kleinrock's accumulating priority with a head start). A contact of this tier starts only while more than
    `reserve_idle` agents able to serve it are idle, or once it has waited `reserve_for_ms`.
    """

    name: str
    rank: int = 0
    head_start_ms: int = 0
    growth: float = 1.0
    reserve_idle: int = 0
    reserve_for_ms: int | None = None
    """How long the reservation keeps a contact back at most; None: as long as it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is promised: this share answered within this time; `priority` weighs a miss beside those of others."""

    within_ms: int
    share: float
    priority: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """How head starts lean towards who misses his target: see `acd.adaptation`."""

    every_ms: int = 0
    """How often targets are compared; 0: never."""
    reach_ms: int = 0
    """The most that a head start leaves the plan's, either way."""
    step_ms: int = 0
    """The most that it moves at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """Where a queue and tier stand with their target after a comparison."""

    queue: str
    tier: str
    ahead_ms: int
    """By how much their head start leaves the plan's from now on."""
    share: float
    """What they reached lately, which that was decided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a relaxation: when it is taken, and who may serve from there on, besides everybody before it."""

    after_ms: int
    """How long the step before it lasts at most."""
    expected_ms: int | None = None
    """It is taken sooner by a contact that is expected to wait longer than this still; None: only in its time."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill = least level from here on, whatever queue and contact asked for; 0: dropped."""
    any_of: tuple[Mapping[str, int], ...] | None = None
    """Groups in place of those of queue and contact; None: as they were."""
    queues: tuple[str, ...] = ()
    """Whoever serves one of these queues may serve too, if he has what the contact itself asks for."""
    agents: tuple[str, ...] = ()
    """Agents, or groups of `Plan.groups`, who may serve too, if they have what the contact itself asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferred:
    """Agents whom a contact wants first, and how long it waits for them."""

    agents: tuple[str, ...]
    """Agents, or groups of `Plan.groups`."""
    for_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissRule:
    """What is answered to offers that an agent misses in a row: see `acd.misses`."""

    after: int = 1
    """How many in a row."""
    counted: tuple[SetAsideCause, ...] = (
        SetAsideCause.NO_ANSWER,
        SetAsideCause.BUSY,
        SetAsideCause.REJECTED,
        SetAsideCause.UNREACHABLE,
        SetAsideCause.FAULT,
    )
    """Which misses count."""
    reaction: MissReaction = MissReaction.SET_ASIDE
    reason: str = ""
    """With `NOT_READY`: a reason of the plan."""
    pause_ms: int = 0
    """With `PAUSE`: how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an agent is not ready."""

    is_break: bool = False
    """It counts under the caps on simultaneous breaks."""
    longest_ms: int | None = None
    """After so long it is told that he is over; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakCap:
    """At most so many of these agents may be on a break at once: see `acd.breaks`."""

    most: int
    agents: tuple[str, ...] | None = None
    """Whom it counts; None: everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpBudget:
    """How far an agent may prolong his wrap-ups; all zero: not at all."""

    step_ms: int = 0
    """What he gets each time he asks."""
    contact_ms: int = 0
    """At most after one contact."""
    shift_ms: int = 0
    """At most from sign-in to sign-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """Where a rule of a queue sends contacts, and what it takes; see `acd.exits`."""

    to: str
    """`queue:NAME`, `flow:NAME`, `prompt:NAME` or `number:DIGITS`."""
    after_ms: int = 0
    """The contact has waited here at least so long."""
    above: int = 0
    """Of the rule `full`: so many may wait."""
    above_ms: int = 0
    """Of the rule `long_wait`: the expected wait may be so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Where a queue may be moved to in an emergency; what is empty is not prepared. See `acd.emergency`."""

    mobiles: tuple[str, ...] = ()
    """Agents, or groups of `Plan.groups`, whose numbers outside are rung, in this order; those of a group together."""
    queue: str = ""
    announcement: str = ""
    """`prompt:NAME` or `flow:NAME`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What waiting callers are told, and how often; see `acd.telling`."""

    position: bool = False
    wait: bool = False
    first_ms: int = 10_000
    """Nothing is said before."""
    every_ms: int = 30_000
    """Position and wait are looked at so often; what has not improved is not said."""
    gap_ms: int = 15_000
    """From the start of one prompt to the next, at least."""
    messages: tuple[str, ...] = ()
    """Prompts, told in turn."""
    message_ms: int = 60_000
    """How often one is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTerms:
    """How a queue calls back."""

    customer_first: bool = False
    """The customer is dialled while an agent is reserved for him; otherwise once the agent has picked up."""
    accept: bool = False
    """Whoever picks up is asked to press 1 before he is connected."""
    ring_ms: int = 30_000
    """How long the customer's phone rings."""
    tries: int = 3
    """It is given up after so many dials that failed."""
    gap_ms: int = 300_000
    """How long it rests after a dial that failed."""
    busy_gap_ms: int = 60_000
    """The same after a busy number."""
    life_ms: int = 4 * 24 * 3_600_000
    """It is given up when it is older than this."""
    until_closing: bool = False
    """It is given up when its queue closes; otherwise it waits until the queue is open again."""
    lost: bool = False
    """Whoever is cut off by a fault while he waits or talks is called back too, without having asked."""


USUAL_CALLBACK = CallbackTerms()
"""For callbacks of a queue that offers none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Where contacts wait, what they need, and how an offer from it goes."""

    name: str
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill = least level, of everybody who waits here; a contact may ask for more."""
    any_of: tuple[Mapping[str, int], ...] = ()
    """Of each group one skill at its level is enough."""
    ring_ms: int = 15_000
    """How long an agent's phone rings before the offer expires (RONA)."""
    wrap_up_ms: int = 30_000
    """Longest wrap-up; 0: none, the agent is free as soon as the talk ends."""
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    """Tiers as they are in this queue, where that differs from the plan's own."""
    targets: Mapping[str, Target] = field(default_factory=dict)
    """By tier."""
    relaxation: str | None = None
    """Of `Plan.relaxations`: how requirements ease with the wait; a contact may name its own."""
    misses: MissRule | None = None
    """What is answered to misses of its offers; None: as in the whole plan."""
    exits: Mapping[str, Exit] = field(default_factory=dict)
    """`ExitRule` = where it leads."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key that a waiting caller presses = where it leads, as `Exit.to`, or `callback`."""
    telling: Telling | None = None
    music: str = ""
    """What waiting callers hear; "": what Asterisk plays by default."""
    estimates: bool = False
    """Whether the expected wait of every contact that begins to wait is written down."""
    callback: CallbackTerms | None = None
    """None: who waits here cannot ask to be called back."""
    emergency: Emergency | None = None
    crew: Mapping[str, int] | None = None
    """Who alone serves it while it is switched over, in the order in which they are tried = his turn: those of one turn
    ring together. None: it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTerms:
    """On what terms an agent serves one of his queues."""

    head_start_ms: int = 0
    """How far contacts of this queue are ahead at this agent: his own order of queues, in which none can starve."""
    delay_ms: int = 0
    """He gets contacts of this queue only once they have waited this long."""
    cost: float = 0.0
    """What it costs the other queues when he takes a contact of this one; the key `least_cost` reads it."""


NORMAL_TERMS = QueueTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """What the plan says of an agent (工号): skills with levels 1 to 10."""

    agent: str
    skills: Mapping[str, int] = field(default_factory=dict)
    primary: str | None = None
    """The skill he is mainly there for; the key `primary_first` reads it."""
    queues: tuple[str, ...] | None = None
    """The queues he serves; None: every queue his skills suffice for."""
    terms: Mapping[str, QueueTerms] = field(default_factory=dict)
    """Queue = terms, where they differ from no head start and no delay."""
    certificates: Mapping[str, int] = field(default_factory=dict)
    """Skill = when his certificate for it ends, ms; read for the skills in `Plan.certified`."""
    auto_answer: bool = False
    """His phone answers by itself from sign-in on, unless he chooses otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Where new contacts begin to be shed, and where that ends."""

    most: int
    resume: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """What is borne, and who is shed beyond that; see `acd.overload`."""

    contacts: Limit | None = None
    """Callers on the line, in all."""
    numbers: Mapping[str, Limit] = field(default_factory=dict)
    """By access number: callers on the line who dialled it."""
    queues: Mapping[str, Limit] = field(default_factory=dict)
    """By queue: contacts that wait there, for calls to the access numbers that lead to it."""
    leads_to: Mapping[str, str] = field(default_factory=dict)
    """Access number = the queue to which it leads."""
    engine: Mapping[str, Limit] = field(default_factory=dict)
    """By `Measure`."""
    reserve: Mapping[str, int] = field(default_factory=dict)
    """Tier = places of its own beyond each limit."""
    exempt: tuple[str, ...] = ()
    """Access numbers whose callers are never shed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the router decides by. A new plan takes effect at once, for those who wait too."""

    version: int = 1
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    agents: Mapping[str, AgentSpec] = field(default_factory=dict)
    """In the order of the document: the last tie between agents is broken by it."""
    agent_order: tuple[str, ...] = ("longest_idle",)
    """Keys of `acd.order`, compared left to right."""
    certified: tuple[str, ...] = ()
    """Skills that count only while their holder's certificate is valid."""
    adaptation: Adaptation = Adaptation()
    misses: MissRule = MissRule()
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    break_caps: tuple[BreakCap, ...] = ()
    break_grant_ms: int = 30_000
    """How long a break that was granted from the list waits to be begun."""
    wrap_up_budget: WrapUpBudget = WrapUpBudget()
    outside_ring_ms: int = 25_000
    """How long a number outside rings: mobile networks take longer to begin, and a key is to be pressed."""
    pop_ms: int = 150
    """How long the ring waits for the desk to acknowledge the pop."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name = agents."""
    relaxations: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Name = steps, in their order."""
    overload: Overload | None = None
    """None: nobody is shed."""

    def members(self, names: Iterable[str]) -> frozenset[str]:
        """The agents of these names, each an agent's or a group's."""
        return frozenset(agent for name in names for agent in self.groups.get(name, (name,)))
