"""What goes wrong, in the reader's language: problems with their mends, and the usage errors of Typer.

They are written in English where they are found; CATALOGUE has the Chinese. What it does not have stays English.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from config.language import reader_language, said
from cti.problems import Problem

CATALOGUE = Path(__file__).with_name("sentences.zh-CN.toml")
HOLE = re.compile(r"\{(\w+)(:said)?\}")
"""Stands for anything; with `:said` for a sentence of the catalogue, where it is one."""


def in_words(sentence: str) -> str:
    """A sentence of the catalogue in the reader's language, any other as it is."""
    return _chinese(sentence) if reader_language() else sentence


def problem_in_words(problem: Problem) -> str:
    """One line in the reader's language: place, what, mend."""
    return said(": ", "：").join(map(in_words, (problem.place, problem.what, problem.mend)))


def _chinese(sentence: str) -> str:
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(sentence):
            return _filled(chinese, found.groupdict())
    return sentence


def _filled(chinese: str, words: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: (_chinese if hole[2] else str)(words[hole[1]]), chinese)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Each sentence as a pattern, and its Chinese; first those that leave least open."""
    tables = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    sentences: dict[str, str] = {**tables["usage"], **tables["problems"]}
    least_open = sorted(sentences, key=lambda sentence: -len(HOLE.sub("", sentence)))
    return [(_pattern(sentence), sentences[sentence]) for sentence in least_open]


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = HOLE.split(sentence)
    names = "".join(f"(?P<{name}>.+){re.escape(text)}" for name, text in zip(parts[1::3], parts[3::3], strict=True))
    return re.compile(re.escape(parts[0]) + names, re.DOTALL | re.IGNORECASE)
