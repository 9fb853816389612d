"""While more calls come than are borne, board and wall say by which limit they are shed, and how many."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import Open
from tests.e2e.desk_page import FAR_MS
from tests.fakes.house import House
from tests.fakes.sip_peer import SipPeer

pytestmark = pytest.mark.timeout(120)

BUSY_HERE = 486
SAID = {"zh-CN": ("接入号 95000", "拒接 1 通"), "en": ("callers of 95000", "1 shed")}


@pytest_asyncio.fixture(loop_scope="session")
async def bounded(house: House) -> AsyncIterator[House]:
    """One caller at 95000 is as many as are borne."""

    def bound(overload: dict[str, Any]) -> Any:
        return house.change_plan(lambda plan: plan.update(overload=overload))

    await bound({"numbers": {"95000": 1}})
    yield house
    await bound({})


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_board_and_wall_say_what_is_shed_until_it_is_over(bounded: House, visit: Open, language: str) -> None:
    board, wall = [await visit(SUPERVISOR, language=language) for _ in range(2)]
    await board.enter("/board")
    await wall.enter("/wall")
    for page in (board, wall):
        await expect(page.at("queue-row").first).to_be_visible(timeout=FAR_MS)
        await expect(page.at("overload")).to_have_count(0)
    call = await bounded.call()
    await bounded.until_waiting("service", 1)
    caller = await SipPeer.open(bounded.stage.lab.spec.ports.sip)
    try:
        assert (await caller.invite("95000", caller="13900000031").response("INVITE")).status == BUSY_HERE
    finally:
        caller.close()
    for page in (board, wall):
        for words in SAID[language]:
            await page.shows("overload", words)
    await call.hang_up()
    for page in (board, wall):
        await expect(page.at("overload")).to_have_count(0, timeout=FAR_MS)
