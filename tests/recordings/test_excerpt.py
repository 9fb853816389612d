"""A piece of a recording can be shown to others without what they must not hear."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from recordings.excerpt import ExcerptError, excerpt
from tests.recordings.tones import RATE, Samples, loudest_hertz, tone


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recording.wav"
    soundfile.write(path, np.column_stack((tone(440, 10), tone(600, 10))), RATE, subtype="PCM_16")
    return path


def parts(path: Path) -> tuple[Samples, Samples]:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    return samples[:, 0], samples[:, 1]


def test_a_span_is_cut_out_with_both_channels(recording: Path, tmp_path: Path) -> None:
    assert excerpt(recording, tmp_path / "x.wav", (2, 5)) == 3.0
    left, right = parts(tmp_path / "x.wav")
    assert left.size == 3 * RATE
    assert (loudest_hertz(left), loudest_hertz(right)) == (440, 600)


def test_a_tone_stands_in_both_channels_where_nobody_may_hear(recording: Path, tmp_path: Path) -> None:
    excerpt(recording, tmp_path / "x.wav", (2, 8), beeps=[(4, 6)])
    for side, own in zip(parts(tmp_path / "x.wav"), (440, 600), strict=True):
        before, hidden, after = side[: 2 * RATE], side[2 * RATE : 4 * RATE], side[4 * RATE :]
        assert [loudest_hertz(part) for part in (before, hidden, after)] == [own, 1000, own]


def test_a_tone_over_the_edges_is_cut_to_the_recording(recording: Path, tmp_path: Path) -> None:
    assert excerpt(recording, tmp_path / "x.wav", (0, 10), beeps=[(-5, 1), (9, 99), (50, 60)]) == 10.0
    left, _ = parts(tmp_path / "x.wav")
    assert [loudest_hertz(part) for part in (left[:RATE], left[-RATE:])] == [1000, 1000]


@pytest.mark.parametrize("span", [(-1, 2), (5, 5), (6, 5), (9, 11)])
def test_a_span_outside_the_recording_is_refused(recording: Path, tmp_path: Path, span: tuple[float, float]) -> None:
    with pytest.raises(ExcerptError, match="is no part of a recording of 10 s"):
        excerpt(recording, tmp_path / "x.wav", span)
    assert not (tmp_path / "x.wav").exists()


def test_a_tone_without_length_is_refused(recording: Path, tmp_path: Path) -> None:
    with pytest.raises(ExcerptError, match="has no length"):
        excerpt(recording, tmp_path / "x.wav", (0, 5), beeps=[(3, 2)])
