"""Mandarin: how values are read.

两 and 二: 两 counts (两位, 两元, 两点) and leads a 千, 万 or 亿; 二 stays in numbers, ordinals, tens and hundreds.
一: 幺 in telephone, account and staff numbers, 一 elsewhere. 十 alone begins a number; within one it is 一十.

A syllable alone, cut from its neighbours, is hard to understand over a telephone: wherever there are few enough of
them, what belongs together is one clip (五十五元, 三百股, 七万, 四角三分, 十月八日, 三十分, digits in pairs).
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivr.speech.groups import by_fours, in_groups
from ivr.speech.kinds import Currency, Kind, Money
from ivr.speech.language import Language

_DIGITS = "零一二三四五六七八九"
_UNITS = {
    "fu": "负",
    "dian": "点",
    "yi": "亿",
    "yao": "幺",
    "liang": "两",
    "liang-qian": "两千",
    "di": "第",
    "jia": "加",
    "percent": "百分之",
    "year": "年",
}
_COUNTED = {
    "yuan": ("元", 100),
    "shares": ("股", 100),
    "kwh": ("度电", 100),
    "usd": ("美元", 0),
    "usc": ("美分", 0),
    "days": ("天", 11),
    "hours": ("小时", 13),
    "minutes": ("分钟", 61),
    "seconds": ("秒", 0),
    "to": ("到", 31),
    "wan": ("万", 100),
}
"""What follows a number: its word, and below which number the two are one clip."""

_COUNTED_FAR = ("yuan", "shares", "kwh")
"""What is counted in hundreds and thousands: there these are one clip with it, too (三百股)."""

_PERIOD_FROM = ((18, "晚上"), (13, "下午"), (12, "中午"), (9, "上午"), (6, "早上"), (0, "凌晨"))
_YEARS = range(2024, 2034)
"""Years that are one clip."""

_PREFIXES = ("010", "400", "800", *(f"{lead}{digit}" for lead in (13, 15, 17, 18, 19) for digit in range(10)))
"""Three digits that telephone numbers begin with, one clip each: mobiles, Beijing, 400 and 800 numbers."""

_YAO = str.maketrans("0123456789", "零幺二三四五六七八九")


def _below_100(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _counted_word(number: int) -> str:
    return "两" if number == 2 else _below_100(number)


def _hour_word(hour: int) -> str:
    period = next(name for start, name in _PERIOD_FROM if hour >= start)
    return f"{period}{_counted_word(hour if hour <= 12 else hour - 12)}点"


def _all_clips() -> Iterator[tuple[str, str]]:
    yield from _number_clips()
    yield from _time_clips()
    for unit, (word, below) in _COUNTED.items():
        yield unit, word
        for number in range(1, below):
            yield f"{unit}{number}", _counted_word(number) + word
    for unit in _COUNTED_FAR:
        word, _ = _COUNTED[unit]
        for number in range(10, 20):
            yield f"{unit}-t{number}", f"一{_below_100(number)}{word}"
        for digit in range(1, 10):
            yield f"{unit}-h{digit}", f"{_DIGITS[digit]}百{word}"
            yield f"{unit}-q{digit}", f"{_DIGITS[digit]}千{word}"
        yield f"{unit}-liang-qian", f"两千{word}"
    yield from _UNITS.items()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield letter.lower(), letter


def _number_clips() -> Iterator[tuple[str, str]]:
    for number in range(100):
        yield f"n{number}", _below_100(number)
    for number in range(10, 20):
        yield f"t{number}", "一" + _below_100(number)
    for digit in range(1, 10):
        yield f"h{digit}", _DIGITS[digit] + "百"
        yield f"q{digit}", _DIGITS[digit] + "千"
    yield from _cent_clips()
    for pair in range(100):
        yield f"pair{pair:02}", f"{pair:02}".translate(_YAO)
    for three in _PREFIXES:
        yield f"three{three}", three.translate(_YAO)


def _cent_clips() -> Iterator[tuple[str, str]]:
    for jiao, fen in itertools.product(range(10), range(10)):
        if jiao or fen:
            words = (_counted_word(jiao) + "角" if jiao else "") + (_counted_word(fen) + "分" if fen else "")
            yield f"cents{jiao}{fen}", words
            if not jiao:
                yield f"zero-cents{fen}", "零" + words


def _time_clips() -> Iterator[tuple[str, str]]:
    for year in _YEARS:
        yield f"year{year}", "".join(_DIGITS[int(digit)] for digit in str(year)) + "年"
    for day in (date(2024, 1, 1) + timedelta(days) for days in range(366)):
        yield f"day{day:%m%d}", f"{_below_100(day.month)}月{_below_100(day.day)}日"
    for number, name in enumerate("一二三四五六日", 1):
        yield f"week{number}", "星期" + name
    for hour in range(24):
        yield f"hour{hour}", _hour_word(hour)
    for minute in range(1, 60):
        yield f"minute{minute}", ("零" if minute < 10 else "") + _below_100(minute) + "分"


def _number(number: Decimal) -> list[str]:
    whole, _, decimals = format(abs(number), "f").partition(".")
    ids = ["fu"] if number < 0 else []
    ids += _whole(int(whole))
    return [*ids, "dian", *(f"n{digit}" for digit in decimals)] if decimals else ids


def _whole(number: int) -> list[str]:
    """Up to 999999999999, by groups of four digits; 零 where a group begins with zeros or is left out."""
    if number == 0:
        return ["n0"]
    ids: list[str] = []
    gap = False
    for size, unit in ((10**8, "yi"), (10**4, "wan"), (1, "")):
        group = number // size % 10_000
        if group == 0:
            gap = bool(ids)
            continue
        if ids and (gap or group < 1000):
            ids.append("n0")
        ids += _group(group, first=not ids)
        ids = _followed(ids, unit) if unit else ids
        gap = False
    return ids


def _group(group: int, *, first: bool) -> list[str]:
    thousands, hundreds, rest = group // 1000, group // 100 % 10, group % 100
    ids: list[str] = []
    if thousands:
        ids.append("liang-qian" if thousands == 2 and first else f"q{thousands}")
    if hundreds:
        ids.append(f"h{hundreds}")
    elif thousands and rest:
        ids.append("n0")
    if rest:
        if hundreds and rest < 10:
            ids.append("n0")
        alone = first and not ids
        ids.append(f"n{rest}" if alone or not 10 <= rest < 20 else f"t{rest}")
    return ids


def _count(number: int) -> list[str]:
    return ["liang"] if number == 2 else _whole(number)


def _followed(ids: list[str], unit: str) -> list[str]:
    """A number and what follows it, the last part of it and the unit as one clip where there is one."""
    *before, last = ids
    together = f"{unit}{last.removeprefix('n')}" if last.startswith("n") else f"{unit}-{last}"
    if together in LANGUAGE.clips and not (before and last == "n2"):
        return [*before, together]
    return ["liang" if ids == ["n2"] else ids[0], *ids[1:], unit]


def _counted(number: int, unit: str) -> list[str]:
    return _followed(_whole(number), unit)


def _digits(digits: str) -> list[str]:
    """In pairs; of an odd number of digits the first is said alone, or with the next two where they are a prefix."""
    odd = len(digits) % 2
    first = ["yao" if digits[0] == "1" else f"n{digits[0]}"] if odd else []
    if odd and digits[:3] in _PREFIXES:
        odd, first = 3, [f"three{digits[:3]}"]
    return [*first, *(f"pair{digits[place : place + 2]}" for place in range(odd, len(digits), 2))]


def _phone(groups: tuple[str, ...]) -> list[str]:
    return in_groups(groups, _digits, plus="jia")


def _letters(text: str) -> list[str]:
    runs = re.findall(r"[A-Z]|[0-9]+", text)
    return [clip for run in runs for clip in ([run.lower()] if run.isalpha() else _digits(run))]


def _money(money: Money) -> list[str]:
    whole, rest = divmod(abs(money.hundredths), 100)
    ids = ["fu"] if money.hundredths < 0 else []
    if money.currency is Currency.USD:
        ids += _counted(whole, "usd") if whole or not rest else []
        return [*ids, *_counted(rest, "usc")] if rest else ids
    jiao, fen = divmod(rest, 10)
    if whole or not rest:
        ids += _counted(whole, "yuan")
    if not rest:
        return ids
    return [*ids, f"zero-cents{fen}" if whole and not jiao else f"cents{jiao}{fen}"]


def _percent(number: Decimal) -> list[str]:
    return [*(["fu"] if number < 0 else []), "percent", *_number(abs(number))]


def _day(day: date) -> list[str]:
    return [f"day{day:%m%d}"]


def _date(day: date) -> list[str]:
    if day.year in _YEARS:
        return [f"year{day.year}", *_day(day)]
    return [*(f"n{digit}" for digit in str(day.year)), "year", *_day(day)]


def _time(moment: time) -> list[str]:
    return [f"hour{moment.hour}", *([f"minute{moment.minute}"] if moment.minute else [])]


def _moment(moment: datetime) -> list[str]:
    return [*_day(moment.date()), *_time(moment.time())]


def _duration(span: timedelta) -> list[str]:
    minutes, seconds = divmod(span.seconds, 60)
    parts = ((span.days, "days"), (minutes // 60, "hours"), (minutes % 60, "minutes"), (seconds, "seconds"))
    said = [(number, unit) for number, unit in parts if number] or [(0, "seconds")]
    return [clip for number, unit in said for clip in _counted(number, unit)]


LANGUAGE = Language(
    tag="zh-CN",
    clips=dict(_all_clips()),
    ends=frozenset(
        [
            *(f"n{digit}" for digit in range(11)),
            *(f"week{day}" for day in range(1, 8)),
            *("yao", "yi", *_COUNTED),
        ]
    ),
    readers={
        Kind.NUMBER: _number,
        Kind.COUNT: _count,
        Kind.ORDINAL: lambda number: ["di", *_whole(number)],
        Kind.DIGITS: lambda digits: _phone(by_fours(digits)),
        Kind.PHONE: _phone,
        Kind.AGENT: _digits,
        Kind.LETTERS: _letters,
        Kind.MONEY: _money,
        Kind.PERCENT: _percent,
        Kind.DATE: _date,
        Kind.DAY: _day,
        Kind.WEEKDAY: lambda day: [f"week{day.isoweekday()}"],
        Kind.TIME: _time,
        Kind.MOMENT: _moment,
        Kind.DURATION: _duration,
    },
    joiner="",
    followers={word: unit for unit, (word, _) in _COUNTED.items() if unit in ("shares", "kwh", "minutes", "to")},
    followed=_followed,
)
