"""The simulated agent's desk."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web

from config.demo.desk import Desk

SNAPSHOT = {
    "type": "snapshot",
    "outcomes": [{"code": "enquiry.other"}],
    "missing": [],
    "agent": {"state": "wrap_up", "contact": "pbx1-1.1"},
}


def thinking() -> list[asyncio.Task[None]]:
    """The agents who think about an outcome."""
    return [task for task in asyncio.all_tasks() if "Desk._save_outcome" in repr(task)]


@pytest_asyncio.fixture
async def base() -> AsyncIterator[str]:
    """An API that takes everything; its one agent is in a wrap-up when he opens his desk."""

    async def take(request: web.Request) -> web.Response:
        return web.json_response({})

    async def open_desk(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(SNAPSHOT)
        async for _ in socket:
            pass
        return socket

    api = web.Application()
    api.router.add_get("/api/v1/desk", open_desk)
    api.router.add_route("*", "/{any:.*}", take)
    runner = web.AppRunner(api)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_who_goes_home_in_a_wrap_up_leaves_nothing_running(base: str) -> None:
    desk = Desk(lambda: base, "1001", "secret", "8001", wrap_up_s=60.0, seed=1, door=asyncio.Semaphore())
    work = asyncio.create_task(desk.work())
    async with asyncio.timeout(30):
        await desk.ready.wait()
    assert thinking()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert thinking() == []
