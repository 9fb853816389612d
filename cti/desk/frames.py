"""The frames that travel between the engine and a page, one JSON object each, told apart by `type`.

`seq` is the number of the fact that caused a frame, so it grows, has gaps, and survives a restart of the engine. Each
frame to an agent carries his whole state after the fact.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from acd.events import EndCause, PopState, WrapUpEnd
from cti.desk.callbacks import CallbackView
from cti.desk.views import AgentView, ColleagueView, OverloadView, QueueView, View


class CustomerView(View):
    """The customer, as far as known."""

    customer: str
    name: str
    tier: str
    language: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    """What else an agent should see."""


class PastContact(View):
    """One earlier contact of the same customer or number."""

    contact: str
    at: int
    end: str | None = None
    queue: str | None = None
    agent: str | None = None
    outcome: str | None = None


class CallbackPop(View):
    """That the customer is called back, on which number, and since when he waits for it."""

    number: str
    """Masked unless the person may see numbers."""
    asked_at: int
    tries: int
    """Dials that failed before."""


class Pop(View):
    """What the agent sees before the phone rings."""

    contact: str
    offer: int
    """0 in a snapshot taken after a restart in mid-wrap-up: that offer is over."""
    caller: str
    """The number, masked unless the person may see numbers; "" when withheld."""
    customer: CustomerView | None
    tier: str
    tier_from: Literal["customer", "access_number", "flow"]
    """Why the tier is what it is."""
    queue: str
    access: str
    """The access number that was dialled."""
    language: str
    learned: dict[str, str]
    """What the flow learned."""
    since: int
    """When the contact first wanted an agent."""
    visits: int
    last_contacts: list[PastContact]
    ring_by: int | None
    """The ring waits for the acknowledgement until then."""
    callback: CallbackPop | None = None
    """Null: he called, and waited on the line."""


class OutcomeChoice(View):
    """One outcome the agent may choose; `code` is `group.outcome`."""

    code: str
    label: dict[str, str]


class ReasonChoice(View):
    """One reason for not being ready."""

    code: str
    label: dict[str, str]
    is_break: bool = False
    """It counts under the caps: to be asked for at `agents/me/break`."""
    longest_ms: int | None = None


class MissingOutcome(View):
    """A contact whose wrap-up ended at its cap: its agent still owes an outcome (待补小结)."""

    contact: str
    started_at: int
    queue: str
    customer: str | None


class Frame(BaseModel):
    """Anything pushed to a desk."""

    model_config = ConfigDict(frozen=True)

    seq: int
    at: int


class Snapshot(Frame):
    """Everything, on opening or when what was missed is no longer kept."""

    type: Literal["snapshot"] = "snapshot"
    agent: AgentView
    pop: Pop | None
    """The contact he is offered, talks with or wraps up."""
    missing: list[MissingOutcome]
    """Contacts whose outcome he still owes (待补小结)."""
    outcomes: list[OutcomeChoice]
    reasons: list[ReasonChoice]
    delayed: bool = False
    """The records are late: the database is away."""


class StateFrame(Frame):
    """Something changed for the agent; `fact` names what."""

    type: Literal["state"] = "state"
    agent: AgentView
    fact: str


class PopFrame(Frame):
    """A contact is offered; the client answers {"ack": offer} when it is on the screen."""

    type: Literal["pop"] = "pop"
    agent: AgentView
    pop: Pop


class DetailsFrame(Frame):
    """Customer or history arrived after the pop had left."""

    type: Literal["details"] = "details"
    pop: Pop


class RingFrame(Frame):
    """The phone is being rung; `pop` says whether the acknowledgement was in time."""

    type: Literal["ring"] = "ring"
    agent: AgentView
    offer: int
    pop: PopState
    expires_at: int


class OfferEndedFrame(Frame):
    """The offer is over without a talk."""

    type: Literal["offer_ended"] = "offer_ended"
    agent: AgentView
    offer: int
    contact: str
    why: Literal["expired", "withdrawn", "busy", "rejected", "unreachable", "fault"]


class TalkStartedFrame(Frame):
    """Caller and agent hear each other."""

    type: Literal["talk_started"] = "talk_started"
    agent: AgentView
    offer: int
    contact: str


class ConsultEndedFrame(Frame):
    """The colleague is gone and no caller was handed over to him: his caller is on hold, unless taken back."""

    type: Literal["consult_ended"] = "consult_ended"
    agent: AgentView
    offer: int
    """Of the talk."""
    colleague: str
    why: Literal["expired", "withdrawn", "busy", "rejected", "unreachable", "fault", "hung_up"]


class TalkEndedFrame(Frame):
    """The talk is over; the wrap-up lasts until the outcome is saved, at most to `agent.wrap_up_until`."""

    type: Literal["talk_ended"] = "talk_ended"
    agent: AgentView
    offer: int
    contact: str
    cause: EndCause | Literal["agent_hung_up", "agent_given_up", "handed_over"]
    outcomes: list[OutcomeChoice]


class WrapUpEndedFrame(Frame):
    """The agent moves on to what he intends."""

    type: Literal["wrap_up_ended"] = "wrap_up_ended"
    agent: AgentView
    contact: str
    end: WrapUpEnd
    missing: list[MissingOutcome]


class OutcomeSavedFrame(Frame):
    """An outcome of his is in the journal."""

    type: Literal["outcome_saved"] = "outcome_saved"
    agent: AgentView
    contact: str
    outcome: str
    missing: list[MissingOutcome]


class PlanFrame(Frame):
    """A new plan is in force: other outcomes and reasons to choose from."""

    type: Literal["plan"] = "plan"
    agent: AgentView
    outcomes: list[OutcomeChoice]
    reasons: list[ReasonChoice]


class DelayFrame(Frame):
    """The records begin to be late, or are no longer: what is read from the database may be missing or old."""

    type: Literal["delay"] = "delay"
    agent: AgentView
    delayed: bool


class BoardFrame(Frame):
    """All queues, and the agents that changed since the last one."""

    type: Literal["board"] = "board"
    whole: bool
    """All agents are here: the first frame, or the first after a new plan."""
    queues: list[QueueView]
    agents: list[AgentView]
    contacts: int
    in_ivr: int
    overtaking_ms: int | None
    """By how much a later contact may at most have come after one that it passes; None: there is no bound."""
    overloads: list[OverloadView]
    callbacks: list[CallbackView] | None = None
    """Who is to be called back, the oldest place first; null: as in the frame before."""


class ColleaguesFrame(Frame):
    """Who is on a phone, and what changed since the last frame; who looks on is among them."""

    type: Literal["colleagues"] = "colleagues"
    whole: bool
    """All are here: the first frame."""
    colleagues: list[ColleagueView]
    gone: list[str]
    """The 工号 of those who are on no phone any more."""


class DayFigures(View):
    """One queue's visits that began in some time; the service level is answered_within / (answered + abandoned)."""

    queue: str
    entered: int
    answered: int
    answered_within: int
    """Within the queue's target, from when the contact first wanted an agent."""
    abandoned: int
    abandoned_within: int


class Quarter(View):
    """The visits, over all queues, that began in one step of the day."""

    at: int
    entered: int
    answered: int
    abandoned: int


class DayFrame(Frame):
    """The day so far, some seconds after it changed. Queues and steps without visits are left out."""

    type: Literal["day"] = "day"
    since: int
    """Midnight in the server's time zone."""
    step_ms: int
    now_since: int
    """`lately` counts from here."""
    today: list[DayFigures]
    lately: list[DayFigures]
    curve: list[Quarter]


class Refusal(BaseModel):
    """What a page sent could not be done; `detail` says why in plain words."""

    type: Literal["refused"] = "refused"
    title: str
    detail: str


DeskFrame = Annotated[
    Snapshot
    | StateFrame
    | PopFrame
    | DetailsFrame
    | RingFrame
    | OfferEndedFrame
    | TalkStartedFrame
    | ConsultEndedFrame
    | TalkEndedFrame
    | WrapUpEndedFrame
    | OutcomeSavedFrame
    | PlanFrame
    | DelayFrame,
    Field(discriminator="type"),
]


class Ack(BaseModel):
    """From the page: the customer of this offer is on the screen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ack: int
