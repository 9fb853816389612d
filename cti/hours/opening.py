"""Whether hours of the plan are open at a moment, and when they open next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cti.hours.calendar import DayKind, kind_of
from cti.plan.hours import DAYS, HoursPart, Span

AHEAD = 31
"""Days that are looked through for the next opening."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What hours say of a moment."""

    state: str
    """open, closed, or holiday: closed on a special day or a holiday."""
    day: str = ""
    """The special day's name; '' on others."""
    opens: datetime | None = None
    """When it opens next, in the hours' zone; None while it is open, or when that is not within a month."""
    closes: datetime | None = None
    """When it closes, while it is open; None: not within a month."""


def opening(hours: HoursPart, now: datetime) -> Opening:
    """What `hours` say of the moment `now`, which has a zone."""
    zone = ZoneInfo(hours.zone)
    here = now.astimezone(zone)
    spans, name, off = _day(hours, here.date())
    if (end := _end(hours, here.date(), now)) is not None:
        return Opening("open", name, closes=_closing(hours, end))
    coming = (start for ahead in range(AHEAD) for start, _ in _on(hours, here.date() + timedelta(ahead)) if start > now)
    return Opening("holiday" if off and not spans else "closed", name, next(coming, None))


def _end(hours: HoursPart, day: date, now: datetime) -> datetime | None:
    """When the span ends that a moment of the day lies in; None: in none."""
    spans = (span for one in (day - timedelta(1), day) for span in _on(hours, one))
    return max((end for start, end in spans if start <= now < end), default=None)


def _closing(hours: HoursPart, end: datetime) -> datetime | None:
    """When it closes: the end of a span after which no other goes on."""
    for _ in range(AHEAD):
        following = _end(hours, end.date(), end)
        if following is None:
            return end
        end = following
    return None


def _on(hours: HoursPart, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The spans that begin on a day, in order."""
    spans, _, _ = _day(hours, day)
    for span in sorted(spans, key=lambda one: one.start):
        yield _moment(hours, day, span.start), _moment(hours, day, span.end)


def _day(hours: HoursPart, day: date) -> tuple[tuple[Span, ...], str, bool]:
    """A day's spans, the name it has as a special day, whether it is a special day or a holiday."""
    for name, special in hours.special.items():
        if special.first <= day <= (special.last or special.first):
            return special.spans, name, True
    kind = kind_of(day) if hours.calendar == "cn" else DayKind.ORDINARY
    if kind is DayKind.HOLIDAY:
        return hours.holiday, "", True
    weekday = hours.swapped if kind is DayKind.SWAPPED else DAYS[day.weekday()]
    return hours.week.get(weekday, ()), "", False


def _moment(hours: HoursPart, day: date, minutes: int) -> datetime:
    """So many minutes after a day's midnight, as the wall clock there shows them."""
    days, rest = divmod(minutes, 24 * 60)
    return datetime.combine(day + timedelta(days), time(rest // 60, rest % 60), ZoneInfo(hours.zone))
