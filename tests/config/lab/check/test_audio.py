"""The fourth witness hears a tone as long as it lasted, and no hole in it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.lab.check.audio import listen

RATE = 8000


def sounding(hertz: float, seconds: float, jumps: int = 0) -> np.ndarray:
    """A tone whose phase jumps now and then, as it does where a packet is late."""
    time = np.arange(int(RATE * seconds)) / RATE
    phase = np.pi * np.floor(time * (jumps + 1) / seconds)
    return 0.1 * np.sin(2 * np.pi * hertz * time + phase)


def heard(path: Path, samples: np.ndarray) -> dict[int, int]:
    soundfile.write(path, samples, RATE)
    return listen(path).channels[0]


def test_a_tone_that_jumps_where_packets_were_late_is_heard_as_long_as_it_lasts(tmp_path: Path) -> None:
    found = heard(tmp_path / "a.wav", sounding(1000, 10, jumps=37))
    assert found[1000] == pytest.approx(10_000, abs=80)


def test_silence_in_a_tone_and_another_one_are_not_taken_for_it(tmp_path: Path) -> None:
    parts = [sounding(1000, 2), np.zeros(RATE // 5), sounding(1000, 2), sounding(2000, 0.2), sounding(1000, 2)]
    found = heard(tmp_path / "a.wav", np.concatenate(parts))
    assert found[1000] == pytest.approx(6_000, abs=120)
    assert found[2000] == pytest.approx(200, abs=40)
