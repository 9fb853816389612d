"""A call in the browser: the customer on the screen before it rings, audio both ways, hold, outcome."""

import pytest
from playwright.async_api import expect

from acd import events as e
from tests.e2e.conftest import AGENT, PHONE, Open
from tests.e2e.desk_page import DeskPage, both_hear, talk, tone_of

pytestmark = pytest.mark.timeout(90)


async def test_one_signs_in_as_oneself_and_takes_a_phone(visit: Open) -> None:
    desk = await visit()
    await desk.page.goto(desk.house.stage.base)
    await desk.at("login").fill(AGENT)
    await desk.at("password").fill("not the password")
    await desk.at("sign-in").click()
    await expect(desk.page.get_by_role("alert")).to_be_visible()
    await desk.enter()
    await desk.take_phone(PHONE)
    await desk.shows("state")
    await desk.ready()


async def test_the_customer_is_on_the_screen_before_the_phone_rings(desk: DeskPage) -> None:
    call = await desk.house.call(caller="13800000004")
    await desk.shows("pop-name", "测试客户丁4")
    await expect(desk.at("answer")).to_be_enabled(timeout=15_000)
    [pop], [ring] = await desk.marks("hotline.pop"), await desk.marks("hotline.call")
    assert pop < ring
    await desk.shows("pop-tier", "普通")
    await desk.shows("pop-queue", "综合服务")
    # An agent's role may not see whole numbers.
    await desk.shows("pop-number", "138****0004")
    await desk.answer()
    await both_hear(desk, call)
    await call.hang_up()
    await desk.house.until_agent(AGENT, "idle")


async def test_on_hold_the_caller_hears_music_and_then_the_agent_again(desk: DeskPage) -> None:
    call = await talk(desk)
    heard = len(desk.house.stage.callers.events)
    await desk.at("hold").click()
    await desk.house.until_agent(AGENT, "hold")
    await call.wait_for("unheard", deadline_s=15, since=heard)
    await desk.hears_not(tone_of(call))
    heard = len(desk.house.stage.callers.events)
    await desk.at("hold").click()
    await desk.house.until_agent(AGENT, "talking")
    await both_hear(desk, call, since=heard)
    await call.hang_up()
    await desk.house.until_agent(AGENT, "idle")


async def test_a_muted_microphone_is_not_heard(desk: DeskPage) -> None:
    call = await talk(desk)
    heard = len(desk.house.stage.callers.events)
    await desk.at("mute").click()
    await call.wait_for("unheard", deadline_s=15, since=heard)
    await desk.hears(tone_of(call))
    await desk.at("mute").click()
    await both_hear(desk, call, since=heard)
    await call.hang_up()
    await desk.house.until_agent(AGENT, "idle")


@pytest.mark.usefixtures("long_wrap_up")
async def test_the_agent_hangs_up_and_saves_the_outcome(desk: DeskPage) -> None:
    call = await talk(desk)
    await desk.at("hang-up").click()
    await call.wait_for("remote_hung_up", deadline_s=15)
    await desk.shows("wrap-up-countdown")
    await desk.choose_outcome("其他")
    await desk.at("outcome-note").fill("wants a bill 要账单")
    await desk.at("outcome-save").click()
    await desk.house.until_agent(AGENT, "idle")
    contact = desk.house.contact_of(call)
    saved = [fact for fact in desk.house.facts_of(e.OutcomeSaved) if fact.contact == contact]
    assert [(fact.agent, fact.outcome) for fact in saved] == [(AGENT, "enquiry.other")]
    kept = await desk.house.stage.ask(f"contacts/{contact}")
    assert [note["note"] for note in kept["notes"]] == ["wants a bill 要账单"]


async def test_an_outcome_not_saved_in_time_is_missing_until_it_is(desk: DeskPage) -> None:
    owed = desk.at("missing-outcomes").get_by_role("button")
    before = await owed.count()
    call = await talk(desk)
    await call.hang_up()
    await desk.house.until_agent(AGENT, "idle")
    await expect(owed).to_have_count(before + 1, timeout=15_000)
    await owed.last.click()
    await desk.choose_outcome("其他")
    await desk.at("outcome-save").click()
    await expect(owed).to_have_count(before, timeout=15_000)


@pytest.mark.usefixtures("long_wrap_up")
async def test_a_whole_call_without_a_mouse(visit: Open) -> None:
    desk = await visit()
    await desk.page.goto(desk.house.stage.base)
    await desk.at("login").focus()
    keys = desk.page.keyboard
    await keys.type(AGENT)
    await keys.press("Tab")
    await keys.type(desk.house.stage.passwords[AGENT])
    await keys.press("Enter")
    await expect(desk.at("extension")).to_be_enabled(timeout=15_000)
    await desk.at("extension").focus()
    await keys.press("Home")
    await expect(desk.at("extension")).to_have_value(PHONE)
    await keys.press("Tab")
    await keys.press("Enter")
    await desk.reachable()
    await keys.press("Alt+KeyR")
    await desk.house.until_agent(AGENT, "idle")
    call = await desk.house.call(caller="13800000004")
    await expect(desk.at("answer")).to_be_enabled(timeout=15_000)
    await keys.press("Alt+KeyA")
    await both_hear(desk, call)
    await keys.press("Alt+KeyH")
    await desk.house.until_agent(AGENT, "hold")
    await keys.press("Alt+KeyH")
    await desk.house.until_agent(AGENT, "talking")
    await keys.press("Alt+KeyX")
    await call.wait_for("remote_hung_up", deadline_s=15)
    await desk.house.until_agent(AGENT, "wrap_up")
    await keys.press("Alt+KeyO")
    await keys.type("其他")
    await keys.press("Enter")
    await keys.type("by keyboard alone")
    await keys.press("Control+Enter")
    await desk.house.until_agent(AGENT, "idle")
