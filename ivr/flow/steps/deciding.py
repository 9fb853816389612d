"""Actions that decide: branch, set, hours."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ivr.flow.part import Expression, Name, OnError, Onward, Part, ValueName


class When(Part):
    """One condition and where it leads."""

    condition: Expression = Field(description="an expression: bill.due > 0")
    next: Onward = Field(description="the name of a step")


class Branch(Part):
    """Go where a table of a value, or the first condition that is true, says."""

    action: Literal["branch"]
    value: ValueName | None = Field(
        default=None, description="access, tier, language, customer, try, collected.NAME or any other value's name"
    )
    cases: dict[str, Onward] = Field(default_factory=dict, description="a step for each value: 'vip': name")
    when: tuple[When, ...] = Field(
        default=(), strict=False, max_length=20, description="a list of conditions, each with condition and next"
    )
    otherwise: Onward = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (not self.when) or (self.value is None) != (not self.cases):
            raise ValueError("value with cases, or when: one of the two")
        return self


class Set(Part):
    """Give names values, one after another; a name that was set before is set anew."""

    action: Literal["set"]
    values: dict[Name, Expression] = Field(
        min_length=1, description="an expression for each name: {area: customer.area}"
    )
    next: Onward = Field(description="the name of a step")
    on: OnError = Field(default=OnError(), description="error: a step")


class Hours(Part):
    """Go by the plan's hours: open or closed, now.

    Afterwards `hours.state` is `open`, `closed` or `holiday`, `hours.day` the special day's name if there is one, and
    `hours.opens` the moment when it opens next, if that is within a month.
    """

    action: Literal["hours"]
    hours: Name | None = Field(default=None, description="hours of the plan; without it, the access number's")
    open: Onward = Field(description="the step within the hours")
    closed: Onward = Field(description="the step outside the hours")
    holiday: Onward | None = Field(
        default=None, description="the step on a day that is closed as a holiday; without it, that for closed"
    )
    on: OnError = Field(default=OnError(), description="error: a step")
