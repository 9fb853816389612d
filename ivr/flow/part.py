"""What the parts of a flow share: names, ways out of a step, what is played, where failures go."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    Tag,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ivr.flow.expression import ExpressionWrong, parsed
from ivr.speech.kinds import Kind

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
FlowName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
PromptId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
Skills = dict[Name, Annotated[int, Field(ge=1, le=10)]]


def _expression(text: str) -> str:
    try:
        parsed(text)
    except ExpressionWrong as wrong:
        raise ValueError(str(wrong)) from None
    return text


class Reads(NamedTuple):
    """Marks a field that reads values: an expression, or a name."""


Expression = Annotated[str, AfterValidator(_expression), Reads()]
"""See `ivr.flow.expression`."""
ValueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}(\.[a-z][a-z0-9_-]{0,31}){0,2}$"), Reads()]
"""The name of one value."""


class Leads(NamedTuple):
    """Marks a field that names the step a way leads to."""

    silent: bool
    """Whether a caller who presses nothing can come along here; failures do not count."""


StepName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Onward = Annotated[StepName, Leads(silent=True)]
ByKey = Annotated[StepName, Leads(silent=False)]
ByFailure = Annotated[StepName, Leads(silent=False)]


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

    def ways(self) -> Iterator[Way]:
        """Every way out that is written here."""
        for key, target, leads in _marked(self, Leads):
            yield Way(key, target, leads.silent)

    def reads(self) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
        """Where values are read here, and their names."""
        for key, text, _ in _marked(self, Reads):
            yield key, parsed(text).names

    def equals(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """Where a name is compared with a text or number that stands here: where, the name, what with."""
        for key, text, _ in _marked(self, Reads):
            yield from ((key, name, literal) for name, literal in sorted(parsed(text).equals))


M = TypeVar("M")


def _marked(part: Part, mark: type[M]) -> Iterator[tuple[tuple[str, ...], str, M]]:
    """The texts in a part whose annotation carries a mark: where each stands, the text, the mark."""
    for name, hint in _hints(type(part)).items():
        yield from _inside((name,), getattr(part, name), hint, mark)


def _inside(key: tuple[str, ...], value: Any, hint: Any, mark: type[M]) -> Iterator[tuple[tuple[str, ...], str, M]]:
    if isinstance(value, str):
        if (found := _mark(hint, mark)) is not None:
            yield key, value, found
    elif isinstance(value, dict):
        inner_hint = get_args(_bare(hint))[-1:] or (None,)
        for inner, item in value.items():
            yield from _inside((*key, str(inner)), item, inner_hint[0], mark)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _inside((*key, str(number)), item, hint, mark)
    elif isinstance(value, Part):
        for inner, text, found in _marked(value, mark):
            yield (*key, *inner), text, found


@cache
def _hints(part: type[Part]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(part, include_extras=True).items() if name in part.model_fields}


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if hasattr(hint, "__metadata__") else hint


def _mark(hint: Any, mark: type[M]) -> M | None:
    """The mark anywhere inside an annotation."""
    if isinstance(hint, mark):
        return hint
    inside: Iterable[Any] = (*get_args(hint), *getattr(hint, "__metadata__", ()))
    return next((found for each in inside if (found := _mark(each, mark)) is not None), None)


class Prompt(Part):
    """A prompt of the catalogue or of the operator's own."""

    prompt: PromptId = Field(description="a prompt's id: small letters, digits, '-'")
    values: dict[Name, Expression] = Field(
        default_factory=dict, description="an expression for each value that the prompt reads out: {amount: bill.due}"
    )
    language: Language | None = Field(default=None, description="a language tag: zh-CN, en; without it, the caller's")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A prompt may be written as its id alone."""
        found = handler.resolve_ref_schema(handler(core))
        whole = dict(found)
        found.clear()
        found["anyOf"] = [whole["properties"]["prompt"], whole]
        return found


class SpokenValue(Part):
    """A value read out by itself."""

    value: Expression = Field(description="an expression: bill.due")
    kind: Annotated[Kind, Field(strict=False)] = Field(description=f"how it is read: {', '.join(Kind)}")


class SpokenText(Part):
    """Text known only at run time, spoken where a live voice is installed and in time."""

    text: Expression = Field(description="an expression that gives a text: customer.name")
    otherwise: tuple[PromptId, ...] = Field(strict=False, description="a list of prompt ids, when it cannot be spoken")


Spoken = Prompt | SpokenValue | SpokenText
"""One thing that is played."""


def _prompt(value: Any) -> Any:
    return {"prompt": value} if isinstance(value, str) else value


def _sort(value: Any) -> str:
    if isinstance(value, dict):
        return next((key for key in ("value", "text") if key in value), "prompt")
    return "value" if isinstance(value, SpokenValue) else "text" if isinstance(value, SpokenText) else "prompt"


Prompts = Annotated[
    tuple[
        Annotated[
            Annotated[Prompt, Tag("prompt")]
            | Annotated[SpokenValue, Tag("value")]
            | Annotated[SpokenText, Tag("text")],
            Discriminator(_sort),
            BeforeValidator(_prompt),
        ],
        ...,
    ],
    Field(strict=False),
]


class OnError(Part):
    """Where a step goes when Asterisk, a look-up or an expression failed."""

    error: ByFailure | None = Field(default=None, description="the step for a failure; without it, the flow's on.error")


class OnUnknown(OnError):
    """Where a caller goes whom nobody knows."""

    unknown: Onward = Field(description="the step for a caller whom nobody knows")


class OnInput(OnError):
    """Where a step that asks for keys goes when it got none, or none that it knows, after the last try."""

    timeout: Onward = Field(description="the step for a caller who pressed nothing")
    invalid: ByKey = Field(description="the step for a caller who pressed something else")


class Retry(Part):
    """What is said before the question is asked again."""

    timeout: Prompts = Field(default=(), description="a list of prompts: nothing was pressed")
    invalid: Prompts = Field(default=(), description="a list of prompts: it was not one of the choices")


class Length(Part):
    """How many digits are asked for."""

    min: int = Field(ge=1, le=32, description="a whole number, 1 to 32")
    max: int = Field(ge=1, le=32, description="a whole number, 1 to 32")


class Asking(Part):
    """What every question has."""

    prompts: Prompts = Field(min_length=1, description="a list of prompts; any key cuts them short")
    tries: int = Field(default=3, ge=1, le=9, description="a whole number, 1 to 9: how often it is asked")
    timeout_s: float = Field(default=5.0, ge=1, le=30, strict=False, description="1 to 30 seconds without a first key")
    retry: Retry = Field(default=Retry(), description="timeout and invalid: lists of prompts")


class AskingDigits(Asking):
    """What every question for digits has."""

    digits: Length = Field(description="min and max: how many digits")
    between_s: float | None = Field(
        default=None, ge=1, le=30, strict=False, description="1 to 30 seconds between two keys; without it, timeout_s"
    )
    ends: Literal["#", "*", ""] = Field(default="#", description="'#', '*' or '': the key that ends the digits")
    zero: ByKey | None = Field(
        default=None, description="the step for a caller who enters 0 and nothing more: he wants a person"
    )

    def wants_person(self, digits: str) -> bool:
        """Whether the caller asked for a person instead."""
        return self.zero is not None and digits == "0"
