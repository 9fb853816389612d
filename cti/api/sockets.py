"""One open page on a WebSocket: frames go out in order, a slow or silent page is let go."""

import asyncio
from collections.abc import Callable

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from cti.api.problem import Sorts, language_of
from cti.desk.frames import Refusal

UNSENT = 1000
"""Frames that may wait for one page; a page that far behind is closed and comes back with `after`."""
TOO_SLOW = 1013
SESSION_OVER = 4401


class Page:
    """The sending half of one WebSocket; `send` is a sink for `Desks` and `Boards`."""

    def __init__(self, socket: WebSocket) -> None:
        """The socket must have been accepted."""
        self._socket = socket
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()
        self._close_code = 1000
        self.language = language_of(socket.headers.get("accept-language", ""))

    def send(self, text: str) -> None:
        """Put a frame on its way."""
        if self._frames.qsize() >= UNSENT:
            self.close(TOO_SLOW)
        else:
            self._frames.put_nowait(text)

    def close(self, code: int) -> None:
        """Close the page after what is on its way."""
        self._close_code = code
        self._frames.put_nowait(None)

    def refuse(self, detail: str) -> None:
        """Tell the page that what it sent could not be done."""
        kind = Sorts.REFUSED.value
        self.send(Refusal(title=kind.zh if self.language == "zh-CN" else kind.en, detail=detail).model_dump_json())

    async def run(self, receive: Callable[[str], None] | None = None) -> None:
        """Send and receive until either side is done.

        `receive` takes each text frame and may raise ValueError for one it does not understand; None: the page has
        nothing to say.
        """
        sending = asyncio.get_running_loop().create_task(self._send_all())
        receiving = asyncio.get_running_loop().create_task(self._receive_all(receive))
        try:
            await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, receiving):
                task.cancel()
            for outcome in await asyncio.gather(sending, receiving, return_exceptions=True):
                if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect | RuntimeError):
                    raise outcome

    async def _send_all(self) -> None:
        while (text := await self._frames.get()) is not None:
            await self._socket.send_text(text)
        await self._socket.close(self._close_code)

    async def _receive_all(self, receive: Callable[[str], None] | None) -> None:
        while True:
            text = await self._socket.receive_text()
            try:
                if receive is None:
                    raise ValueError("this socket only sends")
                receive(text)
            except (ValueError, ValidationError) as error:
                self.refuse(str(error).splitlines()[0])
