"""The state of the floor: what is there when all facts so far are summed up."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.contact import CALLBACK, WAITING, Contact, Offer
from acd.ledger import Ledger
from acd.plan import Plan
from acd.words import EmergencyWay


@dataclass(slots=True, kw_only=True)
class Lean:
    """How a queue and tier stand with their target; counts fade with each comparison."""

    settled: float = 0.0
    """Contacts answered or given up."""
    in_time: float = 0.0
    ahead_ms: int = 0
    """By how much its head start leaves the plan's."""
    share: float | None = None
    """What the last comparison found; None: none yet."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """How fast a queue's contacts are served and give up lately; all counts fade, see `acd.pace`."""

    handled: float = 0.0
    """Contacts whose agent is free again, the time from answer to then (ms), and its square."""
    handled_ms: float = 0.0
    handled_square: float = 0.0
    settled: float = 0.0
    """Contacts answered or given up, how long they waited (ms), and how many gave up."""
    waited_ms: float = 0.0
    gave_up: float = 0.0
    rings: float = 0.0
    """Offers answered, and the time from offer to answer (ms)."""
    ring_ms: float = 0.0


@dataclass(slots=True, kw_only=True)
class Switched:
    """A queue that is switched over: where to, since when (ms), by whom and why."""

    to: EmergencyWay
    since: int
    who: str
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Episode:
    """Since when a limit has been reached, and what came of it; see `acd.overload`."""

    since: int
    value: int
    """What was counted or measured when it began."""
    live: int
    """How many callers were on the line then."""
    shed: int = 0


@dataclass(slots=True, kw_only=True)
class FloorState:
    """What a checkpoint holds; together with the facts after `number` it gives the floor again."""

    number: int = 0
    """The number of the last fact folded in."""
    at: int = 0
    plan: Plan = field(default_factory=Plan)
    contacts: dict[str, Contact] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    """Extensions known to be unreachable."""
    links_down: list[str] = field(default_factory=list)
    """Asterisks whose contacts are offered to nobody just now."""
    fallback_read: dict[str, int] = field(default_factory=dict)
    """By Asterisk: how far its log of the fallback was read, µs since the epoch."""
    dialling_barred: list[str] = field(default_factory=list)
    """Queues whose callbacks are not dialled just now."""
    ledger: Ledger = field(default_factory=Ledger)
    leans: dict[str, dict[str, Lean]] = field(default_factory=dict)
    """By queue and tier."""
    adaptation_due: int = 0
    adaptation_frozen: bool = False
    closed: list[str] = field(default_factory=list)
    """Queues outside their hours."""
    pace: dict[str, Pace] = field(default_factory=dict)
    """By queue."""
    emergencies: dict[str, Switched] = field(default_factory=dict)
    """By queue: those that are switched over."""
    overloads: dict[str, Episode] = field(default_factory=dict)
    """By the name of the limit that is reached."""

    def may_be_offered(self, contact: Contact) -> bool:
        """Whether it waits now and its Asterisk hears us; a callback waits while it may be dialled."""
        if contact.asterisk in self.links_down:
            return False
        if contact.state is not CALLBACK:
            return contact.state is WAITING
        callback = contact.callback
        may_be_dialled = callback is not None and not callback.leg and callback.not_before <= self.at
        return may_be_dialled and contact.queue not in self.dialling_barred and contact.queue not in self.closed

    def within_reach(self) -> Iterator[Contact]:
        """Contacts that may be offered."""
        return filter(self.may_be_offered, self.contacts.values())
