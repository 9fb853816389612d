"""How large a request may be: what goes beyond is not read, and the answer is a problem like any other."""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 4 * 2**20
"""Bytes; the largest request there is, a plan of 2,000 agents, has a tenth of it."""


class BodyLimit:
    """ASGI middleware that stops reading a body at `LARGEST`, whether its length was told or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its body counted as it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if re.fullmatch("[0-9]{1,18}", told) else 0 if not told else LARGEST + 1
        counted = 0

        async def receive_counted() -> Message:
            nonlocal counted
            if size <= LARGEST:
                message = await receive()
                counted += len(message.get("body", b""))
            if max(size, counted) > LARGEST:
                raise HTTPException(413, f"more than {LARGEST} bytes")
            return message

        await self._app(scope, receive_counted, send)
