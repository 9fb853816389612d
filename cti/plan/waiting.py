"""The plan's parts about waiting: who leaves a queue without an agent, by which rule, where to; what callers hear."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from cti.plan.part import Listed, Part

PromptName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
Music = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
"""A class of Asterisk's `musiconhold.conf`."""

_FORMS = {
    "queue": r"[a-z][a-z0-9_]{0,31}",
    "flow": r"[a-z][a-z0-9_-]{0,63}",
    "prompt": r"[a-z0-9][a-z0-9-]{0,63}",
    "number": r"\+?[0-9]{2,20}",
}


def leads(to: str) -> str:
    """A destination, as it is written. Raises ValueError for what leads nowhere."""
    kind, _, name = to.partition(":")
    if kind not in _FORMS or not re.fullmatch(_FORMS[kind], name):
        raise ValueError(f"{to!r} leads nowhere: write queue:NAME, flow:NAME, prompt:NAME or number:DIGITS")
    return to


def _key_leads(to: str) -> str:
    return to if to == "callback" else leads(to)


Destination = Annotated[str, AfterValidator(leads)]
KeyDestination = Annotated[str, AfterValidator(_key_leads)]


class ExitPart(Part):
    """Where a rule sends contacts that have waited here at least so long."""

    to: Destination
    after_s: float = Field(default=0, ge=0, le=86400)


class MaxWaitPart(Part):
    """Where contacts go that have waited here for so long."""

    to: Destination
    after_s: float = Field(gt=0, le=86400)


class FullPart(ExitPart):
    """Where contacts go when so many wait already."""

    above: int = Field(ge=0, le=10_000)


class LongWaitPart(ExitPart):
    """Where contacts go whose expected wait is longer than this."""

    above_s: float = Field(gt=0, le=86400)


class ExitsPart(Part):
    """The rules of a queue, in the order in which they are looked at; see `acd.exits`."""

    closed: ExitPart | None = None
    full: FullPart | None = None
    logged_out: ExitPart | None = None
    on_break: ExitPart | None = None
    unreachable: ExitPart | None = None
    max_wait: MaxWaitPart | None = None
    long_wait: LongWaitPart | None = None

    def given(self) -> dict[str, ExitPart | MaxWaitPart]:
        """Those that there are."""
        return {rule: leads for rule in type(self).model_fields if (leads := getattr(self, rule)) is not None}


class WaitingPart(Part):
    """What callers are told while they wait; the meaning of the figures is `acd.plan.Telling`'s."""

    position: bool = True
    wait: bool = True
    first_s: float = Field(default=10, ge=1, le=600)
    every_s: float = Field(default=30, ge=5, le=600)
    gap_s: float = Field(default=15, ge=10, le=600)
    messages: Annotated[tuple[PromptName, ...], Listed] = ()
    message_s: float = Field(default=60, ge=10, le=600)
