"""A script as it is written: calls, and in each the caller's turns.

A turn is what the caller hears since his last one, and then one thing that he does. What he hears is a list of prompts
in order: `main-menu`, `en/main-menu` when the language matters, `bill-due amount=12.5` with values, `money 12.5` for a
value read out by itself. After his last turn he is silent.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from cti.plan.waiting import KeyDestination
from cti.problems import Problem, closest
from ivr.flow.document import Document, FlowRefused, read
from ivr.flow.part import FlowName, Key, Name, PromptId, StepName

ZONE = ZoneInfo("Asia/Shanghai")
"""Of moments that name none."""


def moment(text: str) -> datetime:
    """A script's moment; without an offset, that of `ZONE`. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def _moment(text: str) -> str:
    try:
        moment(text)
    except ValueError:
        raise ValueError("a moment is written as 2026-03-04T10:00, or with an offset") from None
    return text


Moment = Annotated[str, AfterValidator(_moment)]
Keys = Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,64}$")]
Answer = dict[str, str | int | float | bool] | Literal["none", "error", "timeout"]


class ScriptPart(BaseModel):
    """A piece of a script: no unknown keys, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenCustomer(ScriptPart):
    """A customer who is known in this script."""

    id: str = Field(description="an id")
    numbers: tuple[str, ...] = Field(default=(), description="numbers he calls from, in normal form")
    account: str | None = Field(default=None, description="his account digits")
    name: str = ""
    tier: str = Field(default="standard", description="a tier of the plan")
    language: str | None = Field(default=None, description="the language he wants")
    pin: str | None = Field(default=None, description="his PIN")
    locked: bool = Field(default=False, description="true or false: whether his PIN is locked")
    managers: tuple[str, ...] = Field(default=(), description="his account managers, agents or groups of the plan")
    attributes: dict[str, str] = Field(default_factory=dict, description="what else is kept of him: {area: north}")


class GivenListing(ScriptPart):
    """The list that the caller is on."""

    colour: Literal["black", "grey", "white"] = Field(description="black, grey or white")
    reason: str = ""


class Given(ScriptPart):
    """What the flow finds around it."""

    customers: tuple[GivenCustomer, ...] | Literal["error"] = Field(
        default=(), description="a list of customers, or error: the database does not answer"
    )
    sources: dict[Name, Answer | tuple[Answer, ...]] = Field(
        default_factory=dict,
        description="for each look-up source its values, none, error or timeout; a list: one for each time it is asked",
    )
    listed: GivenListing | Literal["error"] | None = Field(default=None, description="colour and reason, or error")
    announced: tuple[PromptId, ...] = Field(default=(), description="prompts that are announced now")
    hours: Literal["open", "closed", "holiday", "error"] | None = Field(
        default=None, description="open, closed, holiday or error, whatever the plan says"
    )
    dials: tuple[Literal["answered", "busy", "no_answer", "failed"], ...] = Field(
        default=(), description="what becomes of each party that is dialled; then no_answer"
    )
    on_duty: tuple[str, ...] | None = Field(default=None, description="numbers of who is on duty")
    keeps: bool = Field(default=True, description="true or false: whether items and scores can be kept")
    callback: Literal["none", "waits", "over", "refused"] = Field(
        default="none",
        description="none; waits: one of his is pending; over: it was, until he pressed; refused: none can be booked",
    )
    fails: tuple[str, ...] = Field(default=(), description="prompts that Asterisk cannot play, or: answer, record")


class Turn(ScriptPart):
    """What the caller hears, and what he does then; nothing more, when the flow ends there."""

    hear: tuple[str, ...] | None = Field(default=None, description="a list of prompts, in order")
    press: Keys | None = Field(default=None, description="keys: '1', '10000001#'")
    silence: bool = Field(default=False, description="true: he presses nothing")
    speak_s: float | None = Field(default=None, ge=0, description="seconds that he speaks after the tone")
    hang_up: bool = Field(default=False, description="true: he hangs up")

    @property
    def acts(self) -> bool:
        """Whether he does anything."""
        return self.press is not None or self.silence or self.speak_s is not None or self.hang_up


class End(ScriptPart):
    """How the flow must end: a queue, a number he is connected with, a hang-up, or his own."""

    queue: Name | None = Field(default=None, description="the queue he goes to")
    connected: str | None = Field(default=None, description="the number he is connected with")
    hung_up: bool = Field(default=False, description="true: the flow hangs up")
    left: bool = Field(default=False, description="true: he has hung up")
    tier: str | None = Field(default=None, description="with queue: his tier")
    language: str | None = Field(default=None, description="with queue: his language")
    urgency_s: int | None = Field(default=None, description="with queue: his head start")
    skills: dict[str, int] | None = Field(default=None, description="with queue: skills asked for")
    customer: str | None = Field(default=None, description="with queue: who he is")
    carries: dict[str, str] | None = Field(default=None, description="with queue: what the agent sees")
    keys: dict[Key, KeyDestination] | None = Field(
        default=None, description="with queue: where each key leads that he presses while he waits"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.queue is not None, self.connected is not None, self.hung_up, self.left].count(True) != 1:
            raise ValueError("one of queue, connected, hung_up, left")
        return self


class Call(ScriptPart):
    """One call."""

    name: str = Field(min_length=3, description="what this call shows")
    access: str | None = Field(default=None, description="the access number dialled; else one that leads to the flow")
    caller: str = Field(default="", description="the caller's number; without it, withheld")
    at: Moment | None = Field(default=None, description="the moment: 2026-03-04T10:00, or with an offset")
    entry: int = Field(default=0, ge=0, le=9, description="0, or how often the flow has been entered again")
    given: Given | None = Field(default=None, description="what the flow finds; else the script's")
    turns: tuple[Turn, ...] = Field(default=(), description="a list of turns")
    end: End = Field(description="how it must end")
    through: tuple[StepName, ...] = Field(default=(), description="steps that are passed, in order")
    items: tuple[Literal["message"], ...] = Field(default=(), description="items that are left: message")
    callbacks: tuple[Literal["booked", "cancelled", "back"], ...] = Field(
        default=(), description="what became of his callback: booked, cancelled, back"
    )
    scores: dict[str, int] = Field(default_factory=dict, description="scores that are kept: {agent: 5}")

    @model_validator(mode="after")
    def _turns(self) -> Self:
        if any(not turn.acts for turn in self.turns[:-1]):
            raise ValueError("in each turn but the last the caller does something: press, silence, speak_s, hang_up")
        return self


class Script(ScriptPart):
    """What calls to one flow must come to."""

    version: Literal[1] = Field(description="1")
    flow: FlowName = Field(description="the flow's name")
    at: Moment = Field(default="2026-03-04T10:00", description="the moment of every call that names none")
    given: Given = Field(default=Given(), description="what the flow finds in every call that gives nothing of its own")
    calls: tuple[Call, ...] = Field(min_length=1, description="a list of calls")
    file: str = ""
    lines: Mapping[int, int] = Field(default_factory=dict)
    """The line of each call."""


def read_script(path: Path) -> Script:
    """Read a script. Raises FlowRefused with file, line and mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FlowRefused(Problem(str(path), str(error), "name a script that can be read")) from None
    return script_of(read(str(path), text))


def _told(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong, and the mend."""
    if error["type"] == "extra_forbidden":
        known = {name for part in (Script, Call, Turn, End, Given, GivenCustomer) for name in part.model_fields}
        return "this key is not known here", closest(str(error["loc"][-1]), sorted(known - {"file", "lines"}))
    return error["msg"], "write it as docs/flow-tests.md says"


def script_of(document: Document) -> Script:
    """A script from its document. Raises FlowRefused."""
    if not isinstance(document.data, dict):
        raise FlowRefused(Problem(f"{document.file}:1", "a script is a table of keys", "start with 'version: 1'"))
    try:
        script = Script.model_validate(document.data)
    except ValidationError as error:
        raise FlowRefused(*(document.problem(one["loc"], *_told(one)) for one in error.errors())) from None
    lines = {number: document.line(("calls", number)) for number in range(len(script.calls))}
    return script.model_copy(update={"file": document.file, "lines": lines})
