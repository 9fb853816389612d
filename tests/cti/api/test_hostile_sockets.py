"""Pages that mean harm, on real WebSockets: they are refused or closed, and nobody else notices.

`python -m bench hostile` sends many times as much.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bench.hostile.sockets import BROKEN_FRAMES, FAULT, HUGE, attack, send_broken
from cti.api import live_routes, sockets
from cti.api.serve import ApiServer
from tests.cti.api.hotline import Hotline
from tests.cti.api.pages import Browser, Page

FRAMES = 400
TOO_BIG = 1009


@pytest_asyncio.fixture
async def browser(hotline: Hotline) -> AsyncIterator[Browser]:
    """The browser of agent 1001, who is on duty."""
    served = ApiServer(hotline.app, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{await served.start()}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        browser = Browser(hotline, base, session)
        await browser.sign_in("1001")
        hotline.on_duty()
        yield browser
    await served.stop()


@pytest.fixture(autouse=True)
def no_fault(caplog: pytest.LogCaptureFixture) -> None:
    """The server's own faults are written by uvicorn as errors."""
    caplog.set_level(logging.WARNING, "uvicorn.error")


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What uvicorn wrote of them."""
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


def cookie_of(browser: Browser) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in browser.session.cookie_jar)


async def works(browser: Browser) -> None:
    """An honest page opens, says something and is answered."""
    page = await browser.open("desk")
    await page.until("snapshot")
    await page.say({"ack": 1})
    await page.until("refused")
    await page.socket.close()


async def opened(browser: Browser) -> Page:
    page = await browser.open("desk")
    await page.until("snapshot")
    return page


async def code_of(page: Page) -> int:
    """The code with which the server closes; frames before it are passed over."""
    async with asyncio.timeout(10):
        async for _ in page.socket:
            pass
    return page.socket.close_code or 0


@pytest.mark.parametrize("path", ["desk", "board"])
async def test_frames_that_nobody_would_send_are_refused_and_harm_nobody(
    hotline: Hotline, browser: Browser, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    if path == "board":
        await browser.sign_in("boss")
    found = await attack(browser.base, cookie_of(browser), path, frames=FRAMES, seed=3)
    assert (found.frames, found.closed[FAULT]) == (FRAMES, 0)
    assert found.answers > FRAMES / 4
    assert {1000, 1003, TOO_BIG} <= set(found.closed)
    if path == "desk":
        await works(browser)
    assert faults(caplog) == []
    assert hotline.loop.floor.ledger.imbalance(hotline.loop.floor.contacts.values()) == {}


@pytest.mark.parametrize("what", BROKEN_FRAMES)
async def test_bytes_that_no_websocket_speaks_end_that_socket_alone(
    browser: Browser, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    honest = await opened(browser)
    await send_broken(browser.base, cookie_of(browser), "desk", BROKEN_FRAMES[what])
    await honest.say({"ack": 1})
    await honest.until("refused")
    assert faults(caplog) == []


async def test_a_frame_that_is_no_text_closes_the_page(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    page = await opened(browser)
    await page.socket.send_bytes(b'{"ack": 1}')
    assert await code_of(page) == sockets.NOT_TEXT
    assert faults(caplog) == []


async def test_text_that_is_none_is_one_line_in_the_log(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    await send_broken(browser.base, cookie_of(browser), "desk", BROKEN_FRAMES["of text that is none"])
    (line,) = [one for one in caplog.records if "UTF-8" in one.getMessage()]
    assert (line.levelname, line.exc_info, line.exc_text) == ("WARNING", None, None)


async def test_a_frame_larger_than_any_closes_the_page(browser: Browser) -> None:
    page = await opened(browser)
    await page.say(HUGE)
    assert await code_of(page) == TOO_BIG


async def test_a_page_that_floods_is_closed_and_another_goes_on(browser: Browser) -> None:
    flooding, honest = await opened(browser), await opened(browser)
    for _ in range(sockets.MOST_A_SECOND + 1):
        await flooding.say({"ack": 1})
    assert await code_of(flooding) == sockets.TOO_MANY
    await honest.say({"ack": 1})
    await honest.until("refused")


async def test_a_session_has_so_many_pages_open_and_no_more(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_routes, "MOST_PAGES", 2)
    first, second = await opened(browser), await opened(browser)
    third = await browser.open("desk")
    assert await code_of(third) == sockets.TOO_MANY
    await first.socket.close()
    await second.say({"ack": 1})
    await second.until("refused")


async def test_acknowledgements_out_of_order_and_twice_change_nothing(hotline: Hotline, browser: Browser) -> None:
    page = await opened(browser)
    hotline.call()
    hotline.queue("pbx1-1.1")
    offer = (await page.until("pop"))["pop"]["offer"]
    for ack in (offer + 1, offer, offer, offer - 1, 0, -1, 2**70):
        await page.say({"ack": ack})
    await page.until("ring")
    assert hotline.loop.floor.agents["1001"].offer == offer
    assert not hotline.loop.failed.is_set()
