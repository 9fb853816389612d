"""What a peer hears: which tone is there since when, and whether there is any sound at all.

A frame of 40 ms counts as a tone when one Fourier bin of 25 Hz holds nine tenths of its power; three such frames in a
row make the tone heard. Speech and music do not do that, or not on a tone of `tones.FREQUENCIES` for 120 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from config.lab.peers.tones import FREQUENCIES, GRID_HZ, SAMPLE_RATE

FRAME = SAMPLE_RATE // GRID_HZ
"""Samples in a frame: 40 ms."""
FRAME_MS = 1000 // GRID_HZ
_FRAMES_TO_HEAR = 3
_FRAMES_TO_MISS = 10
_FRAMES_OF_SOUND = 5
_FRAMES_OF_SILENCE = 15
_PURITY = 0.9
_QUIETEST_RMS = 180.0  # -45 dBFS
_TONE_BINS = np.isin(np.arange(FRAME // 2 + 1) * GRID_HZ, FREQUENCIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneSpan:
    """A tone heard without a gap of 0.4 s; `since` and `until` in epoch ms, `until` being the last moment heard."""

    tone_hz: int
    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A change in what is heard. `what`: tone, no_tone (its span is over), sound (0.2 s) or silence (0.6 s)."""

    what: str
    span: ToneSpan


class Ear:
    """Listens to one direction of one call, 8 kHz mono."""

    def __init__(self) -> None:
        self.spans: list[ToneSpan] = []
        """Finished spans, oldest first; `current` follows."""
        self.current: ToneSpan | None = None
        self._rest: NDArray[np.int16] = np.empty(0, np.int16)
        self._candidate = 0
        self._run = 0
        self._misses = 0
        self._loud = 0
        self._quiet = 0
        self._sounding = False

    def feed(self, pcm: bytes, now: int) -> list[Heard]:
        """Take what arrived up to `now` (epoch ms): signed 16-bit mono, native byte order; return what changed."""
        fresh = np.frombuffer(pcm, np.int16)
        samples = np.concatenate((self._rest, fresh)) if len(self._rest) else fresh
        count = len(samples) // FRAME
        self._rest = samples[count * FRAME :].copy()
        if not count:
            return []
        frames = samples[: count * FRAME].reshape(count, FRAME).astype(np.float32)
        tones, loudness = frame_tones(frames)
        first_start = now - (len(samples) * 1000) // SAMPLE_RATE
        changes: list[Heard] = []
        for number in range(count):
            start = first_start + number * FRAME_MS
            changes += self._hear_tone(int(tones[number]), start)
            changes += self._hear_sound(bool(loudness[number] >= _QUIETEST_RMS), start)
        return changes

    def finish(self) -> list[ToneSpan]:
        """End listening; return every span heard."""
        if self.current is not None:
            self.spans.append(self.current)
            self.current = None
        return list(self.spans)

    def _hear_tone(self, tone: int, start: int) -> list[Heard]:
        end = start + FRAME_MS
        changes = []
        if self.current is not None and start - self.current.until >= _FRAMES_TO_MISS * FRAME_MS:
            # Nothing at all arrived in between: a muted line sends no packets.
            changes.append(self._end_span())
            self._run = 0
        if self.current is not None and tone == self.current.tone_hz:
            self.current = ToneSpan(tone_hz=tone, since=self.current.since, until=end)
            self._misses = 0
            return changes
        if self.current is not None:
            self._misses += 1
            if self._misses >= _FRAMES_TO_MISS:
                changes.append(self._end_span())
        self._run = self._run + 1 if tone and tone == self._candidate else int(tone != 0)
        self._candidate = tone
        if self._run >= _FRAMES_TO_HEAR:
            if self.current is not None:
                changes.append(self._end_span())
            self.current = ToneSpan(tone_hz=tone, since=end - _FRAMES_TO_HEAR * FRAME_MS, until=end)
            self._misses = 0
            self._run = 0
            changes.append(Heard(what="tone", span=self.current))
        return changes

    def _end_span(self) -> Heard:
        assert self.current is not None
        ended, self.current = self.current, None
        self.spans.append(ended)
        return Heard(what="no_tone", span=ended)

    def _hear_sound(self, loud: bool, start: int) -> list[Heard]:
        self._loud = self._loud + 1 if loud else 0
        self._quiet = 0 if loud else self._quiet + 1
        moment = ToneSpan(tone_hz=0, since=start, until=start + FRAME_MS)
        if not self._sounding and self._loud >= _FRAMES_OF_SOUND:
            self._sounding = True
            return [Heard(what="sound", span=moment)]
        if self._sounding and self._quiet >= _FRAMES_OF_SILENCE:
            self._sounding = False
            return [Heard(what="silence", span=moment)]
        return []

    @property
    def sounding(self) -> bool:
        """Whether there is sound now: 0.2 s of it were heard, and no 0.6 s of silence since."""
        return self._sounding


def frame_tones(frames: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Of frames shaped (n, FRAME): the tone in Hz that each is (0 if none), and each frame's effective value."""
    spectrum = np.fft.rfft(frames, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    power[:, 0] = 0
    total = power.sum(axis=1)
    best = power.argmax(axis=1)
    rms = np.sqrt((frames * frames).mean(axis=1))
    pure = (power[np.arange(len(best)), best] >= _PURITY * total) & (rms >= _QUIETEST_RMS) & _TONE_BINS[best]
    return np.where(pure, best * GRID_HZ, 0), rms
