"""The facts about overload: what was measured, when a limit was reached and left, who was shed."""

from enum import StrEnum

from acd.fact import Decision, Event
from acd.value import value


class Measure(StrEnum):
    """What tells that hotline itself, its disk or an Asterisk no longer keeps up."""

    LOOP_LAG = "loop_lag_ms"
    """How late the timers of the event loop are, of the last three seconds the middle one."""
    JOURNAL = "journal_facts"
    """Facts that are not on the disk yet."""
    ARI = "ari_requests"
    """Requests that an Asterisk has not answered yet, of the one with the most."""


@value
class EngineMeasured(Event):
    """A measure is above its limit, or low enough again; what lies between is not told."""

    measure: Measure
    value: int


@value
class OverloadBegan(Decision):
    """A limit is reached: new contacts are shed by it until `OverloadEnded`."""

    limit: str
    """`contacts`, `number:NUMBER`, `queue:NAME`, or a measure."""
    value: int
    most: int
    live: int
    """Contacts with a caller on the line."""


@value
class OverloadEnded(Decision):
    """A limit is left behind, or was taken out of the plan: nobody is shed by it any more."""

    limit: str
    shed: int
    """So many were."""


@value
class ContactShed(Decision):
    """A new contact is refused at entry: there is no room for its tier."""

    contact: str
    limit: str
    tier: str


EVENTS: tuple[type[Event], ...] = (EngineMeasured,)
DECISIONS: tuple[type[Decision], ...] = (OverloadBegan, OverloadEnded, ContactShed)
