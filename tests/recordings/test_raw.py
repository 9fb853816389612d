"""Raw files tell whether they are finished, and how much sound they hold whatever their header says."""

import struct
from pathlib import Path

import pytest

from recordings.raw import BadWav, pair_of, pairs_in, read_head
from tests.recordings.tones import RATE, close_raw, silence, tone, write_raw


def test_a_closed_file_is_told_from_one_that_is_still_written(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "a.caller.wav", tone(440, 1), closed=False)
    assert not read_head(path).closed
    close_raw(path)
    head = read_head(path)
    assert (head.closed, head.rate, head.frames, head.offset) == (True, RATE, RATE, 44)


def test_an_empty_file_is_closed_too(tmp_path: Path) -> None:
    assert read_head(write_raw(tmp_path / "a.caller.wav", silence(0))).closed


def test_the_length_comes_from_the_size_when_asterisk_died(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "a.caller.wav", tone(440, 2), closed=False)
    with path.open("ab") as file:
        file.write(b"\x01")
    assert read_head(path).frames == 2 * RATE


def _head(rate: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate % 2**32, 2, 16)
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(form)) + form + b"data\0\0\0\0"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 bytes are no WAV file"),
        (b"\x00" * 100, "does not begin as a WAV file does"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "has no samples chunk"),
        (b"RIFF\x00\x00\x00\x00WAVEdata\x00\x00\x00\x00", "0 samples a second"),
        (_head(rate=3_389_005_632), "3389005632 samples a second"),
    ],
)
def test_what_is_no_wav_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.caller.wav"
    path.write_bytes(content)
    with pytest.raises(BadWav, match=f"a.caller.wav: {says}"):
        read_head(path)


def test_a_stereo_file_is_not_taken_for_one_side(tmp_path: Path) -> None:
    with pytest.raises(BadWav, match="2 channels"):
        read_head(write_raw(tmp_path / "a.caller.wav", tone(440, 1), channels=2))


def test_pairs_are_found_with_one_side_or_both(tmp_path: Path) -> None:
    for name in ("a.caller.wav", "a.agent.wav", "b.agent.wav", "other.wav", "c.caller.txt"):
        write_raw(tmp_path / name, silence(0))
    found = list(pairs_in(tmp_path))
    assert [pair.contact for pair in found] == ["a", "b"]
    assert [path.name for path in found[1].present] == ["b.agent.wav"]
    found[0].remove()
    found[0].remove()
    assert [pair.contact for pair in pairs_in(tmp_path)] == ["b"]


@pytest.mark.parametrize("contact", ["../../etc/passwd", "a/b", ".hidden", "a\x00b"])
def test_an_id_cannot_lead_out_of_the_folder(tmp_path: Path, contact: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a file name"):
        pair_of(tmp_path, contact)
