"""How digits must look, and their check digits."""

import re
from enum import StrEnum
from functools import cache

_PLACE = re.compile(r"[0-9XZN]|\[(?:[0-9](?:-[0-9])?)+\]")
_SETS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
LONGEST = 32
RESIDENT_ID_PLACES = 18


class Check(StrEnum):
    """A rule for the check digit."""

    LUHN = "luhn"
    """Cards; ISO/IEC 7812-1 annex B."""
    RESIDENT_ID = "resident-id"
    """Chinese resident numbers of 18 places, GB 11643; a caller presses * for the X."""
    MOD_97 = "mod-97"
    """ISO 7064 MOD 97-10, two check digits at the end."""


@cache
def digit_pattern(text: str) -> re.Pattern[str]:
    """A pattern as dialplans write it (X 0-9, Z 1-9, N 2-9, [1-57], a digit itself; | between choices).

    Raises ValueError saying what is wrong. There is no repetition, so matching takes no longer than the digits are.
    """
    choices = [_choice(choice) for choice in text.split("|")]
    return re.compile("|".join(choices))


def lengths(text: str) -> frozenset[int]:
    """How many digits those have that look like a pattern."""
    return frozenset(len(_PLACE.findall(choice)) for choice in text.split("|"))


def _choice(text: str) -> str:
    places = _PLACE.findall(text)
    if not places or "".join(places) != text or len(places) > LONGEST:
        raise ValueError(f"{text!r} is no pattern of 1 to {LONGEST} digits")
    if backwards := [place for place in places if any(a > b for a, b in re.findall(r"([0-9])-([0-9])", place))]:
        raise ValueError(f"{backwards[0]!r} goes backwards")
    return "".join(_SETS.get(place, place) for place in places)


def right(check: Check, digits: str) -> bool:
    """Whether the check digit is right; `*` stands for X."""
    match check:
        case Check.LUHN:
            return digits.isdecimal() and _luhn(digits) % 10 == 0
        case Check.MOD_97:
            return digits.isdecimal() and int(digits) % 97 == 1
        case Check.RESIDENT_ID:
            return (
                len(digits) == RESIDENT_ID_PLACES
                and digits[:17].isdecimal()
                and _resident_id(digits[:17]) == digits[17]
            )


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def _resident_id(digits: str) -> str:
    weighted = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits))
    return "10*98765432"[weighted % 11]
