"""Callbacks in the browser: the pop says that he is called back, the board lists who is and cancels."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from config.lab.peers.script import Ringing
from tests.e2e.conftest import AGENT, Open
from tests.e2e.desk_page import DeskPage
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)
CUSTOMER = "8001"
"""A phone of the house that nobody is ready on: it stands for the customer's."""
HOUR_MS = 3_600_000


@pytest_asyncio.fixture(loop_scope="session")
async def calling_back(house: House) -> AsyncIterator[House]:
    """The queue calls back, and the customer's phone rings for long."""
    await house.change_plan(lambda plan: plan["queues"]["service"].update(callback={"ring_s": 60}))
    await house.behave(CUSTOMER, Ringing(act="ignore"))
    yield house
    await house.behave(CUSTOMER, Ringing())
    await house.change_plan(lambda plan: plan["queues"]["service"].update(callback=None))


async def test_a_callback_on_desk_and_board(calling_back: House, visit: Open) -> None:
    board: DeskPage = await visit(SUPERVISOR)
    await board.enter()
    await board.at("tab-callbacks").click()
    wishes = board.page.context.request
    origin = calling_back.stage.base
    for number, later in ((CUSTOMER, 0), ("13800000001", int(time.time() * 1000) + HOUR_MS)):
        wish = {"number": number, "access": "95000", "queue": "service", "not_before": later}
        answer = await wishes.post(f"{origin}/api/v1/callbacks", data=wish, headers={"Origin": origin})
        assert answer.status == 201, await answer.text()
    rows = board.at("callbacks").locator("tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("138****0001")

    desk = await visit()
    await desk.enter()
    await desk.take_phone("8101")
    await desk.at("intent-ready").click()
    await desk.shows("pop-callback", "回电")
    await desk.answer()
    await desk.shows("customer-rings")
    await expect(rows.first).to_contain_text("正在呼叫")

    for left in (1, 0):
        await board.at("callback-cancel").first.click()
        await expect(board.at("callback-cancel")).to_have_count(left)
    await calling_back.until_agent(AGENT, "idle")
    await desk.shows("no-pop")
