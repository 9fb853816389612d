"""A recogniser listens to what was made, as it would sound in the wide band and over a telephone line."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ivr.speech.level import Samples, resampled

RATE = 16_000

_CONTEXT = {"zh-CN": "以下是电话客服热线的语音提示。", "en": "This is a spoken prompt of a customer service line."}

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Sampling is tried only where the first reading repeats itself or is improbable, as Whisper's authors do it."""

_LOST = re.compile(r"(.{1,6}?)\1{4,}")
"""The same five times in a row: a recogniser gone round in circles. Whisper finds that out by how far a text can be
compressed, which tells nothing of texts as short as ours."""

_TOKENS_A_SECOND = 16
"""More than anybody says, rare characters being several each; a recogniser gone round in circles is stopped there."""


def mu_law(samples: Samples) -> Samples:
    """The samples after G.711 µ-law's 8 bits (the continuous form of its curve, mu = 255)."""
    squeezed = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log1p(255)
    coarse = np.round(squeezed * 127) / 127
    return np.asarray(np.sign(coarse) * np.expm1(np.abs(coarse) * np.log1p(255)) / 255, dtype=np.float64)


def a_law(samples: Samples) -> Samples:
    """The samples after G.711 A-law's 8 bits (the continuous form of its curve, A = 87.6)."""
    size = np.abs(samples)
    whole = 1 + np.log(87.6)
    squeezed = np.where(size < 1 / 87.6, 87.6 * size / whole, (1 + np.log(np.maximum(87.6 * size, 1e-9))) / whole)
    coarse = np.round(squeezed * 127) / 127
    spread = np.where(coarse < 1 / whole, coarse * whole / 87.6, np.exp(coarse * whole - 1) / 87.6)
    return np.asarray(np.sign(samples) * spread, dtype=np.float64)


def over_the_telephone(samples: Samples, rate: int, law: Callable[[Samples], Samples]) -> tuple[Samples, int]:
    """The samples at 8 kHz, within 300 to 3400 Hz, coded and decoded."""
    from scipy.signal import butter, sosfiltfilt

    narrow = sosfiltfilt(butter(4, (300, 3400), "bandpass", fs=8000, output="sos"), resampled(samples, rate, 8000))
    return law(np.clip(narrow, -1, 1)), 8000


LINES: Mapping[str, Callable[[Samples, int], tuple[Samples, int]]] = {
    "as made": lambda samples, rate: (samples, rate),
    "µ-law": lambda samples, rate: over_the_telephone(samples, rate, mu_law),
    "A-law": lambda samples, rate: over_the_telephone(samples, rate, a_law),
}
"""Ways the sound can reach an ear."""


def lost(heard: str, language: str) -> bool:
    """Whether the recogniser wrote the same thing over and over again, nothing, or what it was told beforehand."""
    return _LOST.search(heard) is not None or heard.strip(" .。") in _CONTEXT[language]


class Recogniser:
    """Whisper-base, from the folder that `tools.voice weights` made."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(weights / "whisper"), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def hear(self, samples: Samples, rate: int, language: str) -> str:
        """What it understands."""
        sound = np.pad(resampled(samples, rate, RATE), (RATE // 5, RATE // 5)).astype(np.float32)
        readings = (self._read(sound, language, _TEMPERATURES[first:]) for first in range(len(_TEMPERATURES)))
        first = next(readings)
        return next((heard for heard in itertools.chain((first,), readings) if not lost(heard, language)), first)

    def _read(self, sound: Any, language: str, temperatures: Sequence[float]) -> str:
        import ctranslate2

        ctranslate2.set_random_seed(0)
        segments, _ = self._model.transcribe(
            sound,
            language=language[:2],
            beam_size=5,
            temperature=temperatures,
            max_new_tokens=len(sound) * _TOKENS_A_SECOND // RATE,
            condition_on_previous_text=False,
            initial_prompt=_CONTEXT[language],
        )
        return "".join(segment.text for segment in segments).strip()
