"""On the narrowest screen that desk and board are made for, nothing is cut off in either language."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import AGENT, PHONE, Open
from tests.e2e.desk_page import FAR_MS, DeskPage, talk
from tests.fakes.house import House

pytestmark = [pytest.mark.timeout(120), pytest.mark.parametrize("language", ["zh-CN", "en"])]
IN_ONE_LINE = """() => new Set([...document.querySelectorAll('.controls button')]
  .map((button) => button.getBoundingClientRect().top)).size === 1"""


@pytest_asyncio.fixture(loop_scope="session")
async def short_rings(house: House) -> AsyncIterator[None]:
    """Whoever does not answer at once has missed it, and is set aside after the second time."""

    def shorten(plan: dict[str, Any]) -> None:
        plan["queues"]["service"]["ring_s"] = 3
        plan["misses"]["after"] = 2

    def restore(plan: dict[str, Any]) -> None:
        plan["queues"]["service"]["ring_s"] = 15
        plan["misses"]["after"] = 1

    await house.change_plan(shorten)
    yield
    await house.change_plan(restore)


async def at_work(visit: Open, language: str) -> DeskPage:
    desk = await visit(language=language)
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    return desk


async def test_the_buttons_of_a_talk_stay_where_they_are_on_hold(house: House, visit: Open, language: str) -> None:
    desk = await at_work(visit, language)
    call = await talk(desk)
    await desk.shows("consult")
    assert await desk.page.evaluate(IN_ONE_LINE)
    await desk.at("hold").click()
    await expect(desk.at("hold")).to_have_attribute("aria-pressed", "true", timeout=FAR_MS)
    assert await desk.page.evaluate(IN_ONE_LINE)
    await call.hang_up()


@pytest.mark.usefixtures("short_rings")
async def test_a_row_of_the_board_says_how_many_were_missed_beside_what_rings(
    house: House, visit: Open, language: str
) -> None:
    board = await visit(SUPERVISOR, language=language)
    await board.enter("/board")
    await at_work(visit, language)
    said = board.at("agent-row").filter(has_text=AGENT).locator(".about > span")
    missed, *ringing = ["未接 1", "综合服务", "普通"] if language == "zh-CN" else ["1 missed", "Service", "Standard"]
    await house.ready("1001")
    # The last one on duty would be set aside with his first miss; so somebody else takes this caller then.
    first = await house.call()
    await house.until_agent("1001", "talking")
    second = await house.call(caller="13900000002")
    await expect(said).to_have_text([*ringing, missed], timeout=FAR_MS)
    # The queue's name gives way first.
    assert await said.evaluate_all("(spans) => spans.slice(1).every((one) => one.scrollWidth <= one.clientWidth)")
    for call in (second, first):
        await call.hang_up()


async def test_a_board_with_a_day_s_curve_need_not_be_scrolled(visit: Open, language: str) -> None:
    board = await visit(SUPERVISOR, language=language)
    await board.enter("/board")
    await expect(board.page.locator("table caption")).to_have_count(1, timeout=FAR_MS)
    assert await board.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
