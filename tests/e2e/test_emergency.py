"""One click on the board moves a queue and brings it back: what will happen is said before, banners stand meanwhile."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import Open
from tests.e2e.desk_page import DeskPage
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)
SAID = {
    "zh-CN": ("在线等待的 1 位来电者", "目标技能组无人在岗", "综合服务 已应急切换到其他技能组", "其来电暂不派给你"),
    "en": (
        "1 callers on the line",
        "Nobody takes contacts",
        "Service is switched over to another queue",
        "do not come to you",
    ),
}

WAYS = {
    "zh-CN": ("留在本队列原位", "不再排队", "公告（提示音 apology）"),
    "en": ("stay in the queue at their place", "wait no longer", "an announcement (prompt apology)"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def prepared(house: House) -> AsyncIterator[House]:
    def prepare(plan: dict[str, Any]) -> None:
        plan["agents"]["1003"]["numbers"] = ["13900000011"]
        plan["agents"]["1002"]["numbers"], plan["agents"]["1001"]["numbers"] = ["13900000012"], ["13900000013"]
        plan["groups"]["night"] = {"label": {"zh-CN": "应急", "en": "Night"}, "agents": ["1003", "1002"]}
        plan["queues"]["service"]["emergency"] = {
            "mobiles": ["night", "1001"],
            "queue": "repair",
            "announcement": "prompt:apology",
        }

    await house.change_plan(prepare)
    yield house
    await house.change_plan(lambda plan: plan["queues"]["service"].update(emergency=None))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_queue_is_switched_over_and_back(prepared: House, visit: Open, language: str) -> None:
    moved, warned, banner, told = SAID[language]
    desk: DeskPage = await visit(language=language)
    await desk.enter()
    await desk.take_phone("8101" if language == "zh-CN" else "8102")
    board = await visit(SUPERVISOR, language=language)
    await board.enter("/board")
    call = await prepared.call()
    await prepared.until_waiting("service", 1)

    await board.at("switch-over").click()
    await board.shows("way-mobiles")
    rung = "坐席丙 139****0011 + 坐席乙 139****0012 → 坐席甲 139****0013"
    await expect(board.page.locator("dialog")).to_contain_text(rung)
    stay, leave, named = WAYS[language]
    await board.shows("drill", stay)
    await expect(board.page.locator("dialog")).to_contain_text(named)
    await board.at("way-announcement").check()
    await board.shows("drill", leave)
    await board.at("way-queue").check()
    await board.shows("drill", moved)
    await expect(board.page.locator("dialog")).to_contain_text(warned)
    await board.at("why").fill("fire alarm")
    await board.at("switch-now").click()
    await board.shows("switched", banner)
    await board.shows("switched", "fire alarm")
    await desk.shows("switched", told)
    await prepared.until_waiting("repair", 1)

    await board.at("switch-back").click()
    await board.shows("drill", "1")
    await board.at("switch-now").click()
    await expect(board.at("switched")).to_have_count(0)
    await expect(desk.at("switched")).to_have_count(0)
    await prepared.until_waiting("service", 1)
    await call.hang_up()
