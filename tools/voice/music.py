"""Music on hold, composed by code: calm, without a beat that tires, within the telephone band, and it loops unheard.

Four bars of chords, played six times, every second time with a melody: soft bell tones (a fundamental and a few quickly
fading partials) over slow pads. What still sounds at the end goes on at the beginning, so the loop has no seam.
"""

from pathlib import Path

import numpy as np

from ivr.speech.level import Samples, levelled, write_wav

RATE = 8000
BEAT_S = 0.8
BARS = 24
_BEATS = 4
_LENGTH = int(BARS * _BEATS * BEAT_S * RATE)

_CHORDS = ((64, 67, 71, 74), (60, 64, 67, 71), (62, 67, 69, 71), (62, 66, 69, 74))
"""MIDI notes of four bars: E minor 7, C major 7, G with its second, D; low notes would not pass a telephone."""

_PATTERN = (0, 2, 1, 3, 2, 1, 3, 2)
"""Which note of the chord each eighth plays, an octave up."""

_MELODY = (83, 0, 81, 79, 0, 76, 0, 79, 81, 0, 83, 0, 86, 0, 81, 0)
"""One note or rest a beat, over four bars; every second time it rests."""


def compose() -> Samples:
    """76.8 s of music at 8 kHz, levelled like speech."""
    sound = np.zeros(_LENGTH)
    for bar in range(BARS):
        chord = _CHORDS[bar % 4]
        start = bar * _BEATS * BEAT_S
        for note in chord:
            _add(sound, start, _pad(note, _BEATS * BEAT_S * 1.25), 0.10)
        for eighth, voice in enumerate(_PATTERN):
            _add(sound, start + eighth * BEAT_S / 2, _bell(chord[voice] + 12, 1.6), 0.10 if eighth % 4 else 0.14)
        if bar // 4 % 2:
            for beat in range(_BEATS):
                note = _MELODY[bar % 4 * _BEATS + beat]
                if note:
                    _add(sound, start + beat * BEAT_S, _bell(note, 2.4), 0.20)
    return levelled(sound, RATE)


def write(path: Path) -> None:
    """Write the music as a WAV file."""
    write_wav(path, compose(), RATE)


def _frequency(note: int) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _bell(note: int, span_s: float) -> Samples:
    moments = np.arange(int(span_s * RATE)) / RATE
    frequency = _frequency(note)
    sound = np.zeros(len(moments))
    for partial, share, fades in ((1, 1.0, 1.8), (2, 0.35, 3.5), (3, 0.12, 6.0), (4.2, 0.05, 11.0)):
        if partial * frequency < 3300:
            sound += share * np.exp(-fades * moments) * np.sin(2 * np.pi * partial * frequency * moments)
    return sound * np.minimum(1, moments / 0.008) * np.minimum(1, (span_s - moments) / 0.2)


def _pad(note: int, span_s: float) -> Samples:
    moments = np.arange(int(span_s * RATE)) / RATE
    frequency = _frequency(note)
    sound = sum(
        share * np.sin(2 * np.pi * partial * frequency * moments + 0.3 * np.sin(2 * np.pi * 0.23 * moments + partial))
        for partial, share in ((1, 1.0), (2, 0.5), (3, 0.2))
    )
    return np.asarray(sound * np.sin(np.pi * moments / span_s) ** 2, dtype=np.float64)


def _add(sound: Samples, at_s: float, note: Samples, share: float) -> None:
    """Mix a note in; what passes the end goes on at the beginning."""
    places = (int(at_s * RATE) + np.arange(len(note))) % len(sound)
    np.add.at(sound, places, share * note)
