"""The facts of the emergency switch (应急切换). `acd.events` has them under the same names."""

from acd.fact import Event
from acd.value import value
from acd.words import EmergencyWay


@value
class EmergencySwitchedOn(Event):
    """A queue is moved as its emergency plan says: who waits in it, and who comes, until it is switched back.

    Told while it is on already, it leads elsewhere from here on.
    """

    queue: str
    to: EmergencyWay
    who: str
    why: str = ""


@value
class EmergencySwitchedOff(Event):
    """The queue is its agents' again: who still waits where it was moved to returns, with his wait."""

    queue: str
    who: str
    why: str = ""


EVENTS: tuple[type[Event], ...] = (EmergencySwitchedOn, EmergencySwitchedOff)
