"""Facts about whose voice reaches us in a talk. `acd.events` has them all."""

from acd.fact import Event
from acd.value import value
from acd.words import Party


@value
class AudioMissing(Event):
    """For some seconds nothing was heard of one side of a talk: the other one speaks to nobody, or cannot hear."""

    offer: int
    party: Party
    since: int
    """When its audio was last known to come, ms."""


@value
class AudioBack(Event):
    """The side that was not heard is heard again."""

    offer: int
    party: Party


EVENTS: tuple[type[Event], ...] = (AudioMissing, AudioBack)
