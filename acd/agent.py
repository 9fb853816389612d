"""The agent's states: everything that may move an agent is in this file's table.

Intent (what he wants to be) and state (what the router sees) are two fields. `HOME` stands for "idle if he may be
offered contacts, else away", which `Agent.home` works out from intent, phone and being set aside.
"""

from dataclasses import dataclass
from enum import StrEnum

from acd import events as e


class AgentState(StrEnum):
    """What the router sees of an agent."""

    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    WRAP_UP = "wrap_up"
    AWAY = "away"


# Looking a member up in its enum takes as long as a call; what every event asks for has a name of its own.
IDLE, RESERVED, WRAP_UP, AWAY = AgentState.IDLE, AgentState.RESERVED, AgentState.WRAP_UP, AgentState.AWAY
READY, BREAK_GRANTED = e.Intent.READY, e.SetAsideCause.BREAK_GRANTED


class Home(StrEnum):
    """The place an agent goes when nothing binds him."""

    HOME = "home"


HOME = Home.HOME
Move = AgentState | Home

POSTURE: tuple[type[e.Fact], ...] = (
    e.AgentSignedIn,
    e.AgentSignedOut,
    e.IntentChanged,
    e.AgentSetAside,
    e.PhoneReachable,
    e.PhoneUnreachable,
    e.PlanChanged,
    e.IntentApplied,
    e.BreakGranted,
    e.BreakLapsed,
    e.BreakTakenBack,
    e.AsideEnded,
)
"""Facts about whether he may be offered contacts: they move him only while nothing binds him."""
POSTURE_FACTS = frozenset(POSTURE)


def _row(moves: dict[type[e.Fact], Move], posture: Move) -> dict[type[e.Fact], Move]:
    return dict.fromkeys(POSTURE, posture) | moves


S = AgentState
AGENT: dict[AgentState, dict[type[e.Fact], Move]] = {
    S.IDLE: _row({e.OfferMade: S.RESERVED, e.ConsultOffered: S.RESERVED}, HOME),
    S.AWAY: _row({}, HOME),
    S.RESERVED: _row({e.RingStarted: S.RINGING, e.OfferFailed: HOME, e.OfferWithdrawn: HOME}, S.RESERVED),
    S.RINGING: _row(
        {
            e.OfferAnswered: S.TALKING,
            e.OfferExpired: HOME,
            e.OfferFailed: HOME,
            e.OfferWithdrawn: HOME,
        },
        S.RINGING,
    ),
    S.TALKING: _row(
        {
            e.HoldStarted: S.HOLD,
            e.ConsultAsked: S.HOLD,
            e.ContactEnded: S.WRAP_UP,
            e.AgentHungUp: S.WRAP_UP,
            e.AgentGivenUp: S.WRAP_UP,
            # He is gone before the two were connected, or was only consulted.
            e.OfferFailed: HOME,
            e.OfferWithdrawn: HOME,
        },
        S.TALKING,
    ),
    S.HOLD: _row(
        {
            e.HoldEnded: S.TALKING,
            e.ConsultAsked: S.HOLD,
            e.ContactEnded: S.WRAP_UP,
            e.AgentHungUp: S.WRAP_UP,
            e.AgentGivenUp: S.WRAP_UP,
        },
        S.HOLD,
    ),
    S.WRAP_UP: _row({e.WrapUpEnded: HOME}, S.WRAP_UP),
}
"""state -> fact -> next state. A pair that is not here cannot happen."""

_VALUES = {state: state.value for state in AgentState}
STANDINGS = tuple(
    sorted([*_VALUES.values(), *(intent.value for intent in e.Intent), "break_granted", "set_aside", "unreachable"])
)
"""Every word that `Agent.standing` can be."""
ON_A_CALL = frozenset({S.TALKING, S.HOLD})
BEING_OFFERED = frozenset({S.RESERVED, S.RINGING})


@dataclass(slots=True, kw_only=True)
class Agent:
    """One agent as he is now. Times are ms."""

    agent: str
    listed: int
    """His place in the plan, the last tie-break; -1 when the plan no longer lists him."""
    extension: str | None = None
    desk: bool = False
    intent: e.Intent = e.Intent.LOGGED_OUT
    reason: str = ""
    set_aside: e.SetAsideCause | None = None
    reachable: bool = True
    state: AgentState = AgentState.AWAY
    since: int = 0
    """Since when he has been in this state."""
    offer: int | None = None
    """The offer he is reserved for, rung by, or talks in."""
    contact: str | None = None
    """The contact of that offer, and of the wrap-up after it."""
    wrap_up_until: int | None = None
    idle_since: int = 0
    """When he last finished something or made himself ready."""
    contacts: int = 0
    """Contacts answered since he signed in."""
    signed_in_at: int = 0
    busy_since: int | None = None
    """When he answered the contact he talks or wraps up with."""
    busy_ms: int = 0
    """Talk and wrap-up since he signed in."""
    busy_share: float = 0.0
    """Busy time over signed-in time, as it stood when he last became idle."""
    misses: int = 0
    """Offers missed in a row that count."""
    last_miss: e.SetAsideCause = e.SetAsideCause.NO_ANSWER
    ready_in: int = 0
    """The number of the fact by which he made himself ready last."""
    aside_until: int | None = None
    """He is set aside until then at most."""
    break_asked: int | None = None
    """The number of the fact by which he asked for a break: his place on the list."""
    break_reason: str = ""
    break_by: str = ""
    """Who allowed the break he waits for, cap or not."""
    reason_since: int = 0
    """Since when he has been away for this reason."""
    overrun_at: int | None = None
    """When he will have been away for it for as long as the plan allows."""
    overrun: bool = False
    prolonged_ms: int = 0
    """By how much he prolonged this wrap-up."""
    prolonged_shift_ms: int = 0
    """By how much he prolonged wrap-ups since he signed in."""
    auto_answer: bool = False
    outside: bool = False
    """His phone is a number outside."""
    called_up: bool = False
    """An emergency switch signed him in: he serves nothing but the crews he is of."""

    @property
    def signed_in(self) -> bool:
        """Whether he is there at all, ready or not."""
        return self.extension is not None and self.listed >= 0

    @property
    def on_duty(self) -> bool:
        """Whether he takes contacts at all just now, busy or not."""
        return (
            self.intent is READY
            and self.set_aside is None
            and self.reachable
            and self.extension is not None
            and self.listed >= 0
        )

    @property
    def home(self) -> AgentState:
        """Where he goes when nothing binds him."""
        return IDLE if self.on_duty else AWAY

    @property
    def standing(self) -> str:
        """His state in one word, and when away, why: the reason for being left out of a choice."""
        if self.state is not AWAY:
            return _VALUES[self.state]
        if self.intent is not READY:
            return self.intent.value
        if self.set_aside is not None:
            return "break_granted" if self.set_aside is BREAK_GRANTED else "set_aside"
        return "unreachable"
