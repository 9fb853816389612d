"""Audio for a SIP peer: A-law frames of 20 ms, tones, and RFC 4733 digits."""

import asyncio
import io
import struct
from collections.abc import Iterable
from typing import cast

import numpy as np
import soundfile

RATE = 8000
FRAME = 160
_EVENTS = "0123456789*#ABCD"
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_PAD = "123A456B789C*0#D"


def tones(frequencies: Iterable[float], seconds: float) -> bytes:
    """A-law audio of these frequencies together."""
    time = np.arange(int(RATE * seconds)) / RATE
    wave = sum((np.sin(2 * np.pi * frequency * time) for frequency in frequencies), np.zeros_like(time))
    buffer = io.BytesIO()
    soundfile.write(buffer, 0.3 * wave, RATE, format="RAW", subtype="ALAW")
    return buffer.getvalue()


def touch_tones(digits: str) -> bytes:
    """A-law audio of DTMF digits: 100 ms each, 100 ms between them."""
    audio = b""
    for digit in digits:
        place = _PAD.index(digit)
        audio += tones((_ROWS[place // 4], _COLUMNS[place % 4]), 0.1) + tones((), 0.1)
    return audio


class RtpSocket(asyncio.DatagramProtocol):
    """A UDP socket that sends and counts RTP. `remote` is where Asterisk wants the audio, once known."""

    def __init__(self) -> None:
        self.remote: tuple[str, int] | None = None
        self.heard = bytearray()
        self.transport: asyncio.DatagramTransport
        self._sequence = 0
        self._time = 0

    @classmethod
    async def open(cls) -> "RtpSocket":
        """A socket on a free port of loopback."""
        _, rtp = await asyncio.get_running_loop().create_datagram_endpoint(cls, local_addr=("127.0.0.1", 0))
        return rtp

    @property
    def port(self) -> int:
        """Its port."""
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    async def play(self, audio: bytes) -> None:
        """Send A-law audio at the speed it is spoken."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        for start in range(0, len(audio) - FRAME + 1, FRAME):
            self._send(8, audio[start : start + FRAME])
            self._time += FRAME
            due += 0.02
            await asyncio.sleep(due - loop.time())

    async def press(self, digits: str) -> None:
        """Send digits as RFC 4733 events (payload type 101), 100 ms each with silence between them."""
        for digit in digits:
            start = self._time
            for step in range(1, 8):
                end = step > 5
                volume = 0x80 | 10 if end else 10
                event = struct.pack("!BBH", _EVENTS.index(digit), volume, min(step, 5) * FRAME)
                self._send(101, event, time=start, mark=step == 1)
                await asyncio.sleep(0.02)
            self._time = start + 7 * FRAME
            await self.play(tones((), 0.1))

    def close(self) -> None:
        """Close the socket."""
        self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data[1] & 0x7F == 8:
            self.heard += data[12:]

    def _send(self, payload: int, data: bytes, *, time: int | None = None, mark: bool = False) -> None:
        assert self.remote is not None
        stamp = self._time if time is None else time
        header = struct.pack("!BBHII", 0x80, payload | (0x80 if mark else 0), self._sequence, stamp, 0x1234ABCD)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.transport.sendto(header + data, self.remote)
