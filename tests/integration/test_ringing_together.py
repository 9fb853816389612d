"""Two mobile phones ring together for one caller, with hotline and without it: real calls, a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy
import pytest
import pytest_asyncio
import soundfile

from acd import events as e
from config.asterisk import Timings
from config.lab import Installation
from config.lab.peers.process import CallThere
from config.lab.peers.script import Ringing
from tests.fakes.emergency import Site
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 30.0
RING_S = 12
FIRST, SECOND = "13900000011", "13900000012"
SILENT = Ringing(act="ignore")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    def change(plan: dict[str, Any]) -> None:
        plan["agents"]["1003"]["numbers"], plan["agents"]["1002"]["numbers"] = [FIRST], [SECOND]
        plan["groups"]["night"] = {"label": {"zh-CN": "应急", "en": "Night"}, "agents": ["1003", "1002"]}
        plan["queues"]["service"]["emergency"] = {"mobiles": ["night"]}
        plan["outside_ring_s"] = RING_S
        plan["fallback"] = {"queue_s": 0, "number": "", "message_s": 0}

    folder = tmp_path_factory.mktemp("together")
    async with House(folder, installation, timings=Timings(tries=1, pause=0.5)) as house:
        await house.change_plan(change)
        site = Site(house, await house.customer(FIRST), await house.customer(SECOND))
        house.agents = ()
        await site.switch(on=True, to="mobiles")
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def site(shared: Site) -> AsyncIterator[Site]:
    """Both phones are free, and answer whenever they ring."""
    house = shared.house
    await house.until_quiet()
    for phone in (shared.first, shared.second):
        await phone.behave(Ringing())
    for agent in ("1002", "1003"):
        await house.until_agent(agent, "idle", 2 * FAR)
    yield shared


class Ring:
    """One call, as both phones have it."""

    def __init__(self, caller: CallThere, first: CallThere, second: CallThere, since: int) -> None:
        self.caller = caller
        self.first = first
        self.second = second
        self.since = since

    async def over(self, leg: CallThere) -> Any:
        """Wait until hotline ended a leg."""
        return await leg.wait_for("remote_hung_up", deadline_s=FAR)

    async def heard(self, site: Site) -> int:
        """Wait until the caller hears somebody; whose tone."""
        event = await self.caller.wait_for("heard", deadline_s=FAR)
        assert event["tone_hz"] in (site.first.tone_hz, site.second.tone_hz)
        return int(event["tone_hz"])


async def ring(site: Site, caller: str) -> Ring:
    """A caller comes, and both phones ring."""
    since = len(site.house.stage.callers.events)
    call = await site.house.call(caller=caller)
    legs = [await phone.rings(deadline_s=FAR, since=since) for phone in (site.first, site.second)]
    return Ring(call, legs[0], legs[1], since)


async def ended(site: Site, ring: Ring, agent: str) -> Any:
    """The caller hangs up; what is kept of him, which is one talk of this agent, recorded with both voices."""
    house = site.house
    await ring.caller.hang_up()
    await house.until_quiet()
    await house.recorded()
    contact = house.contact_of(ring.caller)
    kept = await house.stage.ask(f"contacts/{contact}")
    assert [(visit["queue"], visit["end"], visit["agent"]) for visit in kept["visits"]] == [
        ("service", "answered", agent)
    ]
    (row,) = [row for row in (await house.stage.ask("ledger"))["contacts"] if row["contact"] == contact]
    (recording,) = row["recordings"]
    samples, _ = soundfile.read(house.stage.engine.settings.parent / "recordings" / recording["file"], dtype="int16")
    assert not row["gaps"]
    assert (numpy.abs(samples).max(axis=0) > 1000).all()
    return kept


async def test_who_accepts_first_has_the_call_and_the_other_phone_stops_ringing(site: Site) -> None:
    await site.second.behave(SILENT)
    call = await ring(site, "13800000021")
    await call.first.wait_for("sound", deadline_s=FAR)
    await call.first.send_digits("1")
    assert await call.heard(site) == site.first.tone_hz
    # It was taken back by a CANCEL: nobody had picked up.
    assert (await call.over(call.second))["answered_at"] == 0
    await ended(site, call, "1003")
    contact = site.house.contact_of(call.caller)
    made = [fact for fact in site.house.facts_of(e.OfferMade) if fact.contact == contact]
    assert [(fact.agent, fact.beside) for fact in made] == [("1003", 0), ("1002", made[0].offer)]
    over = [fact.offer for fact in site.house.facts_of(e.OfferWithdrawn)]
    assert made[1].offer in over
    assert not site.house.facts_of(e.OfferExpired)


async def test_a_phone_that_is_answered_and_not_accepted_as_by_voicemail_stops_nobody(site: Site) -> None:
    call = await ring(site, "13800000022")
    await call.first.wait_for("sound", deadline_s=FAR)
    await call.second.wait_for("sound", deadline_s=FAR)
    await call.second.send_digits("1")
    assert await call.heard(site) == site.second.tone_hz
    gone = await call.over(call.first)
    assert gone["answered_at"] > 0
    # He was told why, to the end: it is the dialplan that hung up, after the prompt.
    legs = [event for event in site.house.stage.lab.call_events() if event.context == "hotline-goodbye"]
    assert "dialplan" in next(event.extra for event in legs if event.type == "HANGUP")
    await ended(site, call, "1002")


async def test_of_two_who_press_in_the_same_moment_one_has_the_call_and_the_other_is_let_go(site: Site) -> None:
    call = await ring(site, "13800000023")
    for leg in (call.first, call.second):
        await leg.wait_for("sound", deadline_s=FAR)
    await asyncio.gather(call.first.send_digits("1"), call.second.send_digits("1"))
    tone = await call.heard(site)
    has_it = tone == site.first.tone_hz
    await call.over(call.second if has_it else call.first)
    offers = {fact.offer: fact for fact in site.house.facts_of(e.OfferMade)}
    contact = site.house.contact_of(call.caller)
    talks = [offers[fact.offer].agent for fact in site.house.facts_of(e.TalkConnected) if fact.offer in offers]
    assert talks[-1] == ("1003" if has_it else "1002")
    kept = await ended(site, call, talks[-1])
    assert [talk["agent"] for talk in kept["talks"]] == [talks[-1]]
    assert sum(offers[fact.offer].contact == contact for fact in site.house.facts_of(e.TalkConnected)) == 1


async def test_nobody_accepts_and_both_ring_again_for_the_same_caller(site: Site) -> None:
    await site.first.behave(SILENT)
    await site.second.behave(SILENT)
    call = await ring(site, "13800000024")
    for leg in (call.first, call.second):
        assert (await call.over(leg))["answered_at"] == 0
    await site.house.until_waiting("service", 1)
    since = len(site.house.stage.callers.events)
    await site.first.behave(Ringing())
    again = await site.first.rings(deadline_s=2 * FAR, since=since)
    await again.wait_for("sound", deadline_s=FAR)
    await again.send_digits("1")
    assert await call.heard(site) == site.first.tone_hz
    await ended(site, call, "1003")


async def test_killed_between_ring_and_accept_both_phones_are_found_again(site: Site) -> None:
    house = site.house
    await site.second.behave(SILENT)
    call = await ring(site, "13800000025")
    await call.first.wait_for("sound", deadline_s=FAR)
    since = len(house.stage.callers.events)
    await house.unwatch()
    await house.stage.engine.strike()
    await house.stage.engine.let_go()
    await house.watch()
    # Whoever has picked up is asked once more, unless his time was over meanwhile: then he is rung anew.
    asked = asyncio.create_task(call.first.wait_for("sound", deadline_s=FAR, since=since))
    over = asyncio.create_task(call.over(call.first))
    await asyncio.wait((asked, over), return_when=asyncio.FIRST_COMPLETED)
    leg = call.first
    if over.done():
        leg = await site.first.rings(deadline_s=2 * FAR, since=since)
        await leg.wait_for("sound", deadline_s=FAR)
    for task in (asked, over):
        task.cancel()
    await leg.send_digits("1")
    assert await call.heard(site) == site.first.tone_hz
    await call.over(call.second)
    await ended(site, call, "1003")


async def test_killed_between_ring_and_accept_and_away_no_phone_rings_for_ever(site: Site) -> None:
    house = site.house
    await site.first.behave(SILENT)
    await site.second.behave(SILENT)
    call = await ring(site, "13800000026")
    await house.unwatch()
    await house.stage.engine.strike()
    for leg in (call.first, call.second):
        assert (await call.over(leg))["answered_at"] == 0
    await house.stage.engine.let_go()
    await house.watch()
    await call.caller.hang_up()


async def test_while_hotline_is_down_asterisk_rings_both_and_who_accepts_has_the_call(site: Site) -> None:
    house = site.house
    await house.unwatch()
    await house.stage.engine.strike()
    call = await ring(site, "13800000027")
    # One picks up and presses nothing, as voicemail does; the other rings on, and accepts.
    await call.first.wait_for("sound", deadline_s=FAR)
    await call.second.wait_for("sound", deadline_s=FAR)
    await call.second.send_digits("1")
    assert await call.heard(site) == site.second.tone_hz
    # He is told, and let go, while the others talk.
    await call.over(call.first)
    await call.caller.hang_up()
    await call.over(call.second)
    await house.stage.engine.let_go()
    await house.watch()
    contact = house.contact_of(call.caller)
    while not (ends := [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]):
        await house.written()
    assert ends[0].detail.startswith(f"answered by out-{SECOND}")
    assert ends[0].in_fallback is not None
    await house.recorded()
    (row,) = [row for row in (await house.stage.ask("ledger"))["contacts"] if row["contact"] == contact]
    assert row["recordings"]
    assert not row["gaps"]
