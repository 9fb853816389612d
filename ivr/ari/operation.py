"""One request to ARI as a value: what it asks, and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from ivr.ari.errors import AriUnreadable

T = TypeVar("T")

DEADLINE_S = 5.0
"""How long a request waits for its answer unless told otherwise, seconds."""

Query = Mapping[str, "str | int | bool | Sequence[str] | None"]
Json = Mapping[str, object] | Sequence[object]


class Requester(Protocol):
    """What carries a request to Asterisk and brings back the body of the answer."""

    async def request(
        self,
        method: str,
        uri: str,
        query: Query | None = None,
        body: Json | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> bytes:
        """Send one request; `uri` is relative to the ARI root, without a leading slash, already escaped."""
        ...


# Equal only to itself: asyncio.gather awaits equal awaitables once, and two equal requests are two requests.
@dataclass(frozen=True, slots=True, eq=False)
class Operation(Generic[T]):
    """One typed request, not sent yet: `await` it, or hand it to `AriLink.send` with others."""

    link: Requester = field(repr=False)
    method: str
    uri: str
    body: Json | None
    read: Callable[[bytes], T] = field(repr=False)

    def __await__(self) -> Generator[Any, None, T]:
        """Send it and wait for the answer with the usual deadline; raises the `AriError` it met."""
        return self.within(DEADLINE_S).__await__()

    async def within(self, deadline_s: float) -> T:
        """Send it and wait at most `deadline_s` seconds; raises the `AriError` it met."""
        answer = await self.link.request(self.method, self.uri, None, self.body, deadline_s=deadline_s)
        try:
            return self.read(answer)
        except msgspec.DecodeError as error:
            raise AriUnreadable(self.method, self.uri, str(error)) from error


def nothing(_answer: bytes) -> None:
    """Read the answer of an operation that has none."""


def octets(answer: bytes) -> bytes:
    """Read the answer of an operation that gives a file."""
    return answer


def segment(value: str) -> str:
    """Escape one part of a path, slashes included."""
    return quote(value, safe="", errors="replace")


def with_query(path: str, query: Query) -> str:
    """Append the query that is set: `None` is left out, a list is joined by commas, the only form Asterisk splits."""
    parts = [f"{name}={segment(_text(value))}" for name, value in query.items() if value is not None]
    return f"{path}?{'&'.join(parts)}" if parts else path


def _text(value: str | int | bool | Sequence[str]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else ",".join(value)
