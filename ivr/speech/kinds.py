"""Kinds of values that can be read out, and how each is written in a flow, an API or a test.

Values come as text (digits a caller pressed, a field of a customer) or as Python values; `parsed` makes them one form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from ivr.speech.groups import as_people_say

LARGEST = Decimal(10) ** 12
"""Numbers and amounts stay below this, on both sides of zero."""

_LONGEST = 32


class Kind(StrEnum):
    """What a value is, which decides how it is read."""

    NUMBER = "number"
    COUNT = "count"
    ORDINAL = "ordinal"
    DIGITS = "digits"
    PHONE = "phone"
    AGENT = "agent"
    LETTERS = "letters"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DAY = "day"
    WEEKDAY = "weekday"
    TIME = "time"
    MOMENT = "moment"
    DURATION = "duration"


class Currency(StrEnum):
    """Currencies that have words in every language."""

    CNY = "CNY"
    USD = "USD"


class Unspeakable(ValueError):
    """A value that cannot be read out as this kind; the message says why and what is wanted."""

    def __init__(self, kind: Kind, value: object, wanted: str) -> None:
        super().__init__(f"{str(value)[:60]!r} cannot be read as {kind}: {wanted}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole hundredths of the currency; may be negative."""

    hundredths: int
    currency: Currency = Currency.CNY


def parsed(kind: Kind, value: object) -> Any:
    """The value in the one form that the kind's readers take; raises Unspeakable.

    | kind | written | becomes |
    | --- | --- | --- |
    | number, percent | 12, -3.50 | Decimal |
    | count | 12 | int from 0 |
    | ordinal | 3 | int from 1 to 999999 |
    | digits, agent | 1007 | str of digits |
    | phone | 13800138000, 010-5555 0123, +86 138… | tuple of groups of digits, "+" first where it stood |
    | letters | B07X | str of capital letters and digits |
    | money | 12.50, USD 12.50 | Money (CNY where no currency is named, in every language) |
    | date, day, weekday | 2026-11-22 | date |
    | time | 15:05 | time |
    | moment | 2026-11-22T15:05 | datetime, read in the zone it is in |
    | duration | 90 (seconds) | timedelta of whole seconds, from 0 to 999 days |
    """
    return _PARSERS[kind](kind, value)


def _number(kind: Kind, value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Unspeakable(kind, value, "a decimal number is needed, as 12 or -3.5") from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise Unspeakable(kind, value, "numbers below 1000000000000 only")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        raise Unspeakable(kind, value, "six decimals at most")
    return number


def _whole(kind: Kind, value: object, least: int, most: int) -> int:
    number = _number(kind, value)
    if number != int(number) or not least <= number <= most:
        raise Unspeakable(kind, value, f"a whole number from {least} to {most} is needed")
    return int(number)


def _count(kind: Kind, value: object) -> int:
    return _whole(kind, value, 0, int(LARGEST) - 1)


def _ordinal(kind: Kind, value: object) -> int:
    return _whole(kind, value, 1, 999_999)


def _digits(kind: Kind, value: object) -> str:
    text = re.sub(r"[ -]", "", str(value))
    if not re.fullmatch(rf"[0-9]{{1,{_LONGEST}}}", text):
        raise Unspeakable(kind, value, f"1 to {_LONGEST} digits are needed")
    return text


def _letters(kind: Kind, value: object) -> str:
    text = re.sub(r"[ -]", "", str(value)).upper()
    if not re.fullmatch(rf"[0-9A-Z]{{1,{_LONGEST}}}", text):
        raise Unspeakable(kind, value, f"1 to {_LONGEST} letters A to Z and digits are needed")
    return text


def _phone(kind: Kind, value: object) -> tuple[str, ...]:
    text = re.sub(r"^(\+|00)86[ -]?(?=[0-9])", "", str(value).strip())
    plus = text.startswith("+")
    groups = tuple(group for group in re.split(r"[ ()-]+", text.removeprefix("+")) if group)
    if not groups or not all(re.fullmatch(r"[0-9]+", group) for group in groups) or len("".join(groups)) > _LONGEST:
        raise Unspeakable(kind, value, f"a telephone number of at most {_LONGEST} digits is needed")
    if len(groups) == 1:
        groups = as_people_say(groups[0])
    return ("+", *groups) if plus else groups


def _money(kind: Kind, value: object) -> Money:
    if isinstance(value, Money):
        return value
    form = re.fullmatch(r"(?:([A-Z]{3}) ?)?(-?[0-9.]+)(?: ?([A-Z]{3}))?", str(value).strip())
    wanted = f"an amount with at most two decimals is needed, as 12.50, and a currency of {', '.join(Currency)}"
    if form is None or (form[1] and form[3]):
        raise Unspeakable(kind, value, wanted)
    hundredths = _number(kind, form[2]) * 100
    name = form[1] or form[3] or Currency.CNY
    if name not in tuple(Currency) or hundredths != int(hundredths):
        raise Unspeakable(kind, value, wanted)
    return Money(int(hundredths), Currency(name))


def _date(kind: Kind, value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise Unspeakable(kind, value, "a date is needed, as 2026-11-22") from None


def _time(kind: Kind, value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value).strip())
    except ValueError:
        raise Unspeakable(kind, value, "a time of day is needed, as 15:05") from None


def _moment(kind: Kind, value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise Unspeakable(kind, value, "a date and time are needed, as 2026-11-22T15:05") from None


def _duration(kind: Kind, value: object) -> timedelta:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    return timedelta(seconds=_whole(kind, round(seconds) if isinstance(seconds, float) else seconds, 0, 999 * 86_400))


_PARSERS: Mapping[Kind, Callable[[Kind, object], Any]] = {
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
    Kind.ORDINAL: _ordinal,
    Kind.DIGITS: _digits,
    Kind.PHONE: _phone,
    Kind.AGENT: _digits,
    Kind.LETTERS: _letters,
    Kind.MONEY: _money,
    Kind.PERCENT: _number,
    Kind.DATE: _date,
    Kind.DAY: _date,
    Kind.WEEKDAY: _date,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
    Kind.DURATION: _duration,
}
