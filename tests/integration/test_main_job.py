"""Real calls, answered by the right agent: a real Asterisk, the hotline as a process, SIP phones with audio, desks."""

import asyncio
from typing import Any

import pytest

from acd import events as e
from config.lab.check import Kind
from config.lab.peers.process import CallThere
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 20.0
HOLD_S = 2.0


async def talking(house: House, call: CallThere, since: int) -> str:
    """Wait until the call's contact talks; the extension of its agent."""
    await call.wait_for("heard", deadline_s=FAR)
    heard = await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(call))
    return str(heard["peer"]).removeprefix("agent-")


async def test_caller_and_agent_hear_each_other_after_prompt_and_music(house: House) -> None:
    since = house.mark()
    call = await house.call("95003")
    await call.wait_for("sound", deadline_s=FAR)
    await house.until_waiting("service", 1)
    await house.ready("1001")
    assert await talking(house, call, since) == "8001"
    await call.hang_up()
    await house.until_quiet()


async def test_the_desk_has_the_customer_before_the_phone_rings(house: House) -> None:
    await house.ready("1001")
    call = await house.call()
    await talking(house, call, 0)
    await call.hang_up()
    await house.until_quiet()
    contact = house.contact_of(call)
    offer = next(fact.offer for fact in house.facts_of(e.OfferMade) if fact.contact == contact)
    about = [
        type(fact).__name__
        for _, fact in house.facts()
        if getattr(fact, "offer", None) == offer and not isinstance(fact, e.TalkConnected)
    ]
    assert about[:4] == ["OfferMade", "PopAcknowledged", "RingStarted", "PhoneRinging"]


async def test_a_vip_passes_an_ordinary_caller_who_waits_longer(house: House) -> None:
    since = house.mark()
    ordinary = await house.call("95000", caller="13900000002")
    await house.until_waiting("service", 1)
    vip = await house.call("95001", caller="13900000003")
    await house.until_waiting("service", 2)
    await house.ready("1001")
    await talking(house, vip, since)
    await vip.hang_up()
    await talking(house, ordinary, since)
    await ordinary.hang_up()
    await house.until_quiet()


async def test_equal_callers_are_answered_in_the_order_they_came(house: House) -> None:
    since = house.mark()
    calls = []
    for number in range(3):
        calls.append(await house.call(caller=f"1390000001{number}"))
        await house.until_waiting("service", number + 1)
    await house.ready("1001")
    for call in calls:
        await talking(house, call, since)
        await call.hang_up()
    await house.until_quiet()


async def test_who_lacks_the_skill_is_not_rung(house: House) -> None:
    since = house.mark()
    await house.ready("1003")
    call = await house.call("95000")
    await house.until_waiting("service", 1)
    await house.ready("1002")
    assert await talking(house, call, since) == "8002"
    assert not [ev for ev in house.stage.agents.events[since:] if ev["peer"] == "agent-8003"]
    await call.hang_up()
    await house.until_quiet()


async def test_an_offer_not_answered_moves_on_and_the_caller_keeps_the_place(house: House) -> None:
    since = house.mark()
    await house.behave("8001", Ringing(act="ignore"))
    await house.ready("1001")
    first = await house.call(caller="13900000004")
    await house.until_agent("1001", "ringing")
    second = await house.call(caller="13900000005")
    await house.until_agent("1001", "away")
    await house.until_waiting("service", 2)
    await house.ready("1002")
    assert await talking(house, first, since) == "8002"
    await first.hang_up()
    assert await talking(house, second, since) == "8002"
    await second.hang_up()
    await house.until_quiet()


async def test_one_agent_on_duty_gets_the_contact_again_once_he_is_ready_again(house: House) -> None:
    since = house.mark()
    await house.behave("8001", Ringing(act="ignore"))
    await house.ready("1001")
    call = await house.call()
    await house.until_agent("1001", "ringing")
    await house.until_agent("1001", "away")
    await house.behave("8001", Ringing())
    await house.ready("1001")
    assert await talking(house, call, since) == "8001"
    await call.hang_up()
    await house.until_quiet()


async def test_a_busy_phone_sets_its_agent_aside_and_the_next_one_answers(house: House) -> None:
    since = house.mark()
    await house.behave("8001", Ringing(act="busy"))
    await house.ready("1001")
    call = await house.call()
    await house.until(lambda b: b["agents"]["1001"]["set_aside"] == "busy", "1001 set aside")
    await house.ready("1002")
    assert await talking(house, call, since) == "8002"
    await call.hang_up()
    await house.until_quiet()


async def test_an_agent_whose_phone_is_gone_gets_no_offer(house: House) -> None:
    since = house.mark()
    await house.ready("1001")
    await house.stage.phones["8001"].leave()
    await house.until(lambda b: not b["agents"]["1001"]["reachable"], "8001 unreachable")
    call = await house.call()
    await house.until_waiting("service", 1)
    await house.ready("1002")
    assert await talking(house, call, since) == "8002"
    await call.hang_up()
    await house.stage.phones["8001"].register()
    await house.until(lambda b: b["agents"]["1001"]["reachable"], "8001 reachable")
    await house.until_quiet()


async def test_hanging_up_in_the_flow_ends_the_contact_there(house: House) -> None:
    call = await house.call("95003")
    await call.wait_for("sound", deadline_s=FAR)
    await call.hang_up()
    await house.until_quiet()
    assert _end(house, call) == (e.EndCause.HUNG_UP, 0)


async def test_hanging_up_while_waiting_is_an_abandonment(house: House) -> None:
    call = await house.call()
    await house.until_waiting("service", 1)
    await call.hang_up()
    await house.until_quiet()
    assert _end(house, call) == (e.EndCause.HUNG_UP, 1)


async def test_hanging_up_while_it_rings_frees_the_agent_at_once(house: House) -> None:
    since = house.mark()
    await house.behave("8001", Ringing(act="ignore"))
    await house.ready("1001")
    call = await house.call()
    await house.stage.phones["8001"].rings(deadline_s=FAR, since=since)
    await call.hang_up()
    await house.until_agent("1001", "idle")
    await house.until_quiet()


async def test_when_the_agent_hangs_up_the_caller_is_let_go(house: House) -> None:
    since = house.mark()
    await house.behave("8001", Ringing(talk_s=1.0))
    await house.ready("1001")
    call = await house.call()
    await talking(house, call, since)
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    contact = house.contact_of(call)
    assert [fact.contact for fact in house.facts_of(e.ContactReleased)].count(contact) == 1


async def test_on_hold_neither_hears_the_other_and_then_both_do_again(house: House) -> None:
    since = house.mark()
    await house.ready("1001")
    call = await house.call()
    await talking(house, call, since)
    contact = house.contact_of(call)
    offer = next(fact.offer for fact in house.facts_of(e.OfferMade) if fact.contact == contact)
    await house.stage.desks["1001"].hold(offer, on=True)
    await house.until_agent("1001", "hold")
    await asyncio.sleep(HOLD_S)  # the hold itself
    await house.stage.desks["1001"].hold(offer, on=False)
    await house.until_agent("1001", "talking")
    await asyncio.sleep(HOLD_S)  # the talk after it
    await call.hang_up()
    for peer_events in (house.stage.callers, house.stage.agents):
        event = "hung_up" if peer_events is house.stage.callers else "remote_hung_up"
        over = await peer_events.wait_for(event, deadline_s=FAR, since=0, **_of(call, contact, event))
        heard = [(begin, end) for _, begin, end in over["tones"]]
        assert len(heard) == 2, f"{event}: not once before the hold and once after it: {heard}"
        assert heard[1][0] - heard[0][1] > HOLD_S * 800
    await house.until_quiet()


def _of(call: CallThere, contact: str, event: str) -> dict[str, str]:
    return {"call_id": call.call_id} if event == "hung_up" else {"contact": contact}


async def test_a_number_nobody_planned_is_refused(house: House) -> None:
    call = await house.call("95999")
    await call.wait_for("failed", deadline_s=FAR)
    await house.until_quiet()
    assert _end(house, call) == (e.EndCause.REFUSED, 0)


async def test_a_phone_added_to_the_plan_registers_without_a_restart(house: House) -> None:
    await house.change_plan(lambda plan: plan["phones"].append("8009"))
    # Asterisk knows it once it is reported as not registered yet.
    async with asyncio.timeout(FAR):
        while "8009" not in [fact.extension for fact in house.facts_of(e.PhoneUnreachable)]:
            await house.written()
    await house.stage.agents.plug_in("8009", password=await house.phone_password("8009"), server=house.stage.sip)


async def test_a_callers_name_means_nothing_to_anybody(house: House) -> None:
    since = house.mark()
    await house.ready("1001")
    call = await house.call(name="x ${SYSTEM(id)} $[1 + 1] EXEC System id")
    await talking(house, call, since)
    await call.hang_up()
    await house.until_quiet()


async def test_a_requirement_eases_while_the_offer_rings_and_the_reasons_say_so(house: House) -> None:
    """Complaint: once a matching agent is rung and does not answer, later rules never apply."""
    await house.change_plan(lambda plan: ease(plan, after_s=2))
    since = house.mark()
    await house.behave("8003", Ringing(act="ignore"))
    await house.ready("1003")
    call = await house.call("95002")
    await house.until_agent("1003", "ringing")
    await house.until_agent("1003", "away")
    await house.until_waiting("repair", 1)
    contact = house.contact_of(call)
    reasons = await house.stage.ask(f"contacts/{contact}/reasons")
    assert (reasons["step"]["step"], reasons["step"]["steps"], reasons["step"]["cause"]) == (1, 1, "time")
    await house.ready("1001")
    assert await talking(house, call, since) == "8001"
    await call.hang_up()
    await house.until_quiet()
    about = [
        type(fact).__name__
        for _, fact in house.facts()
        if isinstance(fact, e.OfferExpired) or getattr(fact, "contact", None) == contact
    ]
    taken = about.index("StepTaken")
    assert about[taken - 2 : taken + 2] == ["OfferMade", "OfferExpired", "StepTaken", "OfferMade"]


async def test_an_edit_of_the_plan_eases_it_for_who_waits_already(house: House) -> None:
    await house.change_plan(lambda plan: ease(plan, after_s=600))
    since = house.mark()
    await house.ready("1001")
    await house.stage.desks["1003"].intend("not_ready", "break")
    call = await house.call("95002")
    await house.until_waiting("repair", 1)
    await house.change_plan(lambda plan: ease(plan, after_s=0))
    assert await talking(house, call, since) == "8001"
    await call.hang_up()
    await house.until_quiet()


def ease(plan: dict[str, Any], after_s: float) -> None:
    """Whoever serves the queue service may serve repair too, after so long."""
    plan["relaxations"] = {"repair": {"steps": [{"after_s": after_s, "queues": ["service"]}]}}
    plan["queues"]["repair"]["relaxation"] = "repair"


async def test_who_calls_again_is_offered_to_whom_he_talked_with_last(house: House) -> None:
    rule = {"who": ["last_agent"], "for_s": 30, "within_s": 600}
    await house.change_plan(lambda plan: plan["queues"]["service"].update(prefer=[rule]))
    since = house.mark()
    await house.ready("1002")
    first = await house.call(caller="13900000007")
    assert await talking(house, first, since) == "8002"
    await first.hang_up()
    await house.until_quiet()
    await kept(house, first)
    await house.rest()
    await house.ready("1001", "1002")
    since = house.mark()
    again = await house.call(caller="13900000007")
    assert await talking(house, again, since) == "8002"
    stranger = await house.call(caller="13900000008")
    assert await talking(house, stranger, since) == "8001"
    await again.hang_up()
    await stranger.hang_up()
    await house.until_quiet()
    await house.change_plan(lambda plan: plan["queues"]["service"].update(prefer=[]))


async def test_who_gave_up_and_calls_again_keeps_what_he_had_waited(house: House) -> None:
    first = await house.call(caller="13900000009")
    await house.until_waiting("service", 1)
    await first.hang_up()
    await house.until_quiet()
    await kept(house, first)
    again = await house.call(caller="13900000009")
    await house.until_waiting("service", 1)
    await again.hang_up()
    await house.until_quiet()
    gone = next(fact for fact in house.facts_of(e.ContactEnded) if fact.contact == house.contact_of(first))
    was, now = (queued(house, call) for call in (first, again))
    assert now.credit_ms == gone.at - was.since > 0


def queued(house: House, call: CallThere) -> e.ContactQueued:
    return next(fact for fact in house.facts_of(e.ContactQueued) if fact.contact == house.contact_of(call))


async def kept(house: House, call: CallThere) -> None:
    """Wait until the records have the end of a call."""
    contact = house.contact_of(call)
    async with asyncio.timeout(FAR):
        while (await house.stage.ask(f"contacts/{contact}"))["ended_at"] is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_the_ledger_balances_after_all_that(house: House) -> None:
    ledger = await house.stage.ask("ledger")
    assert len(ledger["contacts"]) >= 10
    accounts = [ledger["balance"]["contacts"], *ledger["balance"]["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
    imbalance = [line for line in (await house.metrics()).splitlines() if line.startswith("hotline_ledger_imbalance")]
    assert imbalance
    assert all(float(line.split()[-1]) == 0 for line in imbalance)


async def test_the_supervisor_sees_how_far_a_later_caller_can_pass_an_earlier_one(house: House) -> None:
    """The plan's VIPs have a head start of 120 s, so no ordinary caller is passed by one who came later than that."""
    assert "hotline_overtaking_bound_seconds 120.0" in (await house.metrics()).splitlines()


async def test_every_call_of_all_that_is_accounted_for(house: House) -> None:
    """Phones' logs, Asterisk's own records, the ledger and the audio tell the same story."""
    await house.recorded()
    verdict = await house.verdict()
    # The music of a hold is in its recording, and some of its notes are tones that other phones play.
    offers = {fact.offer: fact.contact for fact in house.facts_of(e.OfferMade)}
    music = {(offers[fact.offer], Kind.FOREIGN_TONE) for fact in house.facts_of(e.HoldStarted)}
    wrong = [each.text() for each in verdict.disagreements if (each.contact, each.kind) not in music]
    assert not wrong, "\n".join(wrong)


def _end(house: House, call: CallThere) -> tuple[e.EndCause, int]:
    contact = house.contact_of(call)
    cause = next(fact.cause for fact in house.facts_of(e.ContactEnded) if fact.contact == contact)
    visits = sum(fact.contact == contact for fact in house.facts_of(e.ContactQueued))
    return cause, visits


async def test_who_is_on_duty_takes_the_call_with_key_1_and_the_talk_is_recorded(house: House) -> None:
    since = house.mark()
    call = await house.call("95004")
    first = await house.stage.phones["8002"].rings(deadline_s=FAR, since=since)
    await first.wait_for("sound", deadline_s=FAR)
    # He does not want it; it goes on to the next one.
    await first.send_digits("2")
    await first.wait_for("remote_hung_up", deadline_s=FAR)
    phone = house.stage.phones["8003"]
    second = await phone.rings(deadline_s=FAR, since=since)
    await second.wait_for("sound", deadline_s=FAR)
    await second.send_digits("1")
    await call.wait_for("heard", deadline_s=FAR, tone_hz=phone.tone_hz)
    await asyncio.sleep(HOLD_S)
    await second.hang_up()
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet(deadline_s=4)
    contact = house.contact_of(call)
    (talk,) = [fact for fact in house.facts_of(e.PartyConnected) if fact.contact == contact]
    assert talk.party == "8003"
    (end,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert (end.cause, end.seen_until is None or end.seen_until > talk.at) == (e.EndCause.HUNG_UP, True)
    await house.recorded()
    kept = await house.stage.ask(f"contacts/{contact}")
    (found,) = kept["party_talks"]
    assert (found["party"], found["from_at"], found["to_at"]) == ("8003", talk.at, end.at)
    (recording,) = kept["recordings"]
    assert recording["seconds"] == pytest.approx((end.at - talk.at) / 1000, abs=0.5)
    assert kept["gaps"] == []
    assert recording["agent_talk"] > 0.5
