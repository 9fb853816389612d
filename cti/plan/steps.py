"""The parts of the plan about a caller's steps: whom he is offered to first, how what he needs eases, groups."""

from typing import Annotated

from pydantic import Field, StringConstraints

from cti.plan.part import AgentNumber, Label, Level, Listed, Name, Part, Unique

LAST_AGENT, ACCOUNT_MANAGERS = "last_agent", "account_managers"
BY_CALLER = (LAST_AGENT, ACCOUNT_MANAGERS)
"""Words for agents that depend on who calls."""
MOST_STEPS = 9

Who = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{1,32}$")]
"""An agent, a group, or a word of `BY_CALLER`."""


class GroupPart(Part):
    """Agents under one name."""

    label: Label
    agents: Annotated[tuple[AgentNumber, ...], Listed, Unique]


class PreferPart(Part):
    """A stage of preferred agents: who, and how long a caller waits for them."""

    who: Annotated[tuple[Who, ...], Listed, Unique] = Field(min_length=1)
    for_s: float = Field(default=20, gt=0, le=600)
    within_s: float | None = Field(default=None, gt=0, le=31_536_000)
    """Only for a caller who has talked with somebody within so long; `last_agent` needs it."""


class StepPart(Part):
    """A step of a relaxation; the meaning of the figures is `acd.plan.Step`'s."""

    after_s: float = Field(ge=0, le=3600)
    expected_s: float | None = Field(default=None, gt=0, le=3600)
    skills: dict[Name, Level] = Field(default_factory=dict)
    drop: Annotated[tuple[Name, ...], Listed, Unique] = ()
    """Skills that are asked for no more."""
    any_of: Annotated[tuple[dict[Name, Level], ...] | None, Listed] = None
    queues: Annotated[tuple[Name, ...], Listed, Unique] = ()
    agents: Annotated[tuple[Who, ...], Listed, Unique] = ()


class RelaxationPart(Part):
    """How requirements ease with the wait, step after step."""

    steps: Annotated[tuple[StepPart, ...], Listed] = Field(min_length=1, max_length=MOST_STEPS)
