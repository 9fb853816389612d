"""The facts about waiting: when a queue is open, and what becomes of those who wait. `acd.events` has them all."""

from acd.fact import Decision, Event
from acd.value import value
from acd.words import StepCause


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
