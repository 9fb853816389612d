"""Facts of an agent's day: signing in and out, intents, breaks, wrap-ups, auto-answer, what is answered to misses.

`acd.events` has them all under the same names.
"""

from acd.fact import Decision, Event
from acd.value import value
from acd.words import Intent, IntentCause, SetAsideCause, WrapUpEnd


@value
class AgentSignedIn(Event):
    """A person (工号) took a phone (分机); he is not ready until he says so.

    Doubled, it changes nothing but the desk.
    """

    agent: str
    extension: str
    desk: bool = False
    """Whether a desk is open that can show the pop."""
    outside: bool = False
    """The phone is a number outside, rung through the trunk: whoever picks up has to accept by a key."""
    called_up: bool = False
    """An emergency switch signed him in, and signs him out when it is over."""


@value
class AgentSignedOut(Event):
    """The person left; a talk or wrap-up of his goes on to its end."""

    agent: str


@value
class IntentChanged(Event):
    """The agent said what he wants to be: ready, or not ready with a reason; while busy also signed out, after this."""

    agent: str
    intent: Intent
    reason: str = ""


@value
class DeskOpened(Event):
    """The agent's page is there to show pops."""

    agent: str


@value
class DeskClosed(Event):
    """The agent's page is gone; his phone still rings."""

    agent: str


@value
class BreakAsked(Event):
    """The agent wants a break: he has it at once if there is room and no contact binds him, else he is on the list."""

    agent: str
    reason: str
    """One of the plan's reasons that counts as a break."""


@value
class BreakTakenBack(Event):
    """The agent wants no break any more, or somebody took him off the list; a break granted is given back."""

    agent: str
    by: str = ""
    """Whoever did it when it was not the agent."""


@value
class BreakAllowed(Event):
    """A supervisor lets an agent on the list have his break, cap or not: at once, or when his contact is done."""

    agent: str
    by: str


@value
class WrapUpProlonged(Event):
    """A wrap-up gets more time: at the agent's wish out of his budget, at a supervisor's out of nobody's."""

    agent: str
    by: str = ""
    """The supervisor; "" when the agent asked."""


@value
class WrapUpCut(Event):
    """A supervisor ends an agent's wrap-up."""

    agent: str
    by: str


@value
class AutoAnswerChosen(Event):
    """Whether the agent's phone answers offers by itself from here on."""

    agent: str
    on: bool


@value
class AgentSetAside(Decision):
    """The agent gets no offers until he makes himself ready again."""

    agent: str
    cause: SetAsideCause
    until: int | None = None
    """Or until then, whatever comes first."""


@value
class WrapUpEnded(Decision):
    """The agent moves on to what he intends."""

    agent: str
    contact: str
    end: WrapUpEnd


@value
class BreakGranted(Decision):
    """It is the agent's turn: until then he gets no offers and may begin his break."""

    agent: str
    reason: str
    until: int


@value
class BreakLapsed(Decision):
    """The agent did not begin the break granted to him: his place on the list is gone."""

    agent: str


@value
class IntentApplied(Decision):
    """The router changed what an agent is to be: not ready with a reason, or signed out."""

    agent: str
    intent: Intent
    reason: str
    cause: IntentCause


@value
class AsideEnded(Decision):
    """The pause after misses is over: the agent gets offers again."""

    agent: str


@value
class ReasonOverrun(Decision):
    """The agent has been not ready for longer than the plan allows for this reason."""

    agent: str
    reason: str


EVENTS: tuple[type[Event], ...] = (
    AgentSignedIn, AgentSignedOut, IntentChanged, DeskOpened, DeskClosed,
    BreakAsked, BreakTakenBack, BreakAllowed, WrapUpProlonged, WrapUpCut, AutoAnswerChosen,
)  # fmt: skip
DECISIONS: tuple[type[Decision], ...] = (
    AgentSetAside,
    WrapUpEnded,
    BreakGranted,
    BreakLapsed,
    IntentApplied,
    AsideEnded,
    ReasonOverrun,
)
