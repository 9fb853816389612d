"""https for the pages and wss for the phone, by an authority of one's own that Chromium trusts."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from config.asterisk.spec import Tls
from config.certificates import authority_of, make, server_of
from config.lab import Installation
from tests.e2e.conftest import AGENT, EAR, PHONE, chromium
from tests.e2e.desk_page import DeskPage, talk
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make(folder, [], datetime.now(UTC))
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(
    installation: Installation, certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    pair = server_of(certificates)
    tls = Tls(certificate=PurePosixPath(pair.certificate), key=PurePosixPath(pair.key))
    async with House(tmp_path_factory.mktemp("https"), installation, agents=(), people=(AGENT,), tls=tls) as house:
        await house.change_plan(lambda plan: plan["queues"]["service"].update(ring_s=15, wrap_up_s=0.5))
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def trusting(certificates: Path, microphone: Path, tmp_path: Path) -> AsyncIterator[Browser]:
    """Chromium whose user has let it trust the authority, as docs/https.md says."""
    store = tmp_path / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for arguments in (
        ("-N", "--empty-password"),
        ("-A", "-t", "C,,", "-n", "hotline", "-i", str(authority_of(certificates).certificate)),
    ):
        done = await asyncio.create_subprocess_exec("certutil", "-d", f"sql:{store}", *arguments)
        assert await done.wait() == 0
    async with async_playwright() as playwright:
        browser = await chromium(playwright, microphone, env={**os.environ, "HOME": str(tmp_path)})
        yield browser
        await browser.close()


async def test_pages_and_phone_work_over_tls_once_the_authority_is_trusted(house: House, trusting: Browser) -> None:
    assert house.stage.base.startswith("https://")
    context = await trusting.new_context(permissions=["microphone"], locale="zh-CN")
    await context.add_init_script(path=EAR)
    desk = DeskPage(house, await context.new_page(), AGENT)
    sockets: list[str] = []
    desk.page.on("websocket", lambda socket: sockets.append(socket.url))
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    call = await talk(desk)
    await call.hang_up()
    spec = house.stage.lab.spec
    assert f"wss://127.0.0.1:{spec.ports.https}/ws" in sockets
    assert all(url.startswith("wss://") for url in sockets)
    [cookie] = await context.cookies()
    assert cookie["secure"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    await house.until_quiet()


async def test_a_browser_that_does_not_trust_it_is_warned(house: House, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    with pytest.raises(PlaywrightError, match="ERR_CERT_AUTHORITY_INVALID"):
        await page.goto(house.stage.base)
    await context.close()
