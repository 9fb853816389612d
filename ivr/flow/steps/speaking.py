"""Actions that speak: answer, say, language, announce."""

from typing import Literal

from pydantic import Field

from ivr.flow.part import Expression, Language, OnError, Onward, Part, Prompts


class Answer(Part):
    """Answer the call; before it, prompts are early media and the call costs nothing."""

    action: Literal["answer"]
    next: Onward = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")


class Say(Part):
    """Play prompts to their end; keys do nothing."""

    action: Literal["say"]
    prompts: Prompts = Field(min_length=1, description="a list of prompts")
    next: Onward = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")


class SetLanguage(Part):
    """Speak this language from here on."""

    action: Literal["language"]
    language: Language = Field(description="a language tag: zh-CN, en")
    next: Onward = Field(description="the name of a step")


class Announce(Part):
    """Play the broadcasts that are switched on now, those for everybody and those for the caller's area.

    Afterwards `announced` holds how many there were.
    """

    action: Literal["announce"]
    area: Expression | None = Field(
        default=None, description="an expression: customer.area; without it, those for everybody"
    )
    next: Onward = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")
