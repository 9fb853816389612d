"""Sound files joined, to be heard without an Asterisk."""

import wave
from pathlib import Path

import pytest

from cti.problems import Refused
from ivr.prompts.sound import joined


def tone(path: Path, samples: int, rate: int = 8000) -> str:
    with wave.open(str(path.with_suffix(".wav")), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(b"\1\0" * samples)
    return str(path)


def test_files_follow_one_another(tmp_path: Path) -> None:
    joined([tone(tmp_path / "a", 100), tone(tmp_path / "b", 50)], tmp_path / "out.wav")
    with wave.open(str(tmp_path / "out.wav"), "rb") as file:
        assert (file.getnframes(), file.getframerate()) == (150, 8000)


def test_what_cannot_be_joined_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.wav").write_bytes(b"no sound")
    for name, what in {tone(tmp_path / "b", 9, 16000): "another kind", str(tmp_path / "none"): "is missing"}.items():
        with pytest.raises(Refused, match=what):
            joined([name], tmp_path / "out.wav")
    with pytest.raises(Refused, match="is no WAV file"):
        joined([str(tmp_path / "c")], tmp_path / "out.wav")
