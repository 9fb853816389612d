"""One browser and one contact center for the whole suite; each test has pages of its own."""

import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Playwright, async_playwright

from config.demo.stage import SUPERVISOR
from config.lab import Installation
from config.lab.peers import tones
from tests.e2e.desk_page import MICROPHONE_HZ, DeskPage
from tests.fakes.house import House

EAR = Path(__file__).with_name("ear.js")
POLICY = Path(__file__).with_name("policy.js")
CHROMIUM = "/usr/bin/chromium"
AGENT = "1004"
COLLEAGUE = "1005"
BRIEF_S = 0.5
PHONE = "8101"

Open = Callable[..., Awaitable[DeskPage]]


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser takes for its microphone: a tone, for ever."""
    path = tmp_path_factory.mktemp("microphone") / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(tones.SAMPLE_RATE)
        file.writeframes(tones.one_second(MICROPHONE_HZ))
    return path


async def chromium(playwright: Playwright, microphone: Path, **more: Any) -> Browser:
    """A Chromium without a window whose microphone is a file."""
    return await playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            # It runs as root where the tests do, and shows none but our own pages.
            "--no-sandbox",
            "--disable-gpu",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={microphone}",
            "--autoplay-policy=no-user-gesture-required",
        ],
        **more,
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(microphone: Path) -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await chromium(playwright, microphone)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def environment() -> Iterator[pytest.MonkeyPatch]:
    """What is set for the whole suite."""
    with pytest.MonkeyPatch.context() as environment:
        yield environment


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The house with two agents left to browsers. An admin, if there is one, signs in with a second factor.

    A ring waits long enough for a browser on a busy machine; a wrap-up is over at once where no outcome is saved.
    """
    folder = tmp_path_factory.mktemp("e2e")
    environment.setenv("HOTLINE_API__SECOND_FACTOR", '["admin"]')
    async with House(folder, installation, agents=("1001",), people=(AGENT, COLLEAGUE)) as house:
        await house.change_plan(lambda plan: plan["queues"]["service"].update(ring_s=15, wrap_up_s=BRIEF_S))
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> AsyncIterator[House]:
    """At rest: nobody ready, no contact, no browser signed in."""
    await shared.rest()
    yield shared
    await shared.until_quiet()


@pytest.fixture
def stopped() -> list[str]:
    """What a page's content security policy stopped in this test, as the browser tells it."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def visit(house: House, browser: Browser, stopped: list[str]) -> AsyncIterator[Open]:
    """Opens pages, each in a browser profile of its own; they are closed afterwards, and their agents signed out.

    A page that does what its policy forbids fails the test, whatever the test is about.
    """

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            stopped.append(f"{message.page.url if message.page else ''}: {message.text}")

    async with AsyncExitStack() as stack:

        async def open_page(agent: str = AGENT, *, language: str = "zh-CN", beside: DeskPage | None = None) -> DeskPage:
            if beside is not None:
                return DeskPage(house, await beside.page.context.new_page(), agent)
            context = await browser.new_context(
                permissions=["microphone"], locale=language, viewport={"width": 1280, "height": 800}
            )
            stack.push_async_callback(context.close)
            context.on("console", listen)
            for script in (POLICY, EAR):
                await context.add_init_script(path=script)
            desk = DeskPage(house, await context.new_page(), agent)
            if agent != SUPERVISOR:
                stack.push_async_callback(sign_out, desk)
            return desk

        yield open_page
    assert stopped == []


async def sign_out(desk: DeskPage) -> None:
    """签出 by the page's own session, whatever it shows."""
    base = desk.house.stage.base
    await desk.page.context.request.post(f"{base}/api/v1/agents/me/sign-out", headers={"Origin": base})


@pytest_asyncio.fixture(loop_scope="session")
async def desk(visit: Open) -> DeskPage:
    """The agent's desk, signed in on the browser's phone, ready."""
    desk = await visit()
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    return desk


@pytest_asyncio.fixture(loop_scope="session")
async def long_wrap_up(house: House) -> AsyncIterator[None]:
    """Time enough to save an outcome."""
    await house.change_plan(lambda plan: plan["queues"]["service"].update(wrap_up_s=60))
    yield
    await house.change_plan(lambda plan: plan["queues"]["service"].update(wrap_up_s=BRIEF_S))
