"""The facts about waiting: when a queue is open, and what becomes of those who wait. `acd.events` has them all."""

from acd.fact import Event
from acd.value import value


@value
class QueueOpened(Event):
    """The queue's hours begin."""

    queue: str


@value
class QueueClosed(Event):
    """The queue's hours end; whoever waits still is dealt with by its rule for that."""

    queue: str
