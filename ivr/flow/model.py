"""The flow language: a flow is steps, each with one action, its parameters, and where the call goes next.

Errors and time-outs are named ways (`on:`), as in Amazon Connect's flow language; texts are prompt ids. `ivr.flow.load`
reads it from YAML and refuses what it does not know; `ivr.flow.run` runs it. The actions are in `ivr.flow.steps`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from ivr.flow.part import ByFailure, Language, Name, Onward, Part, Skills, StepName
from ivr.flow.steps.asking import Collect, Menu, Survey
from ivr.flow.steps.deciding import Branch, Hours, Set
from ivr.flow.steps.ending import HangUp, Return, SubFlow
from ivr.flow.steps.knowing import Identify, Lists, LookUp
from ivr.flow.steps.reaching import Callback, CancelCallback, Duty, Message, ToQueue, Transfer
from ivr.flow.steps.speaking import Announce, Answer, Say, SetLanguage

Step = (
    Answer
    | Say
    | SetLanguage
    | Announce
    | Menu
    | Collect
    | Survey
    | Identify
    | LookUp
    | Lists
    | Branch
    | Set
    | Hours
    | ToQueue
    | Transfer
    | Duty
    | Callback
    | CancelCallback
    | Message
    | SubFlow
    | Return
    | HangUp
)
ENDS = (ToQueue, HangUp, Transfer, Duty, Return)
"""Steps at which a run may end; the first two always end it."""
LAST = (ToQueue, HangUp)


class OnFlow(Part):
    """Where a call goes that cannot go on as written."""

    error: ByFailure = Field(description="the step for a failure that its step has no way for")
    limit: Onward = Field(description="a queue or hang-up step, for a call that took too many steps")


class Flow(Part):
    """One flow. `name` is its file's. One with `parameters` is run by other flows only."""

    version: Literal[1] = Field(description="1")
    name: str = ""
    languages: dict[Language, Skills] = Field(
        min_length=1, description="each language spoken, with the skills its speakers need: zh-CN: {}"
    )
    parameters: tuple[Name, ...] | None = Field(
        default=None, strict=False, description="a list of names that the flow which runs this one gives; may be empty"
    )
    start: Onward = Field(description="the name of the first step")
    limit: int = Field(default=60, ge=5, le=500, description="a whole number, 5 to 500: steps in one run")
    on: OnFlow = Field(description="error and limit: steps")
    lint_off: dict[str, Annotated[str, Field(min_length=3)]] = Field(
        default_factory=dict, description="a reason for each lint rule that does not hold here: {star-back: one level}"
    )
    steps: dict[StepName, Annotated[Step, Field(discriminator="action")]] = Field(
        min_length=1, max_length=200, description="1 to 200 steps by name"
    )


def schema() -> dict[str, Any]:
    """The language as JSON Schema, for editors."""
    found = Flow.model_json_schema()
    del found["properties"]["name"]
    for part in (found, *found["$defs"].values()):
        for field in part.get("properties", {}).values():
            if "patternProperties" in field:
                field["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "hotline IVR flow", **found}
