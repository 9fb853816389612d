"""Make the audio of one voice: every sentence of the catalogue and every clip of the language.

Beside the files stands `texts.json`, the words each of them says: what is unchanged is not made again, and the lint
sees a recording whose text has changed since.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ivr.prompts.book import AUDIO, CLIPS
from ivr.prompts.catalogue import Slot, supplied
from ivr.prompts.lint import RATES, TEXTS
from ivr.speech import level
from ivr.speech.kokoro import RATE, Kokoro
from ivr.speech.language import END, PAUSES_S
from ivr.speech.languages import LANGUAGES
from tools.voice.carriers import Part, Words, say
from tools.voice.takes import paces


def words_of(language: str) -> Iterator[Words]:
    """Everything that is recorded in a language."""
    for prompt in supplied().values():
        parts = prompt.parts(language)
        for place, part in enumerate(parts):
            if not isinstance(part, Slot):
                last = place == len(parts) - 1
                yield Words(part.name, part.text, language, Part.SENTENCE if last else Part.BEFORE_VALUE)
        for sentence in prompt.sentences(language).values():
            yield Words(sentence.name, sentence.text, language, Part.SENTENCE)
    for clip, text in LANGUAGES[language].all_clips().items():
        yield Words(f"{CLIPS}/{clip}", text, language, Part.LAST_CLIP if clip.endswith(END) else Part.CLIP)


def make(
    kokoro: Kokoro, language: str, voice: str, only: Iterable[str] = (), *, again: bool = False, into: Path = AUDIO
) -> Iterator[Words]:
    """Record what is new or changed (`again`: everything, or every one of `only`); yields each as it is written."""
    folder = into / language / voice
    texts = read_texts(folder)
    wanted = set(only)
    kept: dict[str, str] = {}
    for words in words_of(language):
        there = all((folder / f"{words.name}.{form}").is_file() for form in RATES)
        chosen = not wanted or words.name in wanted
        if not (chosen and again) and there and texts.get(words.name) == words.text:
            kept[words.name] = words.text
            continue
        if chosen:
            write(folder / words.name, say(kokoro, words, voice, paces(language, voice)))
            kept[words.name] = texts[words.name] = words.text
            write_texts(folder, texts)
            yield words
    for pause, span in PAUSES_S.items():
        for form, rate in RATES.items():
            level.write_wav(folder / CLIPS / f"{pause}.{form}", np.zeros(int(span * rate)), rate)
    write_texts(folder, kept)


def write(path: Path, samples: level.Samples) -> None:
    """Level speech at 24 kHz and write it at each rate."""
    clean = level.without_rumble(samples, RATE)
    for form, rate in RATES.items():
        level.write_wav(
            path.with_name(f"{path.name}.{form}"), level.levelled(level.resampled(clean, RATE, rate), rate), rate
        )


def read_texts(folder: Path) -> dict[str, str]:
    """What the files of a voice say; empty for a voice not yet made."""
    file = folder / TEXTS
    texts: dict[str, str] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return texts


def write_texts(folder: Path, texts: dict[str, str]) -> None:
    """Write `texts.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TEXTS).write_text(json.dumps(texts, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
