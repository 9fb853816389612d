"""Take the pictures of the desk, the board and the wall: docs/pictures/*.png, of the demo at work.

Run `python -m tools.screens` when the pages changed. It needs Chromium and takes about two minutes.
"""

import asyncio
import shutil
from itertools import count
from pathlib import Path

from playwright.async_api import Browser, Page, TimeoutError, async_playwright

from config.demo import traffic
from config.demo.run import PLAN, dial_all
from config.demo.stage import SUPERVISOR, Seat, Stage
from config.lab import Installation, find
from config.lab.launch import CACHE
from config.lab.peers.script import Ringing
from cti.plan.read import read_file

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FOLDER = Path("var/screens")
AGENT, PHONE = "1001", "8101"
CHROMIUM = "/usr/bin/chromium"
SEED = 5
FAR_MS = 120_000
SOON_MS = 10_000
NARROW, WIDE = (1280, 800), (1920, 1080)


def stage_of(folder: Path, installation: Installation) -> Stage:
    """The demo with its first agent left to the browser."""
    plan = read_file(PLAN)
    phones = [phone for phone in plan.phones if phone not in plan.browser_phones]
    others = [agent for agent in plan.agents if agent != AGENT]
    seats = [
        Seat(agent=agent, extension=phone, ringing=Ringing(ring_s=0.4 + 0.5 * (number % 4)), wrap_up_s=5.0)
        for number, (agent, phone) in enumerate(zip(others, phones, strict=False))
    ]
    return Stage(folder, installation, seats, people=[AGENT], seed=SEED)


async def call(stage: Stage) -> None:
    """Callers, until cancelled."""
    for chunk in count():
        await dial_all(stage, traffic.draw(SEED + chunk, 50, traffic.Pace(gap_s=2.5, talk_s=14)))


async def enter(
    browser: Browser, stage: Stage, login: str, path: str, *, size: tuple[int, int], language: str, dark: bool
) -> Page:
    """A page of this person's."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if dark else "light",
        permissions=["microphone"],
    )
    page = await context.new_page()
    page.set_default_timeout(FAR_MS)
    await page.goto(f"{stage.base}{path}")
    await page.get_by_test_id("login").fill(login)
    await page.get_by_test_id("password").fill(stage.passwords[login])
    await page.get_by_test_id("sign-in").click()
    return page


async def take(page: Page, name: str) -> None:
    """The picture, once a second has passed in which figures and curves come."""
    await page.wait_for_timeout(1000)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def answer(page: Page, picture: str) -> None:
    """Be in a talk; a picture is taken of the ring. Callers may be gone before they are answered."""
    while True:
        await page.locator("[data-testid=answer]:not([disabled])").wait_for()
        if picture:
            await page.screenshot(path=PICTURES / f"{picture}.png")
        await page.keyboard.press("Alt+a")
        try:
            await page.get_by_test_id("hold").wait_for(timeout=SOON_MS)
            return
        except TimeoutError:
            await page.keyboard.press("Alt+r")


async def consult(page: Page, picture: str) -> None:
    """Consult whoever is free first; a picture is taken once he is there. Callers may be gone before that."""
    while True:
        await page.keyboard.press("Alt+c")
        try:
            await page.locator("[data-testid=colleague-option][aria-disabled=false]").first.click(timeout=SOON_MS)
            await page.get_by_test_id("hand-over").wait_for(timeout=SOON_MS)
            await take(page, picture)
            await page.keyboard.press("Alt+h")
            return
        except TimeoutError:
            await page.keyboard.press("Escape")
            await page.keyboard.press("Control+Enter")
            await answer(page, "")


async def desk(browser: Browser, stage: Stage) -> None:
    """A call at the desk: ringing in Chinese and light, talking in English and dark, wrapping up."""
    page = await enter(browser, stage, AGENT, "/", size=NARROW, language="zh-CN", dark=False)
    at = page.get_by_test_id
    await at("extension").select_option(PHONE)
    await at("take-phone").click()
    await page.keyboard.press("Alt+r")
    for picture in ("", "desk-zh-CN"):
        await answer(page, picture)
        await at("outcome-search").fill("zd" if picture else "bill")
        if picture:
            await take(page, "desk-outcome-zh-CN")
            await at("language").click()
            await at("theme").click()
            await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        await at("outcome-search").press("Enter")
        await at("outcome-note").fill("Asked about the last bill." if picture else "询问上月账单。")
        if picture:
            await take(page, "desk-en")
        else:
            await consult(page, "desk-consult-zh-CN")
        await page.keyboard.press("Alt+x")
        await at("wrap-up-countdown").wait_for()
        await page.keyboard.press("Control+Enter")


async def board(browser: Browser, stage: Stage) -> None:
    """The board in both languages and themes, and the wall."""
    page = await enter(browser, stage, SUPERVISOR, "/board", size=NARROW, language="zh-CN", dark=False)
    await page.get_by_test_id("curve").wait_for()
    await take(page, "board-zh-CN")
    page = await enter(browser, stage, SUPERVISOR, "/board", size=WIDE, language="en", dark=True)
    await page.get_by_test_id("tab-recordings").click()
    await page.get_by_test_id("hear").first.click()
    await page.locator("[data-testid=player] canvas").wait_for()
    await take(page, "board-en")
    page = await enter(browser, stage, SUPERVISOR, "/wall", size=WIDE, language="zh-CN", dark=True)
    await page.get_by_test_id("queue-row").first.wait_for()
    await take(page, "wall-zh-CN")


async def screens(folder: Path, cache: Path) -> None:
    """Take them all."""
    installation = await asyncio.to_thread(find, cache, print)
    async with stage_of(folder, installation) as stage, async_playwright() as playwright:
        calling = asyncio.create_task(call(stage))
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
        )
        try:
            await desk(browser, stage)
            await board(browser, stage)
        finally:
            calling.cancel()
            await browser.close()


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    asyncio.run(screens(FOLDER.absolute(), CACHE.absolute()))
