"""Caller left, agent right, sample by sample, whatever became of the raw files."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recordings.join import join
from recordings.joined import Joined
from recordings.raw import BadWav, RawPair, pair_of
from tests.recordings.tones import RATE, Samples, loudest_hertz, silence, tone, write_raw

CALLER_HZ, AGENT_HZ = 440.0, 1000.0


def raw(
    folder: Path, caller: Samples | None, agent: Samples | None, *, closed: bool = True, rate: int = RATE
) -> RawPair:
    pair = pair_of(folder / "raw", "a")
    if caller is not None:
        write_raw(pair.caller, caller, closed=closed)
    if agent is not None:
        write_raw(pair.agent, agent, closed=closed, rate=rate)
    return pair


def channels(path: Path) -> tuple[Samples, Samples]:
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    assert rate == RATE
    assert samples.shape[1] == 2
    return samples[:, 0], samples[:, 1]


def joined(pair: RawPair, target: Path) -> Joined:
    """Join a pair in which there is something to hear."""
    done = join(pair, target)
    assert done is not None
    return done


def test_the_caller_is_on_the_left_and_the_agent_on_the_right(tmp_path: Path) -> None:
    caller, agent = tone(CALLER_HZ, 3), tone(AGENT_HZ, 3)
    done = joined(raw(tmp_path, caller, agent), tmp_path / "out" / "x.wav")
    left, right = channels(tmp_path / "out" / "x.wav")
    assert np.array_equal(left, caller)
    assert np.array_equal(right, agent)
    assert (loudest_hertz(left), loudest_hertz(right)) == (CALLER_HZ, AGENT_HZ)
    assert (done.seconds, done.rate, done.repaired, done.sides) == (3.0, RATE, False, (True, True))


def test_the_digest_is_the_files(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    done = joined(raw(tmp_path, tone(440, 1), tone(440, 1)), path)
    assert done.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_long_call_is_joined_block_by_block_without_a_seam(tmp_path: Path) -> None:
    caller, agent = tone(CALLER_HZ, 25.37), tone(AGENT_HZ, 25.37)
    done = joined(raw(tmp_path, caller, agent), tmp_path / "x.wav")
    left, right = channels(tmp_path / "x.wav")
    assert np.array_equal(left, caller)
    assert np.array_equal(right, agent)
    assert done.seconds == caller.size / RATE


def test_files_that_asterisk_left_open_are_repaired(tmp_path: Path) -> None:
    done = joined(raw(tmp_path, tone(CALLER_HZ, 2), tone(AGENT_HZ, 2), closed=False), tmp_path / "x.wav")
    assert done.repaired
    assert done.seconds == 2.0
    assert loudest_hertz(channels(tmp_path / "x.wav")[1]) == AGENT_HZ


def test_the_shorter_side_is_filled_up_with_silence(tmp_path: Path) -> None:
    done = joined(raw(tmp_path, tone(CALLER_HZ, 2), tone(AGENT_HZ, 1)), tmp_path / "x.wav")
    _, right = channels(tmp_path / "x.wav")
    assert done.seconds == 2.0
    assert not right[RATE:].any()


def test_a_side_without_file_is_silent_and_said_to_be(tmp_path: Path) -> None:
    done = joined(raw(tmp_path, tone(CALLER_HZ, 1), None), tmp_path / "x.wav")
    assert done.sides == (True, False)
    assert not channels(tmp_path / "x.wav")[1].any()


def test_nothing_is_written_when_the_pair_cannot_be_joined(tmp_path: Path) -> None:
    pair = raw(tmp_path, tone(CALLER_HZ, 1), tone(AGENT_HZ, 1), rate=16000)
    with pytest.raises(BadWav, match=r"sample rates differ: \[8000, 16000\]"):
        join(pair, tmp_path / "out" / "x.wav")
    with pytest.raises(BadWav, match="no file is there"):
        join(pair_of(tmp_path, "nobody"), tmp_path / "out" / "x.wav")
    assert not list((tmp_path / "out").glob("**/*"))


def test_only_we_may_read_it(tmp_path: Path) -> None:
    join(raw(tmp_path, tone(440, 1), tone(440, 1)), tmp_path / "out" / "x.wav")
    assert (tmp_path / "out" / "x.wav").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.wav"]


def test_an_empty_talk_makes_no_recording(tmp_path: Path) -> None:
    assert join(raw(tmp_path, silence(0), silence(0)), tmp_path / "out" / "x.wav") is None
    assert not (tmp_path / "out").exists()
