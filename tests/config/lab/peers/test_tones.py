"""Which tones there are, and that none is mistaken for another or for a key."""

import numpy as np
import pytest

from config.lab.peers import tones


def test_tones_are_apart_and_away_from_what_networks_listen_for() -> None:
    assert all(b - a >= 25 for a, b in zip(tones.FREQUENCIES, tones.FREQUENCIES[1:], strict=False))
    for key in tones.DTMF_ROWS + tones.DTMF_COLUMNS:
        assert all(abs(hz - key) > 0.018 * key for hz in tones.FREQUENCIES)
    assert all(abs(hz - 1100) > 38 and abs(hz - 2100) > 15 for hz in tones.FREQUENCIES)
    assert min(tones.FREQUENCIES) >= 400
    assert max(tones.FREQUENCIES) <= 3000


def test_each_of_forty_calls_and_thirty_agents_has_its_own() -> None:
    callers = [tones.caller_tone(n) for n in range(40)]
    agents = [tones.agent_tone(n) for n in range(30)]
    assert len({*callers, *agents}) == 70


@pytest.mark.parametrize("hz", [tones.FREQUENCIES[0], tones.FREQUENCIES[-1], 1000])
def test_a_second_of_tone_is_a_sine_of_its_level_that_loops(hz: int) -> None:
    samples = np.frombuffer(tones.one_second(hz), np.int16).astype(float)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    assert spectrum.argmax() == hz
    assert spectrum[hz] > 0.999 * spectrum[1:].sum()
    level = 20 * np.log10(np.sqrt((samples**2).mean()) / 32767)
    assert level == pytest.approx(tones.LEVEL_DBFS, abs=0.1)


def test_keys_are_two_tones_and_a_gap() -> None:
    samples = np.frombuffer(tones.dtmf("5"), np.int16).astype(float)
    pressed = samples[:800]
    spectrum = np.abs(np.fft.rfft(pressed, 8000))
    low, high = spectrum[600:1000].argmax() + 600, spectrum[1100:1700].argmax() + 1100
    assert abs(low - 770) <= 5
    assert abs(high - 1336) <= 5
    assert not samples[800:].any()
    with pytest.raises(ValueError, match="keypad"):
        tones.dtmf("1x")
