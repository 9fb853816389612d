"""Where a queue may be moved to in an emergency (应急预案): prepared in the plan, switched by hand."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from cti.plan.part import Listed, Name, Part, Unique
from cti.plan.steps import Who
from cti.plan.waiting import leads


def _announcement(to: str) -> str:
    if leads(to).partition(":")[0] not in ("prompt", "flow"):
        raise ValueError(f"{to!r} is no announcement: write prompt:NAME or flow:NAME")
    return to


class EmergencyPart(Part):
    """The ways that are prepared for one queue; the meaning is `acd.plan.Emergency`'s."""

    mobiles: Annotated[tuple[Who, ...], Listed, Unique] = ()
    """Agents and groups whose first number outside is rung, one after another, those of a group together."""
    queue: Name | None = None
    announcement: Annotated[str, AfterValidator(_announcement)] | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not (self.mobiles or self.queue or self.announcement):
            raise ValueError("nothing is prepared: write mobiles, queue or announcement")
        return self
