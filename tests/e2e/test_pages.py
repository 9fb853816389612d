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


async def test_the_supervisor_sees_where_callers_are_lost_and_switches_a_broadcast_with_one_click(visit: Open) -> None:
    board = await visit(SUPERVISOR)
    await board.enter("/board")
    await board.at("tab-flows").click()
    await board.at("flows").locator("select").select_option("straight")
    caller = await board.house.call("95000")
    answered = board.at("flow-steps").locator("[data-step=answer]")
    await expect(answered).to_contain_text("下一步", timeout=15_000)
    await expect(board.at("flows").locator("img")).to_have_js_property("complete", True)
    await caller.hang_up()
    await board.at("tab-broadcasts").click()
    form = board.at("broadcasts").locator("form")
    for place, words in enumerate(("storm", "power-cut-known", "north, west")):
        await form.locator("input").nth(place).fill(words)
    await form.locator("button").click()
    row = board.at("broadcasts").locator("[data-broadcast=storm]")
    await expect(row).to_contain_text("north, west")
    await row.locator("[role=switch]").click()
    await expect(row.locator("[role=switch]")).to_have_attribute("aria-checked", "true")
    (told,) = await board.house.stage.ask("broadcasts")
    assert (told["name"], told["on"], told["areas"]) == ("storm", True, ["north", "west"])
    await row.locator("[role=switch]").click()
    await expect(row.locator("[role=switch]")).to_have_attribute("aria-checked", "false")


async def test_an_agent_is_not_shown_the_board(visit: Open) -> None:
    desk = await visit()
    await desk.enter("/board")
    await expect(desk.at("queue-row")).to_have_count(0)
