"""A line to a server on loopback that can be cut, kept shut, slowed, or stalled so that nothing passes any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WHOLE = 1 << 16
"""Bytes that are passed on at once."""


class TcpProxy:
    """Passes bytes on between a free port of its own and `target`."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._writers: list[asyncio.StreamWriter] = []
        self._passing = asyncio.Event()
        self._passing.set()
        self._is_shut = False
        self._pause_s = 0.0
        self._piece = WHOLE
        self._left: int | None = None

    @classmethod
    @asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator["TcpProxy"]:
        """A proxy that listens until the block ends."""
        proxy = cls(target)
        server = await asyncio.start_server(proxy._join, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()
            proxy.cut()
            await server.wait_closed()

    def cut(self) -> None:
        """Drop every connection; new ones are taken."""
        self._left = None
        self._passing.set()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def stall(self, after: int = 0) -> None:
        """Pass nothing on from now, until `cut`, but so many bytes that still come from the server."""
        if after:
            self._left = after
        else:
            self._passing.clear()

    def slow(self, pause_s: float = 0.0, piece: int = WHOLE) -> None:
        """Pass on at most so many bytes at a time from now, and rest after each; without arguments: as before."""
        self._pause_s, self._piece = pause_s, piece

    def shut(self) -> None:
        """Drop every connection, and each new one at once, until `reopen`."""
        self._is_shut = True
        self.cut()

    def reopen(self) -> None:
        """Take connections again."""
        self._is_shut = False

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_shut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except ConnectionError:
            writer.transport.abort()
            return
        self._writers += [writer, far_writer]
        there, back = self._pass_on(reader, far_writer), self._pass_on(far_reader, writer, counted=True)
        await asyncio.gather(there, back)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counted: bool = False
    ) -> None:
        try:
            while chunk := await source.read(WHOLE):
                while chunk:
                    await self._passing.wait()
                    size = min(self._piece, len(chunk))
                    if counted and self._left is not None:
                        size = min(size, self._left)
                        self._left -= size
                        if not self._left:
                            self._left = None
                            self._passing.clear()
                    target.write(chunk[:size])
                    chunk = chunk[size:]
                    await target.drain()
                    await asyncio.sleep(self._pause_s)
        except ConnectionError:
            pass
        finally:
            target.close()
