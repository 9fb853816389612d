"""Actions that ask for keys: menu, collect, survey."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from ivr.flow.digits import Check, digit_pattern
from ivr.flow.part import Asking, AskingDigits, ByKey, Key, Name, OnInput, Onward, Prompts


def _pattern(text: str) -> str:
    digit_pattern(text)
    return text


Pattern = Annotated[str, StringConstraints(max_length=200), AfterValidator(_pattern)]


class Menu(Asking):
    """Ask for one key."""

    action: Literal["menu"]
    keys: dict[Key, ByKey] = Field(min_length=1, description="a step for each key: '1': name")
    on: OnInput = Field(description="timeout and invalid: steps")


class Collect(AskingDigits):
    """Ask for digits; they become `collected.NAME`."""

    action: Literal["collect"]
    name: Name = Field(description="a name for what is collected")
    pattern: Pattern | None = Field(
        default=None, description="how the digits look: 1[3-9]XXXXXXXXX; X 0-9, Z 1-9, N 2-9, | between choices"
    )
    check: Annotated[Check, Field(strict=False)] | None = Field(
        default=None, description=f"{', '.join(Check)}: the check digit that must be right"
    )
    secret: bool = Field(default=False, description="true or false; secret digits reach no log and no agent")
    next: ByKey = Field(description="the name of a step")
    on: OnInput = Field(description="timeout and invalid: steps")


class Survey(Asking):
    """Ask for a score of one key and keep it with the contact; it becomes `survey.NAME`."""

    action: Literal["survey"]
    name: Name = Field(description="a name for the question")
    scores: dict[Key, Annotated[int, Field(ge=0, le=100)]] = Field(
        min_length=2, description="a score, 0 to 100, for each key: {'1': 5, '2': 4}"
    )
    thanks: Prompts = Field(default=(), description="a list of prompts for those who answered")
    next: Onward = Field(description="the name of a step")
    on: OnInput = Field(description="timeout and invalid: steps")
