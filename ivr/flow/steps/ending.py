"""Actions that end a flow or go into another one: hang-up, flow, return."""

from typing import Literal

from pydantic import Field

from ivr.flow.part import Expression, FlowName, Name, OnError, Onward, Part


class HangUp(Part):
    """The flow ends, and the call with it."""

    action: Literal["hang-up"]


class SubFlow(Part):
    """Run another flow and go on where its result says; what it sets is its own."""

    action: Literal["flow"]
    flow: FlowName = Field(description="the name of a flow that has parameters, its file's without .yaml")
    give: dict[Name, Expression] = Field(
        default_factory=dict, description="an expression for each of its parameters: {account: customer.account}"
    )
    into: Name | None = Field(default=None, description="a name that what it returns begins with")
    results: dict[Name, Onward] = Field(min_length=1, description="a step for each result that it returns")
    on: OnError = Field(default=OnError(), description="error: a step")


class Return(Part):
    """Go back from a sub-flow to the flow that runs it."""

    action: Literal["return"]
    result: Name = Field(default="done", description="a word, the result")
    values: dict[Name, Expression] = Field(
        default_factory=dict, description="an expression for each value given back: {due: bill.due}"
    )
    on: OnError = Field(default=OnError(), description="error: a step")
