"""Callers' numbers as carriers deliver them, brought to one form.

A number becomes E.164 (`+8613812345678`) wherever it has one. Short codes have none: those reached from everywhere
(95588, 10086, 1010xxxx) stay as they are, those that mean another desk in each city (12345, 96xxx, 110) keep the area
code they came with (`01012345`). The shapes are those of China's numbering plan (工业和信息化部, 电信网编号计划);
validity and regions are from the `phonenumbers` library, which knows no Chinese short codes.
"""

import re
import unicodedata
from enum import Enum
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Literal, NamedTuple

import phonenumbers

Language = Literal["zh", "en"]


class NumberKind(Enum):
    """What sort of number it is."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"
    """A 400 or 800 number."""
    SHORT = "short"
    """A short code, with its area code if it has one."""
    INTERNATIONAL = "international"
    """A number outside country code 86."""
    LOCAL = "local"
    """3 to 8 digits and no area code: a number of the same city, or an extension."""
    WITHHELD = "withheld"
    """The caller or a carrier hides it; the value is empty."""
    UNKNOWN = "unknown"
    """No number in any form known here; the value is empty."""


class Number(NamedTuple):
    """One number: its kind, and its value in the form this module's first lines state."""

    kind: NumberKind
    value: str


# "asterisk" is what Asterisk itself sends when it knows no number.
_WITHHELD = {"anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "none", "null", "asterisk"}
_SEPARATORS = re.compile(r"[\s().\-‐-―−/]+")
_DIGITS = re.compile(r"\+?[0-9]{1,24}\Z")
# The carrier selection codes people once put before a number (17909, 17951, 12593, …), still delivered by some.
_CARRIER_CODE = re.compile(r"(?:179\d{2}|12593|11808|10193)(?=0\d{9,11}\Z|1[3-9]\d{9}\Z)")

_AREA = r"0(?:10|2\d|[3-9]\d{2})"
_EVERYWHERE = r"95\d{3,6}|1010\d{4}|100\d{2,4}"
_IN_A_CITY = r"11\d|12[0-2]|11[68]\d{2,3}|12\d{3}|96\d{3,4}"
_DOMESTIC: tuple[tuple[re.Pattern[str], NumberKind, str], ...] = (
    (re.compile(r"0?(1[3-9]\d{9})"), NumberKind.MOBILE, r"+86\1"),
    (re.compile(r"0?([48]00\d{7})"), NumberKind.SERVICE, r"+86\1"),
    (re.compile(rf"(?:{_AREA}|0)?({_EVERYWHERE})"), NumberKind.SHORT, r"\1"),
    (re.compile(rf"((?:{_AREA})?(?:{_IN_A_CITY}))"), NumberKind.SHORT, r"\1"),
)


def normalise(text: str) -> Number:
    """What a carrier delivered as the caller's number, or what somebody typed, in one form.

    Takes anything: a SIP or tel address, separators, full-width digits, with or without 0, 00, 86 or +86 before it.
    Never raises; what is no number is UNKNOWN.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("\"'<>").lower()
    plain = re.sub(r"\A(?:sips?|tel):", "", plain)
    plain = re.split(r"[@;,]", plain, maxsplit=1)[0]
    digits = _SEPARATORS.sub("", plain)
    if not digits or digits in _WITHHELD or not digits.strip("+0"):
        return Number(NumberKind.WITHHELD, "")
    if not _DIGITS.match(digits):
        return Number(NumberKind.UNKNOWN, "")
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+") and not digits.startswith("+86"):
        return _international(digits) or Number(NumberKind.UNKNOWN, "")
    return _domestic(digits) or _international(f"+{digits.removeprefix('+')}") or _local(digits)


def _domestic(digits: str) -> Number | None:
    if digits.startswith("+86"):
        return _within_china(digits[3:])
    here = _within_china(digits)
    # 86 in front of a whole number, though a number of Beijing may begin with 86 too: 8612 3456 is one.
    if here is None and (prefixed := re.match("0?86", digits)):
        return _within_china(digits[prefixed.end() :])
    return here


def _within_china(digits: str) -> Number | None:
    digits = _CARRIER_CODE.sub("", digits)
    for shape, kind, form in _DOMESTIC:
        # After 86 the area code comes without its 0.
        for candidate in (digits, f"0{digits}"):
            if found := shape.fullmatch(candidate):
                return Number(kind, found.expand(form))
    bare = digits.removeprefix("0")
    if len(bare) >= 10 and (number := _parsed(f"+86{bare}")) is not None and phonenumbers.is_valid_number(number):
        return Number(NumberKind.FIXED, _e164(number))
    return None


def _international(digits: str) -> Number | None:
    number = _parsed(digits)
    if number is None or number.country_code == 86 or len(digits) < 9 or not phonenumbers.is_valid_number(number):
        return None
    return Number(NumberKind.INTERNATIONAL, _e164(number))


def _local(digits: str) -> Number:
    if 3 <= len(digits) <= 8 and digits[0] not in "+0":
        return Number(NumberKind.LOCAL, digits)
    return Number(NumberKind.UNKNOWN, "")


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@cache
def load_regions() -> ModuleType:
    """The library's table of places: 1.3 s and 100 MB at first: call it in a thread once, then `region` is quick."""
    return import_module("phonenumbers.geocoder")


def region(number: Number, language: Language) -> str:
    """Where a number belongs: province and city, outside 86 the country or region; empty when it does not say."""
    if number.kind is NumberKind.SHORT:
        # The area code it came with, made into some number of that city.
        area = re.match(_AREA, number.value)
        return _place(f"+86{area.group()[1:]}62345678", language) if area else ""
    if number.kind in (NumberKind.MOBILE, NumberKind.FIXED, NumberKind.INTERNATIONAL):
        return _place(number.value, language)
    return ""


def _place(value: str, language: Language) -> str:
    number = _parsed(value)
    if number is None:
        return ""
    geocoder = load_regions()
    if number.country_code != 86:
        return str(geocoder.country_name_for_number(number, language))
    return str(geocoder.description_for_number(number, language))
