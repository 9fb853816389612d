"""A line to a server on loopback that can be cut, kept shut, or stalled so that nothing passes any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TcpProxy:
    """Passes bytes on between a free port of its own and `target`."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._writers: list[asyncio.StreamWriter] = []
        self._passing = asyncio.Event()
        self._passing.set()
        self._is_shut = False

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
        self._passing.set()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def stall(self) -> None:
        """Pass nothing on from now, until `cut`."""
        self._passing.clear()

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
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, far_writer]
        await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(1 << 16):
                await self._passing.wait()
                target.write(chunk)
                await target.drain()
        except ConnectionError:
            pass
        finally:
            target.close()
