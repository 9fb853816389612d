"""Misses (RONA): how many in a row, which of them count, what is answered to them, and whom a contact comes back to."""

import dataclasses

import pytest

from acd import events as e
from acd.plan import MissRule, Plan, Queue
from acd.reasons import why_waiting
from tests.acd.shift import SERVICE, Shift, plan

PAUSED = MissRule(after=2, reaction=e.MissReaction.PAUSE, pause_ms=20_000)


def missing(rule: MissRule, *agents: str) -> Plan:
    return dataclasses.replace(plan(*agents), misses=rule)


def miss(shift: Shift, contact: str) -> str:
    """Let the offer of a contact expire; returns who missed it."""
    missed_by = shift.offered(contact)
    assert missed_by is not None
    while shift.offered(contact) == missed_by:
        due = shift.floor.next_deadline()
        assert due is not None
        shift.wait((due - shift.now) / 1000)
    return missed_by


def ready_first(shift: Shift, first: str, *others: str) -> None:
    """Sign in so that `first` has been idle longest and is tried before the others."""
    shift.sign_in(first)
    shift.wait(1)
    shift.sign_in(*others)


class TestSoManyInARow:
    def test_below_the_number_he_goes_on_with_other_contacts(self) -> None:
        shift = Shift(missing(MissRule(after=2), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        assert miss(shift, "a") == "1001"
        assert (shift.state("1001"), shift.offered("a")) == ("idle", "1002")
        shift.call("b")
        assert shift.offered("b") == "1001"

    def test_at_the_number_he_is_set_aside(self) -> None:
        shift = Shift(missing(MissRule(after=2), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        shift.answer("a")
        shift.call("b")
        assert shift.offered("b") == "1001"
        shift.fail("b", e.OfferFailure.BUSY)
        assert shift.state("1001") == "set_aside"
        assert shift.decided(e.AgentSetAside) == [
            e.AgentSetAside(at=shift.now, agent="1001", cause=e.SetAsideCause.BUSY)
        ]

    def test_a_talk_ends_the_row(self) -> None:
        shift = Shift(missing(MissRule(after=2), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        shift.answer("a")
        shift.call("b")
        assert shift.serve("b") == "1001"
        shift.call("c")
        assert miss(shift, "c") == "1001"
        assert (shift.agent("1001").misses, shift.state("1001")) == (1, "idle")

    def test_making_himself_ready_ends_the_row(self) -> None:
        shift = Shift(missing(MissRule(after=2), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        shift.ready("1001")
        assert shift.agent("1001").misses == 0

    def test_a_queue_has_a_rule_of_its_own(self) -> None:
        patient = dataclasses.replace(SERVICE, misses=MissRule(after=3))
        shift = Shift(plan("1001", "1002", queues=(patient, Queue(name="hot"))))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        assert shift.state("1001") == "idle"
        shift.call("b", queue="hot")
        miss(shift, "b")
        assert shift.state("1001") == "set_aside"


class TestWhichCount:
    def test_only_the_kinds_of_the_plan(self) -> None:
        shift = Shift(missing(MissRule(after=1, counted=(e.SetAsideCause.NO_ANSWER,)), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        shift.fail("a", e.OfferFailure.REJECTED)
        assert (shift.state("1001"), shift.offered("a")) == ("idle", "1002")
        shift.call("b")
        assert miss(shift, "b") == "1001"
        assert shift.state("1001") == "set_aside"

    def test_an_offer_taken_back_is_nobodys_miss(self) -> None:
        shift = Shift(missing(MissRule(after=1), "1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.hang_up("a")
        assert (shift.agent("1001").misses, shift.state("1001")) == (0, "idle")


class TestReactions:
    def test_a_pause_ends_by_itself(self) -> None:
        shift = Shift(missing(dataclasses.replace(PAUSED, after=1), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        assert shift.state("1001") == "set_aside"
        assert shift.agent("1001").aside_until == shift.now + 20_000
        shift.serve("a")
        shift.wait(20)
        assert (shift.state("1001"), len(shift.decided(e.AsideEnded))) == ("idle", 1)

    def test_ready_ends_a_pause_before_its_time(self) -> None:
        shift = Shift(missing(dataclasses.replace(PAUSED, after=1), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        shift.answer("a")
        shift.ready("1001")
        assert (shift.state("1001"), shift.agent("1001").aside_until) == ("idle", None)
        shift.wait(60)
        assert not shift.decided(e.AsideEnded)

    def test_not_ready_with_a_reason_of_the_plan(self) -> None:
        rule = MissRule(after=1, reaction=e.MissReaction.NOT_READY, reason="away_from_desk")
        shift = Shift(missing(rule, "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        assert (shift.state("1001"), shift.agent("1001").reason) == ("not_ready", "away_from_desk")

    def test_signed_out(self) -> None:
        shift = Shift(missing(MissRule(after=1, reaction=e.MissReaction.SIGN_OUT), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        miss(shift, "a")
        assert (shift.state("1001"), shift.agent("1001").extension) == ("logged_out", None)
        assert shift.refolded().state == shift.floor.state


class TestTheContactComesBackToHim:
    """design.md, a call's way, 4: never before he has made himself ready again; a night shift of one must work."""

    @pytest.mark.parametrize("rule", [MissRule(after=3), PAUSED, dataclasses.replace(PAUSED, after=1)])
    def test_a_night_shift_of_one_gets_it_again_by_making_himself_ready(self, rule: MissRule) -> None:
        shift = Shift(missing(rule, "1001"))
        shift.sign_in("1001")
        shift.call("a")
        miss(shift, "a")
        shift.wait(60)
        assert (shift.state("1001"), shift.where("a")) == ("set_aside", "waiting")
        shift.ready("1001")
        assert shift.offered("a") == "1001"

    def test_not_to_who_missed_it_while_another_is_on_duty_ready_or_not(self) -> None:
        shift = Shift(missing(MissRule(after=3), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        shift.call("b")
        assert (shift.offered("a"), shift.offered("b")) == ("1001", "1002")
        shift.answer("b")
        miss(shift, "a")
        shift.ready("1001")
        assert shift.offered("a") is None
        assert why_waiting(shift.floor, "a") == {"missed": ("1001",), "talking": ("1002",)}

    def test_when_the_others_leave_who_missed_it_is_set_aside_to_know_of_it(self) -> None:
        shift = Shift(missing(MissRule(after=3), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        shift.call("b")
        shift.answer("b")
        miss(shift, "a")
        assert shift.state("1001") == "idle"
        shift.not_ready("1002")
        assert (shift.state("1001"), shift.offered("a")) == ("set_aside", None)
        shift.ready("1001")
        assert shift.offered("a") == "1001"

    def test_he_who_is_busy_with_another_is_told_once_he_is_free(self) -> None:
        shift = Shift(missing(MissRule(after=3), "1001", "1002"))
        ready_first(shift, "1001", "1002")
        shift.call("a")
        shift.call("b")
        shift.answer("b")
        miss(shift, "a")
        shift.call("c")
        assert shift.answer("c") == "1001"
        shift.not_ready("1002")
        assert shift.state("1001") == "talking"
        shift.hang_up("c")
        shift.save("c", "1001")
        assert shift.state("1001") == "set_aside"
        assert shift.refolded().state == shift.floor.state
