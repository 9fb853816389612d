"""Takes: sentences and clips that were understood better when said a little slower or faster, and how that was found.

`takes.json` holds language -> voice -> what is spoken in one go, its punctuation included -> pace; `make` says it at
that pace.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ivr.prompts.book import PromptBook
from ivr.prompts.catalogue import supplied
from ivr.speech import level
from ivr.speech.kokoro import RATE, Kokoro
from tools.voice.carriers import Words, say, spoken_of
from tools.voice.composed import Composed, sentences, sound_of
from tools.voice.recogniser import LINES, Recogniser
from tools.voice.scoring import compare

TAKES = Path(__file__).parent / "takes.json"
PACES = (1.0, 0.94, 1.06, 0.88, 1.12)

HEARD_IN = 3
"""Composed sentences in which a piece or clip is heard: the shortest there are, which take the least time to hear."""

_SEEDS = range(7, 17)
"""Draw sentences other than those that are reported on."""

_WORST_FIRST = ("A-law", "µ-law", "as made")

Takes = dict[str, dict[str, dict[str, float]]]


@cache
def takes() -> Takes:
    """What `takes.json` holds."""
    found: Takes = json.loads(TAKES.read_text("utf-8")) if TAKES.is_file() else {}
    return found


def paces(language: str, voice: str) -> Mapping[str, float]:
    """The pace of each chosen take; what is not there keeps its first."""
    return takes().get(language, {}).get(voice, {})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sound is heard: what is said there in all, and the sound before and after it, at 8 kHz."""

    text: str
    before: level.Samples
    after: level.Samples


def choose(kokoro: Kokoro, recogniser: Recogniser, words: Words, voice: str) -> Iterator[tuple[str, float, int]]:
    """Say each sentence of the words at each pace until one is understood without error on every line; keep the best.

    Yields what is spoken, its pace, its errors.
    """
    chosen = takes().setdefault(words.language, {}).setdefault(voice, {})
    for spoken in spoken_of(words):
        alone = Words(words.name, spoken if len(spoken_of(words)) > 1 else words.text, words.language, words.part)
        places = list(_places(alone, voice))
        best, least = 1.0, 10**6
        for pace in PACES:
            sound = _written(say(kokoro, alone, voice, {spoken: pace}))
            errors = _errors(recogniser, sound, places, words.language, least)
            if errors < least:
                best, least = pace, errors
            if not least:
                break
        chosen.pop(spoken, None)
        if best != 1.0:
            chosen[spoken] = best
        TAKES.write_text(json.dumps(takes(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        yield spoken, best, least


def _places(words: Words, voice: str) -> Iterator[_Place]:
    """A sentence alone; a piece or clip within composed sentences."""
    nothing = np.zeros(0)
    prompt = supplied().get(words.name.partition("/")[0])
    if prompt and (not prompt.slots() or "/" in words.name):
        yield _Place(words.text, nothing, nothing)
        return
    name = Path(words.name).name
    for one in itertools.islice((one for one in _composed(words.language, voice) if name in _names(one)), HEARD_IN):
        place = _names(one).index(name)
        before, after = one.files[:place], one.files[place + 1 :]
        yield _Place(one.text, *(sound_of(files)[0] if files else nothing for files in (before, after)))


@cache
def _composed(language: str, voice: str) -> list[Composed]:
    """The shortest first."""
    book = PromptBook(voice=voice)
    drawn = (one for seed in _SEEDS for one in sentences(book, language, seed))
    return sorted(drawn, key=lambda one: len(one.text))


def _names(one: Composed) -> list[str]:
    return [Path(file).name for file in one.files]


def _written(samples: level.Samples) -> level.Samples:
    """The sound as the 8 kHz file holds it."""
    narrow = level.levelled(level.resampled(level.without_rumble(samples, RATE), RATE, 8000), 8000)
    return np.round(narrow * 32767) / 32768


def _errors(recogniser: Recogniser, sound: level.Samples, places: list[_Place], language: str, enough: int) -> int:
    """Errors over every line and place; counting ends at `enough`."""
    errors = 0
    for line, place in itertools.product(_WORST_FIRST, places):
        heard = recogniser.hear(*LINES[line](np.concatenate([place.before, sound, place.after]), 8000), language)
        errors += compare(place.text, heard, language).wrong
        if errors >= enough:
            break
    return errors
