"""Cut, level and resample speech, and write it as Asterisk reads it.

Loudness is ITU-R BS.1770 integrated loudness (LUFS). Speech shorter than one of its gating blocks is measured as if it
went on: repeated without a gap.
"""

import functools
import math
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

LOUDNESS_LUFS = -20.0
"""What every prompt, clip and music is levelled to."""

PEAK = 0.89
"""No sample is further from zero: 1 dB below full scale."""

_FRAME_S = 0.005
_QUIET_BEFORE_DB = -50.0  # first consonants are weak
_QUIET_AFTER_DB = -44.0
_SPAN_TO_MEASURE_S = 3.0


def loudness(samples: Samples, rate: int) -> float:
    """LUFS of mono samples, -inf for silence."""
    if not np.any(samples):
        return -math.inf
    times = math.ceil(_SPAN_TO_MEASURE_S * rate / len(samples))
    return float(_meter(rate).integrated_loudness(np.tile(samples, times) if times > 1 else samples))


@functools.cache
def _meter(rate: int) -> Any:
    import pyloudnorm

    return pyloudnorm.Meter(rate)


def levelled(samples: Samples, rate: int) -> Samples:
    """The samples at LOUDNESS_LUFS, peaks rounded off smoothly where they would pass PEAK."""
    louder = samples * 10 ** ((LOUDNESS_LUFS - loudness(samples, rate)) / 20)
    for _ in range(3):
        limited = _limited(louder, rate)
        short = LOUDNESS_LUFS - loudness(limited, rate)
        if abs(short) < 0.1:
            break
        louder = louder * 10 ** (short / 20)
    return _limited(louder, rate)


def _limited(samples: Samples, rate: int) -> Samples:
    """Turn the level down around a peak and up again after it, 5 ms each way, so that nothing clips."""
    over = np.maximum(np.abs(samples) / PEAK, 1.0)
    if float(over.max()) <= 1.0:
        return samples
    span = max(1, int(_FRAME_S * rate))
    padded = np.pad(over, (span, span), mode="edge")
    held = np.lib.stride_tricks.sliding_window_view(padded, 2 * span + 1).max(axis=1)
    window = np.hanning(span + 2)[1:-1]
    smooth = np.convolve(
        np.pad(1 / held, (span // 2, span - 1 - span // 2), mode="edge"), window / window.sum(), "valid"
    )
    return np.clip(samples * smooth[: len(samples)], -PEAK, PEAK)


def trimmed(samples: Samples, rate: int, before_s: float = 0.03, after_s: float = 0.06) -> Samples:
    """Cut the silence off both ends but for `before_s` and `after_s`, and fade those in and out."""
    frame = max(1, int(_FRAME_S * rate))
    count = len(samples) // frame
    if count == 0:
        return samples
    energy = np.sqrt(np.mean(samples[: count * frame].reshape(count, frame) ** 2, axis=1))
    first, last = (
        np.flatnonzero(energy > energy.max() * 10 ** (quiet / 20))[place]
        for quiet, place in ((_QUIET_BEFORE_DB, 0), (_QUIET_AFTER_DB, -1))
    )
    start = max(0, int(first) * frame - int(before_s * rate))
    end = min(len(samples), (int(last) + 1) * frame + int(after_s * rate))
    return faded(samples[start:end], rate, min(before_s, 0.01), min(after_s, 0.03))


def faded(samples: Samples, rate: int, in_s: float, out_s: float) -> Samples:
    """Raise the samples from zero over `in_s` and let them fall to zero over `out_s`: no click at a join."""
    result = samples.copy()
    rise, fall = (min(int(span * rate), len(samples) // 2) for span in (in_s, out_s))
    if rise:
        result[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    if fall:
        result[-fall:] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(fall) + 1) / fall)
    return result


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate."""
    if rate == wanted:
        return samples
    from scipy.signal import resample_poly

    common = math.gcd(rate, wanted)
    return np.asarray(
        resample_poly(samples, wanted // common, rate // common, window=("kaiser", 8.0)), dtype=np.float64
    )


def without_rumble(samples: Samples, rate: int) -> Samples:
    """Take away what lies below the voice (70 Hz), a telephone would not carry it."""
    from scipy.signal import butter, sosfiltfilt

    return np.asarray(sosfiltfilt(butter(2, 70, "highpass", fs=rate, output="sos"), samples), dtype=np.float64)


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write mono 16-bit PCM; the folder is made. Samples outside -1 to 1 are an error of the caller's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples of a mono 16-bit PCM file, and its rate."""
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            raise ValueError(f"{path} is not mono 16-bit PCM")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(
            np.float64
        ) / 32768, file.getframerate()
