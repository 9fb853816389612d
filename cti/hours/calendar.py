"""The Chinese working calendar: holidays by the State Council's yearly decree, with its swapped working days (调休).

The dates are those of the `holidays` package. A decree comes out in the November before its year; until then only the
statutory holidays are known, and no swapped day is.
"""

from collections.abc import Set
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

# Else the package loads it in the middle of a call, which takes 0.3 s.
import holidays.countries

_SATURDAY = 5
_DECREES_SINCE = 2005


class DayKind(StrEnum):
    """What a date is in the calendar."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    """A day off, or the weekend that belongs to one."""
    SWAPPED = "swapped"
    """A weekend day that is worked."""


@cache
def _year(year: int) -> tuple[Set[date], Set[date]]:
    """Days off and swapped working days of a year."""
    known = holidays.country_holidays("CN", years=year)
    swapped: Set[date] = getattr(known, "weekend_workdays", frozenset())
    return frozenset(known), frozenset(day for day in swapped if day.year == year)


def _is_off(day: date) -> bool:
    off, swapped = _year(day.year)
    return day in off or (day.weekday() >= _SATURDAY and day not in swapped)


def kind_of(day: date) -> DayKind:
    """What the day is. A decree counts the weekends that touch a holiday as part of it, and so does this."""
    off, swapped = _year(day.year)
    if day in swapped:
        return DayKind.SWAPPED
    if day in off:
        return DayKind.HOLIDAY
    if day.weekday() >= _SATURDAY and any(_touches(day, timedelta(step)) for step in (-1, 1)):
        return DayKind.HOLIDAY
    return DayKind.ORDINARY


def _touches(day: date, step: timedelta) -> bool:
    """Whether days off lead from a weekend day to a holiday in this direction."""
    here = day + step
    while _is_off(here):
        if here in _year(here.year)[0]:
            return True
        here += step
    return False


def missing_decrees(today: date) -> list[int]:
    """The years, of this and the next two months, whose decree is not known: their swapped days are missing."""
    return sorted(year for year in {today.year, (today + timedelta(62)).year} if not has_decree(year))


def has_decree(year: int) -> bool:
    """Whether the year's decree is known: each one since 2005 has swapped days."""
    return year >= _DECREES_SINCE and bool(_year(year)[1])
