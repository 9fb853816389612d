import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio

from ivr.ari.generated import AnyEvent, ChannelUserevent, StasisEnd, StasisStart
from ivr.ari.inbox import AriEvent
from ivr.ari.link import AriLink
from ivr.ari.version import Rest
from tests.fakes.ari_peer import PASSWORD, USER, WAIT_S, AriPeer


class Told:
    """What a link told its listener, in order: "up", "down: reason", or an event."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._news: asyncio.Queue[Any] = asyncio.Queue()

    def note(self, what: Any) -> None:
        self.all.append(what)
        self._news.put_nowait(what)

    async def next(self) -> Any:
        async with asyncio.timeout(WAIT_S):
            return await self._news.get()

    async def name(self) -> str:
        """The name of the next thing told, which must be a user event."""
        event: AnyEvent = await self.next()
        assert isinstance(event, ChannelUserevent)
        return event.eventname


MakeLink = Callable[..., Awaitable[tuple[AriLink, Told]]]


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[AriPeer]:
    peer = AriPeer()
    await peer.open()
    yield peer
    await peer.close()


@pytest_asyncio.fixture
async def make_link(peer: AriPeer) -> AsyncIterator[MakeLink]:
    """Start a link to the peer; unless `up=False`, it is up and that was told."""
    links: list[AriLink] = []

    async def make(
        *, up: bool = True, rest: Rest | None = None, password: str = PASSWORD, url: str | None = None, **more: Any
    ) -> tuple[AriLink, Told]:
        told = Told()

        def on_event(event: AriEvent) -> None:
            told.note(event)

        listeners = {
            "on_event": on_event,
            "on_up": lambda: told.note("up"),
            "on_down": lambda why: told.note(f"down: {why}"),
        }
        link = AriLink(
            "pbx",
            url or peer.url,
            USER,
            password,
            "hotline",
            allowed_events=(StasisStart, StasisEnd, ChannelUserevent),
            rest=rest,
            **(listeners | more),
        )
        links.append(link)
        await link.start()
        if up:
            await link.wait_up(WAIT_S)
            assert await told.next() == "up"
        return link, told

    yield make
    for link in links:
        await link.stop()
