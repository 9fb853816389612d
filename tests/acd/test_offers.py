"""An offer: the pop, the ring, the answer, and every way in which it comes to nothing."""

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Queue
from tests.acd.shift import Shift, plan, skilled


def rings(commands: list[c.Command]) -> list[str]:
    return [each.agent for each in commands if isinstance(each, c.RingAgent)]


def cancels(commands: list[c.Command]) -> list[int]:
    return [each.offer for each in commands if isinstance(each, c.CancelRing)]


def missed_while_another_talks() -> Shift:
    """1001 talks with b; 1002 has missed a and made himself ready again."""
    shift = Shift(plan("1001", "1002"))
    shift.sign_in("1001", "1002")
    shift.call("b")
    shift.answer("b")
    shift.call("a")
    assert shift.offered("a") == "1002"
    shift.wait(15)
    shift.ready("1002")
    return shift


class TestPop:
    def test_an_agent_without_a_desk_is_rung_at_once(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        assert rings(shift.commands) == ["1001"]
        (ring,) = shift.decided(e.RingStarted)
        assert ring.pop is e.PopState.NO_DESK  # type: ignore[attr-defined]

    def test_the_ring_waits_for_the_desk_to_acknowledge_the_pop(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=True)
        shift.call("a")
        assert rings(shift.commands) == []
        assert shift.state("1001") == "reserved"
        shift.now += 40
        assert rings(shift.tell(e.PopAcknowledged(at=shift.now, offer=shift.offer("a")))) == ["1001"]
        (ring,) = shift.decided(e.RingStarted)
        assert ring.pop is e.PopState.ACKNOWLEDGED  # type: ignore[attr-defined]
        assert ring.expires_at == 40 + 15_000  # type: ignore[attr-defined]

    def test_after_150_ms_it_rings_all_the_same_and_the_pop_counts_as_late(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=True)
        shift.call("a")
        assert rings(shift.wait(0.149)) == []
        assert rings(shift.wait(0.001)) == ["1001"]
        (ring,) = shift.decided(e.RingStarted)
        assert ring.pop is e.PopState.LATE  # type: ignore[attr-defined]

    def test_an_acknowledgement_that_comes_late_or_twice_rings_nobody_again(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=True)
        shift.call("a")
        shift.wait(1)
        for _ in range(2):
            assert shift.tell(e.PopAcknowledged(at=shift.now, offer=shift.offer("a"))) == []
        assert shift.state("1001") == "ringing"

    def test_a_desk_that_closes_no_longer_holds_up_the_ring(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=True)
        shift.tell(e.DeskClosed(at=shift.now, agent="1001"))
        shift.call("a")
        assert rings(shift.commands) == ["1001"]
        shift.tell(e.DeskOpened(at=shift.now, agent="1001"))
        shift.serve("a")
        shift.call("b")
        assert rings(shift.commands) == []


class TestAnswer:
    def test_caller_and_agent_are_connected(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        offer = shift.offer("a")
        assert shift.tell(e.OfferAnswered(at=shift.now, offer=offer)) == [c.Connect(offer=offer, contact="a")]
        assert (shift.state("1001"), shift.where("a")) == ("talking", "talking")

    def test_a_second_answer_changes_nothing(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        assert shift.tell(e.OfferAnswered(at=shift.now, offer=shift.offer("a"))) == []
        assert shift.floor.ledger.of("service").answered == 1

    def test_who_picks_up_too_late_is_let_go(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        offer = shift.offer("a")
        shift.hang_up("a")
        assert shift.tell(e.OfferAnswered(at=shift.now, offer=offer)) == [c.CancelRing(offer=offer)]
        assert shift.state("1001") == "idle"


class TestNoAnswer:
    """RONA (久振未接)."""

    def test_the_agent_is_set_aside_and_the_next_one_rings(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a")
        offer = shift.offer("a")
        ordered = shift.wait(15)
        assert cancels(ordered) == [offer]
        assert rings(ordered) == ["1002"]
        assert (shift.state("1001"), shift.offered("a")) == ("set_aside", "1002")
        assert shift.agent("1001").set_aside is e.SetAsideCause.NO_ANSWER

    def test_it_rings_until_the_last_millisecond_of_the_queues_ring_time(self) -> None:
        shift = Shift(plan("1001", queues=(Queue(name="service", ring_ms=8000),)))
        shift.sign_in("1001")
        shift.call("a")
        assert shift.wait(7.999) == []
        assert cancels(shift.wait(0.001)) != []

    def test_the_contact_keeps_its_place(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.calls("first", "second")
        shift.wait(20)
        shift.sign_in("1002")
        assert shift.offered("first") == "1002"

    def test_the_contact_keeps_its_score(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("vip", tier="vip")
        shift.wait(20)
        shift.call("ordinary")
        shift.sign_in("1002")
        assert shift.offered("vip") == "1002"

    def test_the_contact_waits_for_another_able_agent_while_one_is_on_duty(self) -> None:
        shift = missed_while_another_talks()
        assert shift.offered("a") is None, "1001 is on duty and will be free: 1002 missed this contact"
        shift.call("c")
        assert shift.offered("c") == "1002", "other contacts are his again"
        shift.answer("c")
        shift.hang_up("b")
        shift.save("b", "1001")
        assert shift.offered("a") == "1001"

    def test_who_missed_it_gets_it_when_the_last_other_able_agent_leaves_duty(self) -> None:
        shift = missed_while_another_talks()
        shift.not_ready("1001")
        assert shift.offered("a") == "1002"

    def test_an_agent_on_duty_who_is_not_able_keeps_nobody_waiting(self) -> None:
        shift = Shift(plan(skilled("1001", en=1), "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a", skills={"en": 1})
        shift.wait(15)
        shift.ready("1001")
        assert shift.offered("a") == "1001"

    def test_one_agent_on_night_shift_gets_it_again_once_he_made_himself_ready_and_not_before(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("a")
        shift.wait(15)
        assert shift.offered("a") is None
        assert shift.wait(600) == []
        shift.ready("1001")
        assert shift.offered("a") == "1001"

    def test_when_everybody_missed_it_the_first_to_be_ready_again_gets_it(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.wait(30)
        assert (shift.state("1001"), shift.state("1002")) == ("set_aside", "set_aside")
        shift.ready("1002")
        assert shift.offered("a") == "1002"

    def test_a_contact_that_enters_the_queue_again_has_been_missed_by_nobody(self) -> None:
        shift = missed_while_another_talks()
        shift.start("a", attempt=1)
        shift.queue("a")
        assert shift.offered("a") == "1002"


class TestFailure:
    @pytest.mark.parametrize("cause", list(e.OfferFailure))
    def test_the_agent_is_set_aside_with_the_cause_and_the_next_one_rings_at_once(self, cause: e.OfferFailure) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.fail("a", cause)
        assert shift.state("1001") == "set_aside"
        aside = shift.agent("1001").set_aside
        assert aside is not None
        assert aside.value == cause.value
        assert shift.offered("a") == "1002"

    def test_it_may_fail_before_it_rang(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=True)
        shift.call("a")
        shift.fail("a", e.OfferFailure.UNREACHABLE)
        assert (shift.state("1001"), shift.where("a")) == ("set_aside", "waiting")
        assert shift.floor.next_deadline() is None

    def test_a_failure_after_the_end_of_the_offer_changes_nothing(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        offer = shift.offer("a")
        shift.hang_up("a")
        assert shift.tell(e.OfferFailed(at=shift.now, offer=offer, cause=e.OfferFailure.BUSY)) == []
        assert shift.state("1001") == "idle"

    def test_a_failure_after_the_answer_changes_nothing(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        assert shift.fail("a", e.OfferFailure.FAULT) == []
        assert shift.state("1001") == "talking"


class TestTakenBack:
    @pytest.mark.parametrize("desk", [True, False], ids=["before the ring", "while it rings"])
    def test_the_caller_hangs_up_and_nobody_missed_anything(self, desk: bool) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001", desk=desk)
        shift.call("a")
        offer = shift.offer("a")
        assert shift.hang_up("a") == [c.CancelRing(offer=offer)]
        assert (shift.state("1001"), shift.where("a")) == ("idle", "gone")

    @pytest.mark.parametrize("desk", [True, False], ids=["before the ring", "while it rings"])
    def test_the_agent_signs_out_and_the_contact_goes_to_the_next_in_its_old_place(self, desk: bool) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", desk=desk)
        shift.calls("first", "second")
        shift.sign_out("1001")
        assert (shift.state("1001"), shift.where("first")) == ("logged_out", "waiting")
        shift.sign_in("1002")
        assert shift.offered("first") == "1002"

    @pytest.mark.parametrize("desk", [True, False], ids=["before the ring", "while it rings"])
    def test_the_phone_is_lost_and_the_contact_goes_to_the_next_at_once(self, desk: bool) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", desk=desk)
        shift.sign_in("1002")
        shift.call("a")
        offer = shift.offer("a")
        assert cancels(shift.tell(e.PhoneUnreachable(at=shift.now, extension="phone-1001"))) == [offer]
        assert shift.offered("a") == "1002"
        shift.tell(e.PhoneReachable(at=shift.now, extension="phone-1001"))
        assert shift.state("1001") == "idle", "he missed nothing"

    def test_an_agent_who_says_not_ready_while_it_rings_may_still_answer(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.not_ready("1001")
        assert shift.state("1001") == "ringing"
        shift.serve("a")
        assert shift.state("1001") == "not_ready"


def test_an_offer_nobody_made_is_answered_by_letting_the_phone_go() -> None:
    shift = Shift(plan("1001"))
    assert shift.tell(e.OfferAnswered(at=0, offer=77)) == [c.CancelRing(offer=77)]


def test_holding_an_offer_that_is_not_in_a_talk_is_refused() -> None:
    shift = Shift(plan("1001"))
    with pytest.raises(IllegalEvent, match="offer 77 is not in a talk that could be held"):
        shift.tell(e.HoldStarted(at=0, offer=77))
