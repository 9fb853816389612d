"""An Asterisk at the other end of the ARI link: takes requests on the WebSocket and by HTTP, says what it is told."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web

WAIT_S = 5.0
USER, PASSWORD = "engine", "sesame/1 ü"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `uri` without a leading slash, still escaped."""

    method: str
    uri: str
    body: Any
    over: str


SILENT = object()
"""As a reply: no answer at all."""

Reply = Callable[[Asked], Any]


def event(kind: str, **fields: Any) -> dict[str, Any]:
    """An event as Asterisk frames it."""
    return {"type": kind, "application": "hotline", "timestamp": "2026-11-22T08:00:00.000+0000", **fields}


def user_event(name: str) -> dict[str, Any]:
    """A small event that carries a name."""
    return event("ChannelUserevent", eventname=name, userevent={})


class AriPeer:
    """A server on a free port of loopback. `reply(asked)` gives a status, a (status, object) pair, or `SILENT`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.numbers: list[str] = []
        """The request ids of those that came on the WebSocket."""
        self.filters: list[set[str]] = []
        self.logins: list[str | None] = []
        self.version = "22.10.1"
        self.reply: Reply = lambda asked: 204
        self.answers_requests = True
        """Whether it takes requests on the WebSocket, which old Asterisks ignore."""
        self.port = 0
        self.now_asked = asyncio.Condition()
        self.greets_with: list[dict[str, Any]] = []
        """Events it sends as soon as a WebSocket is open."""
        self._socket: web.WebSocketResponse | None = None
        self._request: web.Request | None = None
        self._opened = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Its ARI root."""
        return f"http://127.0.0.1:{self.port}/ari"

    async def open(self) -> None:
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_route("*", "/ari/{path:.*}", self._over_http)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and drop what is connected."""
        self.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def push(self, *what: dict[str, Any] | str | bytes) -> None:
        """Send events, or texts as they are."""
        assert self._socket is not None
        for each in what:
            text = each if isinstance(each, bytes) else (each if isinstance(each, str) else json.dumps(each)).encode()
            await self._socket.send_frame(text, WSMsgType.TEXT)

    async def push_binary(self, what: bytes) -> None:
        assert self._socket is not None
        await self._socket.send_bytes(what)

    def half_frame(self) -> None:
        """Begin a text of 100 bytes, send 20 of it, and cut the line."""
        transport = self._transport()
        transport.write(b"\x81\x64" + b'{"type":"StasisStart"'[:20])
        transport.close()

    def cut(self) -> None:
        """Drop the WebSocket without a word."""
        if self._request is not None and self._request.transport is not None:
            self._request.transport.abort()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once the condition holds, looked at after each request and connection."""
        async with asyncio.timeout(WAIT_S), self.now_asked:
            await self.now_asked.wait_for(condition)

    @property
    def opened(self) -> int:
        """How many WebSockets were opened."""
        return self._opened

    def _transport(self) -> asyncio.Transport:
        assert self._request is not None
        assert self._request.transport is not None
        return self._request.transport

    def _refusal(self, request: web.Request) -> web.Response | None:
        given = request.headers.get("Authorization")
        self.logins.append(given)
        return None if given == encode_basic_auth(USER, PASSWORD) else web.Response(status=401)

    async def _note(self, asked: Asked | None) -> None:
        async with self.now_asked:
            if asked is not None:
                self.asked.append(asked)
            self.now_asked.notify_all()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        assert request.query_string.startswith("app=hotline"), request.query_string
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self._socket, self._request = socket, request
        self._opened += 1
        await self.push(*self.greets_with)
        await self._note(None)
        async for message in socket:
            frame = json.loads(message.data)
            if not self.answers_requests:
                continue
            assert frame["type"] == "RESTRequest"
            self.numbers.append(frame["request_id"])
            text = frame.get("message_body")
            asked = Asked(frame["method"], frame["uri"], json.loads(text) if text else None, "websocket")
            answer = self._answer(asked)
            await self._note(asked)
            if answer is not SILENT:
                await self.push(self.response(frame["request_id"], *answer))
        return socket

    def response(self, number: str, status: int, body: Any) -> dict[str, Any]:
        """A RESTResponse."""
        text = {} if body is None else {"message_body": json.dumps(body)}
        return event("RESTResponse", transaction_id=number, request_id=number, status_code=status, uri="") | {
            "reason_phrase": f"reason {status}",
            **text,
        }

    async def _over_http(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        uri = request.raw_path.removeprefix("/ari/")
        if uri == "asterisk/info?only=system":
            return web.json_response({"system": {"version": self.version, "entity_id": "02:00:00:00:00:01"}})
        body = await request.read()
        asked = Asked(request.method, uri, json.loads(body) if body else None, "http")
        answer = self._answer(asked)
        await self._note(asked)
        if answer is SILENT:
            await asyncio.get_running_loop().create_future()
        status, content = answer
        return web.Response(status=status) if content is None else web.json_response(content, status=status)

    def _answer(self, asked: Asked) -> Any:
        if asked.uri == "applications/hotline/eventFilter":
            self.filters.append({each["type"] for each in asked.body["allowed"]})
            return 200, {"name": "hotline"}
        reply = self.reply(asked)
        return (reply, None) if isinstance(reply, int) else reply
