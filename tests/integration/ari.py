"""ARI by hand, for tests that must not depend on our own link: HTTP requests and one WebSocket of events."""

import asyncio
from typing import Any, cast

import aiohttp

from config.lab import Lab


class Ari:
    """A connected Stasis application named `hotline`; use it with `async with Ari.of(lab)`."""

    def __init__(self, session: aiohttp.ClientSession, key: str) -> None:
        self._session = session
        self._key = key
        self._socket: aiohttp.ClientWebSocketResponse

    @classmethod
    def of(cls, lab: Lab) -> "Ari":
        """The application on this lab."""
        session = aiohttp.ClientSession(f"http://127.0.0.1:{lab.spec.ports.http}/ari/")
        return cls(session, f"{lab.spec.ari.user}:{lab.spec.ari.secret}")

    async def __aenter__(self) -> "Ari":
        self._socket = await self._session.ws_connect("events", params={"api_key": self._key, "app": "hotline"})
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._socket.close()
        await self._session.close()

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of this type."""
        async with asyncio.timeout(15):
            while True:
                event = cast("dict[str, Any]", await self._socket.receive_json())
                if event["type"] == kind:
                    return event

    async def get(self, path: str) -> Any:
        """GET; the answer's JSON."""
        return await self._ask("GET", path, {}, None)

    async def post(self, path: str, body: object = None, /, **query: str) -> Any:
        """POST; the answer's JSON, None when it has none."""
        return await self._ask("POST", path, query, body)

    async def put(self, path: str, body: object) -> Any:
        """PUT with a JSON body."""
        return await self._ask("PUT", path, {}, body)

    async def delete(self, path: str) -> Any:
        """DELETE."""
        return await self._ask("DELETE", path, {}, None)

    async def _ask(self, method: str, path: str, query: dict[str, str], body: object) -> Any:
        query = {**query, "api_key": self._key}
        async with self._session.request(method, path, params=query, json=body) as response:
            text = await response.text()
            assert response.status < 300, f"{method} {path}: {response.status} {text}"
            return await response.json() if text else None
