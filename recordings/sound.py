"""What can be said of a two-channel recording without listening: level, clipping, voice and silence of each side.

Levels are dBFS (0 = full scale). Voice is told by level alone, in frames of 20 ms; 140 ms before and after a loud frame
belong to it, so that the pauses inside words do.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recordings.joined import SideSound, Sound

FRAME_S = 0.02
VOICE_DBFS = -45.0
REACH_FRAMES = 7
CLIPPED = 32_700
"""Samples (of 32,767) from which on a side counts as clipped."""
FULL_SCALE = 32_768.0
QUIETEST_DBFS = -100.0

Samples = NDArray[np.int16]


def dbfs(power: float) -> float:
    """Mean square of samples, 1 = full scale, as dBFS."""
    return max(QUIETEST_DBFS, 10 * float(np.log10(power))) if power > 0 else QUIETEST_DBFS


@dataclass(slots=True)
class _Side:
    powers: list[NDArray[np.float64]] = field(default_factory=list)
    peak: int = 0
    clipped: int = 0


class Listener:
    """Hears a recording block by block; every block but the last must hold whole frames."""

    def __init__(self, rate: int) -> None:
        """`rate`: samples a second."""
        self.frame = round(rate * FRAME_S)
        self._sides = (_Side(), _Side())

    def hear(self, caller: Samples, agent: Samples) -> None:
        """Take in the next block; both sides are of one length."""
        for side, samples in zip(self._sides, (caller, agent), strict=True):
            if not samples.size:
                continue
            loud = np.abs(samples.astype(np.int32))
            side.peak = max(side.peak, int(loud.max()))
            side.clipped += int((loud >= CLIPPED).sum())
            rest = -samples.size % self.frame
            whole = np.pad(samples, (0, rest)).astype(np.float64) / FULL_SCALE
            side.powers.append((whole.reshape(-1, self.frame) ** 2).mean(axis=1))

    def sound(self) -> Sound:
        """What was heard."""
        powers = [np.concatenate(side.powers) if side.powers else np.zeros(0) for side in self._sides]
        voiced = [_voiced(power) for power in powers]
        caller, agent = (
            SideSound(
                level_dbfs=round(dbfs(float(power[voice].mean() if voice.any() else power.mean())), 1)
                if power.size
                else QUIETEST_DBFS,
                peak_dbfs=round(dbfs((side.peak / FULL_SCALE) ** 2), 1),
                clipped=side.clipped,
                voice=_share(voice),
                longest_silence_s=round(_longest_run(~voice) * FRAME_S, 2),
            )
            for side, power, voice in zip(self._sides, powers, voiced, strict=True)
        )
        return Sound(
            caller=caller,
            agent=agent,
            both_silent=_share(~(voiced[0] | voiced[1])),
            both_voiced=_share(voiced[0] & voiced[1]),
        )


def _voiced(power: NDArray[np.float64]) -> NDArray[np.bool_]:
    loud = power > 10 ** (VOICE_DBFS / 10)
    if not loud.any():
        return loud
    # Every frame within reach of a loud one: the running sum over its window is above nought.
    sums = np.concatenate(([0], np.cumsum(loud)))
    places = np.arange(loud.size)
    near: NDArray[np.bool_] = (
        sums[np.minimum(places + REACH_FRAMES + 1, loud.size)] - sums[np.maximum(places - REACH_FRAMES, 0)]
    ) > 0
    return near


def _share(frames: NDArray[np.bool_]) -> float:
    return round(float(frames.mean()), 4) if frames.size else 0.0


def _longest_run(frames: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], frames.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0
