"""What callers who wait hear: told apart packet by packet, whatever A-law coder Asterisk has."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.lab.load.ears import Ears, Mark, mark
from config.lab.load.plan import MESSAGE
from ivr.prompts.book import AUDIO, MUSIC

MESSAGE_FILE = AUDIO / "zh-CN" / "female" / f"{MESSAGE}.wav"
HEADER = struct.pack(">BBHII", 0x80, 8, 1, 160, 7)


def packets(sound: Path, folder: Path) -> list[bytes]:
    """The sound as packets of 20 ms, coded by another hand than ours."""
    samples, rate = soundfile.read(sound, dtype="int16")
    soundfile.write(folder / "coded.al", samples, rate, format="RAW", subtype="ALAW")
    coded = (folder / "coded.al").read_bytes()
    return [HEADER + coded[at : at + 160] for at in range(0, len(coded) // 160 * 160, 160)]


def fits(packet: bytes, marked: Mark) -> bool:
    return all(packet[at] in codes for at, codes in marked)


def test_one_packet_of_the_message_is_told_from_all_others_and_from_the_music(tmp_path: Path) -> None:
    marked = mark(MESSAGE_FILE)
    assert sum(fits(packet, marked) for packet in packets(MESSAGE_FILE, tmp_path)) == 1
    assert not any(fits(packet, marked) for packet in packets(next(MUSIC.glob("*.wav")), tmp_path))


def test_every_code_is_taken_for_the_sample_that_it_stands_for(tmp_path: Path) -> None:
    (tmp_path / "codes.al").write_bytes(bytes(range(256)))
    samples, _ = soundfile.read(
        tmp_path / "codes.al", dtype="int16", format="RAW", subtype="ALAW", samplerate=8000, channels=1
    )
    for code, sample in enumerate(samples):
        soundfile.write(tmp_path / "one.wav", np.full(160, sample), 8000, subtype="PCM_16")
        assert all(code in codes for _, codes in mark(tmp_path / "one.wav"))


def test_a_message_of_another_rate_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "wide.wav", np.zeros(320, np.int16), 16000)
    with pytest.raises(ValueError, match="8000 Hz is needed"):
        mark(tmp_path / "wide.wav")


def test_each_caller_is_heard_by_himself_and_answered_now_and_then(tmp_path: Path) -> None:
    silence = HEADER + b"\xd5" * 160
    with Ears(MESSAGE_FILE) as ears, phone() as told, phone() as untold, phone() as last:
        for packet in packets(MESSAGE_FILE, tmp_path):
            told.sendto(packet, ("127.0.0.1", ears.port))
        for packet in (silence, silence, silence + silence):
            untold.sendto(packet, ("127.0.0.1", ears.port))
        # Packets are heard in the order of their coming, so with the answer to this one all are.
        last.sendto(silence, ("127.0.0.1", ears.port))
        last.recv(2048)
        answer = told.recv(2048)
        first, second = (ears.heard[one.getsockname()[1]] for one in (told, untold))
    assert (answer[0], answer[1], len(answer)) == (0x80, 8, 172)
    assert (len(first.told), len(second.told)) == (1, 0)
    assert (second.packets, second.sounding) == (2, 0)
    assert 0 < first.sounding <= first.packets


@contextmanager
def phone() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(5)
        yield one
