"""One call's AGI session, as a flow sees it: plain calls that wait without a thread.

A flow runs in a greenlet of its own. Its calls look blocking; while one waits, the loop serves the others.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar

from sqlalchemy.util import await_only
from twisted.internet.defer import Deferred

from ivr.agi.codec import Reply, Usage
from ivr.agi.environment import Environment
from ivr.agi.pyst2 import Pyst2Agi

T = TypeVar("T")


class Line(Protocol):
    """The connection, as a session needs it."""

    def exchange(self, command: bytes, deadline_s: float) -> Awaitable[Reply | Usage]:
        """Send one command's bytes; the answer, or an `AGIError` why there is none."""


class AgiSession(Pyst2Agi):
    """pyst2's methods (see `Pyst2Agi`) on one FastAGI connection. Only the flow that it was made for may use it."""

    def __init__(self, environment: Environment, line: Line) -> None:
        super().__init__(environment.raw)
        self.environment = environment
        self._line = line

    def exchange(self, command: bytes, deadline_s: float) -> Reply | Usage:
        """See `Pyst2Agi.exchange`."""
        return await_only(self._line.exchange(command, deadline_s))

    def wait(self, awaitable: Awaitable[T] | Deferred[T]) -> T:
        """Wait for a coroutine, a future or a Deferred and return its result; its errors are raised here.

        It has no deadline of its own. A caller who leaves meanwhile is noticed by the next command.
        """
        if isinstance(awaitable, Deferred):
            deferred: Any = awaitable
            awaitable = deferred.asFuture(asyncio.get_running_loop())
        result: T = await_only(awaitable)
        return result
