"""The facts of callbacks (回电); `acd.events` has them under the same names."""

from collections.abc import Mapping
from dataclasses import field

from acd.fact import Decision, Event
from acd.value import value
from acd.words import CallbackEnd, CallbackFailure, CancelCause


@value
class CallbackAsked(Event):
    """The customer is to be called back: his entry stays in its lane without a leg, or begins here.

    One of the same number or customer that is pending already stands: this contact leaves the queue.
    """

    contact: str
    """The contact that waits or is in its flow; a new id where there is no call."""
    number: str
    """What is dialled, in normal form."""
    not_before: int = 0
    """He is not dialled before then, ms."""
    asterisk: str = ""
    """This and what follows is read where the contact does not wait yet."""
    access: str = ""
    """The access number; its shown number is what the customer sees."""
    queue: str = ""
    tier: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    urgency_ms: int = 0
    credit_ms: int = 0
    language: str = ""
    customer: str | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    """For the pop; the router does not read it."""
    who: str = ""
    """Who asked for him; "": he himself."""


@value
class CallbackMoved(Event):
    """A pending callback goes to another number or another time; its place stays."""

    contact: str
    number: str = ""
    """"": as it was."""
    not_before: int | None = None
    """He is not dialled before then, ms; None: as it was."""
    who: str = ""


@value
class CallbackCancelled(Event):
    """A pending callback is wanted no more."""

    contact: str
    cause: CancelCause
    into: str = ""
    """The contact that takes its place in the queue over, where he called again."""
    who: str = ""


@value
class CallbackAnswered(Event):
    """The customer picked up and, where he is asked to, pressed 1."""

    offer: int
    channel: str


@value
class CallbackFailed(Event):
    """The customer was dialled and not reached."""

    offer: int
    cause: CallbackFailure
    detail: str = ""


@value
class DiallingBarred(Event):
    """Callbacks of this queue are not dialled for now: by the night ban, or as the plan's hours say."""

    queue: str


@value
class DiallingAllowed(Event):
    """Callbacks of this queue may be dialled again."""

    queue: str


@value
class CallbackDialled(Decision):
    """The customer is called: his agent has picked up, or is reserved for him."""

    contact: str
    offer: int
    number: str
    attempt: int
    """From 1."""
    until: int
    """His phone rings until then at most."""


@value
class CallbackUnanswered(Decision):
    """The customer did not pick up in time."""

    offer: int


@value
class CallbackGivenUp(Decision):
    """The callback is over without a talk."""

    contact: str
    cause: CallbackEnd


@value
class CallOwed(Decision):
    """A caller was cut off by a fault while he waited or talked: he is called back, or is an item for an agent."""

    contact: str
    """The contact that is lost."""
    number: str
    callback: str
    """The contact as which he is called back, a new one; "": he is an item."""
    asterisk: str
    access: str
    queue: str
    tier: str
    skills: Mapping[str, int] = field(default_factory=dict)
    urgency_ms: int = 0
    credit_ms: int = 0
    """Since he first wanted an agent; it counts for the callback."""
    language: str = ""
    customer: str | None = None
    detail: str = ""
    """Through what he was lost."""


EVENTS: tuple[type[Event], ...] = (
    CallbackAsked, CallbackMoved, CallbackCancelled, CallbackAnswered, CallbackFailed, DiallingBarred, DiallingAllowed,
)  # fmt: skip
DECISIONS: tuple[type[Decision], ...] = (CallbackDialled, CallbackUnanswered, CallbackGivenUp, CallOwed)
