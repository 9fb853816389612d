"""The fourth witness: which tones a recording holds, channel by channel."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from config.lab.check.errors import CheckError

_WINDOW_S = 0.04
_GRID_HZ = 25
_PURITY = 0.8
_QUIETEST = 0.005  # -46 dB of full scale, effective
_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What a recording holds: for each channel, how many milliseconds each tone (Hz) is there."""

    seconds: float
    channels: tuple[dict[int, int], ...]


def listen(path: Path) -> Sound:
    """Listen to a recording. A window of 40 ms holds a tone when one Fourier bin of 25 Hz has most of its power, or
    when it is loud between two that hold it.

    Raises CheckError when it is no sound file.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise CheckError(f"{path}: is no sound file: {error}") from error
    return Sound(
        seconds=len(samples) / rate,
        channels=tuple(_tones(samples[:, channel], rate) for channel in range(samples.shape[1])),
    )


def _tones(samples: NDArray[np.float32], rate: int) -> dict[int, int]:
    size = int(rate * _WINDOW_S)
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(windows):
        return {}
    power = np.abs(np.fft.rfft(windows, axis=1)) ** 2
    power[:, 0] = 0
    best = power.argmax(axis=1)
    loud = np.sqrt((windows**2).mean(axis=1)) >= _QUIETEST
    pure = power.max(axis=1) >= _PURITY * power.sum(axis=1)
    tones = np.where(loud & pure, best, 0)
    # Where a packet was late the tone jumps, and its window holds more than that one.
    between = (tones[1:-1] == 0) & loud[1:-1] & (tones[:-2] == tones[2:])
    tones[1:-1] = np.where(between, tones[:-2], tones[1:-1])
    bins, counts = np.unique(tones[tones > 0], return_counts=True)
    window_ms = int(_WINDOW_S * 1000)
    return {int(b) * _GRID_HZ: int(n) * window_ms for b, n in zip(bins, counts, strict=True)}


def sound_files(folder: Path) -> set[str]:
    """The sound files of a folder and its folders, relative to it; none if it is not there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix in _SUFFIXES}
