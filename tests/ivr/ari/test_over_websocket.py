import asyncio
import json
from typing import Any, cast

from ivr.ari.errors import AriError, AriTimeout
from ivr.ari.over_websocket import WebSocketRest
from ivr.ari.pending import AriCounts, Pending
from tests.fakes.ari_peer import WAIT_S


class StuckSocket:
    """A WebSocket whose other side reads nothing until told."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.reads = asyncio.Event()
        self.reached = asyncio.Event()

    async def send_frame(self, text: bytes, kind: Any) -> None:
        self.written.append(json.loads(text)["uri"])
        self.reached.set()
        await self.reads.wait()


async def test_a_request_that_expires_before_it_could_leave_is_never_sent() -> None:
    socket, counts = StuckSocket(), AriCounts()
    rest = WebSocketRest(cast("Any", socket), counts)
    ended: asyncio.Queue[bytes | AriError] = asyncio.Queue()
    writing = asyncio.create_task(rest.run())
    try:
        rest.post([Pending("POST", "first", None, WAIT_S, ended.put_nowait, counts)])
        await socket.reached.wait()
        rest.post(
            [
                Pending("POST", "channels?endpoint=x", None, 0.01, ended.put_nowait, counts),
                Pending("POST", "last", None, WAIT_S, ended.put_nowait, counts),
            ]
        )
        async with asyncio.timeout(WAIT_S):
            expired = await ended.get()
        assert isinstance(expired, AriTimeout)
        assert not expired.sent
        assert str(expired) == "POST channels: no answer within 0.01 s, it never left"
        socket.reached.clear()
        socket.reads.set()
        await socket.reached.wait()
        assert socket.written == ["first", "last"]
    finally:
        writing.cancel()
        rest.close("the test is over")
    assert ended.qsize() == 2
