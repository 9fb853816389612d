"""Say the words of one file so that they join: whole sentences, pieces before and after a value, and clips.

A word said alone is long and falls like a sentence's end, so pieces and clips are said before a comma. Cutting them out
of fluent sentences was tried: what is cut off a first consonant is what a listener would have needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import numpy as np

from ivr.speech.kokoro import RATE, Kokoro
from ivr.speech.level import Samples, trimmed
from tools.voice.pronunciation import sounds

_BETWEEN_SENTENCES_S = 0.3
_AFTER_A_STOP_S = 0.11
_AFTER_A_COMMA_S = 0.09
_SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]*")
_SENTENCE_END = re.compile(r"[。！？.!?]")
_WORD = re.compile(r"\w")
_STOP = {"zh-CN": "。", "en": "."}
_COMMA = {"zh-CN": "，", "en": ","}


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


SPEEDS: Mapping[str, Mapping[Part, float]] = {
    "zh-CN": {Part.SENTENCE: 0.9, Part.BEFORE_VALUE: 0.95, Part.CLIP: 1.0, Part.LAST_CLIP: 1.0},
    "en": {Part.SENTENCE: 0.98, Part.BEFORE_VALUE: 1.0, Part.CLIP: 1.0, Part.LAST_CLIP: 1.0},
}
"""How fast a part is said; 1.0 is the voice's own pace."""


def spoken_of(words: Words) -> list[str]:
    """What is spoken in one go: the sentences of the words, each with the punctuation that it is spoken with."""
    sentences = [found.group().strip() for found in _SENTENCE.finditer(words.text) if _WORD.search(found.group())]
    ends = words.part in (Part.SENTENCE, Part.LAST_CLIP)
    return [
        _punctuated(sentence, words.language, ends=ends or number < len(sentences))
        for number, sentence in enumerate(sentences, 1)
    ]


def say(kokoro: Kokoro, words: Words, voice: str, paces: Mapping[str, float] = MappingProxyType({})) -> Samples:
    """The words at 24 kHz, cut at both ends, as loud as the voice says them.

    `paces`: takes of what is spoken in one go that are slower (below 1) or quicker.
    """
    spoken: list[Samples] = []
    for text in spoken_of(words):
        speed = SPEEDS[words.language][words.part] * paces.get(text, 1.0)
        spoken += [np.zeros(int(_BETWEEN_SENTENCES_S * RATE)), _say(kokoro, text, words, voice, speed)]
    if not _WORD.match(words.text):
        after = _AFTER_A_STOP_S if _SENTENCE_END.match(words.text) else _AFTER_A_COMMA_S
        spoken[0] = np.zeros(int(after * RATE))
        return np.concatenate(spoken)
    return np.concatenate(spoken[1:])


def _punctuated(sentence: str, language: str, *, ends: bool) -> str:
    sentence = sentence.lstrip(" ，,")  # a comma that speech begins with is heard as a syllable
    if _SENTENCE_END.match(sentence[-1]) and ends:
        return sentence
    return sentence.strip(" ，,。.") + (_STOP if ends else _COMMA)[language]


def _say(kokoro: Kokoro, text: str, words: Words, voice: str, speed: float) -> Samples:
    spoken = kokoro.speak(sounds(kokoro, text, words.language), words.language, voice, speed)
    return trimmed(spoken, RATE, before_s=0.03, after_s=0.03 if words.part in (Part.CLIP, Part.LAST_CLIP) else 0.06)
