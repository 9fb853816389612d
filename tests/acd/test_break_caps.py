"""Breaks under caps: room or the list, first come first served, granted, taken, lapsed, allowed by a supervisor."""

import dataclasses
from itertools import pairwise

import pytest

from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import BreakCap, Plan, Reason
from tests.acd.shift import Shift, plan

AGENTS = ("1001", "1002", "1003", "1004")


def capped(*caps: BreakCap) -> Plan:
    reasons = {"break": Reason(is_break=True), "meal": Reason(is_break=True), "training": Reason()}
    return dataclasses.replace(plan(*AGENTS), reasons=reasons, break_caps=caps or (BreakCap(most=1),))


def on_duty(*caps: BreakCap) -> Shift:
    shift = Shift(capped(*caps))
    shift.sign_in(*AGENTS)
    return shift


def ask(shift: Shift, *agents: str, reason: str = "break") -> None:
    for agent in agents:
        shift.tell(e.BreakAsked(at=shift.now, agent=agent, reason=reason))


def on_list(shift: Shift) -> list[str]:
    return list(shift.floor.breaks.waiting)


class TestRoom:
    def test_who_asks_while_there_is_room_has_his_break_at_once(self) -> None:
        shift = on_duty()
        ask(shift, "1001", reason="meal")
        assert (shift.state("1001"), shift.agent("1001").reason) == ("not_ready", "meal")
        assert on_list(shift) == []

    def test_without_room_he_is_on_the_list_and_works_on(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002", "1003")
        assert on_list(shift) == ["1002", "1003"]
        assert [shift.floor.breaks.place(agent) for agent in AGENTS] == [None, 1, 2, None]
        assert shift.state("1002") == "idle"

    def test_nobody_begins_a_break_beyond_the_cap(self) -> None:
        shift = on_duty()
        shift.not_ready("1001", "break")
        with pytest.raises(IllegalEvent, match="has to ask"):
            shift.not_ready("1002", "meal")
        shift.not_ready("1002", "training")
        shift.not_ready("1001", "meal")

    def test_nobody_in_a_call_takes_room_ahead_of_the_list(self) -> None:
        shift = on_duty()
        shift.call("a")
        busy = shift.answer("a")
        with pytest.raises(IllegalEvent, match="has to ask"):
            shift.not_ready(busy, "break")
        ask(shift, busy)
        assert on_list(shift) == [busy]

    def test_without_caps_a_break_is_an_intent_as_any_other(self) -> None:
        shift = Shift(dataclasses.replace(capped(), break_caps=()))
        shift.sign_in(*AGENTS)
        for agent in AGENTS:
            shift.not_ready(agent, "break")
        assert {shift.state(agent) for agent in AGENTS} == {"not_ready"}

    def test_a_group_has_a_cap_of_its_own_beside_that_of_all(self) -> None:
        shift = on_duty(BreakCap(most=2), BreakCap(most=1, agents=("1001", "1002")))
        ask(shift, "1001", "1002", "1003", "1004")
        assert [shift.state(agent) for agent in AGENTS] == ["not_ready", "idle", "not_ready", "idle"]

    def test_room_that_one_cannot_use_yet_goes_to_the_next(self) -> None:
        shift = on_duty(BreakCap(most=2), BreakCap(most=1, agents=("1001", "1002")))
        ask(shift, "1001", "1003", "1002", "1004")
        shift.ready("1003")
        assert (shift.state("1002"), shift.state("1004")) == ("idle", "break_granted")
        shift.ready("1001")
        assert shift.state("1002") == "break_granted"


class TestTheList:
    def test_is_first_come_first_served(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1003", "1002", "1004")
        turns = []
        for _ in range(3):
            resting = next(agent for agent in AGENTS if shift.state(agent) == "not_ready")
            shift.ready(resting)
            granted = next(agent for agent in AGENTS if shift.state(agent) == "break_granted")
            turns.append(granted)
            shift.not_ready(granted, "break")
        assert turns == ["1003", "1002", "1004"]

    def test_who_is_in_a_call_is_passed_over_and_keeps_his_place(self) -> None:
        shift = on_duty()
        shift.call("a")
        busy = shift.answer("a")
        others = [agent for agent in AGENTS if agent != busy]
        ask(shift, others[0], busy, others[1])
        shift.ready(others[0])
        assert shift.state(others[1]) == "break_granted"
        assert on_list(shift)[0] == busy
        shift.not_ready(others[1], "break")
        shift.ready(others[1])
        shift.hang_up("a")
        shift.save("a", busy)
        assert shift.state(busy) == "break_granted"

    def test_a_grant_comes_before_the_next_contact(self) -> None:
        shift = on_duty()
        for contact in "abcd":
            shift.call(contact)
            shift.answer(contact)
        shift.call("e")
        ask(shift, "1001")
        shift.hang_up("a")
        shift.save("a", "1001")
        assert (shift.state("1001"), shift.offered("e")) == ("break_granted", None)
        shift.wait(30)
        assert shift.offered("e") == "1001"

    def test_a_grant_lapses_when_it_is_not_taken(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002", "1003")
        shift.ready("1001")
        shift.wait(29)
        assert (shift.state("1002"), shift.state("1003")) == ("break_granted", "idle")
        shift.wait(1)
        assert (shift.state("1002"), shift.state("1003")) == ("idle", "break_granted")
        assert on_list(shift) == ["1003"]
        assert shift.refolded().state == shift.floor.state

    def test_a_grant_is_given_back_by_making_oneself_ready(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002", "1003")
        shift.ready("1001")
        shift.ready("1002")
        assert (shift.state("1002"), shift.state("1003")) == ("idle", "break_granted")

    def test_a_place_is_given_up(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002", "1003")
        shift.tell(e.BreakTakenBack(at=shift.now, agent="1002"))
        shift.ready("1001")
        assert shift.state("1003") == "break_granted"

    def test_signing_out_gives_it_up_too(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002")
        shift.sign_out("1002")
        assert on_list(shift) == []

    def test_who_is_set_aside_answers_for_it_first(self) -> None:
        shift = on_duty()
        ask(shift, "1001")
        shift.call("a")
        missed = shift.offered("a")
        assert missed is not None
        ask(shift, missed)
        shift.fail("a", e.OfferFailure.REJECTED)
        shift.ready("1001")
        assert (shift.state(missed), on_list(shift)) == ("set_aside", [missed])
        shift.ready(missed)
        assert shift.state(missed) == "break_granted"


class TestTheSupervisor:
    def test_allows_a_break_cap_or_not(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002", "1003")
        shift.tell(e.BreakAllowed(at=shift.now, agent="1003", by="boss"))
        assert shift.state("1003") == "not_ready"
        assert shift.floor.breaks.counts() == (2,)
        shift.ready("1003")
        assert shift.state("1002") == "idle", "1001 still fills the only room"

    def test_allows_it_to_somebody_in_a_call_for_when_he_is_done(self) -> None:
        shift = on_duty()
        shift.call("a")
        busy = shift.answer("a")
        others = [agent for agent in AGENTS if agent != busy]
        ask(shift, others[0], busy)
        shift.tell(e.BreakAllowed(at=shift.now, agent=busy, by="boss"))
        assert shift.state(busy) == "talking"
        shift.hang_up("a")
        shift.save("a", busy)
        assert shift.state(busy) == "not_ready"

    def test_takes_somebody_off_the_list(self) -> None:
        shift = on_duty()
        ask(shift, "1001", "1002")
        shift.tell(e.BreakTakenBack(at=shift.now, agent="1002", by="boss"))
        assert on_list(shift) == []


def test_the_cap_holds_through_a_whole_day_of_asking() -> None:
    shift = on_duty(BreakCap(most=2))
    for turn in range(60):
        agent = AGENTS[turn * 7 % 4]
        if shift.state(agent) == "idle" and agent not in on_list(shift):
            ask(shift, agent)
        elif shift.state(agent) == "break_granted":
            shift.not_ready(agent, "break")
        elif shift.state(agent) == "not_ready":
            shift.ready(agent)
        shift.wait(7)
        assert shift.floor.breaks.counts()[0] <= 2
    granted = [fact for fact in shift.decided(e.BreakGranted) if isinstance(fact, e.BreakGranted)]
    assert len(granted) > 5
    assert all(first.at <= second.at for first, second in pairwise(granted))
