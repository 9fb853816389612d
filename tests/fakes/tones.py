"""Prompts that are tones: what is said is short, what is asked is long, so that a slow machine changes nothing."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy
import soundfile


def write_tone(path: Path, seconds: float) -> str:
    """Write a tone beside this path; returns the path as Asterisk wants it: without extension."""
    tone = numpy.sin(numpy.arange(int(8000 * seconds)) * 440 * 2 * numpy.pi / 8000) * 0.3
    soundfile.write(f"{path}.wav", tone, 8000, subtype="PCM_16")
    return str(path)


class Tones:
    """A prompt book of tones; the prompts `asked` are those after which a key is waited for."""

    def __init__(self, folder: Path, asked: Collection[str]) -> None:
        self._asked = asked
        self._short = write_tone(folder / "said", 0.2)
        self._long = write_tone(folder / "asked", 4.0)

    def files(self, prompt_id: str, language: str, values: Mapping[str, object] | None = None) -> list[str]:
        return [self._long if prompt_id in self._asked else self._short]

    def say(self, kind: str, value: object, language: str) -> list[str]:
        return [self._short]
