"""Leaving a queue without an agent, not getting in, what waiting callers are told: real calls, a real Asterisk."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from acd import events as e
from config.lab.peers.process import CallThere
from tests.fakes.house import House
from tests.fakes.listening import ALIKE, samples, where
from tests.fakes.rtp import RATE
from tests.fakes.sip_peer import SipPeer

pytestmark = pytest.mark.timeout(180)
FAR = 20.0
BUSY_HERE = 486


@pytest_asyncio.fixture(loop_scope="session")
async def house(house: House) -> House:
    """The house at rest, its queue without rules."""
    await ruled(house)
    return house


async def ruled(
    house: House,
    *,
    exits: dict[str, Any] | None = None,
    keys: dict[str, str] | None = None,
    waiting: dict[str, Any] | None = None,
    closed: bool = False,
    borne: dict[str, Any] | None = None,
) -> None:
    """Put these rules of the queue service in force; `closed`: its hours are never; `borne`: the plan's overload."""

    def change(plan: dict[str, Any]) -> None:
        plan["hours"] = {"never": {"label": {"zh-CN": "无", "en": "Never"}}}
        hours = "never" if closed else None
        rules = {"exits": exits or {}, "keys": keys or {}, "waiting": waiting, "hours": hours}
        plan["queues"]["service"] |= rules
        plan["overload"] = borne or {}

    await house.change_plan(change)


def left(house: House, call: CallThere) -> list[tuple[str, str]]:
    """(rule, where to) of a caller."""
    contact = house.contact_of(call)
    return [(fact.rule.value, fact.to) for fact in house.facts_of(e.ContactLeft) if fact.contact == contact]


async def visits(house: House, call: CallThere) -> list[tuple[str, str]]:
    """(queue, end) of a caller's visits, as the records have them."""
    kept = await house.stage.ask(f"contacts/{house.contact_of(call)}")
    return [(visit["queue"], visit["end"]) for visit in kept["visits"]]


async def test_who_has_waited_too_long_waits_in_another_queue_and_is_answered_there(house: House) -> None:
    since = house.mark()
    await ruled(house, exits={"max_wait": {"to": "queue:repair", "after_s": 1}})
    call = await house.call()
    await house.until_waiting("repair", 1)
    await house.ready("1003")
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(call))
    await call.hang_up()
    await house.until_quiet()
    assert left(house, call) == [("max_wait", "queue:repair")]
    assert await visits(house, call) == [("service", "overflowed"), ("repair", "answered")]


async def test_with_nobody_to_answer_the_caller_goes_into_a_flow_at_once(house: House) -> None:
    # At rest everybody is signed in and on a break.
    await ruled(house, exits={"logged_out": {"to": "prompt:queue-full"}, "on_break": {"to": "flow:message"}})
    call = await house.call()
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("on_break", "flow:message")]
    contact = house.contact_of(call)
    (end,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert (end.cause, end.detail) == (e.EndCause.FLOW, "at step end")


async def test_with_nobody_signed_in_or_no_phone_in_reach_each_has_its_own_way_out(house: House) -> None:
    service = ("1001", "1002")
    ways = {"logged_out": {"to": "flow:message"}, "unreachable": {"to": "prompt:queue-full"}}
    await ruled(house, exits=ways)
    await house.ready(*service)
    for agent in service:
        await house.stage.phones[f"8{agent[1:]}"].leave()
        await house.until_agent(agent, "away")
    cut_off = await house.call(caller="13900000011")
    await cut_off.wait_for("remote_hung_up", deadline_s=FAR)
    for agent in service:
        await house.stage.phones[f"8{agent[1:]}"].register()
        await house.stage.desks[agent].sign_out()
    nobody = await house.call(caller="13900000012")
    await nobody.wait_for("remote_hung_up", deadline_s=FAR)
    for agent in service:
        await house.stage.desks[agent].take(f"8{agent[1:]}")
    await house.until_quiet()
    assert left(house, cut_off) == [("unreachable", "prompt:queue-full")]
    assert left(house, nobody) == [("logged_out", "flow:message")]


async def test_closing_sends_who_waits_and_who_comes_then_on_their_way_out(house: House) -> None:
    ways = {"closed": {"to": "prompt:closed-now"}}
    await ruled(house, exits=ways)
    before = await house.call(caller="13900000013")
    await house.until_waiting("service", 1)
    await ruled(house, exits=ways, closed=True)
    await before.wait_for("remote_hung_up", deadline_s=FAR)
    after = await house.call(caller="13900000014")
    await after.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    for call in (before, after):
        assert left(house, call) == [("closed", "prompt:closed-now")]
        assert await visits(house, call) == [("service", "closed_out")]


async def test_a_key_may_connect_him_with_a_number_outside(house: House) -> None:
    phone = await house.customer("02066660001")
    await ruled(house, keys={"2": "number:02066660001"})
    call = await house.call(caller="13900000017")
    await house.until_waiting("service", 1)
    await call.send_digits("2")
    outside = await phone.rings(deadline_s=FAR)
    await call.wait_for("heard", deadline_s=FAR)
    await phone.wait_for("heard", deadline_s=FAR)
    await outside.hang_up()
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("key", "number:02066660001")]
    assert await visits(house, call) == [("service", "left")]


async def test_a_full_queue_says_so_and_lets_the_caller_go(house: House) -> None:
    await ruled(house, exits={"full": {"to": "prompt:queue-full", "above": 0}})
    call = await house.call()
    await call.wait_for("sound", deadline_s=FAR)
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("full", "prompt:queue-full")]
    assert await visits(house, call) == [("service", "shed")]


async def test_beyond_what_is_borne_the_lowest_tier_hears_busy_until_the_load_has_fallen(house: House) -> None:
    await ruled(house, borne={"contacts": 1, "reserve": {"vip": 1}})
    first = await house.call()
    await house.until_waiting("service", 1)
    caller = await SipPeer.open(house.stage.lab.spec.ports.sip)
    try:
        # Nothing but the refusal: the call was never answered.
        assert (await caller.invite("95000", caller="13900000031").response("INVITE")).status == BUSY_HERE
    finally:
        caller.close()
    vip = await house.call("95001", caller="13900000032")
    await house.until_waiting("service", 2)
    await house.until(lambda b: [one["limit"] for one in b["overloads"]] == ["contacts"], "the board says so")
    for call in (vip, first):
        await call.hang_up()
    await house.until(lambda b: not b["overloads"], "it is over")
    after = await house.call(caller="13900000033")
    await house.until_waiting("service", 1)
    await after.hang_up()
    await house.until_quiet()

    (began,), (ended,) = house.facts_of(e.OverloadBegan), house.facts_of(e.OverloadEnded)
    assert (began.limit, began.value, ended.shed) == ("contacts", 1, 1)
    (contact,) = [fact.contact for fact in house.facts_of(e.ContactStarted) if fact.caller.endswith("0031")]
    assert [(fact.contact, fact.tier) for fact in house.facts_of(e.ContactShed)] == [(contact, "standard")]
    kept = await house.stage.ask(f"contacts/{contact}")
    assert (kept["end"], kept["end_detail"], kept["visits"]) == ("shed", "contacts", [])
    assert 'hotline_contacts_shed_total{limit="contacts",tier="standard"} 1.0' in await house.metrics()


async def test_who_is_shed_may_be_told_so(house: House) -> None:
    await ruled(house, borne={"numbers": {"95000": 1}, "answer": "prompt:queue-full"})
    first = await house.call()
    await house.until_waiting("service", 1)
    shed = await house.call(caller="13900000034")
    await shed.wait_for("sound", deadline_s=FAR)
    await shed.wait_for("remote_hung_up", deadline_s=FAR)
    await first.hang_up()
    await house.until_quiet()
    contact = house.contact_of(shed)
    (end,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert end.cause is e.EndCause.SHED


async def test_an_exit_key_leads_into_a_flow(house: House) -> None:
    await ruled(house, keys={"1": "flow:message"})
    call = await house.call()
    await house.until_waiting("service", 1)
    await call.send_digits("71")
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("key", "flow:message")]
    # A key that leads nowhere is not written down.
    assert [fact.key for fact in house.facts_of(e.KeyPressed) if fact.contact == house.contact_of(call)] == ["1"]


async def playback(house: House, call: CallThere) -> dict[str, Any] | None:
    """What the caller is told just now, as Asterisk says; None: nothing."""
    spec = house.stage.lab.spec
    url = f"http://127.0.0.1:{spec.ports.http}/ari/playbacks/tell-{house.contact_of(call)}"
    async with aiohttp.ClientSession() as session:
        key = {"api_key": f"{spec.ari.user}:{spec.ari.secret}"}
        async with session.get(url, params=key) as answer:
            return dict(await answer.json()) if answer.status == 200 else None


async def test_the_place_is_told_and_an_agent_who_answers_cuts_it_off(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    await ruled(house, waiting={"first_s": 1, "every_s": 5, "messages": []})
    first = await house.call(caller="13900000004")
    await house.until_waiting("service", 1)
    second = await house.call(caller="13900000005")
    await house.until_waiting("service", 2)
    told = await _told(house, 2)
    assert [(fact.contact, fact.ahead) for fact in told] == [
        (house.contact_of(first), 0),
        (house.contact_of(second), 1),
    ]
    playing = await playback(house, second)
    assert playing is not None
    assert playing["state"] == "playing"
    assert playing["media_uri"].endswith("queue-one-ahead")
    since = house.mark()
    await first.hang_up()
    await house.ready("1001")
    heard = await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(second))
    assert heard["peer"] == "agent-8001"
    voice = await second.wait_for("heard", deadline_s=FAR)
    offers = {fact.offer for fact in house.facts_of(e.OfferMade) if fact.contact == house.contact_of(second)}
    (answered,) = [fact.at for fact in house.facts_of(e.OfferAnswered) if fact.offer in offers]
    record_property("ms from answer to the agent's voice, a prompt cut", voice["since"] - answered)
    assert await playback(house, second) is None
    await second.hang_up()
    await house.until_quiet()


async def test_the_caller_hears_place_wait_and_message_between_the_music_until_the_agent_cuts_it_off(
    house: House,
) -> None:
    # How long agents take has to be seen before a wait is told.
    await house.ready("1001", "1002")
    quick = [await house.call(caller=f"139000002{number:02}", talk_s=0.2) for number in range(12)]
    for call in quick:
        await call.wait_for("hung_up", deadline_s=60)
    await house.until_quiet(60)
    await house.stage.desks["1002"].intend("not_ready", "break")
    talks = await house.call(caller="13900000015")
    await talks.wait_for("heard", deadline_s=FAR)
    await ruled(
        house, waiting={"first_s": 1, "every_s": 30, "gap_s": 10, "messages": ["still-waiting"], "message_s": 10}
    )
    caller = await SipPeer.open(house.stage.lab.spec.ports.sip)
    try:
        dialog = caller.invite("95000", caller="13900000016")
        async with asyncio.timeout(FAR):
            assert await dialog.established() == 200
            await said(house, "still-waiting")
            heard_before = len(caller.rtp.heard)
            while len(caller.rtp.heard) < heard_before + RATE // 2:  # noqa: ASYNC110
                # The socket tells nobody.
                await asyncio.sleep(0.02)
        await talks.hang_up()
        await house.until_agent("1001", "talking")
        dialog.hang_up()
        await house.until_quiet()
        heard = samples(bytes(caller.rtp.heard))
    finally:
        caller.close()
    contact = [fact.contact for fact in house.facts_of(e.ContactStarted) if fact.caller.endswith("0016")][-1]
    told = [fact for fact in house.facts_of(e.WaitTold) if fact.contact == contact]
    assert [(fact.ahead, fact.high_ms is not None, fact.message) for fact in told] == [
        (0, True, ""),
        (None, False, "still-waiting"),
    ]
    place, wait = where("queue-next", heard), where("wait-under-1", heard)
    begin, end = (where("still-waiting", heard, of=part) for part in (slice(RATE // 2), slice(-RATE // 2, None)))
    assert place[1] < wait[1] < begin[1]
    assert min(place[0], wait[0], begin[0]) > ALIKE
    # The message was cut: its end was never heard.
    assert end[0] < ALIKE
    # Another prompt that nobody said is not there, so the comparison tells prompts apart.
    assert where("queue-one-ahead", heard)[0] < ALIKE


async def said(house: House, message: str) -> None:
    """Wait until a message was told."""
    while not any(fact.message == message for fact in house.facts_of(e.WaitTold)):
        await house.written()


async def _told(house: House, count: int) -> list[e.WaitTold]:
    """Wait until so many callers were told something."""
    while len(found := house.facts_of(e.WaitTold)) < count:
        await house.written()
    return found
