"""The facts about what a flow does for its caller beside asking for a person. `acd.events` has them all."""

from acd.fact import Event
from acd.value import value


@value
class PartyConnected(Event):
    """The caller talks with a party that his flow dialled (transfer, duty), until he is gone."""

    contact: str
    party: str
    """The number that was dialled."""


@value
class InFallback:
    """What became of a caller in his Asterisk's fallback, as its log has it."""

    party: str = ""
    """The number or extension that answered him; "": nobody."""
    talked_from: int = 0
    """When they were connected, ms."""
    file: str = ""
    """The message he left; "": none."""
    seconds: float = 0.0
    """Its length."""
    queue: str = ""
    """Whose message it is."""
    language: str = ""
