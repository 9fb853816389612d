"""Keep one connection to Asterisk alive: serve it, and when it is lost, wait, each time a little longer, and serve."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from logging import INFO, WARNING
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.1
# Callers in Stasis are let go 30 s after their last renewal: a link must be back well before.
LONGEST_PAUSE_S = 2.0


class LinkState(StrEnum):
    """Where a link stands."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    UP = "up"
    WAITING = "waiting"
    """Down; the next try is set."""


class LinkLost(Exception):
    """The connection could not be made or is over; the text says why and, where it is known, the mend.

    `pause_s` overrides how long to wait before the next try, seconds.
    """

    def __init__(self, reason: str, *, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure of a task group, the one that ended the others."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first


class Reconnecting:
    """A link that a `Reconnect` keeps alive, and how it stands."""

    _reconnect: Reconnect

    @property
    def state(self) -> LinkState:
        """Where the link stands."""
        return self._reconnect.state

    @property
    def reason(self) -> str:
        """Why it is not up, with the mend where it is known; empty while it is up."""
        return self._reconnect.reason

    @property
    def reconnects(self) -> int:
        """How often it came up again."""
        return self._reconnect.reconnects


class Reconnect:
    """Calls `serve(up)` again and again until stopped.

    `serve` connects, calls `up()` once requests can be sent, and raises `LinkLost` when the connection is over. `on_up`
    and `on_down(reason)` come strictly in turn; an exception in either is logged and survived.
    """

    def __init__(
        self,
        place: str,
        serve: Callable[[Callable[[], None]], Awaitable[None]],
        *,
        on_up: Callable[[], None],
        on_down: Callable[[str], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.place = place
        self.state = LinkState.STOPPED
        self.reason = "not started"
        self.reconnects = 0
        """How often the connection came up again after the first time."""
        self._serve = serve
        self._on_up = on_up
        self._on_down = on_down
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._been_up = False

    async def start(self) -> None:
        """Begin; returns at once, connected or not."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"link {self.place}")

    async def stop(self) -> None:
        """End the connection and all tries; `on_down` is told if it was up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self._down("stopped", LinkState.STOPPED)

    async def wait_up(self, deadline_s: float) -> None:
        """Return once the link is up; raises `LinkLost` with the newest reason after `deadline_s` seconds."""
        try:
            async with asyncio.timeout(deadline_s):
                while self.state is not LinkState.UP:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise LinkLost(f"{self.place}: not up within {deadline_s:g} s: {self.reason}") from None

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            self._enter(LinkState.CONNECTING)
            forced: float | None = None
            try:
                await self._serve(self._up)
                reason = "the connection ended"
            except LinkLost as lost:
                reason, forced = str(lost), lost.pause_s
            except Exception as error:
                log.exception("link failed", link=self.place)
                reason = f"{type(error).__name__}: {error}"
            # The cancellation is lost in a task group that fails in the same turn.
            if self._task is None:
                return
            # A connection that lasts no longer than the longest pause has mended nothing: keep waiting longer.
            if self.state is LinkState.UP and clock() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            self._down(reason, LinkState.WAITING)
            await self._pause(pause if forced is None else forced)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _up(self) -> None:
        self.reconnects += self._been_up
        self._been_up = True
        self.reason = ""
        self._enter(LinkState.UP)
        log.info("link up", link=self.place)
        self._tell(self._on_up)

    def _down(self, reason: str, state: LinkState) -> None:
        was_up = self.state is LinkState.UP
        if was_up or (reason != self.reason and state is not LinkState.STOPPED):
            log.log(INFO if state is LinkState.STOPPED else WARNING, "link down", link=self.place, reason=reason)
        self.reason = reason
        self._enter(state)
        if was_up:
            self._tell(lambda: self._on_down(reason))

    def _enter(self, state: LinkState) -> None:
        self.state = state
        self._changed.set()

    def _tell(self, listener: Callable[[], None]) -> None:
        try:
            listener()
        except Exception:
            log.exception("link listener failed", link=self.place)
