"""The facts of the floor: what happened outside (events) and what the router decided (decisions).

Both go to the journal in the order they took place, numbered from 1. Events are the router's only input; folding events
and decisions rebuilds the floor without deciding anything again. `at` is integer milliseconds and never goes back.
Extend this vocabulary, never rename: journals are kept.
"""

from collections.abc import Mapping
from dataclasses import field

from acd import (
    agent_facts,
    audio_facts,
    callback_facts,
    consult_facts,
    emergency_facts,
    overload_facts,
    rejoin_facts,
    waiting_facts,
)
from acd.adaptation_facts import AdaptationTold as AdaptationTold
from acd.adaptation_facts import TargetsCompared as TargetsCompared
from acd.agent_facts import AgentSetAside as AgentSetAside
from acd.agent_facts import AgentSignedIn as AgentSignedIn
from acd.agent_facts import AgentSignedOut as AgentSignedOut
from acd.agent_facts import AsideEnded as AsideEnded
from acd.agent_facts import AutoAnswerChosen as AutoAnswerChosen
from acd.agent_facts import BreakAllowed as BreakAllowed
from acd.agent_facts import BreakAsked as BreakAsked
from acd.agent_facts import BreakGranted as BreakGranted
from acd.agent_facts import BreakLapsed as BreakLapsed
from acd.agent_facts import BreakTakenBack as BreakTakenBack
from acd.agent_facts import DeskClosed as DeskClosed
from acd.agent_facts import DeskOpened as DeskOpened
from acd.agent_facts import IntentApplied as IntentApplied
from acd.agent_facts import IntentChanged as IntentChanged
from acd.agent_facts import ReasonOverrun as ReasonOverrun
from acd.agent_facts import WrapUpCut as WrapUpCut
from acd.agent_facts import WrapUpEnded as WrapUpEnded
from acd.agent_facts import WrapUpProlonged as WrapUpProlonged
from acd.audio_facts import AudioBack as AudioBack
from acd.audio_facts import AudioMissing as AudioMissing
from acd.callback_facts import CallbackAnswered as CallbackAnswered
from acd.callback_facts import CallbackAsked as CallbackAsked
from acd.callback_facts import CallbackCancelled as CallbackCancelled
from acd.callback_facts import CallbackDialled as CallbackDialled
from acd.callback_facts import CallbackFailed as CallbackFailed
from acd.callback_facts import CallbackGivenUp as CallbackGivenUp
from acd.callback_facts import CallbackMoved as CallbackMoved
from acd.callback_facts import CallbackUnanswered as CallbackUnanswered
from acd.callback_facts import CallOwed as CallOwed
from acd.callback_facts import DiallingAllowed as DiallingAllowed
from acd.callback_facts import DiallingBarred as DiallingBarred
from acd.consult_facts import CONSULTED as CONSULTED
from acd.consult_facts import ConsultAsked as ConsultAsked
from acd.consult_facts import ConsultEnded as ConsultEnded
from acd.consult_facts import ConsultOffered as ConsultOffered
from acd.emergency_facts import EmergencySwitchedOff as EmergencySwitchedOff
from acd.emergency_facts import EmergencySwitchedOn as EmergencySwitchedOn
from acd.fact import Decision as Decision
from acd.fact import Event as Event
from acd.fact import Fact as Fact
from acd.flow_facts import InFallback as InFallback
from acd.flow_facts import PartyConnected as PartyConnected
from acd.overload_facts import ContactShed as ContactShed
from acd.overload_facts import EngineMeasured as EngineMeasured
from acd.overload_facts import Measure as Measure
from acd.overload_facts import OverloadBegan as OverloadBegan
from acd.overload_facts import OverloadEnded as OverloadEnded
from acd.plan import Leaning as Leaning
from acd.plan import Plan
from acd.plan import Preferred as Preferred
from acd.rejoin_facts import AgentLegLost as AgentLegLost
from acd.rejoin_facts import RejoinAnswered as RejoinAnswered
from acd.rejoin_facts import RejoinAsked as RejoinAsked
from acd.rejoin_facts import RejoinFailed as RejoinFailed
from acd.value import value
from acd.waiting_facts import ContactLeft as ContactLeft
from acd.waiting_facts import ContactMoved as ContactMoved
from acd.waiting_facts import ExitRule as ExitRule
from acd.waiting_facts import KeyPressed as KeyPressed
from acd.waiting_facts import QueueClosed as QueueClosed
from acd.waiting_facts import QueueOpened as QueueOpened
from acd.waiting_facts import StepTaken as StepTaken
from acd.waiting_facts import WaitEstimated as WaitEstimated
from acd.waiting_facts import WaitTold as WaitTold
from acd.words import AdaptationOrder as AdaptationOrder
from acd.words import CallbackEnd as CallbackEnd
from acd.words import CallbackFailure as CallbackFailure
from acd.words import CancelCause as CancelCause
from acd.words import EmergencyWay as EmergencyWay
from acd.words import EndCause as EndCause
from acd.words import Intent as Intent
from acd.words import IntentCause as IntentCause
from acd.words import MissReaction as MissReaction
from acd.words import OfferFailure as OfferFailure
from acd.words import Party as Party
from acd.words import PopState as PopState
from acd.words import SetAsideCause as SetAsideCause
from acd.words import StepCause as StepCause
from acd.words import WrapUpEnd as WrapUpEnd

# --- the contact -----------------------------------------------------------------------------------------------------


@value
class ContactStarted(Event):
    """A call came in and its flow began; again, with `attempt` > 0, when it had to enter the flow anew."""

    contact: str
    asterisk: str
    channel: str
    access: str
    """The access number as dialled."""
    caller: str
    """The caller's number in normal form; "" when withheld."""
    sip_call_id: str = ""
    attempt: int = 0
    tier: str = ""
    """The caller's, as far as known at entry: what it is shed or let in by."""
    held: bool = False
    """Its call was answered or let in before: it is not shed."""


@value
class ContactQueued(Event):
    """The contact wants an agent."""

    contact: str
    queue: str
    tier: str
    since: int
    """When it first wanted an agent, here or in the fallback; the wait counts from then."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill = least level, beyond what the queue itself asks for."""
    any_of: tuple[Mapping[str, int], ...] = ()
    """Of each group one skill at its level is enough; together with `skills` any "all of" and "any of" can be said."""
    urgency_ms: int = 0
    """A head start of its own (报修, 报案, 挂失)."""
    credit_ms: int = 0
    """Time spent before, in the IVR or the fallback, that its score counts as waiting; its wait does not."""
    language: str = ""
    customer: str | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    """What the flow learned, for the pop; the router does not read it."""
    relaxation: str | None = None
    """Of the plan's relaxations, in place of the queue's."""
    preferred: tuple[Preferred, ...] = ()
    """Whom it wants first, and for how long: stage after stage, then whoever the queue finds."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Key = where it leads while the caller waits, in place of what the queue has for it."""
    messages: tuple[str, ...] = ()
    """Prompts told in turn while he waits; none: the queue's."""
    music: str = ""
    """What he hears while he waits; "": the queue's."""


@value
class PriorityChanged(Event):
    """A waiting contact has another tier or urgency from here on; an offer of it stands."""

    contact: str
    tier: str
    urgency_ms: int = 0


@value
class ContactEnded(Event):
    """The caller's leg is gone."""

    contact: str
    cause: EndCause
    detail: str = ""
    seen_until: int | None = None
    """When it ended unheard: the last moment we know it was there. The end lies between then and `at`."""
    log_position: int = 0
    """How far its Asterisk's log of the fallback is read with this, µs since the epoch; 0: not known from there."""
    before_talk: bool = False
    """Heard, in order, before he and the agent who had picked up were in one bridge: the offer is over with it, as if
    it had been taken back first, for nobody talked."""
    in_fallback: InFallback | None = None
    """With the cause `fallback`."""


# --- the offer and the talk ------------------------------------------------------------------------------------------


@value
class PopAcknowledged(Event):
    """The agent's desk shows the customer."""

    offer: int


@value
class PhoneRinging(Event):
    """The agent's phone said that it rings."""

    offer: int


@value
class OfferAnswered(Event):
    """The agent picked up."""

    offer: int


@value
class OfferFailed(Event):
    """The agent's phone could not be rung, or refused, or hung up before the two were connected."""

    offer: int
    cause: OfferFailure
    detail: str = ""


@value
class OfferLost(Event):
    """The agent's leg is not there, whether he had picked up or not, through a break of ours or of a link."""

    offer: int
    detail: str = ""


@value
class TalkConnected(Event):
    """Caller and agent are in one bridge and hear each other."""

    offer: int
    since: int | None = None
    """When we heard of it late or not at all: they were together at some moment between then and `at`."""

    @property
    def began(self) -> int:
        """When the talk began, ms; unheard, the earliest it can have been."""
        return self.at if self.since is None else min(self.since, self.at)


@value
class HoldStarted(Event):
    """The agent put the caller on hold."""

    offer: int


@value
class HoldEnded(Event):
    """The agent took the caller back."""

    offer: int


@value
class AgentHungUp(Event):
    """The agent's leg is gone."""

    offer: int
    seen_until: int | None = None
    """When it ended unheard: the last moment we know it was there. The end lies between then and `at`."""
    to: str = ""
    """Where the caller goes on: `access:NUMBER` or `phone:EXTENSION`, as his phone said; `consult`, with the colleague
    whom he consulted; "": nowhere, the caller is let go."""


@value
class OutcomeSaved(Event):
    """The agent closed the contact with an outcome (小结)."""

    contact: str
    agent: str
    outcome: str


# --- the agent -------------------------------------------------------------------------------------------------------


@value
class PhoneReachable(Event):
    """A phone registered or answers again."""

    extension: str


@value
class PhoneUnreachable(Event):
    """A phone is gone; whoever is signed in on it gets no offers, and one that rings there is taken back."""

    extension: str


# --- the world -------------------------------------------------------------------------------------------------------


@value
class TimePassed(Event):
    """The clock; lets what is due happen."""


@value
class LinkDown(Event):
    """An Asterisk does not hear us, or was not looked at yet: its waiting contacts are offered to nobody."""

    asterisk: str


@value
class LinkUp(Event):
    """An Asterisk hears us and was compared with the floor: its contacts are offered again."""

    asterisk: str


@value
class PlanChanged(Event):
    """A new plan, in force from here on."""

    plan: Plan


# --- decisions -------------------------------------------------------------------------------------------------------


@value
class OfferMade(Decision):
    """A contact was reserved for one agent."""

    offer: int
    """The number of this very fact."""
    contact: str
    agent: str
    extension: str
    queue: str
    pop_until: int | None
    """The ring waits for the desk until then; None: there is no desk to wait for."""
    score: float
    """The contact's head start plus growth times wait, and what its queue has ahead at this agent, in ms."""
    over_contacts: tuple[tuple[str, float], ...] = ()
    """Up to five waiting contacts that this agent could have had instead, with their scores."""
    over_agents: tuple[str, ...] = ()
    """Up to five idle agents who could have had this contact instead, best first."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Agents not considered, counted by reason: `no_skill`, `called_up` …, or their standing."""
    beside: int = 0
    """The offer with which it rings together, in an emergency, for the same contact: nothing else was chosen over."""


@value
class RingStarted(Decision):
    """The agent's phone is to ring now."""

    offer: int
    pop: PopState
    expires_at: int


@value
class OfferExpired(Decision):
    """The agent did not answer in time (RONA, 久振未接)."""

    offer: int


@value
class OfferWithdrawn(Decision):
    """The offer was taken back, nobody missed it: caller or agent left, his phone or a link is gone, or another phone
    that rang together with his has the call."""

    offer: int


@value
class AgentGivenUp(Decision):
    """The agent's leg was lost and he did not rejoin in time: the talk is over."""

    offer: int


@value
class ContactReleased(Decision):
    """The agent ended the talk: the caller is let go."""

    contact: str


EVENTS: tuple[type[Event], ...] = (
    ContactStarted, ContactQueued, PriorityChanged, ContactEnded, PopAcknowledged, PhoneRinging, OfferAnswered,
    OfferFailed, OfferLost, TalkConnected, HoldStarted, HoldEnded, AgentHungUp, *rejoin_facts.EVENTS, OutcomeSaved,
    PhoneReachable, PhoneUnreachable, *audio_facts.EVENTS,
    *consult_facts.EVENTS,
    TimePassed, LinkDown, LinkUp, PlanChanged, AdaptationTold, *waiting_facts.EVENTS, PartyConnected,
    *agent_facts.EVENTS, *callback_facts.EVENTS, *emergency_facts.EVENTS, *overload_facts.EVENTS,
)  # fmt: skip
DECISIONS: tuple[type[Decision], ...] = (
    OfferMade, RingStarted, OfferExpired, OfferWithdrawn, AgentGivenUp, ContactReleased, *consult_facts.DECISIONS,
    TargetsCompared, *waiting_facts.DECISIONS, *agent_facts.DECISIONS,
    *callback_facts.DECISIONS, *overload_facts.DECISIONS,
)  # fmt: skip
FACTS: tuple[type[Fact], ...] = EVENTS + DECISIONS
