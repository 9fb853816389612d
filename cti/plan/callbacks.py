"""How queues call back. Durations are seconds, but for the life, in hours."""

from typing import Literal

from pydantic import Field

from cti.plan.part import Name, Part


class CallbackPart(Part):
    """How a queue calls back; the meaning of the figures is `acd.plan.CallbackTerms`'s."""

    first: Literal["agent", "customer"] = "agent"
    accept: bool = False
    ring_s: float = Field(default=30, ge=5, le=120)
    tries: int = Field(default=3, ge=1, le=20)
    gap_s: float = Field(default=300, ge=1, le=86_400)
    busy_gap_s: float = Field(default=60, ge=1, le=86_400)
    life_h: float = Field(default=96, gt=0, le=720)
    until_closing: bool = False
    lost: bool = False
    hours: Name | None = None
    """When its customers may be called: one of the plan's hours; None: whenever the queue is open."""
