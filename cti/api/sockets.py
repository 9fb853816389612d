"""One open page on a WebSocket: frames go out in order, a slow or silent page is let go."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from cti.api.problem import Sorts, language_of
from cti.desk.frames import Refusal

UNSENT = 1000
"""Frames that may wait for one page; a page that far behind is closed and comes back with `after`."""
CLOSE_S = 1.0
"""How long a page may take to be told that it is closed."""
MOST_A_SECOND = 50
"""Frames a page may send within a second; it sends one an offer."""
TOO_SLOW = 1013
NOT_TEXT = 1003
TOO_MANY = 1008
SESSION_OVER = 4401


class Page:
    """One WebSocket; `send` is a sink for `Desks` and `Onlookers`."""

    def __init__(self, socket: WebSocket) -> None:
        """The socket must have been accepted."""
        self._socket = socket
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._over = asyncio.Event()
        self._close_code = 1000
        self.language = language_of(socket.headers.get("accept-language", ""))

    def send(self, text: str) -> None:
        """Put a frame on its way."""
        if self._frames.qsize() < UNSENT:
            self._frames.put_nowait(text)
        else:
            self.close(TOO_SLOW)

    def close(self, code: int) -> None:
        """Close the page, whatever is still on its way."""
        if not self._over.is_set():
            self._close_code = code
            self._over.set()

    def refuse(self, detail: str) -> None:
        """Tell the page that what it sent could not be done."""
        kind = Sorts.REFUSED.value
        self.send(Refusal(title=kind.zh if self.language == "zh-CN" else kind.en, detail=detail).model_dump_json())

    async def run(self, receive: Callable[[str], None] | None = None) -> None:
        """Send and receive until either side is done.

        `receive` takes each text frame and may raise ValueError for one it does not understand; None: the page has
        nothing to say.
        """
        loop = asyncio.get_running_loop()
        tasks = {
            loop.create_task(self._send_all()),
            loop.create_task(self._receive_all(receive)),
            loop.create_task(self._over.wait()),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        if self._over.is_set():
            # A page that reads nothing does not read this either; the server's ping gives it up.
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(CLOSE_S):
                    await self._socket.close(self._close_code)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect | RuntimeError):
                raise end

    async def _send_all(self) -> None:
        while True:
            await self._socket.send_text(await self._frames.get())

    async def _receive_all(self, receive: Callable[[str], None] | None) -> None:
        clock = asyncio.get_running_loop().time
        since, taken = clock(), 0
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                self.close(NOT_TEXT)
                return
            if clock() - since >= 1:
                since, taken = clock(), 0
            taken += 1
            if taken > MOST_A_SECOND:
                self.close(TOO_MANY)
                return
            try:
                if receive is None:
                    raise ValueError("this socket only sends")
                receive(text)
            except (ValueError, ValidationError) as error:
                self.refuse(str(error).splitlines()[0])
