"""Read words back into values, by the language's rules and without the product's code: the witness of the tests."""

import re
from datetime import date, time, timedelta
from decimal import Decimal

HAN = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"两": 2, "幺": 1}


def han_whole(words: str) -> int:
    """一百零二万三千 -> 1023000, by adding up from the left."""
    total = group = digit = 0
    for word in words:
        if word in HAN:
            digit = HAN[word]
        elif word in "十百千":
            unit = {"十": 10, "百": 100, "千": 1000}[word]
            group += (digit or 1) * unit
            digit = 0
        elif word in "万亿":
            unit = {"万": 10**4, "亿": 10**8}[word]
            total = total + (group + digit) * unit
            group = digit = 0
        else:
            raise AssertionError(f"{word!r} in {words!r}")
    return total + group + digit


def han_number(words: str) -> Decimal:
    sign = -1 if words.startswith("负") else 1
    whole, _, decimals = words.removeprefix("负").partition("点")
    digits = "".join(str(HAN[word]) for word in decimals)
    return sign * Decimal(f"{han_whole(whole)}.{digits or 0}")


def han_money(words: str) -> int:
    """Hundredths."""
    form = re.fullmatch(r"(负)?(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?", words)
    assert form, words
    amount = 100 * han_whole(form[2] or "") + 10 * HAN.get(form[3], 0) + HAN.get(form[4], 0)
    return -amount if form[1] else amount


def han_date(words: str) -> date:
    form = re.fullmatch(r"(....)年(.+)月(.+)日", words)
    assert form, words
    year = int("".join(str(HAN[word]) for word in form[1]))
    return date(year, han_whole(form[2]), han_whole(form[3]))


def han_time(words: str) -> time:
    form = re.fullmatch(r"(凌晨|早上|上午|中午|下午|晚上)(.+)点(?:零?(.+)分)?", words)
    assert form, words
    hour = han_whole(form[2]) + (12 if form[1] in ("下午", "晚上") else 0)
    return time(hour, han_whole(form[3] or ""))


def han_duration(words: str) -> timedelta:
    form = re.fullmatch(r"(?:(.+)天)?(?:(.+)小时)?(?:(.+)分钟)?(?:(.+)秒)?", words)
    assert form, words
    days, hours, minutes, seconds = (han_whole(part or "") for part in form.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


_BELOW_20 = """zero one two three four five six seven eight nine ten eleven twelve
thirteen fourteen fifteen sixteen seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: number for number, word in enumerate(_BELOW_20.split())}
SMALL |= {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_MONTHS = "January February March April May June July August September October November December"
MONTHS = _MONTHS.split()


def english_whole(words: str) -> int:
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in SMALL:
            group += SMALL[word]
        elif word == "hundred":
            group *= 100
        else:
            total += group * {"thousand": 10**3, "million": 10**6, "billion": 10**9}[word]
            group = 0
    return total + group


def english_number(words: str) -> Decimal:
    sign = -1 if words.startswith("minus ") else 1
    whole, _, decimals = words.removeprefix("minus ").partition(" point ")
    digits = "".join(str(SMALL[word]) for word in decimals.split())
    return sign * Decimal(f"{english_whole(whole)}.{digits or 0}")


def english_ordinal(words: str) -> int:
    """A cardinal whose last word has an ordinal's ending."""
    *before, last = words.replace("-", " ").split()
    stem = last.removesuffix("th").replace("tie", "ty")
    cardinal = next((word for word, number in SMALL.items() if ORDINALS.get(last) == number), stem)
    return english_whole(" ".join([*before, cardinal]))


def english_money(words: str) -> int:
    sign = -1 if words.startswith("minus ") else 1
    amount = 0
    for part in words.removeprefix("minus ").split(" and "):
        number, unit = part.rsplit(" ", 1)
        amount += english_whole(number) * (100 if unit in ("yuan", "dollar", "dollars") else 1)
    return sign * amount


def english_year(words: str) -> int:
    parts = words.replace("-", " ").replace("oh ", "zero ").split()
    if "thousand" in parts:
        return english_whole(" ".join(parts))
    if parts[-1] == "hundred":
        return 100 * english_whole(" ".join(parts[:-1]))
    one_word = SMALL[parts[0]] < 20 or SMALL[parts[1]] > 9 or parts[1] == "zero"
    century = 1 if one_word else 2
    return 100 * english_whole(" ".join(parts[:century])) + english_whole(" ".join(parts[century:]))


def english_date(words: str) -> date:
    month, day, year = words.split(" ", 2)
    return date(english_year(year), MONTHS.index(month) + 1, english_ordinal(day))


def english_time(words: str) -> time:
    form = re.fullmatch(r"(\S+)(?: (?:oh )?(\S+))? (a\.m\.|p\.m\.)", words)
    assert form, words
    hour = SMALL[form[1]] % 12 + (12 if form[3] == "p.m." else 0)
    return time(hour, english_whole(form[2] or "zero"))


def english_duration(words: str) -> timedelta:
    parts = re.findall(r"(\S+(?: \S+)*?) (day|hour|minute|second)s?\b(?: and)?", words)
    return timedelta(**{f"{unit}s": english_whole(number) for number, unit in parts})
