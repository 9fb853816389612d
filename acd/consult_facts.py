"""Facts of consults: an agent in a talk speaks with a colleague, the caller hears music. `acd.events` has them all."""

from acd.fact import Decision, Event
from acd.value import value

CONSULTED = "consult"
"""`AgentHungUp.to` when the caller goes on with the colleague whom the agent consulted."""


@value
class ConsultAsked(Event):
    """The agent wants to consult a colleague (询转); the caller hears music meanwhile."""

    offer: int
    """The agent's talk."""
    to: str
    """`agent:工号`, or `queue:NAME` for whoever is free there."""
    line: str = ""
    """The channel on which his phone dialled the colleague; "": he speaks with him on the leg he has."""


@value
class ConsultEnded(Event):
    """The agent is done with his colleague, whether he was reached or not; the caller is on hold still."""

    offer: int
    """The agent's talk."""


@value
class ConsultOffered(Decision):
    """A colleague was reserved for a consult; his offer is of the same contact, and no visit's."""

    offer: int
    """The number of this very fact."""
    of: int
    """The offer of the talk."""
    contact: str
    agent: str
    extension: str
    queue: str
    line: str = ""
    """As it was asked for."""


EVENTS: tuple[type[Event], ...] = (ConsultAsked, ConsultEnded)
DECISIONS: tuple[type[Decision], ...] = (ConsultOffered,)
