"""Prompts found in what a peer heard."""

import io
from typing import Any

import numpy as np
import soundfile

from ivr.prompts.book import PromptBook
from tests.fakes.rtp import RATE

ALIKE = 0.95
"""Correlation of a prompt with what was heard, from which on it was that prompt."""


def samples(a_law: bytes) -> Any:
    """Audio as it came, from -1 to 1."""
    heard, _ = soundfile.read(io.BytesIO(a_law), samplerate=RATE, channels=1, format="RAW", subtype="ALAW")
    return heard


def where(prompt: str, heard: Any, of: slice = slice(None)) -> tuple[float, int]:
    """(highest correlation, -1 to 1, at which sample) of a Mandarin prompt, or a part of it, with what was heard."""
    (file,) = PromptBook().files(prompt, "zh-CN")
    wanted, _ = soundfile.read(f"{file}.wav")
    wanted = wanted[of]
    size = len(heard) + len(wanted)
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    power = np.concatenate(([0.0], np.cumsum(heard**2)))
    places = len(heard) - len(wanted) + 1
    energy = np.sqrt((power[len(wanted) :] - power[:places]) * (wanted**2).sum())
    alike = products[:places] / np.maximum(energy, 1e-3)
    return float(alike.max()), int(alike.argmax())
