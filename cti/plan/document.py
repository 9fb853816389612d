"""The plan's shape; what refers to what is checked in `cti.plan.references`. Durations are seconds.

Names (of queues, tiers, skills ...) are the keys of their tables and never change; labels are what people read.
"""

from typing import Annotated, Literal, Self, get_args

from pydantic import AwareDatetime, Field, StringConstraints

from cti.plan.callbacks import CallbackPart
from cti.plan.emergency import EmergencyPart
from cti.plan.hours import DutyPart, HoursPart
from cti.plan.overload import OverloadPart
from cti.plan.part import AgentNumber as AgentNumber
from cti.plan.part import Label, Language, Level, Listed, Name, Number, Part, Text, Unique
from cti.plan.steps import GroupPart, PreferPart, RelaxationPart
from cti.plan.waiting import ExitsPart, Key, KeyDestination, Music, WaitingPart

Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}$")]
"""分机."""
Share = Annotated[float, Field(ge=0, le=1)]


class TierPart(Part):
    """A class of customer; the meaning of the figures is `acd.plan.Tier`'s."""

    label: Label
    rank: int = Field(default=0, ge=0, le=100)
    head_start_s: float = Field(default=0, ge=0, le=3600)
    growth: float = Field(default=1.0, gt=0, le=100)
    reserve_idle: int = Field(default=0, ge=0, le=1000)
    reserve_for_s: float | None = Field(default=None, ge=0, le=3600)


class QueueTierPart(Part):
    """A tier as one queue has it, in place of the tier's own; its rank stays."""

    head_start_s: float = Field(default=0, ge=0, le=3600)
    growth: float = Field(default=1.0, gt=0, le=100)
    reserve_idle: int = Field(default=0, ge=0, le=1000)
    reserve_for_s: float | None = Field(default=None, ge=0, le=3600)


class SkillPart(Part):
    """Something an agent can do."""

    label: Label


class ServiceLevel(Part):
    """The target: this share of the contacts is answered within so many seconds."""

    within_s: float = Field(default=20, gt=0, le=3600)
    share: Share = 0.8


class TargetPart(ServiceLevel):
    """The target of one tier in a queue, and what a point short of it weighs beside others."""

    priority: float = Field(default=1.0, gt=0, le=100)


MissKind = Literal["no_answer", "busy", "rejected", "unreachable", "fault"]


class MissesPart(Part):
    """What is answered to offers missed in a row (久振未接); the meaning of the figures is `acd.plan.MissRule`'s."""

    after: int = Field(default=1, ge=1, le=10)
    counted: Annotated[tuple[MissKind, ...], Listed, Unique] = get_args(MissKind)
    reaction: Literal["set_aside", "pause", "not_ready", "sign_out"] = "set_aside"
    reason: Name | None = None
    """With `not_ready`: one of the plan's reasons."""
    pause_s: float = Field(default=60, gt=0, le=3600)
    """With `pause`."""


class QueuePart(Part):
    """Where contacts wait, what they need, how an offer goes."""

    label: Label
    skills: dict[Name, Level] = Field(default_factory=dict)
    any_of: Annotated[tuple[dict[Name, Level], ...], Listed] = ()
    """Of each group one skill at its level is enough."""
    ring_s: float = Field(default=15, ge=3, le=120)
    wrap_up_s: float = Field(default=30, ge=0, le=3600)
    service_level: ServiceLevel = ServiceLevel()
    targets: dict[Name, TargetPart] = Field(default_factory=dict)
    """Tier = its target here, where that is not the queue's service level."""
    tiers: dict[Name, QueueTierPart] = Field(default_factory=dict)
    """Tier = how its contacts are ordered and kept back here; `hotline tune` finds them."""
    hours: Name | None = None
    """When it is open; None: always."""
    relaxation: Name | None = None
    """How what is asked for here eases with the wait."""
    prefer: Annotated[tuple[PreferPart, ...], Listed] = ()
    """Whom a caller is offered to first, stage after stage."""
    misses: MissesPart | None = None
    """What is answered to misses of this queue's offers; absent: what the whole plan says."""
    exits: ExitsPart = ExitsPart()
    """Who leaves without an agent, and where to."""
    keys: dict[Key, KeyDestination] = Field(default_factory=dict)
    """Key that a waiting caller presses = where it leads, or `callback`."""
    callback: CallbackPart | None = None
    """Absent: who waits here cannot ask to be called back."""
    waiting: WaitingPart | None = None
    """What callers are told while they wait; absent: nothing."""
    emergency: EmergencyPart | None = None
    """Where it may be moved to by the emergency switch; absent: nowhere."""
    music: Music | None = None
    """What they hear while they wait; None: Asterisk's default."""

    def target(self, tier: str) -> TargetPart:
        """What is promised to a tier here."""
        plain = self.service_level
        return self.targets.get(tier) or TargetPart(within_s=plain.within_s, share=plain.share)


class AccessPart(Part):
    """A number that can be dialled (接入号)."""

    label: Label
    flow: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    language: Language
    tier: Name
    """Of callers we know nothing better about."""
    queue: Name
    shown: Number
    """The number shown when we call out for it."""
    hours: Name | None = None
    """When it is open, for flows that ask."""


class ReasonPart(Part):
    """Why an agent is not ready (小休, 用餐 ...)."""

    label: Label
    is_break: bool = False
    """It counts under the caps on simultaneous breaks."""
    longest_s: float | None = Field(default=None, gt=0, le=86400)
    """Who is away for longer stands out on desk and board; absent: nobody does."""


class BreakCapPart(Part):
    """At most so many of these agents on a break at once; with neither queues nor agents it counts everybody."""

    label: Label
    most: int = Field(ge=0, le=10000)
    queues: Annotated[tuple[Name, ...], Listed, Unique] = ()
    """Counts whoever serves one of these queues …"""
    agents: Annotated[tuple[AgentNumber, ...], Listed, Unique] = ()
    """… and these."""


class BreaksPart(Part):
    """How breaks are shared out: see `acd.breaks`."""

    grant_s: float = Field(default=30, ge=5, le=600)
    """How long a break granted from the list waits to be begun."""
    caps: dict[Name, BreakCapPart] = Field(default_factory=dict)


class WrapUpPart(Part):
    """How far agents may prolong their wrap-ups; the meaning of the figures is `acd.plan.WrapUpBudget`'s."""

    step_s: float = Field(default=0, ge=0, le=3600)
    contact_s: float = Field(default=0, ge=0, le=3600)
    shift_s: float = Field(default=0, ge=0, le=86400)


class OutcomePart(Part):
    """One outcome of a group."""

    label: Label


class OutcomeGroup(Part):
    """The first level of the outcomes (小结); its outcomes are chosen as `group.outcome`."""

    label: Label
    outcomes: dict[Name, OutcomePart] = Field(min_length=1)


class TermsPart(Part):
    """On what terms an agent serves one of his queues; the meaning of the figures is `acd.plan.QueueTerms`'s."""

    head_start_s: float = Field(default=0, ge=0, le=3600)
    delay_s: float = Field(default=0, ge=0, le=3600)
    cost: float = Field(default=0, ge=0)


class AgentPart(Part):
    """A person who answers; the key is the 工号."""

    name: Text
    skills: dict[Name, Level] = Field(default_factory=dict)
    primary: Name | None = None
    queues: Annotated[tuple[Name, ...] | None, Listed, Unique] = None
    """The queues he serves; absent: every queue his skills suffice for."""
    terms: dict[Name, TermsPart] = Field(default_factory=dict)
    """Queue = terms, where they are not the usual ones."""
    certificates: dict[Name, Annotated[AwareDatetime, Field(strict=False)]] = Field(default_factory=dict)
    """Skill = when his certificate for it ends, with the offset from UTC."""
    auto_answer: bool = False
    """His phone answers by itself from sign-in on, unless he chooses otherwise."""
    numbers: Annotated[tuple[Number, ...], Listed, Unique] = ()
    """Numbers outside on which he may sign in, as the trunk wants them dialled."""


class SamplingPart(Part):
    """How recordings are drawn for QA (抽检)."""

    seed: Annotated[str, StringConstraints(min_length=8, max_length=128)]
    """Key of the digest. Whoever knows it can foretell the draw: show it to nobody who is sampled."""
    share: Share
    agents: dict[AgentNumber, Share] = Field(default_factory=dict)
    """Agents with a share of their own."""

    def share_of(self, agent: str) -> float:
        """The share of this agent's contacts that is drawn."""
        return self.agents.get(agent, self.share)


class FallbackPart(Part):
    """What Asterisk does with callers while hotline is away; each in turn, and at last an apology."""

    queue_s: int = Field(default=0, ge=0, le=3600)
    """So long a queue of its own rings the phones of those who were ready; 0: not at all."""
    number: Annotated[str, StringConstraints(pattern=r"^(\+?[0-9]{2,20})?$")] = ""
    """Then this number or extension is dialled; empty: none."""
    message_s: int = Field(default=0, ge=0, le=300)
    """Then a message of at most so long is taken; 0: none."""


class AdaptationPart(Part):
    """How head starts lean towards who misses his target; the meaning of the figures is `acd.plan.Adaptation`'s."""

    on: bool = False
    every_s: float = Field(default=300, ge=60, le=86400)
    reach_s: float = Field(default=60, gt=0, le=3600)
    step_s: float = Field(default=10, gt=0, le=600)


class PlanDocument(Part):
    """The whole plan. Build it with `cti.plan.read`, which checks the references too."""

    version: int = Field(default=1, ge=1)
    tiers: dict[Name, TierPart] = Field(min_length=1)
    skills: dict[Name, SkillPart] = Field(default_factory=dict)
    queues: dict[Name, QueuePart] = Field(min_length=1)
    hours: dict[Name, HoursPart] = Field(default_factory=dict)
    duties: dict[Name, DutyPart] = Field(default_factory=dict)
    access_numbers: dict[Number, AccessPart] = Field(min_length=1)
    reasons: dict[Name, ReasonPart] = Field(min_length=1)
    outcomes: dict[Name, OutcomeGroup] = Field(min_length=1)
    agents: dict[AgentNumber, AgentPart] = Field(default_factory=dict)
    phones: Annotated[tuple[Extension, ...], Listed, Unique] = ()
    """Extensions that an agent may sign in on."""
    browser_phones: Annotated[tuple[Extension, ...], Listed, Unique] = ()
    """Those of `phones` that are the agent's page in a browser; the others are SIP phones of their own."""
    agent_order: Annotated[tuple[str, ...], Listed, Unique] = ("longest_idle",)
    """Keys of `acd.order`, compared left to right."""
    certified: Annotated[tuple[Name, ...], Listed, Unique] = ()
    """Skills that count only while their holder's certificate is valid."""
    fallback: FallbackPart = FallbackPart()
    """What happens to callers while hotline is away."""
    adaptation: AdaptationPart = AdaptationPart()
    """Whether and how far the router may leave the plan by itself."""
    groups: dict[Name, GroupPart] = Field(default_factory=dict)
    relaxations: dict[Name, RelaxationPart] = Field(default_factory=dict)
    credit_within_s: float = Field(default=300, ge=0, le=86400)
    """A caller who was cut off or gave up and comes again within it keeps what he had waited; 0: never."""
    misses: MissesPart = MissesPart()
    """What is answered to offers missed in a row."""
    breaks: BreaksPart = BreaksPart()
    """Who may be on a break at once."""
    wrap_up: WrapUpPart = WrapUpPart()
    """How far wrap-ups may be prolonged."""
    outside_ring_s: float = Field(default=25, ge=5, le=120)
    """How long a number outside rings before the offer expires."""
    overload: OverloadPart = OverloadPart()
    """What is borne, and who is shed beyond that."""
    pop_ms: int = Field(default=150, ge=0, le=5000)
    """How long the ring waits for the desk to acknowledge the pop."""
    sampling: SamplingPart

    def outcome_codes(self) -> tuple[str, ...]:
        """Every outcome that an agent may choose, as `group.outcome`, in the document's order."""
        return tuple(f"{group}.{code}" for group, part in self.outcomes.items() for code in part.outcomes)

    def outcome_label(self, code: str, language: Language) -> str:
        """What an outcome is called, `group / outcome`; the code itself when the plan no longer has it."""
        group_name, _, name = code.partition(".")
        group = self.outcomes.get(group_name)
        if group is None or name not in group.outcomes:
            return code
        return f"{group.label.of(language)} / {group.outcomes[name].label.of(language)}"

    def numbered(self, version: int) -> Self:
        """The same plan as another version."""
        return self.model_copy(update={"version": version})
