"""Consulting a colleague (询转): the caller hears music, then goes on with the colleague or with his own agent."""

from collections.abc import Callable

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Queue
from tests.acd.shift import SERVICE, Shift, plan, skilled

BILLING = Queue(name="billing", skills={"bill": 3}, ring_ms=15_000, wrap_up_ms=20_000)
LINE = "phone-line"


def talking() -> Shift:
    """Contact "a" talks with 1001; 1002 and 1003 are idle, 1003 alone of the queue billing."""
    shift = Shift(plan("1001", "1002", skilled("1003", bill=5), queues=(SERVICE, BILLING)))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.sign_in("1002", "1003")
    return shift


def ask(shift: Shift, to: str = "agent:1002", line: str = "") -> list[c.Command]:
    return shift.tell(e.ConsultAsked(at=shift.now, offer=shift.offer("a"), to=to, line=line))


def colleague(shift: Shift) -> int:
    """The offer of whoever is consulted."""
    number = shift.floor.offers[shift.offer("a")].consult
    assert number is not None
    return number


def consulting(line: str = "", to: str = "agent:1002") -> Shift:
    """1001 speaks with the colleague."""
    shift = talking()
    ask(shift, to, line)
    shift.tell(e.OfferAnswered(at=shift.now, offer=colleague(shift)))
    return shift


def hand_over(shift: Shift) -> list[c.Command]:
    return shift.tell(e.AgentHungUp(at=shift.now, offer=shift.offer("a"), to=e.CONSULTED))


class TestAsking:
    def test_the_caller_is_on_hold_and_the_colleague_is_rung_with_the_contact(self) -> None:
        shift = talking()
        offer = shift.offer("a")
        hold, rings, ring = ask(shift)
        assert (hold, rings) == (
            c.Hold(offer=offer, contact="a"),
            c.ConsultRings(offer=offer, contact="a", leg=0, line=""),
        )
        assert isinstance(ring, c.RingAgent)
        assert (ring.contact, ring.agent, ring.extension) == ("a", "1002", "phone-1002")
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("hold", "ringing", "talking")

    def test_a_caller_whom_his_phone_has_on_hold_already_stays_there(self) -> None:
        shift = talking()
        shift.tell(e.HoldStarted(at=shift.now, offer=shift.offer("a")))
        assert [type(command) for command in ask(shift, line=LINE)] == [c.ConsultRings, c.RingAgent]

    def test_a_queue_means_who_is_free_there(self) -> None:
        shift = talking()
        ask(shift, "queue:billing")
        assert shift.state("1003") == "ringing"
        assert shift.floor.offers[colleague(shift)].queue == "billing"

    def test_of_several_the_one_the_queue_would_have_first(self) -> None:
        shift = talking()
        shift.not_ready("1002")
        shift.wait(1)
        shift.ready("1002")
        ask(shift, "queue:service")
        assert shift.state("1003") == "ringing"

    @pytest.mark.parametrize(
        ("to", "why"),
        [
            ("agent:1009", "the plan has no agent '1009'"),
            ("agent:1001", "agent '1001' is talking"),
            ("queue:sales", "neither agent:工号 nor queue:NAME"),
            ("13800000000", "neither agent:工号 nor queue:NAME"),
        ],
    )
    def test_a_wish_that_means_nobody_is_refused(self, to: str, why: str) -> None:
        shift = talking()
        with pytest.raises(IllegalEvent, match=why):
            ask(shift, to)
        assert shift.state("1001") == "talking"

    def test_nobody_waits_for_a_colleague(self) -> None:
        shift = talking()
        shift.not_ready("1003")
        with pytest.raises(IllegalEvent, match="nobody of queue 'billing' is idle"):
            ask(shift, "queue:billing")

    def test_one_colleague_at_a_time(self) -> None:
        shift = consulting()
        with pytest.raises(IllegalEvent, match="agent '1001' consults already"):
            ask(shift, "agent:1003")

    def test_who_is_consulted_has_no_caller_to_consult_about_or_hold(self) -> None:
        shift = consulting()
        with pytest.raises(IllegalEvent, match="not in a talk whose agent could consult"):
            shift.tell(e.ConsultAsked(at=shift.now, offer=colleague(shift), to="agent:1003"))
        with pytest.raises(IllegalEvent, match="is being consulted"):
            shift.tell(e.HoldStarted(at=shift.now, offer=colleague(shift)))


class TestSpeaking:
    @pytest.mark.parametrize("line", ["", LINE])
    def test_the_two_agents_meet_away_from_the_caller(self, line: str) -> None:
        shift = talking()
        ask(shift, line=line)
        told = shift.tell(e.OfferAnswered(at=shift.now, offer=colleague(shift)))
        assert told == [c.Consult(offer=shift.offer("a"), contact="a", leg=0, colleague=colleague(shift), line=line)]
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("hold", "talking", "talking")

    def test_a_leg_that_comes_back_meanwhile_comes_back_to_the_colleague(self) -> None:
        shift = consulting()
        offer = shift.offer("a")
        shift.tell(e.RejoinAsked(at=shift.now, offer=offer))
        leg = shift.floor.number
        told = shift.tell(e.RejoinAnswered(at=shift.now, offer=offer, leg=leg))
        assert told == [c.SwitchLeg(offer=offer, contact="a", leg=leg, before=0, colleague=colleague(shift))]


class TestHandingOver:
    def test_the_caller_goes_on_with_the_colleague_and_the_agent_wraps_up(self) -> None:
        shift = consulting()
        offer, second = shift.offer("a"), colleague(shift)
        assert hand_over(shift) == [c.HandOver(offer=offer, contact="a", leg=0, colleague=second, line="")]
        assert (shift.offer("a"), shift.contact("a").agent) == (second, "1002")
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("wrap_up", "talking", "talking")
        assert not shift.decided(e.ContactReleased)

    def test_it_opens_no_visit(self) -> None:
        shift = consulting(to="queue:billing")
        hand_over(shift)
        shift.hang_up("a")
        ledger = shift.floor.ledger
        assert (ledger.of("service").entered, ledger.of("service").answered) == (1, 1)
        assert ledger.of("billing").entered == 0

    def test_each_of_the_two_has_an_outcome_of_his_own(self) -> None:
        shift = consulting()
        hand_over(shift)
        shift.save("a", "1001", "handed over")
        assert shift.state("1001") == "idle"
        shift.hang_up("a")
        assert shift.state("1002") == "wrap_up"
        shift.save("a", "1002", "solved")
        assert shift.where("a") == "gone"

    def test_who_saved_his_outcome_in_the_talk_has_no_wrap_up(self) -> None:
        shift = consulting()
        shift.save("a", "1001")
        hand_over(shift)
        assert (shift.state("1001"), shift.contact("a").outcome) == ("idle", None)

    def test_he_owes_his_outcome_after_the_cap_while_the_talk_goes_on(self) -> None:
        shift = consulting()
        hand_over(shift)
        shift.wait(30)
        assert shift.state("1001") == "idle"
        shift.hang_up("a")
        shift.save("a", "1002")
        assert shift.where("a") == "ended"
        shift.save("a", "1001")
        assert shift.where("a") == "gone"

    def test_the_colleague_may_hand_over_in_turn_also_back(self) -> None:
        shift = consulting()
        hand_over(shift)
        shift.save("a", "1001")
        ask(shift, "agent:1001")
        shift.tell(e.OfferAnswered(at=shift.now, offer=colleague(shift)))
        hand_over(shift)
        assert (shift.contact("a").agent, shift.state("1002")) == ("1001", "wrap_up")
        shift.save("a", "1002")
        shift.hang_up("a")
        shift.save("a", "1001")
        assert shift.where("a") == "gone"

    def test_an_agent_whose_leg_is_lost_for_good_leaves_the_caller_with_the_colleague(self) -> None:
        shift = consulting()
        shift.tell(e.AgentLegLost(at=shift.now, offer=shift.offer("a")))
        ordered = shift.wait(8)
        assert any(isinstance(command, c.HandOver) for command in ordered)
        assert (shift.contact("a").agent, shift.state("1001")) == ("1002", "wrap_up")

    def test_before_the_colleague_picks_up_there_is_nobody_to_hand_over_to(self) -> None:
        shift = talking()
        ask(shift)
        hand_over(shift)
        assert (shift.where("a"), shift.state("1002")) == ("released", "idle")


def _back(shift: Shift) -> None:
    shift.tell(e.ConsultEnded(at=shift.now, offer=shift.offer("a")))


def _colleague_hangs_up(shift: Shift) -> None:
    shift.tell(e.AgentHungUp(at=shift.now, offer=colleague(shift)))


def _colleague_is_lost(shift: Shift) -> None:
    shift.tell(e.OfferLost(at=shift.now, offer=colleague(shift)))


class TestComingBack:
    @pytest.mark.parametrize("end", [_back, _colleague_hangs_up, _colleague_is_lost])
    def test_the_caller_stays_on_hold_and_the_colleague_is_free_as_before(self, end: Callable[[Shift], None]) -> None:
        shift = consulting()
        offer, second = shift.offer("a"), colleague(shift)
        end(shift)
        assert shift.commands == [
            c.CancelRing(offer=second),
            c.EndConsult(offer=offer, contact="a", leg=0, colleague=second, line="", back=True, talked=True),
        ]
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("hold", "idle", "talking")
        assert shift.agent("1002").contacts == 0

    def test_taking_the_caller_back_ends_it(self) -> None:
        shift = consulting()
        offer, second = shift.offer("a"), colleague(shift)
        assert shift.tell(e.HoldEnded(at=shift.now, offer=offer)) == [
            c.CancelRing(offer=second),
            c.Resume(offer=offer, contact="a"),
            c.EndConsult(offer=offer, contact="a", leg=0, colleague=second, line="", back=True, talked=True),
        ]
        assert (shift.state("1001"), shift.state("1002")) == ("talking", "idle")

    def test_a_phone_with_two_lines_may_swap_between_caller_and_colleague(self) -> None:
        shift = consulting(line=LINE)
        offer = shift.offer("a")
        assert shift.tell(e.HoldEnded(at=shift.now, offer=offer)) == [c.Resume(offer=offer, contact="a")]
        assert (shift.state("1001"), shift.state("1002")) == ("talking", "talking")
        shift.tell(e.HoldStarted(at=shift.now, offer=offer))
        hand_over(shift)
        assert shift.contact("a").agent == "1002"

    def test_its_second_line_ends_with_the_consult(self) -> None:
        shift = consulting(line=LINE)
        _back(shift)
        (over,) = (command for command in shift.commands if isinstance(command, c.EndConsult))
        assert (over.line, over.back) == (LINE, False)

    def test_a_colleague_who_does_not_answer_has_missed_it(self) -> None:
        shift = talking()
        ask(shift)
        ordered = shift.wait(15)
        assert (shift.state("1001"), shift.state("1002")) == ("hold", "set_aside")
        assert any(isinstance(command, c.EndConsult) and not command.talked for command in ordered)

    def test_a_colleague_whose_phone_refuses_leaves_the_caller_where_he_is(self) -> None:
        shift = talking()
        ask(shift)
        shift.tell(e.OfferFailed(at=shift.now, offer=colleague(shift), cause=e.OfferFailure.BUSY))
        assert not any(isinstance(command, c.WaitAgain) for command in shift.commands)
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("hold", "set_aside", "talking")

    def test_a_colleague_who_signs_out_while_he_is_rung_is_not_rung_any_more(self) -> None:
        shift = talking()
        ask(shift)
        shift.sign_out("1002")
        assert (shift.state("1002"), shift.state("1001")) == ("logged_out", "hold")


class TestTheCallerHangsUp:
    @pytest.mark.parametrize("line", ["", LINE])
    @pytest.mark.parametrize("answered", [False, True])
    def test_the_agent_wraps_up_and_the_colleague_is_free(self, answered: bool, line: str) -> None:
        shift = talking()
        ask(shift, line=line)
        second = colleague(shift)
        if answered:
            shift.tell(e.OfferAnswered(at=shift.now, offer=second))
        ordered = shift.hang_up("a")
        assert c.CancelRing(offer=second) in ordered
        (over,) = (command for command in ordered if isinstance(command, c.EndConsult))
        assert (over.line, over.back) == (line, False)
        assert (shift.state("1001"), shift.state("1002"), shift.where("a")) == ("wrap_up", "idle", "ended")

    def test_a_colleague_who_picks_up_in_that_moment_is_let_go(self) -> None:
        shift = talking()
        ask(shift)
        second = colleague(shift)
        shift.hang_up("a")
        assert shift.tell(e.OfferAnswered(at=shift.now, offer=second)) == [c.CancelRing(offer=second)]
        assert shift.state("1002") == "idle"

    def test_so_it_is_when_the_agent_lets_the_caller_go(self) -> None:
        shift = consulting()
        shift.end_talk("a")
        assert (shift.where("a"), shift.state("1001"), shift.state("1002")) == ("released", "wrap_up", "idle")


@pytest.mark.parametrize("end", [hand_over, _back, lambda shift: shift.hang_up("a")])
def test_a_floor_rebuilt_from_the_facts_is_equal(end: Callable[[Shift], object]) -> None:
    shift = consulting(line=LINE)
    end(shift)
    assert shift.refolded().state == shift.floor.state
