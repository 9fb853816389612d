"""Facts of an agent whose leg broke off in a talk, and who comes back on another. `acd.events` has them all."""

from acd.fact import Event
from acd.value import value


@value
class AgentLegLost(Event):
    """The agent's leg broke off without a hang-up; the caller hears music while he may rejoin."""

    offer: int
    leg: int = 0
    """Which one: 0 for the first, then the number of the `RejoinAsked` that made it."""


@value
class RejoinAsked(Event):
    """The agent's page was loaded anew, or his leg was lost: he wants back into the talk, on a leg of this number."""

    offer: int


@value
class RejoinAnswered(Event):
    """The agent's new leg is there."""

    offer: int
    leg: int


@value
class RejoinFailed(Event):
    """The agent's new leg could not be made."""

    offer: int
    leg: int
    detail: str = ""


EVENTS: tuple[type[Event], ...] = (AgentLegLost, RejoinAsked, RejoinAnswered, RejoinFailed)
