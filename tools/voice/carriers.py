"""Say the words of one file so that they join: whole sentences, pieces before and after a value, and clips.

A word said alone is long and falls like a sentence's end. English clips are therefore said within a carrier sentence
and cut out of it, before a stop, whose closure is a place to cut without a trace; the model's own durations tell where.
The Mandarin voice slurs what stands within a sentence, so its clips are said alone, before a comma, and quicker.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ivr.speech.kokoro import RATE, Kokoro
from ivr.speech.level import Samples, faded, trimmed
from tools.voice.pronunciation import respelled

_BETWEEN_SENTENCES_S = 0.3
_AFTER_A_COMMA_S = 0.09
_SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]*")
_WORD = re.compile(r"\w")
_STOP = {"zh-CN": "。", "en": "."}
_COMMA = {"zh-CN": "，", "en": ","}
_FINE_FRAME = RATE // 200
_SEARCH = RATE // 33


class Part(Enum):
    """What the words are in a sentence, which decides how they are said."""

    SENTENCE = "sentence"
    BEFORE_VALUE = "before a value"
    CLIP = "clip"
    LAST_CLIP = "last clip"


@dataclass(frozen=True, slots=True)
class Words:
    """What one file says; `name` is its path below the voice's folder, without extension."""

    name: str
    text: str
    language: str
    part: Part


@dataclass(frozen=True, slots=True)
class Manner:
    """How one part is said: after and before which words, and how fast (1.0: the voice's own pace)."""

    speed: float
    before: str = ""
    after: str = ""


MANNERS: Mapping[str, Mapping[Part, Manner]] = {
    "zh-CN": {
        Part.SENTENCE: Manner(0.9),
        Part.BEFORE_VALUE: Manner(0.95),
        Part.CLIP: Manner(1.2),
        Part.LAST_CLIP: Manner(1.1),
    },
    "en": {
        Part.SENTENCE: Manner(0.98),
        Part.BEFORE_VALUE: Manner(1.0),
        Part.CLIP: Manner(0.85, "It cost, ", " to take it."),
        Part.LAST_CLIP: Manner(0.95, "It cost, ", ""),
    },
}

_UNHURRIED = Manner(1.0)
"""For words that are not understood when said faster or cut out: single Mandarin syllables, and _ALONE."""

_ALONE = ("a.m.", "p.m.", "yuan", "fen")


def say(kokoro: Kokoro, words: Words, voice: str, pace: float = 1.0) -> Samples:
    """The words at 24 kHz, cut at both ends, as loud as the voice says them. `pace` makes another, quicker take."""
    manner = MANNERS[words.language][words.part]
    if words.text in _ALONE or (words.language == "zh-CN" and len(words.text) == 1):
        manner = _UNHURRIED
    sentences = [found.group().strip() for found in _SENTENCE.finditer(words.text) if _WORD.search(found.group())]
    sounds: list[Samples] = []
    for number, sentence in enumerate(sentences):
        ends = words.part is Part.SENTENCE or number < len(sentences) - 1 or words.part is Part.LAST_CLIP
        said = _say(kokoro, _punctuated(sentence, words.language, ends=ends), words, voice, manner, pace)
        sounds += [np.zeros(int(_BETWEEN_SENTENCES_S * RATE)), said]
    if not _WORD.match(words.text):
        sounds[0] = np.zeros(int(_AFTER_A_COMMA_S * RATE))
        return np.concatenate(sounds)
    return np.concatenate(sounds[1:])


def _punctuated(sentence: str, language: str, *, ends: bool) -> str:
    if re.search(r"[。！？.!?]$", sentence) and ends:
        return sentence
    return sentence.strip(" ，,。.") + (_STOP if ends else _COMMA)[language]


def _say(kokoro: Kokoro, text: str, words: Words, voice: str, manner: Manner, pace: float) -> Samples:
    language = words.language
    if manner.after:
        text = text.rstrip("，,。.")
    before = kokoro.phonemes(manner.before, language) + " " if manner.before else ""
    after = " " + kokoro.phonemes(manner.after, language) if manner.after else ""
    middle = kokoro.phonemes(respelled(text, language), language)
    spoken = kokoro.speak(before + middle + after, language, voice, manner.speed * pace)
    samples = spoken.samples
    start = _quietest(samples, spoken.edges[sum(map(kokoro.knows, before))]) if before else 0
    end = _quietest(samples, spoken.edges[-1 - sum(map(kokoro.knows, after))]) if after else len(samples)
    joins = words.part in (Part.CLIP, Part.LAST_CLIP)
    sound = trimmed(samples[start:end], RATE, before_s=0.03, after_s=0.04 if joins else 0.06)
    return faded(sound, RATE, 0.004, 0.008) if after else sound


def _quietest(samples: Samples, place: int) -> int:
    """The quietest 5 ms within 30 ms of a place."""
    start = max(0, place - _SEARCH)
    window = samples[start : place + _SEARCH]
    count = len(window) // _FINE_FRAME
    if count == 0:
        return place
    energy = np.mean(window[: count * _FINE_FRAME].reshape(count, _FINE_FRAME) ** 2, axis=1)
    return start + int(np.argmin(energy)) * _FINE_FRAME + _FINE_FRAME // 2
