"""English: how values are read (American usage: no "and" within a number)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivr.speech.groups import by_fours, in_groups
from ivr.speech.kinds import Currency, Kind, Money
from ivr.speech.language import Language

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    *("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = {
    "hundred": "hundred",
    "thousand": "thousand",
    "million": "million",
    "billion": "billion",
    "hundredth": "hundredth",
    "thousandth": "thousandth",
    "minus": "minus",
    "plus": "plus",
    "point": "point",
    "oh": "oh",
    "and": "and",
    "percent": "percent",
    "yuan": "yuan",
    "fen": "fen",
    "dollar": "dollar",
    "dollars": "dollars",
    "cent": "cent",
    "cents": "cents",
    "day": "day",
    "days": "days",
    "hour": "hour",
    "hours": "hours",
    "minute": "minute",
    "minutes": "minutes",
    "second": "second",
    "seconds": "seconds",
    "am": "a.m.",
    "pm": "p.m.",
}
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def _below_100(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def _ordinal_below_100(number: int) -> str:
    if number < 20:
        return _ORDINALS[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ORDINALS[ones]}" if ones else _TENS[tens].removesuffix("y") + "ieth"


def _all_clips() -> Iterator[tuple[str, str]]:
    for number in range(100):
        yield f"n{number}", _below_100(number)
    for number in (*range(1, 32), *range(40, 100, 10)):
        yield f"o{number}", _ordinal_below_100(number)
    for digit in range(1, 10):
        yield f"h{digit}", _ONES[digit] + " hundred"
    for number, month in enumerate(_MONTHS, 1):
        yield f"month{number}", month
    for number, day in enumerate(_WEEK, 1):
        yield f"week{number}", day
    yield from _UNITS.items()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield letter.lower(), letter


def _number(number: Decimal) -> list[str]:
    whole, _, decimals = format(abs(number), "f").partition(".")
    ids = ["minus"] if number < 0 else []
    ids += _whole(int(whole))
    return [*ids, "point", *(f"n{digit}" for digit in decimals)] if decimals else ids


def _whole(number: int) -> list[str]:
    if number == 0:
        return ["n0"]
    ids: list[str] = []
    for size, unit in _SCALES:
        group, number = divmod(number, size)
        ids += [*_group(group), unit] if group else []
    return [*ids, *_group(number)]


def _group(group: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    return [*([f"h{hundreds}"] if hundreds else []), *([f"n{rest}"] if rest else [])]


def _ordinal(number: int) -> list[str]:
    thousands, below = divmod(number, 1000)
    if not below:
        return [*_whole(thousands), "thousandth"]
    before = [*_group(thousands), "thousand"] if thousands else []
    hundreds, rest = divmod(below, 100)
    if not rest:
        return [*before, f"n{hundreds}", "hundredth"]
    before += [f"h{hundreds}"] if hundreds else []
    tens, ones = divmod(rest, 10)
    return [*before, f"o{rest}"] if rest < 32 or not ones else [*before, f"n{tens * 10}", f"o{ones}"]


def _digits(digits: str) -> list[str]:
    return [f"n{digit}" for digit in digits]


def _phone(groups: tuple[str, ...]) -> list[str]:
    return in_groups(groups, _digits, plus="plus")


def _letters(text: str) -> list[str]:
    return [letter.lower() if letter.isalpha() else f"n{letter}" for letter in text]


def _counted(number: int, one: str, many: str) -> list[str]:
    return [*_whole(number), one if number == 1 else many]


def _money(money: Money) -> list[str]:
    whole, rest = divmod(abs(money.hundredths), 100)
    ids = ["minus"] if money.hundredths < 0 else []
    dollars = money.currency is Currency.USD
    if whole or not rest:
        ids += _counted(whole, "dollar", "dollars") if dollars else [*_whole(whole), "yuan"]
        ids += ["and"] if rest else []
    if rest:
        ids += _counted(rest, "cent", "cents") if dollars else [*_whole(rest), "fen"]
    return ids


def _day(day: date) -> list[str]:
    return [f"month{day.month}", f"o{day.day}"]


def _date(day: date) -> list[str]:
    return [*_day(day), *_year(day.year)]


def _year(year: int) -> list[str]:
    """2026 twenty twenty-six, 2005 two thousand five, 1905 nineteen oh five, 1900 nineteen hundred."""
    century, rest = divmod(year, 100)
    if (century % 10 == 0 and rest < 10) or century < 10:
        return _whole(year)
    if rest == 0:
        return [f"n{century}", "hundred"]
    return [f"n{century}", *(["oh"] if rest < 10 else []), f"n{rest}"]


def _time(moment: time) -> list[str]:
    ids = [f"n{moment.hour % 12 or 12}"]
    if moment.minute:
        ids += [*(["oh"] if moment.minute < 10 else []), f"n{moment.minute}"]
    return [*ids, "am" if moment.hour < 12 else "pm"]


def _moment(moment: datetime) -> list[str]:
    return [*_day(moment.date()), "pause", *_time(moment.time())]


def _duration(span: timedelta) -> list[str]:
    minutes, seconds = divmod(span.seconds, 60)
    parts = ((span.days, "day"), (minutes // 60, "hour"), (minutes % 60, "minute"), (seconds, "second"))
    said = [_counted(number, unit, unit + "s") for number, unit in parts if number] or [["n0", "seconds"]]
    ids = [clip for part in said[:-1] for clip in part]
    return [*ids, *(["and"] if ids else []), *said[-1]]


LANGUAGE = Language(
    tag="en",
    clips=dict(_all_clips()),
    ends=frozenset(
        [
            *(f"n{number}" for number in range(21)),
            *(f"o{number}" for number in range(1, 32)),
            *("thousand", "million", "percent", "yuan", "fen", "dollar", "dollars", "cent", "cents", "am", "pm"),
            *("days", "hours", "minute", "minutes", "seconds"),
        ]
    ),
    readers={
        Kind.NUMBER: _number,
        Kind.COUNT: _whole,
        Kind.ORDINAL: _ordinal,
        Kind.DIGITS: lambda digits: _phone(by_fours(digits)),
        Kind.PHONE: _phone,
        Kind.AGENT: _digits,
        Kind.LETTERS: _letters,
        Kind.MONEY: _money,
        Kind.PERCENT: lambda number: [*_number(number), "percent"],
        Kind.DATE: _date,
        Kind.DAY: _day,
        Kind.WEEKDAY: lambda day: [f"week{day.isoweekday()}"],
        Kind.TIME: _time,
        Kind.MOMENT: _moment,
        Kind.DURATION: _duration,
    },
    joiner=" ",
)
