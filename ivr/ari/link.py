"""The link to one Asterisk's ARI: events in order to one listener, requests out, connected again when it is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from yarl import URL

from ivr.ari.connection import AriConnection, AriTarget
from ivr.ari.errors import AriError
from ivr.ari.frames import write_body
from ivr.ari.generated import ApplicationReplaced, Ari, Event
from ivr.ari.operation import DEADLINE_S, Json, Operation, Query, with_query
from ivr.ari.over_http import CONNECTIONS
from ivr.ari.pending import AriCounts, Pending, Settle, ask
from ivr.reconnect import LinkState, Reconnect, Reconnecting

if TYPE_CHECKING:
    from ivr.ari.inbox import AriListener
    from ivr.ari.version import Rest

log = structlog.get_logger(__name__)

# Asterisk answers pings in the thread that does the requests, so a prompt that a request waits for delays the pong as
# well. aiohttp gives a pong half the heartbeat.
HEARTBEAT_S = 30.0
# Asterisk closes idle HTTP connections after 15 s (http.conf, session_keep_alive); ours must go first.
IDLE_S = 5.0

ErrorListener = Callable[[Operation[Any], AriError], None]


class AriLink(Reconnecting):
    """One Asterisk's ARI application: make it, `start` it, ask through `ari` and `send`.

    `url` is the ARI root (`http://127.0.0.1:8088/ari`). `allowed_events` are the event classes wanted; besides them
    only `RawEvent` is delivered, an event of an unknown type or shape. `on_event` is called in the order Asterisk sent,
    between `on_up` and `on_down(reason)`; none of the three may block. `rest` forces how requests travel; None chooses
    by Asterisk's version. `counts` is for the metrics. Raises `ValueError` for a URL that is not http or https.
    """

    def __init__(
        self,
        name: str,
        url: str,
        user: str,
        password: str,
        app: str,
        *,
        allowed_events: Iterable[type[Event]],
        on_event: AriListener,
        on_up: Callable[[], None] = lambda: None,
        on_down: Callable[[str], None] = lambda reason: None,
        rest: Rest | None = None,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        parts = URL(url)
        if parts.scheme not in ("http", "https") or not parts.host:
            raise ValueError(f"asterisk {name!r}: ARI needs a URL like http://127.0.0.1:8088/ari, not {url!r}")
        self.name = name
        self.ari = Ari(self)
        self.counts = AriCounts()
        self._headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._target = AriTarget(
            name=name,
            root=url.rstrip("/"),
            user=user,
            app=app,
            wanted=frozenset((*allowed_events, ApplicationReplaced)),
            rest=rest,
            heartbeat_s=heartbeat_s,
        )
        self._on_event = on_event
        self._session: aiohttp.ClientSession | None = None
        self._connection: AriConnection | None = None
        place = f"ARI of {name!r} at {self._target.root}"
        self._reconnect = Reconnect(place, self._serve, on_up=on_up, on_down=on_down)

    @property
    def version(self) -> str:
        """Asterisk's own version text; empty while not connected."""
        return self._connection.version if self._connection else ""

    @property
    def rest(self) -> Rest | None:
        """How requests travel on the present connection; None while not connected."""
        return self._connection.rest if self._connection else None

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._session is None:
            # The WebSocket holds one connection of its own.
            connector = aiohttp.TCPConnector(limit=CONNECTIONS + 1, keepalive_timeout=IDLE_S)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        await self._reconnect.start()

    async def stop(self) -> None:
        """Close the connection; requests under way fail with `AriDown`, `on_down` is told."""
        await self._reconnect.stop()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def wait_up(self, deadline_s: float) -> None:
        """Return once it is up; raises `LinkLost` with the newest reason after `deadline_s` seconds."""
        await self._reconnect.wait_up(deadline_s)

    async def request(
        self,
        method: str,
        uri: str,
        query: Query | None = None,
        body: Json | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> bytes:
        """Ask and wait: the body of a 2xx answer; raises an `AriError`. `uri` without a leading slash, escaped."""
        full = with_query(uri, query) if query else uri
        return await ask(self._post, method, full, write_body(body), deadline_s, self.counts)

    def send(
        self, *operations: Operation[Any], on_error: ErrorListener | None = None, deadline_s: float = DEADLINE_S
    ) -> None:
        """Send requests in one go, in this order, without waiting.

        Each failure goes to `on_error(operation, error)`, a link that is down too (then before this returns); without
        one it is logged.
        """
        report = on_error or self._report
        self._post(
            [
                Pending(
                    each.method, each.uri, write_body(each.body), deadline_s, self._settle(each, report), self.counts
                )
                for each in operations
            ]
        )

    async def _serve(self, up: Callable[[], None]) -> None:
        if self._session is None:
            return
        self._connection = AriConnection(self._target, self._session, self.counts, self._on_event)
        try:
            await self._connection.serve(up)
        finally:
            self._connection = None

    def _post(self, batch: list[Pending]) -> None:
        if self._connection is not None and self.state is LinkState.UP:
            self._connection.post(batch)
            return
        for pending in batch:
            pending.drop(f"the link is down: {self.reason}")

    def _settle(self, operation: Operation[Any], report: ErrorListener) -> Settle:
        def settle(outcome: bytes | AriError) -> None:
            if isinstance(outcome, AriError):
                try:
                    report(operation, outcome)
                except Exception:
                    log.exception("ari error listener failed", link=self.name, method=operation.method)

        return settle

    def _report(self, operation: Operation[Any], error: AriError) -> None:
        log.warning("ari request failed", link=self.name, method=operation.method, error=type(error).__name__)
