"""Pages as tests open them: a real server, real WebSockets."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.cti.api.hotline import PASSWORD, Hotline

PATIENCE_S = 5.0


@dataclass
class Page:
    """One open WebSocket; frames are taken in order."""

    socket: aiohttp.ClientWebSocketResponse
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> dict[str, Any]:
        """The next frame."""
        async with asyncio.timeout(PATIENCE_S):
            frame: dict[str, Any] = json.loads(await self.socket.receive_str())
        self.seen.append(frame)
        return frame

    async def until(self, type_: str) -> dict[str, Any]:
        """The next frame of this type; those before it are in `seen`."""
        while (frame := await self.next())["type"] != type_:
            pass
        return frame

    async def closed(self) -> int:
        """Wait until the server closes; its code."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return int(message.data)
                assert message.type is aiohttp.WSMsgType.TEXT, message

    async def say(self, frame: object) -> None:
        """Send a frame."""
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))


@dataclass
class Browser:
    """A person's browser."""

    hotline: Hotline
    base: str
    session: aiohttp.ClientSession

    async def sign_in(self, login: str) -> None:
        body = {"login": login, "password": PASSWORD}
        async with self.session.post(f"{self.base}/api/v1/session", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def sign_out(self) -> None:
        async with self.session.delete(f"{self.base}/api/v1/session") as answer:
            assert answer.status == 204

    async def open(self, path: str, *, origin: str | None = None) -> Page:
        """Open a page; `origin`: whose page it is, ours unless told."""
        origin = origin if origin is not None else self.base
        return Page(await self.session.ws_connect(f"{self.base}/api/v1/{path}", origin=origin))


NewBrowser = Callable[[], Browser]
