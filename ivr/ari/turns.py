"""The order of requests that travel on several HTTP connections."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

_NAMED_BY_PATH = ("bridges", "channels")
_NAMED_BY_QUERY = frozenset(
    ("bridgeId", "caller", "channel", "channelId", "originator", "otherChannelId", "snoopId"),
)


def names(uri: str) -> frozenset[str]:
    """The channels and bridges a request touches, by id; empty if it may touch any (a list, a playback)."""
    parts = urlsplit(uri)
    path = parts.path.split("/")
    if path[0] not in _NAMED_BY_PATH:
        return frozenset()
    found = {path[1]} if len(path) > 1 else set()
    for key, value in parse_qsl(parts.query):
        if key in _NAMED_BY_QUERY:
            found.update(value.split(","))
    return frozenset(found)


class Turns:
    """Lets requests about different channels pass each other, and no others.

    A request that names channels or bridges waits for those before it that name one of them. Any other request waits
    for all before it and holds all after it. So two requests about one channel are done in the order they were made.
    """

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}
        self._wall: asyncio.Future[None] | None = None
        self._open: set[asyncio.Future[None]] = set()

    def take(self, touched: frozenset[str]) -> tuple[asyncio.Future[None], list[asyncio.Future[None]]]:
        """A turn, to be given back with `leave`, and the turns to wait for first."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if touched:
            waits = list(dict.fromkeys(last for name in touched if (last := self._last.get(name)) is not None))
            waits += [self._wall] if self._wall is not None else []
        else:
            waits = list(self._open)
            self._wall = turn
        for name in touched:
            self._last[name] = turn
        self._open.add(turn)
        return turn, waits

    def leave(self, turn: asyncio.Future[None], touched: frozenset[str]) -> None:
        """End a turn, done or not."""
        if not turn.done():
            turn.set_result(None)
        self._open.discard(turn)
        if self._wall is turn:
            self._wall = None
        for name in touched:
            if self._last.get(name) is turn:
                del self._last[name]
