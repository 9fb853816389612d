"""Compare what was to be said with what was heard.

Both are brought to one spelling first: a recogniser writes 1,234 where the prompt says words, and is not wrong. In
either language what sounds the same, tone included, is a homophone and counted apart from errors.
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from ivr.speech.kinds import Kind
from ivr.speech.languages import LANGUAGES
from ivr.speech.values import clips

_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Score:
    """Characters (Mandarin) or words (English): how many were said, how many were heard otherwise, how many of those
    sound the same."""

    said: int
    wrong: int
    homophones: int


def compare(text: str, heard: str, language: str) -> Score:
    """Score what was heard against the text. Each number the recogniser wrote in figures is read as it fits best."""
    said = _spelled(text, [], language)
    sounds = _sounds(said, language)
    readings = [""] * len(_NUMBER.findall(_prepared(heard, language)))
    for place in range(len(readings)):
        tries = [[*readings[:place], way, *readings[place + 1 :]] for way in _READINGS]
        readings = min(tries, key=lambda ways: _misheard(sounds, _spelled(heard, ways, language), language))
    got = _spelled(heard, readings, language)
    wrong = _misheard(sounds, got, language)
    return Score(len(said), wrong, max(0, distance(_one_spelling(said), _one_spelling(got)) - wrong))


def _misheard(sounds: list[frozenset[str]], got: list[str], language: str) -> int:
    return distance(sounds, _sounds(got, language), frozenset.isdisjoint)


def _one_spelling(said: list[str]) -> list[str]:
    return ["一" if part == "幺" else part for part in said]


def _spelled(text: str, readings: Sequence[str], language: str) -> list[str]:
    """Mandarin as simplified characters, English as words; numbers as words by `readings`, no punctuation."""
    ways = iter(readings)
    text = _NUMBER.sub(
        lambda found: f" {_READINGS[next(ways, '')](found.group().replace(',', ''), language)} ",
        _prepared(text, language),
    )
    if language == "zh-CN":
        return list(re.sub(r"\W", "", text).replace("两", "二"))
    words = re.sub(r"[^a-z' ]", " ", text).replace("'", "").split()
    return " ".join(_SPELLINGS.get(word, word) for word in words).split()


def _prepared(text: str, language: str) -> str:
    text = unicodedata.normalize("NFKC", text)  # figures come in full width, too
    if language == "zh-CN":
        text = _simplified(text)
        text = re.sub(r"(\d+)-(\d+)(?=分钟)", r"\1到\2", text)
        return re.sub(r"([\d.]+)%", r"百分之\1", re.sub(r"(\d+):(\d+)", r"\1点\2", text))
    # The halves of the day come back as p.m., pm, "p, m" and, right behind figures, 620p, m.
    text = re.sub(r"(?<![a-z])([ap])(?:[.,]? |[.,-])?m(?![a-z])\.?", r" \1m ", text.lower().replace("%", " percent"))
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1 ", text)
    text = re.sub(r"(\d+)-(\d+)(?= minutes)", r"\1 to \2", text)
    return re.sub(r"(\d{1,2}):(\d{2})", r"\1 \2", text)


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _as_number(figures: str, language: str) -> str:
    # A recogniser that repeats itself writes figures without end.
    return _words(Kind.NUMBER, Decimal(figures[:11].rstrip(".")), language)


def _by_digit(figures: str, language: str) -> str:
    return _words(Kind.LETTERS, figures.replace(".", "")[:32], language)


def _in_halves(figures: str, language: str) -> str:
    """9.14 and 1914 as nine fourteen, nineteen fourteen."""
    halves = figures.split(".") if "." in figures else [figures[:-2], figures[-2:]]
    joiner = "点" if language == "zh-CN" and "." in figures else " "
    oh = "零" if language == "zh-CN" else "oh "
    return joiner.join(
        (oh if half[0] == "0" and len(half) > 1 else "") + _as_number(half, language) for half in halves if half
    )


def _words(kind: Kind, value: object, language: str) -> str:
    return LANGUAGES[language].words(clips(kind, value, language))


def _by_digit_oh(figures: str, language: str) -> str:
    """105 as one oh five."""
    return _by_digit(figures, language).replace("zero", "oh")


_READINGS: Mapping[str, Callable[[str, str], str]] = {
    "": _as_number,
    "digits": _by_digit,
    "ohs": _by_digit_oh,
    "halves": _in_halves,
}

_SPELLINGS = {
    **{"ok": "okay", "advisor": "adviser", "dialed": "dialled", "callback": "call back", "cannot": "can not"},
    **{"goodbye": "good bye", "youre": "you are"},
    **{
        text.split("-")[-1]: LANGUAGES["en"].clips[f"n{name[1:]}"].split("-")[-1]
        for name, text in LANGUAGES["en"].clips.items()
        if re.fullmatch(r"o\d+", name)
    },
}
"""Words that are written in several ways; ordinals as their cardinals, since recognisers write November 22."""


_SAME_SOUND = {
    "for": "four",
    "to": "two",
    "too": "two",
    "weight": "wait",
    "won": "one",
    "ate": "eight",
    "phen": "fen",
    "fenn": "fen",
}
"""English words that sound like others, as far as prompts have them; taken for one sound."""


def _sounds(parts: list[str], language: str) -> list[frozenset[str]]:
    """The sounds each part can have: 幺 is heard and written as 一, or as 腰 and others that sound like it."""
    if language != "zh-CN":
        return [frozenset({_SAME_SOUND.get(word, word)}) for word in parts]
    from pypinyin import Style, lazy_pinyin

    text = "".join(parts)
    sounds: list[frozenset[str]] = []
    place = 0
    for sound in lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True):
        sounds.append(frozenset({sound, "yi1"} if text[place] == "幺" else {sound}))
        place += len(sound) if text.startswith(sound, place) else 1  # letters come back as they are, in one
    return sounds


def distance(left: Sequence[Any], right: Sequence[Any], differ: Callable[[Any, Any], bool] = operator.ne) -> int:
    """How many parts must be changed, added or left out to make one the other."""
    row = list(range(len(right) + 1))
    for number, one in enumerate(left, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(right, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + differ(one, other))
    return row[-1]
