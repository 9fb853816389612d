"""What Asterisk leaves of a contact: two mono WAV files, what the caller said and what the caller heard.

`MixMonitor` makes both when it starts and writes their lengths into the headers when it closes them (seen on 22.10: the
RIFF length stays 0 until then), so the header tells a finished file from one that is still written or was never closed.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLER, AGENT = ".caller.wav", ".agent.wav"
UNREADABLE = "unreadable"
"""The folder, beside the raw files, for those that could not be read."""
SAMPLE_BYTES = 2
_RIFF = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM = 1


class BadWav(Exception):
    """A file that is no mono 16-bit WAV; the text says which one and why."""


@dataclass(frozen=True, slots=True)
class RawPair:
    """Both files of one contact; one of them or both may be missing."""

    contact: str
    caller: Path
    agent: Path

    @property
    def present(self) -> list[Path]:
        """Those that are there."""
        return [path for path in (self.caller, self.agent) if path.exists()]

    @property
    def aside(self) -> Path:
        """Where the pair goes when it cannot be read."""
        return self.caller.parent / UNREADABLE

    def set_aside(self) -> None:
        """Move what is there to `aside`, where nobody removes it; moved back, it is tried again at the next start."""
        self.aside.mkdir(mode=0o700, exist_ok=True)
        for path in self.present:
            path.replace(self.aside / path.name)

    def remove(self) -> None:
        """Remove what is there."""
        for path in (self.caller, self.agent):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class WavHead:
    """What a WAV file says of itself, and what its size says."""

    rate: int
    offset: int
    """Where the samples begin, bytes."""
    frames: int
    """Samples, by the file's size."""
    closed: bool
    """Whether the header was brought up to the file's size."""


def pair_of(folder: Path, contact: str) -> RawPair:
    """The pair of a contact. Raises ValueError for an id that would lead out of the folder."""
    if "/" in contact or "\x00" in contact or contact.startswith("."):
        raise ValueError(f"contact id {contact!r} cannot be part of a file name")
    return RawPair(contact, folder / f"{contact}{CALLER}", folder / f"{contact}{AGENT}")


def pairs_in(folder: Path) -> Iterator[RawPair]:
    """Every pair of which at least one file is in the folder, by contact."""
    ends = (CALLER, AGENT)
    names = (path.name for path in folder.glob("*.wav") if path.is_file())
    contacts = {name.removesuffix(end) for name in names for end in ends if name.endswith(end)}
    return (pair_of(folder, contact) for contact in sorted(contacts))


def read_head(path: Path) -> WavHead:
    """Read the header. Raises BadWav, OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4096)
    if len(start) < _RIFF.size:
        raise BadWav(f"{path}: {size} bytes are no WAV file")
    mark, length, kind = _RIFF.unpack_from(start)
    if (mark, kind) != (b"RIFF", b"WAVE"):
        raise BadWav(f"{path}: does not begin as a WAV file does")
    rate, place = 0, _RIFF.size
    while place + _CHUNK.size <= len(start):
        name, chunk_length = _CHUNK.unpack_from(start, place)
        place += _CHUNK.size
        if name == b"data":
            break
        if name == b"fmt " and place + _FORMAT.size <= len(start):
            code, channels, rate, _, _, bits = _FORMAT.unpack_from(start, place)
            if (code, channels, bits) != (_PCM, 1, 8 * SAMPLE_BYTES):
                raise BadWav(f"{path}: format {code}, {channels} channels, {bits} bits; wanted mono 16-bit PCM")
        place += chunk_length + chunk_length % 2
    else:
        raise BadWav(f"{path}: has no samples chunk")
    if not 8_000 <= rate <= 192_000:
        raise BadWav(f"{path}: {rate} samples a second, Asterisk records 8,000 to 192,000")
    return WavHead(rate=rate, offset=place, frames=max(0, size - place) // SAMPLE_BYTES, closed=length == size - 8)
