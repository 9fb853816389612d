"""The ears of callers who wait: one socket hears what Asterisk sends to all of them, caller by caller.

What is listened for is a message: one 20 ms packet of its audio is told from all others by its samples.
"""

import socket
import struct
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

_HEADER = 12
_SAMPLES = 160
_RATE = 8000
_PCMA = 8
_SILENCE = b"\xd5" * _SAMPLES
_ANSWERED_EVERY = 250
"""After so many packets from a port one goes back to it: a caller's phone that sends nothing is taken for gone."""
_SSRC = 0x68656172
_BUFFER = 16 << 20
_LOOK_S = 0.2
_STEP = 1 / 16
"""Two neighbouring codes of A-law differ by at most this share of the sample (ITU-T G.711: 16 steps a segment)."""
_LEAST_STEP = 32

Mark = Sequence[tuple[int, frozenset[int]]]
"""Places in a packet, and the A-law codes that may stand there."""


@dataclass(slots=True)
class Heard:
    """What one caller heard. Times are seconds since the epoch."""

    first: float
    last: float
    packets: int = 0
    sounding: int = 0
    """Those that were not all silence."""
    gap_s: float = 0.0
    """The longest time without a packet."""
    told: list[float] = field(default_factory=list)
    """When the message was said."""


class Ears:
    """Listens on `port` in a thread of its own while it is open (`with`). `heard` is by Asterisk's port."""

    def __init__(self, message: Path | None = None) -> None:
        """`message`: an 8 kHz WAV; None: nothing is listened for."""
        self.heard: dict[int, Heard] = {}
        self._mark = mark(message) if message is not None else None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # Beyond the system's limit where we may: what does not fit is lost to the ears, not to the callers.
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, 33, _BUFFER)  # SO_RCVBUFFORCE
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(_LOOK_S)
        self.port: int = self._socket.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._listen, name="ears", daemon=True)

    def __enter__(self) -> "Ears":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._open = False
        self._thread.join()
        self._socket.close()

    def afresh(self) -> None:
        """Forget what was heard."""
        self.heard = {}

    @property
    def missed(self) -> int:
        """Packets that came while the ears were behind and the buffer full: no fault of Asterisk's."""
        for line in Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if int(columns[1].partition(":")[2], 16) == self.port:
                return int(columns[-1])
        return 0

    def _listen(self) -> None:
        packet = bytearray(2048)
        while self._open:
            try:
                size, (_, port) = self._socket.recvfrom_into(packet)
            except TimeoutError:
                continue
            if size != _HEADER + _SAMPLES:
                continue
            now = time.time()
            heard = self.heard.get(port)
            if heard is None:
                heard = self.heard[port] = Heard(now, now)
            heard.gap_s = max(heard.gap_s, now - heard.last)
            heard.last = now
            heard.packets += 1
            heard.sounding += packet.count(packet[_HEADER], _HEADER, size) < _SAMPLES
            if self._mark is not None and all(packet[at] in codes for at, codes in self._mark):
                heard.told.append(now)
            if heard.packets % _ANSWERED_EVERY == 1:
                number = heard.packets // _ANSWERED_EVERY
                header = struct.pack(">BBHII", 0x80, _PCMA, number & 0xFFFF, number * _SAMPLES, _SSRC)
                self._socket.sendto(header + _SILENCE, ("127.0.0.1", port))


def mark(message: Path) -> Mark:
    """How the loudest 20 ms of a message look in a packet, counted from its beginning as Asterisk plays it."""
    samples, rate = soundfile.read(message, dtype="int16")
    if rate != _RATE or samples.ndim != 1:
        raise ValueError(f"{message}: {rate} Hz, {samples.ndim} channels: a mono WAV of {_RATE} Hz is needed")
    frames = samples[: len(samples) // _SAMPLES * _SAMPLES].reshape(-1, _SAMPLES).astype(np.int64)
    loudest = frames[(frames**2).sum(axis=1).argmax()]
    values = _decoded()
    near = np.abs(values[None, :] - loudest[:, None]) <= np.maximum(np.abs(loudest) * _STEP, _LEAST_STEP)[:, None]
    found = [(_HEADER + at, frozenset(np.flatnonzero(row).tolist())) for at, row in enumerate(near)]
    # The fewer codes fit a place, the sooner a packet that is another one is put aside.
    return sorted(found, key=lambda place: len(place[1]))


def _decoded() -> np.typing.NDArray[np.int64]:
    """The sample of each A-law code (ITU-T G.711)."""
    codes = np.arange(256) ^ 0x55
    segment, step = (codes >> 4) & 7, codes & 15
    size = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 264) << np.maximum(segment - 1, 0))
    return np.where(codes & 0x80, size, -size).astype(np.int64)
