"""The board of a running hotline as a client of the API has it: `WS /board` pushes frames, most of them in part."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp


class Board:
    """What the frames so far say."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.view: dict[str, Any] = {"queues": [], "agents": {}, "contacts": 0, "in_ivr": 0}
        """The newest frame, with all agents as they were told last, by 工号."""
        self._changed = asyncio.Event()

    def take(self, frame: dict[str, Any]) -> None:
        """Take a frame in."""
        agents = {} if frame["whole"] else self.view["agents"]
        self.view = {**frame, "agents": agents | {agent["agent"]: agent for agent in frame["agents"]}}
        self._changed.set()

    async def follow(self, pushed: aiohttp.ClientWebSocketResponse) -> None:
        """Take in what is pushed, until the WebSocket ends."""
        async for message in pushed:
            self.take(json.loads(message.data))

    async def changed(self) -> None:
        """Wait for the next frame."""
        self._changed.clear()
        await self._changed.wait()

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until this is true of the view."""
        while not fits(self.view):
            await self.changed()
