"""An agent's day in the browser: auto-answer, more time, a break in turn; and a supervisor beside it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import AGENT, BRIEF_S, Open
from tests.e2e.desk_page import DeskPage, both_hear
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)


@pytest_asyncio.fixture(loop_scope="session")
async def capped(house: House) -> AsyncIterator[House]:
    """One break at a time, and agent 1001 has it; wrap-ups that can be prolonged."""

    def cap(plan: dict[str, Any]) -> None:
        plan["reasons"]["break"]["is_break"] = True
        plan["breaks"]["caps"] = {"all": {"label": {"zh-CN": "全体", "en": "All"}, "most": 1}}
        plan["wrap_up"] = {"step_s": 20, "contact_s": 40, "shift_s": 600}
        plan["queues"]["service"]["wrap_up_s"] = 60

    def uncap(plan: dict[str, Any]) -> None:
        plan["reasons"]["break"]["is_break"] = False
        plan["breaks"]["caps"] = {}
        plan["queues"]["service"]["wrap_up_s"] = BRIEF_S

    await house.change_plan(cap)
    yield house
    await house.change_plan(uncap)
    await house.until_quiet()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_day(capped: House, visit: Open, language: str) -> None:
    desk: DeskPage = await visit(language=language)
    await desk.enter()
    await desk.take_phone("8101" if language == "zh-CN" else "8102")
    await desk.ready()
    await desk.at("auto-answer").check()
    board = await visit(SUPERVISOR, language=language)
    await board.enter()

    # The page answers by itself.
    call = await capped.call()
    await capped.until_agent(AGENT, "talking")
    await both_hear(desk, call)

    # In the talk he asks for a break: somebody has the only one, so he is on the list.
    await desk.at("intent-not-ready").click()
    await desk.at("reason-break").click()
    await expect(desk.at("break")).to_be_visible()
    await expect(board.at("breaks")).to_contain_text(AGENT)
    await call.hang_up()
    await capped.until_agent(AGENT, "wrap_up")
    await desk.at("more-time").click()
    await expect(desk.at("more-time")).to_contain_text("0:20")
    await board.at("wrap-up-end").click()
    await capped.until_agent(AGENT, "idle")

    # The other comes back: it is his turn, and he takes it.
    await capped.ready("1001")
    await expect(desk.at("break-begin")).to_be_visible()
    await desk.at("break-begin").click()
    await capped.until(lambda b: b["agents"][AGENT]["intent"] == "not_ready", "on his break")

    await capped.until_agent(AGENT, "away")

    # Another asks; the supervisor lets him go, cap or not.
    await capped.stage.desks["1001"].ask_for_break("break")
    await expect(board.at("break-allow")).to_be_visible()
    await board.at("break-allow").click()
    await capped.until(lambda b: b["agents"]["1001"]["intent"] == "not_ready", "on his break too")
