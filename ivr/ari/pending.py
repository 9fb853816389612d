"""Requests under way: each is settled exactly once, by its answer, its deadline, or the end of the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ivr.ari.errors import AriDown, AriError, AriTimeout, refusal
from ivr.ari.frames import refusal_text

Settle = Callable[[bytes | AriError], None]
"""Told once how a request ended: the body of its answer, or the error."""


@dataclass(slots=True)
class AriCounts:
    """What an ARI link has seen since the process began, for the metrics."""

    events: int = 0
    """Events handed on."""
    unknown: int = 0
    """Of these, events the models do not know (`RawEvent`)."""
    unwanted: int = 0
    """Events nobody asked for, dropped: those that come between the connection and its filter."""
    broken: int = 0
    """Texts that were no event at all: half frames, bad JSON, no object."""
    failed: int = 0
    """Events on which the listener raised."""
    requests: int = 0
    """Requests accepted for sending."""
    refused: int = 0
    """Requests Asterisk answered with an error."""
    timeouts: int = 0
    """Requests without an answer within their deadline."""
    late: int = 0
    """Answers to requests that were no longer waited for, or never made."""
    settled: int = 0
    """Requests that have ended, however they did."""

    @property
    def open(self) -> int:
        """Requests that wait for their answer now."""
        return self.requests - self.settled


class Pending:
    """One request: what it asks, its deadline, and who waits for it."""

    __slots__ = ("_counts", "_deadline_s", "_settle", "_timer", "body", "deadline", "forget", "method", "sent", "uri")

    def __init__(
        self, method: str, uri: str, body: bytes | None, deadline_s: float, settle: Settle, counts: AriCounts
    ) -> None:
        self.method = method
        self.uri = uri
        self.body = body
        self.sent = False
        self._deadline_s = deadline_s
        self._settle: Settle | None = settle
        self._counts = counts
        loop = asyncio.get_running_loop()
        self.deadline = loop.time() + deadline_s
        self._timer = loop.call_at(self.deadline, self._expire)
        self.forget: Callable[[], None] | None = None
        """Called when it ends, however it ends."""
        counts.requests += 1

    @property
    def open(self) -> bool:
        """Whether it still waits."""
        return self._settle is not None

    def answer(self, status: int, reason: str, body: bytes) -> None:
        """Settle it with Asterisk's answer: the body, or a refusal."""
        if 200 <= status < 300:
            self._end(body)
        else:
            self._counts.refused += 1
            self._end(refusal(self.method, self.uri, status, refusal_text(body, reason)))

    def drop(self, reason: str) -> None:
        """Settle it with `AriDown`, unless it has ended."""
        if self._settle is not None:
            self._end(AriDown(self.method, self.uri, reason, sent=self.sent))

    def _expire(self) -> None:
        self._counts.timeouts += 1
        self._end(AriTimeout(self.method, self.uri, self._deadline_s, sent=self.sent))

    def _end(self, outcome: bytes | AriError) -> None:
        settle, self._settle = self._settle, None
        self._counts.settled += 1
        self._timer.cancel()
        if self.forget is not None:
            self.forget()
        if settle is not None:
            settle(outcome)


async def ask(
    post: Callable[[list[Pending]], None],
    method: str,
    uri: str,
    body: bytes | None,
    deadline_s: float,
    counts: AriCounts,
) -> bytes:
    """Post one request and wait for it: the body of its answer; raises the `AriError` it ended with."""
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def settle(outcome: bytes | AriError) -> None:
        if answer.cancelled():
            return
        if isinstance(outcome, AriError):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    post([Pending(method, uri, body, deadline_s, settle, counts)])
    return await answer
