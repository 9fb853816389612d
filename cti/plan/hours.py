"""The plan's hours and duties: when somebody answers, and who answers at night."""

import re
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema

from cti.plan.part import Label, Listed, Part

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


class Span(NamedTuple):
    """From when to when, minutes after midnight; one past midnight ends above 24 x 60."""

    start: int
    end: int

    def __str__(self) -> str:
        """As it is written: 22:00-06:00."""
        end = self.end if self.end <= 24 * 60 else self.end - 24 * 60
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


def _span(value: Any) -> Any:
    if isinstance(value, Span):
        return value
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value!r} is no span: write 08:30-17:30")
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if end > 24 * 60:
        raise ValueError(f"{value!r} ends after the day: write 24:00")
    return Span(start, end if end > start else end + 24 * 60)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone: write one of the IANA names, as Asia/Shanghai")
    ZoneInfo(name)
    return name


Written = Annotated[
    Span,
    PlainValidator(_span),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_SPAN.pattern}$"}),
]
Spans = Annotated[tuple[Written, ...], Listed]
Zone = Annotated[str, AfterValidator(_zone)]
SpecialName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Person = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]


class SpecialPart(Part):
    """A day, or several on end, that is not like others."""

    label: Label
    first: Annotated[date, Field(strict=False)]
    last: Annotated[date | None, Field(strict=False)] = None
    spans: Spans = ()
    """Open then; none: closed."""


class HoursPart(Part):
    """When it is open."""

    label: Label
    zone: Zone = "Asia/Shanghai"
    week: dict[Day, Spans] = Field(default_factory=dict)
    calendar: Literal["cn"] | None = None
    """cn: Chinese holidays and swapped working days."""
    holiday: Spans = ()
    """Open on the calendar's holidays; none: closed."""
    swapped: Day = "mon"
    """The weekday whose hours a swapped working day has."""
    special: dict[SpecialName, SpecialPart] = Field(default_factory=dict)
    """They go before the calendar and the week."""


class ShiftPart(Part):
    """Who is on duty, and when."""

    dates: Annotated[tuple[Annotated[date, Field(strict=False)], ...], Listed] = ()
    """Only on these; none: by `days`."""
    days: Annotated[tuple[Day, ...], Listed] = ()
    """Only on these weekdays; none: on all."""
    hours: Written = Span(0, 24 * 60)
    people: Annotated[tuple[Person, ...], Listed] = Field(min_length=1)
    """Extensions of `phones`, or numbers outside, in the order in which they are rung."""


class DutyPart(Part):
    """Who answers when nobody else does; of its shifts the first that fits counts."""

    label: Label
    zone: Zone = "Asia/Shanghai"
    shifts: Annotated[tuple[ShiftPart, ...], Listed] = ()
