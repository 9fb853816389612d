"""The facts about what a flow does for its caller beside asking for a person. `acd.events` has them all."""

from acd.fact import Event
from acd.value import value


@value
class PartyConnected(Event):
    """The caller talks with a party that his flow dialled (transfer, duty), until he is gone."""

    contact: str
    party: str
    """The number that was dialled."""
