"""Level, clipping, voice and silence are told for each side."""

import numpy as np
import pytest

from recordings.joined import Sound
from recordings.sound import Listener, Samples
from tests.recordings.tones import RATE, silence, tone


def heard(caller: Samples, agent: Samples, block: int = 10 * RATE) -> Sound:
    listener = Listener(RATE)
    for start in range(0, max(caller.size, 1), block):
        listener.hear(caller[start : start + block], agent[start : start + block])
    return listener.sound()


def test_a_tone_has_its_level_and_peak() -> None:
    sound = heard(tone(440, 2, 0.5), tone(440, 2, 1.0))
    assert (sound.caller.level_dbfs, sound.caller.peak_dbfs) == (-9.0, -6.0)
    assert (sound.agent.level_dbfs, sound.agent.peak_dbfs) == (-3.0, 0.0)


def test_voice_and_silence_of_each_side_are_shares_of_the_time() -> None:
    caller = np.concatenate((tone(440, 4), silence(6)))
    agent = np.concatenate((silence(5), tone(440, 5)))
    sound = heard(caller, agent)
    assert sound.caller.voice == pytest.approx(0.4, abs=0.02)
    assert sound.agent.voice == pytest.approx(0.5, abs=0.02)
    assert sound.caller.longest_silence_s == pytest.approx(6, abs=0.2)
    assert sound.agent.longest_silence_s == pytest.approx(5, abs=0.2)
    assert sound.both_silent == pytest.approx(0.1, abs=0.04)
    assert sound.both_voiced == 0


def test_the_pauses_inside_words_belong_to_the_voice() -> None:
    words = np.concatenate([np.concatenate((tone(440, 0.2), silence(0.2))) for _ in range(20)])
    assert heard(words, silence(8)).caller.voice > 0.95


def test_a_whisper_below_the_threshold_is_silence_but_its_level_is_told() -> None:
    sound = heard(tone(440, 2, 0.003), silence(2))
    assert sound.caller.voice == 0
    assert sound.caller.level_dbfs == pytest.approx(-53.5, abs=0.5)
    assert sound.agent.level_dbfs == -100
    assert sound.agent.peak_dbfs == -100


def test_clipping_is_counted() -> None:
    clipped = np.clip(tone(440, 1, 0.9).astype(np.int32) * 3, -32768, 32767).astype(np.int16)
    sound = heard(clipped, tone(440, 1, 0.9))
    assert sound.caller.clipped > RATE / 3
    assert sound.agent.clipped == 0


def test_blocks_make_no_difference() -> None:
    caller = np.concatenate((tone(440, 7.13), silence(6), tone(600, 3)))
    agent = np.roll(caller, 3 * RATE)
    whole = heard(caller, agent, caller.size)
    assert heard(caller, agent, 20 * 160) == whole
    assert heard(caller, agent, RATE) == whole


def test_nothing_heard_is_silence() -> None:
    sound = heard(silence(0), silence(0))
    assert sound.values()["caller"]["voice"] == 0
    assert sound.caller.longest_silence_s == 0
