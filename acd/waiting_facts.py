"""The facts about waiting: when a queue is open, who leaves it and why, what callers are told. `acd.events` has all."""

from enum import StrEnum

from acd.fact import Decision, Event
from acd.value import value
from acd.words import StepCause


class ExitRule(StrEnum):
    """Why a contact leaves a queue without an agent."""

    EMERGENCY = "emergency"
    """The queue is switched over."""
    EMERGENCY_OVER = "emergency_over"
    """The queue from which it was moved is switched back."""
    CLOSED = "closed"
    """The queue is closed."""
    FULL = "full"
    """More wait than the queue takes."""
    LOGGED_OUT = "logged_out"
    """Of those who could serve it nobody is signed in."""
    ON_BREAK = "on_break"
    """Those who could serve it and are signed in are not ready, all that can be reached."""
    UNREACHABLE = "unreachable"
    """Those who could serve it and are ready are set aside, or their phones are gone."""
    MAX_WAIT = "max_wait"
    """It has waited for long enough."""
    LONG_WAIT = "long_wait"
    """It would wait too long."""
    KEY = "key"
    """The caller pressed a key for it."""


@value
class QueueOpened(Event):
    """The queue's hours begin."""

    queue: str


@value
class QueueClosed(Event):
    """The queue's hours end; whoever waits still is dealt with by its rule for that."""

    queue: str


@value
class StepTaken(Decision):
    """A waiting contact goes on to another step: who may serve it from here on, besides everybody before."""

    contact: str
    step: int
    """Below 0: a stage of its preferred agents; 0: what its queue asks for; from 1 on: steps of its relaxation."""
    cause: StepCause


@value
class KeyPressed(Event):
    """A caller pressed a key while he waited."""

    contact: str
    key: str


@value
class ContactLeft(Decision):
    """A contact leaves its queue for another place; the visit is over."""

    contact: str
    queue: str
    rule: ExitRule
    to: str
    """`queue:NAME`, `flow:NAME`, `prompt:NAME` or `number:DIGITS`."""
    key: str = ""


@value
class ContactMoved(Decision):
    """A contact that left one queue waits in another; its wait counts on."""

    contact: str
    queue: str


@value
class WaitEstimated(Decision):
    """What the wait of a contact is expected to be, as it begins to wait in a queue."""

    contact: str
    ahead: int
    """Contacts that go before it, those of other needs by the share of agents they compete for."""
    low_ms: int
    high_ms: int


@value
class WaitTold(Decision):
    """What a waiting caller is told now."""

    contact: str
    ahead: int | None = None
    """How many are before him; None: not said."""
    low_ms: int | None = None
    """Between this and `high_ms` he will wait still; None: not said."""
    high_ms: int | None = None
    message: str = ""
    """A prompt; "": none."""


EVENTS: tuple[type[Event], ...] = (QueueOpened, QueueClosed, KeyPressed)
DECISIONS: tuple[type[Decision], ...] = (StepTaken, ContactLeft, ContactMoved, WaitEstimated, WaitTold)
