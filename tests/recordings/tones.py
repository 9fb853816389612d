"""Sound for tests: tones, and raw files as Asterisk leaves them."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
Samples = NDArray[np.int16]


def tone(hertz: float, seconds: float, level: float = 0.5) -> Samples:
    """A sine; `level` 1 is full scale."""
    at = np.arange(round(RATE * seconds)) / RATE
    return (level * 32767 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(RATE * seconds), np.int16)


def loudest_hertz(samples: Samples) -> float:
    """The frequency that stands out."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    return float(np.argmax(spectrum) * RATE / samples.size)


def write_raw(path: Path, samples: Samples, *, closed: bool = True, rate: int = RATE, channels: int = 1) -> Path:
    """A WAV file with the 44-byte header that Asterisk writes; while it is open its lengths are 0."""
    content = samples.astype("<i2").tobytes()
    length = len(content) if closed else 0
    riff = 36 + length if closed else 0
    shape = struct.pack("<HHIIHH", 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        struct.pack("<4sI4s4sI", b"RIFF", riff, b"WAVE", b"fmt ", 16)
        + shape
        + struct.pack("<4sI", b"data", length)
        + content
    )
    return path


def close_raw(path: Path) -> None:
    """Bring the header up to the file's size, as Asterisk does when it closes it."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", size - 8))
        file.seek(40)
        file.write(struct.pack("<I", size - 44))
