"""How many requests one session, or one address without a session, may make: a page gone wild costs others nothing.

Pages push; hardly anything asks again and again. The limits are far above what people and honest programs do.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from cti.api.problem import Sorts, problem_response
from cti.api.sessions import Sessions

WINDOW_S = 10
PER_SESSION = 1000
PER_ADDRESS = 2000
"""Requests within a window; a whole shift may sign in from one address."""


class RateLimit:
    """ASGI middleware over the paths below `/api/`."""

    def __init__(self, app: ASGIApp, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._sessions = sessions
        self._clock = clock
        self._since = clock()
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a problem."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            wait_s = self._wait_s(scope)
            if wait_s:
                accepted = HTTPConnection(scope).headers.get("accept-language", "")
                headers = {"Retry-After": str(wait_s)}
                detail = f"wait {wait_s} s, then go on more slowly"
                await problem_response(Sorts.TOO_MANY_REQUESTS, detail, accepted, headers=headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait_s(self, scope: Scope) -> int:
        now = self._clock()
        if now - self._since >= WINDOW_S:
            self._since = now
            self._counts.clear()
        who, most = self._who(scope)
        self._counts[who] += 1
        return 0 if self._counts[who] <= most else max(1, round(self._since + WINDOW_S - now))

    def _who(self, scope: Scope) -> tuple[str, int]:
        token = HTTPConnection(scope).cookies.get(self._sessions.cookie, "")
        session = self._sessions.find(token) if token else None
        if session is not None:
            return session.digest, PER_SESSION
        client: Any = scope.get("client")
        return (client[0] if client else ""), PER_ADDRESS
