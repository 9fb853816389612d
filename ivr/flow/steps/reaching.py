"""Actions that reach people: queue, transfer, duty, callback, cancel-callback, message."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cti.plan.waiting import KeyDestination, Music
from ivr.flow.part import (
    Expression,
    Key,
    Name,
    OnError,
    Onward,
    Part,
    PromptId,
    Prompts,
    Skills,
    ValueName,
    Way,
)

Dialled = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]


class Preference(Part):
    """Agents whom the caller is offered to first."""

    agents: Expression = Field(
        description="an expression: agents or groups of the plan, parted by spaces, in turn: customer.managers"
    )
    for_s: int = Field(default=20, ge=1, le=600, description="whole seconds, 1 to 600: how long each is waited for")


class ToQueue(Part):
    """The flow ends; the caller wants a person."""

    action: Literal["queue"]
    queue: Name | None = Field(default=None, description="a queue of the plan; without it, the access number's")
    skills: Skills = Field(default_factory=dict, description="skill: least level (1 to 10)")
    urgency_s: int = Field(default=0, ge=0, le=3600, description="a head start in whole seconds, 0 to 3600")
    relaxation: Name | None = Field(default=None, description="a relaxation of the plan; without it, the queue's own")
    prefer: tuple[Preference, ...] = Field(
        default=(), strict=False, max_length=9, description="a list of whom he is offered to first: agents, for_s"
    )
    carry: tuple[ValueName, ...] = Field(
        default=(), strict=False, max_length=20, description="a list of values that the agent sees: [bill.due]"
    )
    keys: dict[Key, KeyDestination] = Field(
        default_factory=dict,
        description="a destination for each key that he may press while he waits, beside the queue's: "
        "{'1': 'flow:message'}; queue:NAME, flow:NAME, prompt:NAME, number:DIGITS or callback",
    )
    messages: tuple[PromptId, ...] = Field(
        default=(), strict=False, max_length=20, description="a list of prompts told in turn, in place of the queue's"
    )
    music: Music | None = Field(default=None, description="a class of music; without it, the queue's")

    def while_waiting(self) -> list[Way]:
        """The ways out by a key after the flow has ended; their targets are destinations, not steps."""
        return [Way(("keys", key), to, silent=False) for key, to in self.keys.items()]


class OnDial(OnError):
    """Where a call goes on whose other party was not reached."""

    busy: Onward | None = Field(default=None, description="the step for a busy party; without it, that for silence")
    timeout: Onward = Field(description="the step when nobody answers")


class Transfer(Part):
    """Connect the caller with a telephone number; the flow ends when it answers."""

    action: Literal["transfer"]
    to: Dialled = Field(description="a number, digits with '+' first if it has one")
    prompts: Prompts = Field(default=(), description="a list of prompts said before")
    ring_s: int = Field(default=30, ge=5, le=120, description="whole seconds, 5 to 120: how long it rings")
    on: OnDial = Field(description="timeout: a step; busy and error if there is a way")


class OnNobody(OnError):
    """Where a call goes on when nobody on duty has taken it."""

    nobody: Onward = Field(description="the step when nobody takes the call: mostly a message step")


class Duty(Part):
    """Ring those who are on duty now, one after another, until one presses 1; the flow ends when one did.

    Who that is, by date and hour, is a duty of the plan.
    """

    action: Literal["duty"]
    duty: Name = Field(description="a duty of the plan")
    prompts: Prompts = Field(default=(), description="a list of prompts said before")
    ring_s: int = Field(default=25, ge=5, le=120, description="whole seconds, 5 to 120: how long each rings")
    on: OnNobody = Field(description="nobody: a step")


class Item(Part):
    """Something that somebody has to call back about: whose, and until when."""

    queue: Name | None = Field(default=None, description="the queue that owns it; without it, the access number's")
    due_h: float = Field(default=24, gt=0, le=720, strict=False, description="hours, above 0 to 720: when it is due")
    number: Expression = Field(default="caller", description="an expression: the number to call back")
    carry: tuple[ValueName, ...] = Field(
        default=(), strict=False, max_length=20, description="a list of values that the agent sees: [bill.due]"
    )


class OnCallback(OnError):
    """Where a caller goes who cannot be called back."""

    refused: Onward | None = Field(
        default=None,
        description="the step where the queue offers none or one waits already; without it, that for an error",
    )


class Callback(Part):
    """Have the caller called back by the router: he waits in the queue from now on, and may hang up."""

    action: Literal["callback"]
    queue: Name | None = Field(default=None, description="a queue of the plan; without it, the access number's")
    number: Expression = Field(default="caller", description="an expression: the number to call back")
    carry: tuple[ValueName, ...] = Field(
        default=(), strict=False, max_length=20, description="a list of values that the agent sees: [bill.due]"
    )
    next: Onward = Field(description="the name of a step: mostly of one that says so and hangs up")
    on: OnCallback = Field(default=OnCallback(), description="refused and error: steps")


class OnCancel(OnError):
    """Where a caller goes whose callback is no more."""

    none: Onward = Field(description="the step where no callback of his waits any more")


class CancelCallback(Part):
    """End the callback that waits for this number or customer."""

    action: Literal["cancel-callback"]
    back: bool = Field(
        default=False, description="true: the caller takes its place over; lead him to the queue where it waited"
    )
    next: Onward = Field(description="the name of a step")
    on: OnCancel = Field(description="none: a step; error if there is a way")


class OnMessage(OnError):
    """Where a caller goes who said nothing."""

    empty: Onward = Field(description="the step for a caller who said nothing")


class Message(Item):
    """Record what the caller says, as an item to call back (留言); `item` is its number afterwards."""

    action: Literal["message"]
    prompts: Prompts = Field(min_length=1, description="a list of prompts said before the tone")
    longest_s: int = Field(default=120, ge=5, le=600, description="whole seconds, 5 to 600")
    silence_s: int = Field(default=5, ge=2, le=30, description="whole seconds of silence, 2 to 30, that end it")
    next: Onward = Field(description="the name of a step")
    on: OnMessage = Field(description="empty: a step")
