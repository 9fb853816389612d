"""Sentences put together from pieces and clips, for the recogniser; every kind of value is among them."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.prompts.book import PromptBook
from ivr.prompts.catalogue import Piece, Slot, supplied
from ivr.speech.kinds import Kind
from ivr.speech.languages import LANGUAGES
from ivr.speech.level import Samples, read_wav
from ivr.speech.values import clips

COUNT = 100
"""Sentences in each language."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence: what it says, and the files that say it."""

    name: str
    text: str
    files: list[str]


def sentences(book: PromptBook, language: str, seed: int = 20261122) -> Iterator[Composed]:
    """COUNT sentences, the same ones each time."""
    chance = random.Random(seed)
    prompts = [prompt for prompt in supplied().values() if prompt.slots()]
    for number in range(COUNT):
        prompt = prompts[number % len(prompts)]
        values: dict[str, object] = {}
        words: list[str] = []
        for part in prompt.parts(language):
            if isinstance(part, Piece):
                words.append(part.text)
            else:
                values[part.name] = _value(part, chance, values)
                said = clips(part.kind, values[part.name], language, follower=part.follower)
                words.append(LANGUAGES[language].words(said))
        text = LANGUAGES[language].joiner.join(words)
        yield Composed(prompt.id, text, book.files(prompt.id, language, values))


def sound_of(files: list[str], form: str = "wav") -> tuple[Samples, int]:
    """The files one after another, and their rate."""
    sounds = [read_wav(Path(f"{file}.{form}")) for file in files]
    return np.concatenate([samples for samples, _ in sounds]), sounds[0][1]


def _value(slot: Slot, chance: random.Random, before: Mapping[str, object]) -> object:
    if slot.kind is Kind.COUNT:  # as the engine says them: 2 to 20 ahead, the second of two numbers above the first
        return chance.randrange(max([2, *(int(str(value)) + 1 for value in before.values())]), 21 + 10 * len(before))
    day = f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    moment = f"{chance.randrange(24):02}:{chance.choice((0, 5, 15, 20, 30, 45)):02}"
    drawn: Mapping[Kind, object] = {
        Kind.NUMBER: chance.randrange(10 ** chance.randrange(1, 6)),
        Kind.ORDINAL: chance.randrange(1, 32),
        Kind.DIGITS: str(chance.randrange(10**5, 10**8)),
        Kind.PHONE: f"138{chance.randrange(10**8):08}",
        Kind.AGENT: str(chance.randrange(1000, 9999)),
        Kind.LETTERS: chance.choice("ABCDEFGH") + str(chance.randrange(100, 999)),
        Kind.MONEY: f"{chance.randrange(100, 10 ** chance.randrange(3, 7)) / 100:.2f}",
        Kind.PERCENT: chance.randrange(1, 101),
        Kind.DATE: day,
        Kind.DAY: day,
        Kind.WEEKDAY: day,
        Kind.TIME: moment,
        Kind.MOMENT: f"{day}T{moment}",
        Kind.DURATION: chance.choice((45, 90, 300, 600, 3600, 5400)),
    }
    return drawn[slot.kind]
