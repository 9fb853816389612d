"""Digits in groups: how a long number is taken apart to be said."""

import re
from collections.abc import Callable, Iterable


def as_people_say(number: str) -> tuple[str, ...]:
    """A telephone number: mobiles 3-4-4, 400 and 800 numbers 3-3-4, area code apart, the rest by fours."""
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return _split(number, [3, 4, 4])
    if re.fullmatch(r"[48]00[0-9]{7}", number):
        return _split(number, [3, 3, 4])
    if re.fullmatch(r"0[1-9][0-9]{8,10}", number):
        area = 3 if re.match(r"0(10|2[0-9])", number) else 4
        return _split(number, [area, 4, len(number) - area - 4])
    return by_fours(number)


def by_fours(digits: str) -> tuple[str, ...]:
    """Groups of four: up to six digits stay together, and none is left alone."""
    if len(digits) <= 6:
        return (digits,)
    fours, rest = divmod(len(digits), 4)
    if rest == 1:
        return _split(digits, [*[4] * (fours - 1), 3, 2])
    return _split(digits, [*[4] * fours, *([rest] if rest else [])])


def in_groups(groups: Iterable[str], read: Callable[[str], list[str]], plus: str) -> list[str]:
    """The clips of each group, a pause between groups; `plus` is the clip for the group "+"."""
    ids: list[str] = []
    for group in groups:
        if group == "+":
            ids.append(plus)
        else:
            ids += [*(["pause"] if ids and ids[-1] != plus else []), *read(group)]
    return ids


def _split(number: str, sizes: list[int]) -> tuple[str, ...]:
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return tuple(number[end - size : end] for end, size in zip(ends, sizes, strict=True))
