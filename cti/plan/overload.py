"""The plan's part about overload: what is borne, who has places beyond it, what a caller who is shed gets."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from cti.plan.part import Listed, Name, Number, Part, Unique

Most = Annotated[int, Field(ge=1, le=100_000)]


def _answers(answer: str) -> str:
    if not re.fullmatch(r"busy|congestion|prompt:[a-z0-9][a-z0-9-]{0,63}", answer):
        raise ValueError(f"{answer!r} is no answer: write busy, congestion or prompt:NAME")
    return answer


class EnginePart(Part):
    """How far hotline, its disk and its Asterisks may fall behind; absent: no limit. See `acd.events.Measure`."""

    loop_lag_ms: Most | None = None
    journal_facts: Most | None = None
    ari_requests: Most | None = None

    def given(self) -> dict[str, int]:
        """Those that there are."""
        return {name: most for name in type(self).model_fields if (most := getattr(self, name)) is not None}


class OverloadPart(Part):
    """The limits; the meaning of the figures is `acd.plan.Overload`'s."""

    contacts: Most | None = None
    """Callers on the line, in all; None: no limit."""
    numbers: dict[Number, Most] = Field(default_factory=dict)
    """Access number = how many of its callers."""
    queues: dict[Name, Most] = Field(default_factory=dict)
    """Queue = how many may wait there before calls to the access numbers that lead to it are shed."""
    engine: EnginePart = EnginePart()
    reserve: dict[Name, Annotated[int, Field(ge=0, le=100_000)]] = Field(default_factory=dict)
    """Tier = places of its own beyond each limit."""
    exempt: Annotated[tuple[Number, ...], Listed, Unique] = ()
    """Access numbers whose callers are never shed."""
    answer: Annotated[str, AfterValidator(_answers)] = "busy"
    """What a caller who is shed gets: `busy` (17) or `congestion` (42), unanswered, or a prompt."""
