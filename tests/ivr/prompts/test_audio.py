"""The supplied audio: complete, of the right form, level, clean at its ends."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from cti.problems import Problem
from ivr.prompts import lint
from ivr.prompts.book import AUDIO, MUSIC

FILES = sorted(AUDIO.rglob("*.wav")) + sorted(AUDIO.rglob("*.wav16"))
SOUNDS = [file for file in FILES if file.stem != "pause"]


def samples(file: Path) -> tuple[npt.NDArray[np.float64], int]:
    with wave.open(str(file), "rb") as sound:
        frames = sound.readframes(sound.getnframes())
        return np.frombuffer(frames, dtype="<i2").astype(np.float64) / 32768, sound.getframerate()


def quiet_ends_s(sound: npt.NDArray[np.float64], rate: int) -> tuple[float, float]:
    frame = rate // 200
    levels = np.sqrt(np.mean(sound[: len(sound) // frame * frame].reshape(-1, frame) ** 2, axis=1))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-45 / 20))
    return loud[0] * frame / rate, (len(levels) - 1 - loud[-1]) * frame / rate


def test_no_prompt_clip_language_voice_or_rate_is_missing_or_out_of_date() -> None:
    assert list(lint.problems()) == []


def test_it_stays_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in FILES) < 256 * 2**20


def test_no_file_clips_or_begins_or_ends_with_a_step() -> None:
    for file in SOUNDS:
        sound, _ = samples(file)
        assert np.abs(sound).max() < 0.9, file
        assert abs(sound[0]) < 0.02, file
        assert abs(sound[-1]) < 0.02, file


def test_no_file_keeps_a_caller_waiting_at_its_ends() -> None:
    for file in SOUNDS:
        before, after = quiet_ends_s(*samples(file))
        assert before <= 0.15, file
        assert after <= 0.15, file


def test_all_are_equally_loud_within_one_loudness_unit() -> None:
    pytest.importorskip("pyloudnorm", reason="loudness needs the voice extra")
    from ivr.speech.level import LOUDNESS_LUFS, loudness

    for file in [*SOUNDS, *MUSIC.glob("*.wav")]:
        sound, rate = samples(file)
        assert loudness(sound, rate) == pytest.approx(LOUDNESS_LUFS, abs=1.0), file


def test_the_music_is_long_enough_not_to_tire_and_has_no_seam() -> None:
    sound, rate = samples(MUSIC / "calm.wav")
    assert rate == 8000
    assert 60 <= len(sound) / rate <= 90
    steps = np.abs(np.diff(sound))
    assert abs(sound[0] - sound[-1]) <= steps.max()


def test_the_lint_names_each_fault(tmp_path: Path) -> None:
    voice = tmp_path / "en" / "female"
    voice.mkdir(parents=True)
    (voice / "goodbye.wav").write_bytes(b"RIFF")
    (voice / "left-over.wav").touch()
    with wave.open(str(voice / "greeting.wav"), "wb") as file:
        file.setparams((2, 2, 16000, 0, "NONE", "not compressed"))
    (voice / lint.TEXTS).write_text('{"welcome": "Hi"}')
    found = {problem.place.removeprefix(f"{voice}/"): problem for problem in lint.problems(tmp_path)}
    wanted = {
        "goodbye.wav": "is no WAV file",
        "left-over.wav": "no text has this id any more",
        "greeting.wav": "is 16000 Hz, 2 channels, 16 bit",
        "welcome": "says 'Hi', the text is now",
        "apology.wav": "is missing",
    }
    assert {
        name: found.get(name, Problem("", "", "")).what.startswith(what) for name, what in wanted.items()
    } == dict.fromkeys(wanted, True)
