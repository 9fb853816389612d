"""On the narrowest screen that desk and board are made for, nothing is cut off in either language."""

from collections.abc import AsyncIterator

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
    """Whoever does not answer at once has missed it."""
    await house.change_plan(lambda plan: plan["queues"]["service"].update(ring_s=3))
    yield
    await house.change_plan(lambda plan: plan["queues"]["service"].update(ring_s=15))


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
async def test_a_row_of_the_board_says_what_was_missed_and_what_came_of_it(
    house: House, visit: Open, language: str
) -> None:
    board = await visit(SUPERVISOR, language=language)
    await board.enter("/board")
    await at_work(visit, language)
    call = await house.call()
    row = board.at("agent-row").filter(has_text=AGENT)
    await expect(row).to_contain_text(
        "暂停派线 未接 1" if language == "zh-CN" else "Set aside 1 missed", timeout=FAR_MS
    )
    cell = row.locator(".about")
    assert await cell.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth")
    assert await cell.locator("span").evaluate_all("(all) => all.every((one) => one.scrollWidth <= one.clientWidth)")
    await call.hang_up()
