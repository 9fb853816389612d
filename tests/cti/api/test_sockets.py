"""One open page: frames in order, and one that reads nothing costs nobody else anything."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.websockets import WebSocket

from cti.api import sockets
from cti.api.sockets import TOO_SLOW, Page

Message = MutableMapping[str, Any]


class Wire:
    """The ASGI side of a socket; `open` lets sending go on."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.arrived: asyncio.Queue[Message] = asyncio.Queue()
        self.arrived.put_nowait({"type": "websocket.connect"})
        self.open = asyncio.Event()
        self.open.set()

    async def page(self) -> Page:
        headers = [(b"accept-language", b"zh-CN")]
        socket = WebSocket({"type": "websocket", "headers": headers}, self.arrived.get, self._send)
        await socket.accept()
        return Page(socket)

    async def _send(self, message: Message) -> None:
        await self.open.wait()
        self.sent.append(message)

    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    def say(self, text: str) -> None:
        self.arrived.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self.arrived.put_nowait({"type": "websocket.disconnect", "code": 1001})


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def test_frames_leave_in_order(wire: Wire) -> None:
    page = await wire.page()
    for n in range(5):
        page.send(str(n))
    wire.say("bye")
    await page.run(lambda text: wire.leave())
    assert wire.texts() == ["0", "1", "2", "3", "4"]


async def test_a_page_that_reads_nothing_is_let_go_and_keeps_no_more_than_its_share(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CLOSE_S", 0.01)
    page = await wire.page()
    wire.open.clear()
    running = asyncio.create_task(page.run())
    for n in range(3 * sockets.UNSENT):
        page.send(str(n))
    async with asyncio.timeout(5):
        await running
    assert page._frames.qsize() <= sockets.UNSENT


async def test_a_page_that_is_too_slow_is_told_so_if_it_can_be(wire: Wire) -> None:
    page = await wire.page()
    for n in range(sockets.UNSENT + 1):
        page.send(str(n))
    await page.run()
    assert wire.sent[-1] == {"type": "websocket.close", "code": TOO_SLOW, "reason": ""}


async def test_what_is_not_understood_is_answered_in_the_pages_language(wire: Wire) -> None:
    page = await wire.page()

    def receive(text: str) -> None:
        if text == "done":
            wire.leave()
        else:
            raise ValueError("no sense in it\nmore")

    wire.say("?")
    wire.say("done")
    await page.run(receive)
    page.refuse("again")
    assert '"title":"当前状态下无法执行","detail":"no sense in it"' in wire.texts()[0]


async def test_a_fault_in_taking_a_frame_is_not_swallowed(wire: Wire) -> None:
    page = await wire.page()

    def receive(text: str) -> None:
        raise KeyError("a fault of ours")

    wire.say("x")
    with pytest.raises(KeyError):
        await page.run(receive)
