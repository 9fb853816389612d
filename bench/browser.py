"""The desk in Chromium: whether each pop is drawn before the phone rings, how big the pages are, how soon they work.

The page notes two moments itself (User Timing): `hotline.pop` once a pop is drawn, `hotline.call` when JsSIP's
`newRTCSession` comes. Calls are real ones over SIP, on an Asterisk of their own; nobody answers, the caller hangs up.
"""

import asyncio
import gzip
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop
from playwright.async_api import Page, async_playwright, expect

from bench.report import Report, Row
from config.demo.stage import Stage
from config.lab import find
from config.lab.launch import CACHE
from cti.api.pages import DIST

CALLS = 200
CHROMIUM = "/usr/bin/chromium"
HOUSE = Path(__file__).parents[1] / "tests" / "integration" / "house"
AGENT, PHONE = "1004", "8101"
FAR_MS = 20_000
MARKS = "() => ['hotline.pop', 'hotline.call'].map((n) => performance.getEntriesByName(n).map((m) => m.startTime))"


def report() -> Report:
    """All of it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure())


async def _measure() -> Report:
    installation = await asyncio.to_thread(find, CACHE.absolute(), print)
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        stage = Stage(
            Path(folder) / "b", installation, [], people=(AGENT,), plan=HOUSE / "plan.toml", flows=HOUSE / "flows"
        )
        async with stage, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[
                    "--no-sandbox",
                    "--disable-gpu",
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                ],
            )
            context = await browser.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 800})
            page = await context.new_page()
            first = await _first_use(stage, page)
            leads = await _calls(stage, page)
            await browser.close()
    in_order = sum(lead > 0 for lead in leads)
    leads.sort()
    return Report(
        "browser",
        "the desk in Chromium",
        [
            Row(
                f"pop before newRTCSession, {CALLS} calls",
                {"in_order": in_order, "least_ms": leads[0], "median_ms": leads[len(leads) // 2]},
                "every one",
                in_order == CALLS,
            ),
            Row("first use, empty cache", first),
            Row("size", _sizes()),
        ],
    )


async def _first_use(stage: Stage, page: Page) -> dict[str, float]:
    """Seconds from the address to each step; the person's own time, typing, is none."""
    began = time.monotonic()
    await page.goto(f"{stage.base}/")
    await page.get_by_test_id("login").fill(AGENT)
    sign_in_shown = time.monotonic() - began
    await page.get_by_test_id("password").fill(stage.passwords[AGENT])
    await page.get_by_test_id("sign-in").click()
    await page.get_by_test_id("extension").select_option(PHONE)
    desk_shown = time.monotonic() - began
    await page.get_by_test_id("take-phone").click()
    await page.get_by_test_id("intent-ready").click()
    return {"sign_in_s": sign_in_shown, "desk_s": desk_shown, "ready_s": time.monotonic() - began}


async def _calls(stage: Stage, page: Page) -> list[float]:
    """How long before the ring each pop was drawn, ms; negative when it came after."""
    leads = []
    for number in range(CALLS):
        call = await stage.callers.dial("95000", caller=f"1380000{number:04d}", server=stage.sip)
        await page.wait_for_function("n => performance.getEntriesByName('hotline.call').length > n", arg=number)
        pops, rings = await page.evaluate(MARKS)
        leads.append(rings[-1] - pops[-1] if len(pops) == len(rings) else -1.0)
        await call.hang_up()
        await expect(page.get_by_test_id("no-pop")).to_be_visible(timeout=FAR_MS)
    return leads


def _sizes() -> dict[str, float]:
    """Kilobytes as sent, packed: what the sign-in needs, what the desk needs with its phone."""
    packed: dict[str, Any] = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) / 1000 for path in DIST.rglob("*") if path.is_file()
    }
    first = sum(size for name, size in packed.items() if name.startswith("index"))
    phone = sum(size for name, size in packed.items() if name.startswith("JsSIP"))
    return {"sign_in_kB": first, "phone_kB": phone, "everything_kB": sum(packed.values())}
