"""The page survives: a reload in a call, a second tab, a lost connection, a database that is away."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from playwright.async_api import expect

from acd import events as e
from tests.e2e.conftest import AGENT, Open
from tests.e2e.desk_page import DeskPage, both_hear, talk

pytestmark = pytest.mark.timeout(90)


async def test_a_reload_in_a_call_gives_back_the_talk_the_pop_and_the_note(desk: DeskPage) -> None:
    call = await talk(desk)
    async with desk.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.status == 204):
        await desk.at("outcome-note").fill("begun before the reload 重载之前")
    # The words must come back from the hotline, as they would in another browser.
    await desk.page.evaluate("localStorage.clear()")
    events = desk.house.stage.callers.events
    before = len(events)
    await desk.page.reload()
    contact = desk.house.contact_of(call)
    offer = next(fact.offer for fact in desk.house.facts_of(e.OfferMade) if fact.contact == contact)
    async with asyncio.timeout(30):
        while offer not in [fact.offer for fact in desk.house.facts_of(e.RejoinAnswered)]:
            await desk.house.written()
    # It is the new page that the caller hears: the old one has fallen silent, and the new one's own mute silences it.
    silent = await call.wait_for("unheard", deadline_s=30, since=before)
    await both_hear(desk, call, since=events.index(silent, before))
    heard = len(events)
    await desk.at("mute").click()
    await call.wait_for("unheard", deadline_s=15, since=heard)
    await desk.at("mute").click()
    await both_hear(desk, call, since=heard)
    await desk.shows("pop-name", "测试客户丁4")
    await expect(desk.at("outcome-note")).to_have_value("begun before the reload 重载之前")
    assert [fact.offer for fact in desk.house.facts_of(e.RejoinAnswered)].count(offer) == 1
    assert offer not in [fact.offer for fact in desk.house.facts_of(e.AgentHungUp)]
    await desk.at("hang-up").click()
    await call.wait_for("remote_hung_up", deadline_s=15)


async def test_a_second_tab_says_that_the_first_is_the_desk_and_may_take_over(desk: DeskPage, visit: Open) -> None:
    second = await visit(AGENT, beside=desk)
    await second.page.goto(desk.house.stage.base)
    await second.shows("second-tab")
    await expect(second.at("state")).to_have_count(0)
    await second.at("take-over").click()
    await second.shows("state")
    await desk.shows("second-tab")
    await second.reachable()
    call = await talk(second)
    await call.hang_up()


async def test_a_page_without_its_server_says_so_and_comes_back(desk: DeskPage) -> None:
    await desk.page.context.set_offline(True)
    # Sockets that are open stay open in Chromium's emulation: the engine's restart closes them.
    await desk.house.unwatch()
    await desk.house.stage.engine.stop()
    await desk.shows("offline")
    await desk.house.stage.engine.start()
    await desk.page.context.set_offline(False)
    await desk.house.watch()
    await expect(desk.at("offline")).to_have_count(0, timeout=30_000)
    await desk.house.until_agent(AGENT, "idle")
    call = await talk(desk)
    await call.hang_up()


async def test_while_the_database_is_away_the_desk_says_what_is_late_and_calls_go_on(desk: DeskPage) -> None:
    folder = desk.house.stage.engine.settings.parent
    with closing(sqlite3.connect(folder / "hotline.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        call = await talk(desk)
        # The writer waits for the lock a while before it gives up the first time.
        await desk.shows("delayed", "历史、查询、备注与报表稍后补上")
        await desk.at("language").click()
        await desk.shows("delayed", "history, search, notes and figures are late")
        await desk.at("language").click()
        await call.hang_up()
        database.execute("ROLLBACK")
    await expect(desk.at("delayed")).to_have_count(0, timeout=30_000)
    async with asyncio.timeout(30):
        # Nobody outside is told when the records have caught up.
        while "hotline_records_lag 0.0" not in await desk.house.metrics():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    contact = desk.house.contact_of(call)
    (row,) = [row for row in (await desk.house.stage.ask("ledger"))["contacts"] if row["contact"] == contact]
    assert len(row["talks"]) == 1
