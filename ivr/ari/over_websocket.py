"""Requests on the WebSocket that carries the events: pipelined, done by Asterisk one by one in the order sent."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import WSMsgType

from ivr.ari.frames import write_request

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse

    from ivr.ari.generated import RESTResponse
    from ivr.ari.pending import AriCounts, Pending

# Never begins anew: an answer from before a reconnect must not meet a request from after it.
_numbers = itertools.count(1)


class WebSocketRest:
    """The requests of one connection. `run` writes until cancelled; `answered` takes each RESTResponse."""

    def __init__(self, socket: ClientWebSocketResponse[bool], counts: AriCounts) -> None:
        self._socket = socket
        self._counts = counts
        self._waiting: dict[str, Pending] = {}
        self._outbox: deque[tuple[Pending, bytes]] = deque()
        self._filled = asyncio.Event()

    def post(self, batch: list[Pending]) -> None:
        """Queue requests; those queued in one turn of the loop leave together, in order."""
        for pending in batch:
            number = next(_numbers)
            self._waiting[str(number)] = pending
            pending.forget = partial(self._forget, str(number))
            self._outbox.append((pending, write_request(number, pending.method, pending.uri, pending.body)))
        self._filled.set()

    def answered(self, response: RESTResponse) -> None:
        """Settle the request this answers; an answer nobody waits for is counted as late."""
        pending = self._waiting.get(response.request_id)
        if pending is None:
            self._counts.late += 1
        else:
            pending.answer(response.status_code, response.reason_phrase, (response.message_body or "").encode())

    async def run(self) -> None:
        """Write what is queued. A request that expired before its turn is not sent: nobody wants it any more."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                pending, text = self._outbox.popleft()
                if pending.open:
                    pending.sent = True
                    await self._socket.send_frame(text, WSMsgType.TEXT)

    def _forget(self, number: str) -> None:
        self._waiting.pop(number, None)

    def close(self, reason: str) -> None:
        """Settle all that still wait with `AriDown`."""
        for pending in list(self._waiting.values()):
            pending.drop(reason)
