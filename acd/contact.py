"""The contact's states: everything that may move a contact is in this file's table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from acd import events as e
from acd.plan import Preferred
from acd.value import maker


class ContactState(StrEnum):
    """Where a contact is on its way."""

    IVR = "ivr"
    WAITING = "waiting"
    OFFERED = "offered"
    CALLBACK = "callback"
    """It waits without a leg: the customer is to be called back."""
    DIALLING = "dialling"
    """Its customer is being called back, with an agent reserved for him or on the line."""
    TALKING = "talking"
    RELEASED = "released"
    """The agent is done and the caller's leg is being ended."""
    SHED = "shed"
    """Refused at entry by an overload's rule; its leg is being ended."""
    ENDED = "ended"


# Looking a member up in its enum takes as long as a call; what every event asks for has a name of its own.
IVR, WAITING, OFFERED = ContactState.IVR, ContactState.WAITING, ContactState.OFFERED
TALKING, SHED, ENDED = ContactState.TALKING, ContactState.SHED, ContactState.ENDED
CALLBACK, DIALLING = ContactState.CALLBACK, ContactState.DIALLING

S = ContactState
CONTACT: dict[ContactState, dict[type[e.Fact], ContactState]] = {
    S.IVR: {
        # The flow was entered anew: the AGI session broke, or the fallback sent the caller round again.
        e.ContactStarted: S.IVR,
        e.ContactQueued: S.WAITING,
        e.CallbackAsked: S.CALLBACK,
        e.ContactEnded: S.ENDED,
        e.PartyConnected: S.IVR,
        e.ContactShed: S.SHED,
        # Of an agent who sent it on; so it is below.
        e.OutcomeSaved: S.IVR,
        # It has just left another queue for this one.
        e.ContactMoved: S.WAITING,
        # The offer of a contact that went back to the flow is taken back after the fact, or ends by itself when a crash
        # came in between.
        e.OfferWithdrawn: S.IVR,
        e.OfferExpired: S.IVR,
        e.OfferFailed: S.IVR,
    },
    S.WAITING: {
        # Its dead-man's time ran out while we were away: the caller is in the flow again, this visit is over.
        e.ContactStarted: S.IVR,
        # Doubled by a reconnect.
        e.ContactQueued: S.WAITING,
        e.PriorityChanged: S.WAITING,
        e.OutcomeSaved: S.WAITING,
        e.StepTaken: S.WAITING,
        # To RELEASED, when another callback of the customer is pending.
        e.CallbackAsked: S.CALLBACK,
        e.ContactEnded: S.ENDED,
        e.KeyPressed: S.WAITING,
        e.ContactLeft: S.IVR,
        e.WaitEstimated: S.WAITING,
        e.WaitTold: S.WAITING,
        e.OfferMade: S.OFFERED,
    },
    S.CALLBACK: {
        # While the leg is there on which he asked: the flow was entered anew, or he waits on the line after all.
        e.ContactStarted: S.CALLBACK,
        e.ContactQueued: S.WAITING,
        e.ContactEnded: S.CALLBACK,
        e.PriorityChanged: S.CALLBACK,
        e.OutcomeSaved: S.CALLBACK,
        e.StepTaken: S.CALLBACK,
        e.CallbackAsked: S.CALLBACK,
        e.CallbackMoved: S.CALLBACK,
        e.CallbackCancelled: S.ENDED,
        e.CallbackGivenUp: S.ENDED,
        e.OfferMade: S.OFFERED,
    },
    S.DIALLING: {
        e.PriorityChanged: S.DIALLING,
        e.OutcomeSaved: S.DIALLING,
        e.CallbackDialled: S.DIALLING,
        e.CallbackFailed: S.DIALLING,
        e.CallbackUnanswered: S.DIALLING,
        # To OFFERED, when the agent's phone is rung only now.
        e.CallbackAnswered: S.TALKING,
        e.CallbackCancelled: S.ENDED,
        e.OfferFailed: S.WAITING,
        e.OfferWithdrawn: S.WAITING,
    },
    S.OFFERED: {
        e.ContactStarted: S.IVR,
        e.ContactQueued: S.OFFERED,
        e.PriorityChanged: S.OFFERED,
        e.OutcomeSaved: S.OFFERED,
        e.ContactEnded: S.ENDED,
        e.KeyPressed: S.OFFERED,
        e.ContactLeft: S.IVR,
        e.RingStarted: S.OFFERED,
        e.OfferAnswered: S.TALKING,
        e.OfferExpired: S.WAITING,
        e.OfferFailed: S.WAITING,
        e.OfferWithdrawn: S.WAITING,
        # Another phone rings for it too.
        e.OfferMade: S.OFFERED,
        e.CallbackDialled: S.DIALLING,
        e.CallbackCancelled: S.ENDED,
    },
    S.TALKING: {
        e.HoldStarted: S.TALKING,
        e.HoldEnded: S.TALKING,
        e.ConsultAsked: S.TALKING,
        # To IVR, when his phone sent the caller on; it stays here, when a colleague goes on with him.
        e.AgentHungUp: S.RELEASED,
        e.AgentGivenUp: S.RELEASED,
        # Its agent is gone before the two were connected.
        e.OfferFailed: S.WAITING,
        e.OfferWithdrawn: S.WAITING,
        e.ContactEnded: S.ENDED,
        e.OutcomeSaved: S.TALKING,
    },
    S.RELEASED: {
        e.ContactReleased: S.RELEASED,
        e.ContactEnded: S.ENDED,
        e.OutcomeSaved: S.RELEASED,
        e.WrapUpEnded: S.RELEASED,
    },
    S.SHED: {
        # The flow was entered anew before the leg was ended.
        e.ContactStarted: S.SHED,
        e.ContactEnded: S.ENDED,
    },
    S.ENDED: {
        e.OutcomeSaved: S.ENDED,
        e.WrapUpEnded: S.ENDED,
    },
}
"""state -> fact -> next state. A pair that is not here is illegal."""
WITHOUT_LEG = {S.WAITING: S.CALLBACK, S.TALKING: S.DIALLING}
"""Where a contact goes instead while its customer is to be called back."""
OPEN = frozenset({S.WAITING, S.OFFERED, S.CALLBACK, S.DIALLING})
"""States in which a visit to a queue is open."""


@dataclass(slots=True, kw_only=True)
class Callback:
    """What is pending for a customer who is to be called back. Times are ms."""

    number: str
    asked_at: int
    until: int
    """It expires then."""
    not_before: int = 0
    leg: bool = True
    """He is on the line: still, on the leg on which he asked, or again, since he was called back."""
    tries: int = 0
    """Dials that failed."""


@dataclass(slots=True, kw_only=True)
class Told:
    """What a waiting caller was told in this visit. Times are ms."""

    at: int
    """When something was said last."""
    ahead: int | None = None
    high_ms: int | None = None
    """The longest wait that was said last."""
    message_at: int | None = None
    messages: int = 0
    """How many were told."""


@dataclass(slots=True, kw_only=True)
class Contact:
    """One contact as it is now. Times are ms."""

    contact: str
    asterisk: str
    channel: str
    access: str
    caller: str
    started_at: int
    state: ContactState = ContactState.IVR
    queue: str = ""
    tier: str = ""
    skills: dict[str, int] = field(default_factory=dict)
    any_of: tuple[Mapping[str, int], ...] = ()
    urgency_ms: int = 0
    credit_ms: int = 0
    """Earlier time that its score counts as waiting."""
    language: str = ""
    customer: str | None = None
    since: int = 0
    """When it first wanted an agent."""
    arrival: int = 0
    """The number of the fact that opened this visit: the tie-break between equal waits."""
    relaxation: str | None = None
    """In place of its queue's."""
    preferred: tuple[Preferred, ...] = ()
    """Whom it wants first, stage after stage."""
    step: int = 0
    """Where it is on its way, as `acd.relaxation` counts."""
    step_since: int = 0
    """Since when this step has lasted."""
    step_cause: e.StepCause | None = None
    """Why it took this step; None: it began here."""
    visits: int = 0
    offer: int | None = None
    """The offer that is open, the first of them, or in which it talks."""
    beside: list[int] = field(default_factory=list)
    """Further offers that are open: phones that ring for it together with the first, in an emergency."""
    agent: str | None = None
    """Whom it talks or talked with."""
    missed: list[str] = field(default_factory=list)
    """Agents who let an offer of it expire or refused it."""
    missed_in: dict[str, int] = field(default_factory=dict)
    """Agent = the number of the fact by which he missed it last."""
    entered_at: int = 0
    """When this visit began."""
    here_since: int = 0
    """Since when its wait counts for the rules of its queue: where it was sent from another one, since then."""
    keys: dict[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    music: str = ""
    told: Told | None = None
    expected_ms: tuple[int, int] | None = None
    """From when to when it was expected to be answered, as its visit began; by the clock."""
    left: list[str] = field(default_factory=list)
    """Rules that sent it away, as `queue.rule`: none does so twice."""
    switched_from: list[str] = field(default_factory=list)
    """Queues from which it was moved, one after another, in an emergency: where it returns to."""
    outcome: str | None = None
    party: str = ""
    """The number with which its flow connected it; "" while it has not."""
    owed: bool = False
    """It ended without an outcome, which its agent still owes (待补小结)."""
    sent_on: list[str] = field(default_factory=list)
    """Agents whose phones sent it on and whose outcomes are not saved; its own is that of the agent it talks with."""
    callback: Callback | None = None
    """Its customer asked to be called back."""

    @property
    def open_offers(self) -> tuple[int, ...]:
        """The offers by which it is reserved, the first of them first, or the one in which it talks."""
        return () if self.offer is None else (self.offer, *self.beside)

    @property
    def without_leg(self) -> bool:
        """Whether its customer must be called before he can talk."""
        return self.callback is not None and not self.callback.leg


@dataclass(slots=True, kw_only=True)
class Offer:
    """A contact reserved for one agent; it lives on as the agent's leg until the talk ends."""

    offer: int
    contact: str
    agent: str
    extension: str
    queue: str
    made_at: int
    pop_until: int | None
    expires_at: int | None = None
    answered_at: int | None = None
    connected: bool = False
    """Caller and agent have been in one bridge."""
    held: bool = False
    auto: bool = False
    """His phone was asked to answer by itself."""
    dial_until: int | None = None
    """Its customer is being called back, until then at most."""
    leg: int = 0
    """The agent's leg now: 0 for the first, then the number of the fact that asked to rejoin."""
    rejoin: int | None = None
    """The leg on which he is coming back."""
    rejoin_until: int | None = None
    """His leg is lost; the caller waits for him until then."""
    silent: dict[e.Party, int] = field(default_factory=dict)
    """Whose audio is missing = since when, ms."""
    consult: int | None = None
    """The offer of the colleague whom its agent consults."""
    consult_of: int | None = None
    """It is a colleague's, and this is the offer of the talk."""
    line: str = ""
    """The channel on which the agent's phone dialled the colleague whose offer this is; "": he has only his leg."""


def is_joining(contact: Contact, offers: Mapping[int, Offer]) -> bool:
    """Whether agent and customer have both picked up, and nobody has said yet that they are in one bridge."""
    offer = offers.get(contact.offer or 0)
    return contact.state is TALKING and offer is not None and not offer.connected


def is_unmet(contact: Contact, offers: Mapping[int, Offer]) -> bool:
    """Whether that is so of a caller, whose visit ends as unanswered should he go now."""
    return contact.callback is None and is_joining(contact, offers)


new_contact = maker(Contact)
new_offer = maker(Offer)


def begin_visit(contact: Contact, fact: e.ContactQueued, number: int) -> None:
    """Let a contact be what this fact, of this number, says of it."""
    contact.queue = fact.queue
    contact.tier = fact.tier
    contact.since = contact.here_since = fact.since
    contact.entered_at = fact.at
    contact.skills = dict(fact.skills)
    contact.any_of = fact.any_of
    contact.urgency_ms = fact.urgency_ms
    contact.credit_ms = fact.credit_ms
    contact.language = fact.language
    contact.customer = fact.customer
    contact.keys = dict(fact.keys)
    contact.messages = fact.messages
    contact.music = fact.music
    contact.arrival = number
    contact.visits += 1
    contact.offer = contact.told = contact.expected_ms = None
    contact.missed = []
    contact.switched_from = []
    contact.relaxation = fact.relaxation
    contact.preferred = fact.preferred
    contact.step = -len(fact.preferred)
    contact.step_since = fact.since
    contact.step_cause = None
