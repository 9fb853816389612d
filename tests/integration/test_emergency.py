"""A queue is switched over to mobile phones, another queue, an announcement, and back: real calls, a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from acd import events as e
from config.asterisk import Timings
from config.lab import Installation
from config.lab.peers.script import Ringing
from tests.fakes.emergency import Site
from tests.fakes.house import House
from tests.fakes.listening import ALIKE, samples, where
from tests.fakes.rtp import RATE
from tests.fakes.sip_peer import SipPeer

pytestmark = pytest.mark.timeout(180)
FAR = 20.0
FIRST, SECOND = "13900000011", "13900000012"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    def change(plan: dict[str, Any]) -> None:
        plan["agents"]["1003"]["numbers"], plan["agents"]["1002"]["numbers"] = [FIRST], [SECOND]
        plan["queues"]["service"]["emergency"] = {
            "mobiles": ["1003", "1002"],
            "queue": "repair",
            "announcement": "flow:message",
        }
        plan["fallback"]["message_s"] = 5

    folder = tmp_path_factory.mktemp("emergency")
    async with House(folder, installation, timings=Timings(tries=1, pause=0.5)) as house:
        await house.change_plan(change)
        site = Site(house, await house.customer(FIRST), await house.customer(SECOND))
        house.agents = ("1001",)
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def site(shared: Site) -> AsyncIterator[Site]:
    await shared.house.until_quiet()
    await shared.house.rest()
    for phone in (shared.first, shared.second):
        await phone.behave(Ringing())
    yield shared


async def test_mobile_phones_take_the_line_as_it_stands_and_give_it_back(site: Site) -> None:
    house = site.house
    first = await house.call(caller="13800000001")
    await house.until_waiting("service", 1)
    second = await house.call(caller="13800000002")
    await house.until_waiting("service", 2)
    await site.second.behave(Ringing(act="ignore"))
    since = len(house.stage.callers.events)
    said = await site.command("on", "service", "--to", "mobiles", "--why", "fire drill")
    assert "switched over to mobile phones" in said
    assert "fire drill" in said
    mobile = await site.first.rings(deadline_s=FAR, since=since)
    await mobile.wait_for("sound", deadline_s=FAR)
    await mobile.send_digits("1")
    # The first of the list has the first of the line; the other phone rings for the second caller.
    await first.wait_for("heard", deadline_s=FAR)
    await house.until(lambda b: b["agents"]["1002"]["state"] == "ringing", "1002's mobile phone rings")
    assert (await site.switch(on=False))["switched"] is None
    await house.until_waiting("service", 1)
    await house.ready("1001")
    await second.wait_for("heard", deadline_s=FAR)
    assert [offer.agent for offer in house.facts_of(e.OfferMade)] == ["1003", "1002", "1001"]
    # The talk that was under way goes on, and his mobile phone is free of us after it.
    await first.hang_up()
    await second.hang_up()
    await house.until_quiet()
    await house.recorded()
    for call in (first, second):
        kept = await house.stage.ask(f"contacts/{house.contact_of(call)}")
        assert [(visit["queue"], visit["end"]) for visit in kept["visits"]] == [("service", "answered")]


async def test_another_queue_has_the_line_and_gives_back_who_still_waits(site: Site) -> None:
    house = site.house
    waiting = await house.call(caller="13800000003")
    await house.until_waiting("service", 1)
    await site.switch(on=True, to="queue")
    coming = await house.call(caller="13800000004")
    await house.until_waiting("repair", 2)
    await site.switch(on=False)
    await house.until_waiting("service", 2)
    await house.ready("1001")
    await waiting.wait_for("heard", deadline_s=FAR)
    moved = [fact for fact in house.facts_of(e.ContactLeft) if fact.contact == house.contact_of(coming)]
    assert [(fact.rule, fact.to) for fact in moved] == [
        ("emergency", "queue:repair"),
        ("emergency_over", "queue:service"),
    ]
    for call in (coming, waiting):
        await call.hang_up()


async def test_an_announcement_is_heard_by_who_waits_and_who_comes(site: Site) -> None:
    house = site.house
    waiting = await house.call(caller="13800000005")
    await house.until_waiting("service", 1)
    await site.switch(on=True, to="announcement")
    coming = await house.call(caller="13800000006")
    for call in (waiting, coming):
        await call.wait_for("remote_hung_up", deadline_s=FAR)
    await site.switch(on=False)
    usual = await house.call(caller="13800000007")
    await house.until_waiting("service", 1)
    await usual.hang_up()


async def test_switched_while_hotline_is_down_the_fallback_rings_the_mobile_phones_and_a_start_finds_it(
    site: Site,
) -> None:
    house = site.house
    waiting = await house.call(caller="13800000008")
    await house.until_waiting("service", 1)
    await house.unwatch()
    await house.stage.engine.strike()
    said = await site.command("on", "service", "--to", "mobiles")
    assert "hotline is down: the switch is in the journal" in said
    assert "is told" in said
    since = len(house.stage.callers.events)
    call = await house.call(caller="13800000009")
    mobile = await site.first.rings(deadline_s=FAR, since=since)
    await mobile.wait_for("sound", deadline_s=FAR)
    await mobile.send_digits("1")
    await call.wait_for("heard", deadline_s=FAR)
    await call.hang_up()
    since = len(house.stage.callers.events)
    await house.stage.engine.let_go()
    await house.watch()
    (switched,) = [one["switched"] for one in await house.stage.ask("emergency")]
    assert (switched["to"], switched["who"]) == ("mobiles", "operator@local")
    # Who waited all the time is at his place, and the first mobile phone rings for him.
    mobile = await site.first.rings(deadline_s=FAR, since=since)
    await mobile.wait_for("sound", deadline_s=FAR, since=since)
    await mobile.send_digits("1")
    await waiting.wait_for("heard", deadline_s=FAR)
    await waiting.hang_up()
    assert "as usual" in await site.command("off", "service")
    await house.until_quiet()
    ended = [fact.detail for fact in house.facts_of(e.ContactEnded) if fact.cause is e.EndCause.FALLBACK]
    assert [detail.split(" ")[0] for detail in ended] == ["answered"]


async def test_switched_to_an_announcement_while_hotline_is_down_the_fallback_says_so_and_takes_a_message(
    site: Site,
) -> None:
    house = site.house
    await house.unwatch()
    await house.stage.engine.strike()
    await site.command("on", "service", "--to", "announcement")
    call = await house.call(caller="13800000010")
    await call.wait_for("sound", deadline_s=FAR)
    await call.wait_for("remote_hung_up", deadline_s=2 * FAR)
    await house.stage.engine.let_go()
    await house.watch()
    contact = house.contact_of(call)
    (ended,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert ended.cause is e.EndCause.FALLBACK
    assert ended.detail.startswith("message")
    assert ended.in_fallback is not None
    assert ended.in_fallback.queue == "service"
    await site.command("off", "service")


async def test_a_prompt_as_announcement_is_heard_to_its_end_while_hotline_is_down(site: Site) -> None:
    house = site.house

    def change(plan: dict[str, Any]) -> None:
        plan["queues"]["service"]["emergency"]["announcement"] = "prompt:all-busy"

    await house.change_plan(change)
    await house.unwatch()
    await house.stage.engine.strike()
    await site.command("on", "service", "--to", "announcement")
    rung = len(house.stage.callers.events)
    caller = await SipPeer.open(house.stage.lab.spec.ports.sip)
    try:
        dialog = caller.invite("95000", caller="13800000031")
        async with asyncio.timeout(FAR):
            assert await dialog.established() == 200
            await dialog.ended.wait()
        heard = samples(bytes(caller.rtp.heard))
    finally:
        caller.close()
    # Asterisk leaves the last 22 samples of a file out.
    assert where("all-busy", heard, of=slice(-22))[0] > ALIKE
    # It is the announcement alone: neither the usual apology, nor an invitation to leave a message.
    begins = slice(RATE)
    assert max(where(other, heard, of=begins)[0] for other in ("apology", "message-invite", "closed-meeting")) < ALIKE
    assert len(house.stage.callers.events) == rung
    await house.stage.engine.let_go()
    await house.watch()
    contact = house.contact_of(dialog)
    (ended,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert ended.cause is e.EndCause.FALLBACK
    assert ended.detail.startswith("announcement")
    await house.recorded()
    balance = (await house.stage.ask("ledger"))["balance"]
    assert balance["contacts"]["difference"] == 0
    await site.command("off", "service")
