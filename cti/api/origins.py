"""Whose pages may use the API: browsers name the page's origin on every unsafe request and every WebSocket.

A request without Origin comes from no page (or is a safe one) and carries no foreign page's wish.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from cti.api.problem import Sorts, problem_response

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WRONG_ORIGIN = 4403
"""Close code of a WebSocket whose page may not use the API."""


class OriginCheck:
    """ASGI middleware that turns away pages of other origins."""

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        """`allowed`: origins as `https://host[:port]`, besides the one a request came to."""
        self._app = app
        self._allowed = frozenset(origin.lower() for origin in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a problem."""
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in SAFE):
            headers = Headers(scope=scope)
            if not self._may(headers):
                await self._turn_away(scope, receive, send, headers)
                return
        await self._app(scope, receive, send)

    def _may(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return origin.lower() in self._allowed or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": WRONG_ORIGIN, "reason": "origin"})
            return
        detail = f"origin {headers.get('origin', 'unknown')}: add it to api.allowed_origins if its pages are yours"
        answer = problem_response(Sorts.WRONG_ORIGIN, detail, headers.get("accept-language", ""))
        await answer(scope, receive, send)
