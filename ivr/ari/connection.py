"""One connection to ARI, from the first question to its loss.

It asks the version (GET asterisk/info), opens the WebSocket (only then does the application exist), sets the event
filter (it outlives sockets, so it is set anew each time), and is up. Events that came meanwhile follow then.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import aiohttp
import msgspec
from aiohttp import WSMsgType

from ivr.ari.errors import AriError, AriTimeout
from ivr.ari.frames import write_body
from ivr.ari.generated import AsteriskInfo, Event, RESTResponse
from ivr.ari.inbox import AriListener, Inbox, Replaced
from ivr.ari.operation import DEADLINE_S, segment
from ivr.ari.over_http import HttpRest
from ivr.ari.over_websocket import WebSocketRest
from ivr.ari.pending import AriCounts, Pending, ask
from ivr.ari.version import SINCE, Rest, rest_for
from ivr.reconnect import LinkLost, first_of

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_S = 5.0
CLOSE_S = 1.0
# Whoever opens the application last has it. Taking it back at once would make two programs fight for every call.
REPLACED_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AriTarget:
    """Which application on which Asterisk, and how to speak to it. `root` is the ARI root without a trailing slash."""

    name: str
    root: str
    user: str
    app: str
    wanted: frozenset[type[Event]]
    rest: Rest | None
    heartbeat_s: float


class AriConnection:
    """Serves one connection; `post` sends requests over it."""

    def __init__(
        self, target: AriTarget, session: aiohttp.ClientSession, counts: AriCounts, on_event: AriListener
    ) -> None:
        self.version = ""
        self.rest: Rest | None = None
        self._target = target
        self._session = session
        self._counts = counts
        self._carrier: WebSocketRest | HttpRest | None = None
        self._files: HttpRest | None = None
        self._inbox = Inbox(target.name, target.wanted, counts, self._answered, on_event)

    def post(self, batch: list[Pending]) -> None:
        """Send requests in this order; fails them with `AriDown` when the connection is gone."""
        if self._carrier is not None and self._files is not None:
            # Asterisk gives files over HTTP only (406 on the WebSocket).
            self._files.post([pending for pending in batch if pending.uri.endswith("/file")])
            self._carrier.post([pending for pending in batch if not pending.uri.endswith("/file")])
            return
        for pending in batch:
            pending.drop("the connection is lost")

    async def serve(self, up: Callable[[], None]) -> NoReturn:
        """Connect, call `up` when requests can be sent, deliver events; raises `LinkLost` in the end."""
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._ask_version()
                socket = await self._connect()
        except TimeoutError:
            raise LinkLost(f"no answer within {CONNECT_S:g} s") from None
        reason = "stopped"
        try:
            async with socket, asyncio.TaskGroup() as tasks:
                self._files = HttpRest(self._session, self._target.root)
                if self.rest == "http":
                    self._carrier = self._files
                else:
                    self._carrier = carrier = WebSocketRest(socket, self._counts)
                    tasks.create_task(carrier.run())
                tasks.create_task(self._open(up))
                await self._read(socket)
        except* (LinkLost, aiohttp.ClientError, OSError) as group:
            first = first_of(group)
            lost = first if isinstance(first, LinkLost) else LinkLost(f"the WebSocket broke: {first}")
            reason = str(lost)
        finally:
            for last in (self._carrier, self._files):
                if last is not None:
                    last.close(reason)
            self._carrier = self._files = None
        raise lost

    async def _ask_version(self) -> None:
        try:
            async with self._session.get(f"{self._target.root}/asterisk/info?only=system") as answer:
                if answer.status != 200:
                    raise LinkLost(self._refused(answer.status))
                info = msgspec.json.decode(await answer.read(), type=AsteriskInfo)
        except aiohttp.ClientError as error:
            raise LinkLost(
                f"cannot reach it ({error}): is Asterisk running, and is this bindaddr and bindport of its http.conf?"
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LinkLost(
                f"asterisk/info is not Asterisk's answer ({error}): is this URL the root of an ARI?"
            ) from None
        self.version = info.system.version if info.system else ""
        self.rest = self._target.rest or rest_for(self.version)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse[bool]:
        try:
            return await self._session.ws_connect(
                f"{self._target.root}/events",
                params={"app": self._target.app, "subscribeAll": "false"},
                heartbeat=self._target.heartbeat_s,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
                compress=0,
                max_msg_size=0,
                # A text that is no UTF-8 is one broken frame, not the end of the connection.
                decode_text=False,
            )
        except aiohttp.WSServerHandshakeError as error:
            raise LinkLost(self._refused(error.status)) from None
        except aiohttp.ClientError as error:
            raise LinkLost(f"the WebSocket could not be opened: {error}") from None

    def _refused(self, status: int) -> str:
        user = self._target.user
        if status in (401, 403):
            return f"refused the user {user!r} ({status}): the password must be the one in ari.conf, section [{user}]"
        if status == 404:
            return "no ARI here (404): is it enabled in ari.conf, and does the URL end in /ari?"
        return f"refused the connection ({status})"

    async def _open(self, up: Callable[[], None]) -> None:
        # Without RESTResponse among the allowed, Asterisk answers no request on the WebSocket.
        types = {each.__name__ for each in self._target.wanted} | {RESTResponse.__name__}
        body = write_body({"allowed": [{"type": each} for each in sorted(types)]})
        uri = f"applications/{segment(self._target.app)}/eventFilter"
        try:
            await ask(self.post, "PUT", uri, body, DEADLINE_S, self._counts)
        except AriError as error:
            told = f"the event filter could not be set: {error}"
            if isinstance(error, AriTimeout) and self.rest == "websocket":
                told += f"; Asterisk takes requests on the WebSocket from {SINCE}, this is {self.version}"
            raise LinkLost(told) from None
        up()
        self._inbox.release()

    def _answered(self, response: RESTResponse) -> None:
        if isinstance(self._carrier, WebSocketRest):
            self._carrier.answered(response)
        else:
            self._counts.late += 1

    async def _read(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> NoReturn:
        while True:
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                try:
                    self._inbox.take(message.data)
                except Replaced:
                    reason = f"another program opened the application {self._target.app!r}: one of the two must stop"
                    raise LinkLost(reason, pause_s=REPLACED_PAUSE_S) from None
            elif message.type is WSMsgType.BINARY:
                self._inbox.broken("a binary frame")
            elif message.type is WSMsgType.ERROR:
                raise LinkLost(f"the WebSocket broke: {message.data}")
            else:
                raise LinkLost(f"the WebSocket was cut ({socket.close_code})")
