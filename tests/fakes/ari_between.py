"""A line to a real ARI on which events are lost or doubled and requests are left unanswered or refused, one by one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import WSMsgType, web

Message = dict[str, Any]
SWALLOWED = 0


def pass_on(event: Message) -> int:
    """Every event once."""
    return 1


def unhindered(request: Message) -> int | None:
    """Every request reaches Asterisk."""
    return None


class AriBetween:
    """Stands at `port` for the ARI at another one."""

    def __init__(self, target: int, session: aiohttp.ClientSession) -> None:
        self.port = 0
        self.copies: Callable[[Message], int] = pass_on
        """How often an event is passed on."""
        self.status: Callable[[Message], int | None] = unhindered
        """With what a request is answered in Asterisk's place; SWALLOWED: with nothing; None: it is passed on."""
        self._session = session
        self._target = f"http://127.0.0.1:{target}"

    @classmethod
    @asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator["AriBetween"]:
        """One that listens until the block ends."""
        async with aiohttp.ClientSession() as session:
            between = cls(target, session)
            app = web.Application()
            app.router.add_get("/ari/events", between._events)
            app.router.add_route("*", "/{any:.*}", between._rest)
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            between.port = runner.addresses[0][1]
            try:
                yield between
            finally:
                await runner.cleanup()

    def usual(self) -> None:
        """Hinder nothing any more."""
        self.copies, self.status = pass_on, unhindered

    async def _rest(self, request: web.Request) -> web.Response:
        known = {name: value for name, value in request.headers.items() if name in ("Authorization", "Content-Type")}
        url, body = f"{self._target}{request.raw_path}", await request.read()
        async with self._session.request(request.method, url, data=body or None, headers=known) as answer:
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        known = {"Authorization": request.headers["Authorization"]}
        near = web.WebSocketResponse(compress=False, max_msg_size=0)
        url = f"{self._target}{request.raw_path}"
        async with self._session.ws_connect(url, headers=known, compress=0, max_msg_size=0) as far:
            await near.prepare(request)
            ways = [asyncio.create_task(each) for each in (self._up(near, far), self._down(far, near))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        await near.close()
        return near

    async def _up(self, near: web.WebSocketResponse, far: Any) -> None:
        async for message in near:
            if message.type is not WSMsgType.TEXT:
                return
            request = json.loads(message.data)
            status = self.status(request)
            if status is None:
                await far.send_str(message.data)
            elif status != SWALLOWED:
                words = {"status_code": status, "reason_phrase": "Not Asterisk's own", "message_body": ""}
                answer = {key: request[key] for key in ("transaction_id", "request_id", "uri")}
                event = {"type": "RESTResponse", "application": "hotline", "timestamp": ""}
                await near.send_str(json.dumps({**event, **answer, **words}))

    async def _down(self, far: Any, near: web.WebSocketResponse) -> None:
        async for message in far:
            if message.type is not WSMsgType.TEXT:
                return
            event = json.loads(message.data)
            for _ in range(1 if event["type"] == "RESTResponse" else self.copies(event)):
                await near.send_str(message.data)
