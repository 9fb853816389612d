"""The flow language: a flow is steps, each with one action, its parameters, and where the call goes next.

Errors and time-outs are named ways (`on:`), as in Amazon Connect's flow language; texts are prompt ids. `ivr.flow.load`
reads it from YAML and refuses what it does not know; `ivr.flow.run` runs it.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

StepName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
PromptId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
Skills = dict[Name, Annotated[int, Field(ge=1, le=10)]]

COLLECTED = "collected."
"""Starts a branch's value that names collected digits."""


class Way(NamedTuple):
    """One way out of a step."""

    key: tuple[str, ...]
    """Where it stands in the step: `("on", "timeout")`."""
    target: str
    silent: bool
    """Whether a caller who presses nothing can come along here."""


class Part(BaseModel):
    """A piece of a flow: no unknown keys, unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Prompt(Part):
    """What is played."""

    prompt: PromptId = Field(description="a prompt's id: small letters, digits, '-'")
    language: Language | None = Field(default=None, description="a language tag: zh-CN, en; without it, the caller's")


def _prompt(value: Any) -> Any:
    return {"prompt": value} if isinstance(value, str) else value


Prompts = Annotated[tuple[Annotated[Prompt, BeforeValidator(_prompt)], ...], Field(strict=False)]


class OnError(Part):
    """Where a step that Asterisk or a look-up failed goes."""

    error: StepName | None = Field(default=None, description="the step for a failure; without it, the flow's on.error")


class OnInput(OnError):
    """Where a step that asks for keys goes when it got none, or none that it knows, after the last try."""

    timeout: StepName = Field(description="the step for a caller who pressed nothing")
    invalid: StepName = Field(description="the step for a caller who pressed something else")


class OnUnknown(OnError):
    """Where a caller goes whom nobody knows."""

    unknown: StepName = Field(description="the step for a caller whom nobody knows")


class Retry(Part):
    """What is said before the question is asked again."""

    timeout: Prompts = Field(default=(), description="a list of prompts: nothing was pressed")
    invalid: Prompts = Field(default=(), description="a list of prompts: it was not one of the choices")


class Length(Part):
    """How many digits are asked for."""

    min: int = Field(ge=1, le=32, description="a whole number, 1 to 32")
    max: int = Field(ge=1, le=32, description="a whole number, 1 to 32")


class _Input(Part):
    prompts: Prompts = Field(min_length=1, description="a list of prompts; any key cuts them short")
    tries: int = Field(default=3, ge=1, le=9, description="a whole number, 1 to 9: how often it is asked")
    timeout_s: float = Field(default=5.0, ge=1, le=30, strict=False, description="1 to 30 seconds without a key")
    retry: Retry = Field(default=Retry(), description="timeout and invalid: lists of prompts")


class Answer(Part):
    """Answer the call; before it, prompts are early media and the call costs nothing."""

    action: Literal["answer"]
    next: StepName = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        yield Way(("next",), self.next, silent=True)
        yield from _error(self.on)


class Say(Part):
    """Play prompts to their end; keys do nothing."""

    action: Literal["say"]
    prompts: Prompts = Field(min_length=1, description="a list of prompts")
    next: StepName = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        yield Way(("next",), self.next, silent=True)
        yield from _error(self.on)


class Menu(_Input):
    """Ask for one key."""

    action: Literal["menu"]
    keys: dict[Key, StepName] = Field(min_length=1, description="a step for each key: '1': name")
    on: OnInput = Field(description="timeout and invalid: steps")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        for key, step in self.keys.items():
            yield Way(("keys", key), step, silent=False)
        yield from _input(self.on)


class Collect(_Input):
    """Ask for digits, ended by # or by the last one."""

    action: Literal["collect"]
    name: Name = Field(description="a name for what is collected")
    digits: Length = Field(description="min and max: how many digits")
    secret: bool = Field(default=False, description="true or false; secret digits reach no log and no agent")
    next: StepName = Field(description="the name of a step")
    on: OnInput = Field(description="timeout and invalid: steps")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        yield Way(("next",), self.next, silent=False)
        yield from _input(self.on)


class SetLanguage(Part):
    """Speak this language from here on."""

    action: Literal["language"]
    language: Language = Field(description="a language tag: zh-CN, en")
    next: StepName = Field(description="the name of a step")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        yield Way(("next",), self.next, silent=True)


class Account(_Input):
    """Ask for account digits when the number is not known; # alone says that there are none."""

    digits: Length = Field(description="min and max: how many digits")


class Identify(Part):
    """Look the caller up by his number, then, if `account` is there, by account digits."""

    action: Literal["identify"]
    account: Account | None = Field(default=None, description="prompts, digits, tries, timeout_s, retry")
    next: StepName = Field(description="the name of a step")
    on: OnUnknown = Field(description="unknown: a step")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        yield Way(("next",), self.next, silent=True)
        yield Way(("on", "unknown"), self.on.unknown, silent=True)
        yield from _error(self.on)


class Branch(Part):
    """Go where a table says, by what is known; nothing is evaluated."""

    action: Literal["branch"]
    value: Annotated[
        str, StringConstraints(pattern=r"^(access|tier|language|customer|try|collected\.[a-z][a-z0-9_-]{0,31})$")
    ] = Field(description="access, tier, language, customer, try or collected.NAME")
    cases: dict[str, StepName] = Field(min_length=1, description="a step for each value: 'vip': name")
    otherwise: StepName = Field(description="the name of a step")

    def ways(self) -> Iterator[Way]:
        """Every way out."""
        for case, step in self.cases.items():
            yield Way(("cases", case), step, silent=True)
        yield Way(("otherwise",), self.otherwise, silent=True)


class ToQueue(Part):
    """The flow ends; the caller wants a person."""

    action: Literal["queue"]
    queue: Name | None = Field(default=None, description="a queue of the plan; without it, the access number's")
    skills: Skills = Field(default_factory=dict, description="skill: least level (1 to 10)")
    urgency_s: int = Field(default=0, ge=0, le=3600, description="a head start in whole seconds, 0 to 3600")

    def ways(self) -> Iterator[Way]:
        """None."""
        yield from ()


class HangUp(Part):
    """The flow ends, and the call with it."""

    action: Literal["hang-up"]

    def ways(self) -> Iterator[Way]:
        """None."""
        yield from ()


Step = Answer | Say | Menu | Collect | SetLanguage | Identify | Branch | ToQueue | HangUp
ENDS = (ToQueue, HangUp)


class OnFlow(Part):
    """Where a call goes that cannot go on as written."""

    error: StepName = Field(description="the step for a failure that its step has no way for")
    limit: StepName = Field(description="a queue or hang-up step, for a call that took too many steps")


class Flow(Part):
    """One flow. `name` is its file's."""

    version: Literal[1] = Field(description="1")
    name: str = ""
    languages: dict[Language, Skills] = Field(
        min_length=1, description="each language spoken, with the skills its speakers need: zh-CN: {}"
    )
    start: StepName = Field(description="the name of the first step")
    limit: int = Field(default=60, ge=5, le=500, description="a whole number, 5 to 500: steps in one run")
    on: OnFlow = Field(description="error and limit: steps")
    steps: dict[StepName, Annotated[Step, Field(discriminator="action")]] = Field(
        min_length=1, max_length=200, description="1 to 200 steps by name"
    )


def _error(on: OnError) -> Iterator[Way]:
    if on.error is not None:
        yield Way(("on", "error"), on.error, silent=False)


def _input(on: OnInput) -> Iterator[Way]:
    yield Way(("on", "timeout"), on.timeout, silent=True)
    yield Way(("on", "invalid"), on.invalid, silent=False)
    yield from _error(on)
