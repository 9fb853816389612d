"""Both languages at once, and the board that is pushed."""

import pytest
from playwright.async_api import expect

from config.demo.stage import SUPERVISOR
from tests.e2e.conftest import AGENT, PHONE, Open
from tests.e2e.desk_page import DeskPage, talk

pytestmark = pytest.mark.timeout(90)


@pytest.mark.parametrize(("language", "word", "other"), [("zh-CN", "空闲", "Idle"), ("en", "Idle", "空闲")])
async def test_the_language_follows_the_browser_and_changes_without_a_reload(
    visit: Open, language: str, word: str, other: str
) -> None:
    desk = await visit(language=language)
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    await expect(desk.at("state")).to_contain_text(word, ignore_case=True, timeout=15_000)
    await desk.page.evaluate("window.sameDocument = true")
    await desk.at("language").click()
    await expect(desk.at("state")).to_contain_text(other, ignore_case=True, timeout=15_000)
    assert await desk.page.evaluate("window.sameDocument")


async def test_the_supervisor_sees_who_waits_and_who_talks_as_it_happens(visit: Open, desk: DeskPage) -> None:
    board = await visit(SUPERVISOR)
    await board.enter("/board")
    service = board.at("queue-row").filter(has_text="综合服务")
    agent = board.at("agent-row").filter(has_text=AGENT)
    await expect(service).to_be_visible(timeout=15_000)
    await expect(agent).to_contain_text("空闲", timeout=15_000)
    call = await talk(desk)
    await expect(agent).to_contain_text("通话", timeout=15_000)
    await call.hang_up()
    await expect(agent).not_to_contain_text("通话", timeout=15_000)


async def test_an_agent_is_not_shown_the_board(visit: Open) -> None:
    desk = await visit()
    await desk.enter("/board")
    await expect(desk.at("queue-row")).to_have_count(0)


async def test_a_page_runs_under_its_policy_without_a_complaint(visit: Open) -> None:
    desk = await visit()
    said: list[str] = []
    desk.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.ready()
    assert [line for line in said if "Content Security Policy" in line] == []
