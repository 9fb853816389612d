"""The tones that tell one peer from another: which there are, who plays which, and their samples.

Every tone is a multiple of 25 Hz, so a window of 40 ms at 8 kHz holds whole periods of each and no tone leaks into
another's Fourier bin whatever its phase. Left out are the neighbourhoods of what a telephone network listens for:
DTMF (ITU-T Q.23, with more than the 1.8 % a receiver may accept), fax (1100 and 2100 Hz) and, below 500 Hz, the
call progress tones (450 Hz in China, 440/480 Hz in North America).
"""

from functools import lru_cache

import numpy as np

SAMPLE_RATE = 8000
"""Samples a second, of every stream here."""
GRID_HZ = 25
"""The distance between two neighbouring tones."""
LEVEL_DBFS = -20.0
"""How loud a peer plays its tone: the sine's effective value, full scale being a square wave's."""

DTMF_ROWS = (697, 770, 852, 941)
DTMF_COLUMNS = (1209, 1336, 1477, 1633)
DTMF_KEYS = "123A456B789C*0#D"
"""The keypad, row by row."""

_FAX = ((1100, 40), (2100, 30))
_DTMF_GUARD = 0.025


def _allowed(hz: int) -> bool:
    clear_of_dtmf = all(abs(hz - key) > key * _DTMF_GUARD for key in DTMF_ROWS + DTMF_COLUMNS)
    return clear_of_dtmf and all(abs(hz - centre) > width for centre, width in _FAX)


FREQUENCIES: tuple[int, ...] = tuple(hz for hz in range(500, 3001, GRID_HZ) if _allowed(hz))
"""Every tone a peer may play, in Hz, rising."""
CALLER_TONES: tuple[int, ...] = tuple(hz for slot, hz in enumerate(FREQUENCIES) if slot % 5 in (0, 2, 4))
AGENT_TONES: tuple[int, ...] = tuple(hz for slot, hz in enumerate(FREQUENCIES) if slot % 5 in (1, 3))
"""Callers and agents never share a tone, so a recording whose channels are exchanged shows."""


def caller_tone(call: int) -> int:
    """The tone in Hz of the `call`-th call (from 0); they repeat only after `len(CALLER_TONES)` calls."""
    # 17 is coprime to the number of tones: neighbouring calls get tones far apart.
    return CALLER_TONES[call * 17 % len(CALLER_TONES)]


def agent_tone(agent: int) -> int:
    """The tone in Hz of the `agent`-th phone (from 0); they repeat only after `len(AGENT_TONES)` phones."""
    return AGENT_TONES[agent * 13 % len(AGENT_TONES)]


@lru_cache(maxsize=256)
def one_second(hz: int) -> bytes:
    """One second of the tone: signed 16-bit mono in native byte order, its end fitting its beginning."""
    peak = 32767 * 10 ** (LEVEL_DBFS / 20) * 2**0.5
    phase = 2 * np.pi * hz * np.arange(SAMPLE_RATE) / SAMPLE_RATE
    return (peak * np.sin(phase)).astype(np.int16).tobytes()


def dtmf(digits: str, *, press_ms: int = 100, gap_ms: int = 80) -> bytes:
    """The digits as sound, for a trunk without telephone-events: signed 16-bit mono, each followed by its gap.

    Raises ValueError for a digit no keypad has.
    """
    times = np.arange(SAMPLE_RATE * press_ms // 1000) / SAMPLE_RATE
    gap = np.zeros(SAMPLE_RATE * gap_ms // 1000)
    pieces = []
    for digit in digits.upper():
        if digit not in DTMF_KEYS:
            raise ValueError(f"{digit!r} is not on a keypad; use 0-9, A-D, * and #")
        key = DTMF_KEYS.index(digit)
        row, column = DTMF_ROWS[key // 4], DTMF_COLUMNS[key % 4]
        pieces += [4000 * (np.sin(2 * np.pi * row * times) + np.sin(2 * np.pi * column * times)), gap]
    return np.concatenate(pieces).astype(np.int16).tobytes() if pieces else b""
