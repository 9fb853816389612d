"""The facts about adaptation. `acd.events` has them all."""

from acd.fact import Decision, Event
from acd.plan import Leaning
from acd.value import value
from acd.words import AdaptationOrder


@value
class AdaptationTold(Event):
    """A supervisor freezes the adaptation, lets it go on, or undoes what it did."""

    order: AdaptationOrder
    who: str


@value
class TargetsCompared(Decision):
    """The shares reached lately were compared with the targets."""

    leans: tuple[Leaning, ...]
