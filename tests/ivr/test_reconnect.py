import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ivr.reconnect import FIRST_PAUSE_S, LONGEST_PAUSE_S, LinkLost, LinkState, Reconnect, first_of

WAIT_S = 5.0

Serve = Callable[[Callable[[], None]], Awaitable[None]]


class Watched:
    """A link that writes down its pauses and what it tells, and ends at the last of its lives."""

    def __init__(self, *lives: Callable[[Callable[[], None]], None]) -> None:
        self.told: list[str] = []
        self.pauses: list[float] = []
        self.over = asyncio.Event()
        self._lives = list(lives)
        self.reconnect = Reconnect(
            "the link",
            self._serve,
            on_up=lambda: self.told.append("up"),
            on_down=lambda reason: self.told.append(f"down: {reason}"),
            pause=self._pause,
        )

    async def _serve(self, up: Callable[[], None]) -> None:
        if not self._lives:
            self.over.set()
            await asyncio.get_running_loop().create_future()
        self._lives.pop(0)(up)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    async def live(self) -> None:
        """Run through all lives, then stop."""
        await self.reconnect.start()
        async with asyncio.timeout(WAIT_S):
            await self.over.wait()
        await self.reconnect.stop()


def refused(up: Callable[[], None]) -> None:
    raise LinkLost("refused")


def short(up: Callable[[], None]) -> None:
    up()
    raise LinkLost("cut")


def sent_away(up: Callable[[], None]) -> None:
    raise LinkLost("replaced", pause_s=30.0)


def mistaken(up: Callable[[], None]) -> None:
    up()
    raise ZeroDivisionError("a mistake")


async def test_each_pause_is_twice_the_last_up_to_the_longest() -> None:
    link = Watched(*[refused] * 7)
    await link.live()
    assert link.pauses == [FIRST_PAUSE_S * 2**n for n in range(5)] + [LONGEST_PAUSE_S] * 2
    assert link.told == []


async def test_a_connection_that_does_not_last_mends_nothing() -> None:
    link = Watched(short, short, short)
    await link.live()
    assert link.pauses == [FIRST_PAUSE_S, FIRST_PAUSE_S * 2, FIRST_PAUSE_S * 4]
    assert link.told == ["up", "down: cut"] * 3
    assert link.reconnect.reconnects == 2


async def test_a_loss_may_set_its_own_pause() -> None:
    link = Watched(sent_away, refused)
    await link.live()
    assert link.pauses == [30.0, FIRST_PAUSE_S * 2]


async def test_a_mistake_of_ours_is_a_loss_like_any_other() -> None:
    link = Watched(mistaken, short)
    await link.live()
    assert link.told == ["up", "down: ZeroDivisionError: a mistake", "up", "down: cut"]


async def test_a_listener_that_raises_does_not_end_it() -> None:
    def broken(*told: Any) -> None:
        raise RuntimeError("a mistake in the listener")

    link = Watched(short, short)
    link.reconnect._on_up = broken
    link.reconnect._on_down = broken
    await link.live()
    assert link.reconnect.reconnects == 1


async def test_waiting_for_up_gives_the_newest_reason() -> None:
    link = Watched(refused)
    with pytest.raises(LinkLost, match=r"^the link: not up within 0\.01 s: not started$"):
        await link.reconnect.wait_up(0.01)
    await link.live()
    assert (link.reconnect.state, link.reconnect.reason) == (LinkState.STOPPED, "stopped")


async def test_a_stop_in_the_moment_in_which_the_connection_breaks_ends_it() -> None:
    """A task group that fails as it is cancelled raises its failure alone."""
    cut = asyncio.Event()

    async def part() -> None:
        await cut.wait()
        raise LinkLost("cut")

    async def serve(up: Callable[[], None]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(part())
                up()
        except BaseExceptionGroup as group:
            raise first_of(group) from None

    reconnect = Reconnect("the link", serve, on_up=lambda: None, on_down=lambda reason: None)
    await reconnect.start()
    await reconnect.wait_up(WAIT_S)
    cut.set()
    async with asyncio.timeout(WAIT_S):
        await reconnect.stop()
    assert reconnect.state is LinkState.STOPPED
