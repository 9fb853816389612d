"""Requests over plain HTTP, for an Asterisk that takes none on the WebSocket: a few connections, in order per channel.

Answers are not ordered against events here: a channel's StasisStart may come before the answer to its originate.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from ivr.ari.errors import http_failure
from ivr.ari.turns import Turns, names

if TYPE_CHECKING:
    from ivr.ari.pending import Pending

CONNECTIONS = 8


class HttpRest:
    """The requests of one connection to the application; `root` is the ARI root without a trailing slash."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self._root = root
        self._turns = Turns()
        self._under_way: dict[asyncio.Task[None], Pending] = {}

    def post(self, batch: list[Pending]) -> None:
        """Begin requests; those about one channel or bridge are done in this order."""
        for pending in batch:
            touched = names(pending.uri)
            turn, before = self._turns.take(touched)
            task = asyncio.create_task(self._do(pending, touched, turn, before), name=f"ari {pending.method}")
            self._under_way[task] = pending
            task.add_done_callback(self._under_way.pop)

    async def _do(
        self,
        pending: Pending,
        touched: frozenset[str],
        turn: asyncio.Future[None],
        before: list[asyncio.Future[None]],
    ) -> None:
        try:
            # Also one that expired meanwhile stays in line: those behind it wait for those before it through it alone.
            if before:
                await asyncio.wait(before)
            if pending.open:
                await self._ask(pending)
        except TimeoutError:
            pass  # its own deadline settles it
        except aiohttp.ClientError as error:
            pending.drop(f"HTTP request failed: {http_failure(error)}")
        finally:
            self._turns.leave(turn, touched)

    async def _ask(self, pending: Pending) -> None:
        pending.sent = True
        url = URL(f"{self._root}/{pending.uri}", encoded=True)
        content = {} if pending.body is None else {"Content-Type": "application/json"}
        async with (
            asyncio.timeout_at(pending.deadline),
            self._session.request(pending.method, url, data=pending.body, headers=content) as answer,
        ):
            pending.answer(answer.status, answer.reason or "", await answer.read())

    def close(self, reason: str) -> None:
        """Settle all that still wait with `AriDown`."""
        for task, pending in list(self._under_way.items()):
            pending.drop(reason)
            task.cancel()
