"""Breaks that are nobody's fault: a leg that is lost, a link that is down."""

from acd import commands as c
from acd import events as e
from acd.reasons import why_waiting
from tests.acd.shift import Shift, plan


def picked_up(*agents: str) -> tuple[Shift, int]:
    """A shift on which the first agent has picked up for contact "a", and the two are not connected yet."""
    shift = Shift(plan(*agents))
    shift.sign_in(*agents)
    shift.call("a")
    offer = shift.offer("a")
    shift.wait(4)
    shift.tell(e.OfferAnswered(at=shift.now, offer=offer))
    return shift, offer


class TestALegIsGoneBeforeTheTalk:
    def test_of_an_agent_who_hangs_up_the_caller_waits_on_and_the_agent_is_set_aside(self) -> None:
        shift, offer = picked_up("1001")
        commands = shift.tell(e.OfferFailed(at=shift.now, offer=offer, cause=e.OfferFailure.REJECTED))
        assert commands == [c.WaitAgain(contact="a")]
        assert (shift.where("a"), shift.state("1001")) == ("waiting", "set_aside")

    def test_of_an_agent_who_is_not_to_blame_the_caller_is_offered_anew_at_once(self) -> None:
        shift, offer = picked_up("1001")
        commands = shift.tell(e.OfferLost(at=shift.now, offer=offer))
        again = shift.offer("a")
        assert again != offer
        assert [type(command) for command in commands] == [c.CancelRing, c.WaitAgain, c.RingAgent]
        assert shift.state("1001") == "ringing"

    def test_the_caller_keeps_his_place_and_the_answer_does_not_count(self) -> None:
        shift, offer = picked_up("1001")
        shift.call("b")
        since = shift.contact("a").since
        shift.tell(e.OfferLost(at=shift.now, offer=offer))
        assert (shift.offered("a"), shift.contact("a").since) == ("1001", since)
        accounts = shift.floor.ledger.of("service")
        assert (accounts.entered, accounts.answered, shift.agent("1001").contacts) == (2, 0, 0)
        assert shift.floor.imbalance() == {}

    def test_once_they_talked_the_end_is_the_end_of_a_talk(self) -> None:
        shift, offer = picked_up("1001")
        shift.tell(e.TalkConnected(at=shift.now, offer=offer))
        assert shift.tell(e.OfferLost(at=shift.now, offer=offer)) == []
        assert shift.state("1001") == "talking"

    def test_a_ring_that_is_lost_is_nobodys_miss(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        first = shift.offer("a")
        shift.tell(e.OfferLost(at=shift.now, offer=first, detail="asked before the crash"))
        assert shift.offered("a") == "1001"
        assert shift.offer("a") != first
        assert shift.contact("a").missed == []


class TestALinkIsDown:
    def test_its_contacts_are_offered_to_nobody_until_it_is_up(self) -> None:
        shift = Shift(plan("1001"))
        shift.tell(e.LinkDown(at=0, asterisk="a"))
        shift.sign_in("1001")
        shift.call("a")
        assert shift.offered("a") is None
        assert why_waiting(shift.floor, "a") == {"link_down": ("1001",)}
        shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
        assert shift.offered("a") == "1001"

    def test_contacts_elsewhere_are_offered_all_the_same(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.tell(e.LinkDown(at=0, asterisk="b"))
        shift.call("a")
        assert shift.offered("a") == "1001"

    def test_those_who_wait_already_are_held_and_keep_their_order(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("first", "second")
        shift.tell(e.LinkDown(at=shift.now, asterisk="a"))
        shift.sign_in("1001")
        assert (shift.offered("first"), shift.offered("second")) == (None, None)
        shift.tell(e.PriorityChanged(at=shift.now, contact="first", tier="standard"))
        shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
        assert shift.offered("first") == "1001"

    def test_a_ring_that_runs_out_meanwhile_sets_nobody_aside(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.tell(e.LinkDown(at=shift.now, asterisk="a"))
        shift.wait(60)
        assert not shift.decided(e.OfferExpired)
        assert (shift.where("a"), shift.state("1001"), shift.contact("a").missed) == ("waiting", "idle", [])
        shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
        assert shift.offered("a") == "1001"

    def test_a_caller_may_leave_or_go_back_to_the_flow_meanwhile(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.call("b")
        shift.tell(e.LinkDown(at=shift.now, asterisk="a"))
        shift.hang_up("a")
        shift.start("b", attempt=1)
        assert (shift.where("a"), shift.where("b")) == ("gone", "ivr")
        shift.queue("b")
        shift.sign_in("1001")
        assert shift.offered("b") is None
        assert shift.refolded().state == shift.floor.state
        assert shift.floor.imbalance() == {}

    def test_said_twice_it_changes_nothing_more(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        for _ in range(2):
            shift.tell(e.LinkDown(at=shift.now, asterisk="a"))
        shift.sign_in("1001")
        for _ in range(2):
            shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
        assert shift.offered("a") == "1001"
