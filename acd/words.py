"""The words that facts are written with: intents, causes, ends. `acd.events` has them all under the same names."""

from enum import StrEnum


class Intent(StrEnum):
    """What an agent wants to be; what he is, is his state."""

    READY = "ready"
    NOT_READY = "not_ready"
    LOGGED_OUT = "logged_out"


class EndCause(StrEnum):
    """Why a contact's own leg ended."""

    HUNG_UP = "hung_up"
    """The caller hung up, or the router let him go after the talk."""
    FLOW = "flow"
    """The flow answered by machine and said goodbye."""
    REFUSED = "refused"
    """Refused at entry: no flow, or a list."""
    SHED = "shed"
    """Refused at entry by an overload's rule."""
    LOST = "lost"
    """Gone through a fault of ours, of Asterisk or of a link; `detail` says which."""
    FALLBACK = "fallback"
    """The fallback had it to the end while we were away; `detail` says how."""


class Party(StrEnum):
    """A side of a talk."""

    CALLER = "caller"
    AGENT = "agent"


class OfferFailure(StrEnum):
    """Why an agent's phone could not be rung, or refused."""

    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    FAULT = "fault"


class PopState(StrEnum):
    """Whether the agent's desk showed the customer before the phone rang."""

    ACKNOWLEDGED = "acknowledged"
    LATE = "late"
    NO_DESK = "no_desk"


class SetAsideCause(StrEnum):
    """Why an agent gets no offers until he makes himself ready again, or until a time that goes with it."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    FAULT = "fault"
    BREAK_GRANTED = "break_granted"
    """His break was granted and he has not begun it yet; it ends by itself."""


class IntentCause(StrEnum):
    """Why the router changed what an agent is to be."""

    MISSES = "misses"
    """What the plan answers to offers missed in a row."""
    BREAK = "break"
    """There was room for the break he asked for, or a supervisor allowed it."""
    CHOSEN = "chosen"
    """He chose while busy to sign out after this contact."""
    EMERGENCY = "emergency"
    """He is wanted on his mobile phone: he gets nothing more where he sits."""
    EMERGENCY_OVER = "emergency_over"
    """The emergency is over for which he was called up."""


class MissReaction(StrEnum):
    """What follows when an agent missed as many offers in a row as the plan lets pass."""

    SET_ASIDE = "set_aside"
    """No offers until he makes himself ready again."""
    PAUSE = "pause"
    """No offers for a time."""
    NOT_READY = "not_ready"
    """Not ready, with a reason of the plan."""
    SIGN_OUT = "sign_out"


class WrapUpEnd(StrEnum):
    """How a wrap-up ended."""

    SAVED = "saved"
    CAP = "cap"
    """Time was up: the contact joins the agent's missing outcomes (待补小结)."""
    NONE = "none"
    """The queue has no wrap-up."""
    CUT = "cut"
    """A supervisor ended it: as at the cap, the outcome is missing."""


class StepCause(StrEnum):
    """Why a waiting contact took its next step."""

    TIME = "time"
    """The step before it lasted as long as it may."""
    EXPECTED = "expected"
    """It is expected to wait longer than the step says."""
    NOBODY = "nobody"
    """Nobody is there who could serve it at the step before."""


class EmergencyWay(StrEnum):
    """Where a queue is moved to in an emergency."""

    MOBILES = "mobiles"
    QUEUE = "queue"
    ANNOUNCEMENT = "announcement"


class AdaptationOrder(StrEnum):
    """What a supervisor tells the adaptation."""

    FREEZE = "freeze"
    """Stay as it is."""
    GO_ON = "go_on"
    UNDO = "undo"
    """Back to the plan, and stay there."""


class CallbackFailure(StrEnum):
    """Why a customer who was called back was not reached."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    """He refused the call, or his number cannot be reached."""
    NOT_ACCEPTED = "not_accepted"
    """Somebody or something picked up and did not press 1: a machine, perhaps."""
    LATER = "later"
    """He asked by key to be called later."""
    BARRED = "barred"
    """His number is on the black list: it is not dialled at all."""
    FAULT = "fault"
    """A fault of ours, of Asterisk or of a trunk."""


class CallbackEnd(StrEnum):
    """Why a callback was given up."""

    TRIES = "tries"
    """The last try failed."""
    EXPIRED = "expired"
    BARRED = "barred"


class CancelCause(StrEnum):
    """Who wants a callback no more."""

    KEY = "key"
    """The customer, by key."""
    DESK = "desk"
    """An agent or supervisor, or a program."""
    BACK = "back"
    """The customer called again and waits on the line, at the same place."""
