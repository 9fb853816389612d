"""Callers ask by key, or in a flow, to be called back, on a real Asterisk; its trunk leads to their phones."""

from dataclasses import dataclass
from typing import Any

import pytest

from acd import events as e
from config.lab.peers.process import CallThere, PhoneThere
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 20.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A caller who has asked to be called back, and was let go."""

    house: House
    number: str
    contact: str

    def tries(self) -> list[tuple[str, int]]:
        dialled = self.house.facts_of(e.CallbackDialled)
        return [(fact.number, fact.attempt) for fact in dialled if fact.contact == self.contact]

    async def end(self) -> tuple[str, str]:
        (visit,) = (await self.house.stage.ask(f"contacts/{self.contact}"))["visits"]
        return visit["queue"], visit["end"]


async def offer(house: House, **terms: Any) -> None:
    """Let the queue call back, by key too."""

    def change(plan: dict[str, Any]) -> None:
        plan["queues"]["service"] |= {"keys": {"9": "callback"}, "callback": terms}

    await house.change_plan(change)


async def ask(house: House, caller: str, **terms: Any) -> Asked:
    await offer(house, **terms)
    call = await house.call(caller=caller)
    await house.until_waiting("service", 1)
    await call.send_digits("9")
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    return Asked(house=house, number=f"+86{caller}", contact=house.contact_of(call))


async def both_hear(house: House, customer: CallThere, asked: Asked, since: int) -> None:
    await customer.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=asked.contact)


async def called_back(phone: PhoneThere, asked: Asked) -> None:
    """Somebody is ready: the customer's phone rings, he and the agent talk, and he hangs up."""
    since = asked.house.mark()
    await asked.house.ready("1001")
    customer = await phone.rings(deadline_s=FAR)
    await both_hear(asked.house, customer, asked, since)
    await customer.hang_up()
    await talked(asked)


async def talked(asked: Asked) -> None:
    """It is over, in the ledger, and recorded: the agent in one channel, the customer in the other."""
    await asked.house.until_quiet()
    await asked.house.recorded()
    assert await asked.end() == ("service", "callback_done")
    contacts = (await asked.house.stage.ask("ledger"))["contacts"]
    (kept,) = [contact for contact in contacts if contact["contact"] == asked.contact]
    assert [recording["channels"] for recording in kept["recordings"]] == [2]
    wrong = [each.text() for each in (await asked.house.verdict()).disagreements if each.contact == asked.contact]
    assert not wrong, "\n".join(wrong)


async def test_agent_first_the_two_talk_and_are_recorded(house: House) -> None:
    phone = await house.customer("+8613900000011")
    asked = await ask(house, "13900000011", first="agent")
    await called_back(phone, asked)


async def test_customer_first_he_presses_1_and_the_two_talk_and_are_recorded(house: House) -> None:
    phone = await house.customer("+8613900000012")
    asked = await ask(house, "13900000012", first="customer", accept=True)
    since = house.mark()
    await house.ready("1001")
    customer = await press(phone, "1")
    await both_hear(house, customer, asked, since)
    await customer.hang_up()
    await talked(asked)


async def press(phone: PhoneThere, key: str) -> CallThere:
    """He picks up and presses a key when he is asked for one."""
    customer = await phone.rings(deadline_s=FAR)
    await customer.wait_for("sound", deadline_s=FAR)
    await customer.send_digits(key)
    return customer


async def test_booked_by_a_flow_he_is_called_back_after_it_has_let_him_go(house: House) -> None:
    phone = await house.customer("+8613900000016")
    await offer(house)
    call = await house.call("95005", caller="13900000016")
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    asked = Asked(house=house, number="+8613900000016", contact=house.contact_of(call))
    await called_back(phone, asked)


async def test_who_is_busy_is_tried_again(house: House) -> None:
    phone = await house.customer("+8613900000013")
    await phone.behave(Ringing(act="busy"))
    asked = await ask(house, "13900000013", busy_gap_s=1)
    since = house.mark()
    await house.ready("1001")
    await phone.wait_for("rejected", deadline_s=FAR)
    after = len(house.stage.callers.events)
    await phone.behave(Ringing())
    customer = await phone.rings(deadline_s=FAR, since=after)
    await both_hear(house, customer, asked, since)
    assert house.facts_of(e.CallbackFailed)[-1].cause is e.CallbackFailure.BUSY
    assert asked.tries() == [(asked.number, 1), (asked.number, 2)]
    await customer.hang_up()
    await house.until_quiet()
    assert await asked.end() == ("service", "callback_done")


async def test_who_presses_3_is_not_called_any_more(house: House) -> None:
    phone = await house.customer("+8613900000014")
    asked = await ask(house, "13900000014", accept=True)
    await house.ready("1001")
    customer = await press(phone, "3")
    await customer.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert await asked.end() == ("service", "left")
    cancelled = house.facts_of(e.CallbackCancelled)[-1]
    assert (cancelled.contact, cancelled.cause) == (asked.contact, e.CancelCause.KEY)


async def test_killed_and_started_again_it_is_dialled_at_its_old_place(house: House) -> None:
    phone = await house.customer("+8613900000015")
    asked = await ask(house, "13900000015")
    await house.unwatch()
    await house.stage.engine.strike()
    await house.stage.engine.let_go()
    await house.watch()
    since = house.mark()
    await house.ready("1001")
    customer = await phone.rings(deadline_s=FAR)
    await both_hear(house, customer, asked, since)
    (queued,) = [fact for fact in house.facts_of(e.ContactQueued) if fact.contact == asked.contact]
    made = [fact for fact in house.facts_of(e.OfferMade) if fact.contact == asked.contact][-1]
    assert made.score == made.at - queued.since, "he has waited since his call"
    await customer.hang_up()
    await house.until_quiet()
    assert await asked.end() == ("service", "callback_done")


async def test_a_caller_who_cannot_be_reached_is_tried_again_and_given_up(house: House) -> None:
    """Nobody has this number."""
    asked = await ask(house, "13900000001", first="customer", tries=2, gap_s=1)
    await house.ready("1001")
    await house.until_quiet()
    assert asked.tries() == [("+8613900000001", 1), ("+8613900000001", 2)]
    assert await asked.end() == ("service", "callback_given_up")
    (over,) = [fact for fact in house.facts_of(e.CallbackGivenUp) if fact.contact == asked.contact]
    assert over.cause is e.CallbackEnd.TRIES
