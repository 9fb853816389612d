"""The talk, hold, its end, and the wrap-up (话后) after it."""

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Queue
from tests.acd.shift import Shift, plan

NO_WRAP_UP = Queue(name="service", wrap_up_ms=0)


def talking(*agents: str, queue: Queue | None = None) -> Shift:
    """A shift on which contact "a" talks with the first agent."""
    shift = Shift(plan(*agents, queues=(queue,)) if queue else plan(*agents))
    shift.sign_in(*agents)
    shift.call("a")
    shift.answer("a")
    return shift


class TestHold:
    def test_the_caller_hears_music_and_comes_back(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        assert shift.tell(e.HoldStarted(at=1, offer=offer)) == [c.Hold(offer=offer, contact="a")]
        assert shift.state("1001") == "hold"
        assert shift.tell(e.HoldEnded(at=2, offer=offer)) == [c.Resume(offer=offer, contact="a")]
        assert shift.state("1001") == "talking"

    def test_holding_twice_is_refused_and_changes_nothing(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        shift.tell(e.HoldStarted(at=1, offer=offer))
        with pytest.raises(IllegalEvent, match="not in a talk that could be held"):
            shift.tell(e.HoldStarted(at=2, offer=offer))
        assert shift.state("1001") == "hold"

    @pytest.mark.parametrize("who", ["caller", "agent"])
    def test_either_may_hang_up_on_hold(self, who: str) -> None:
        shift = talking("1001")
        shift.tell(e.HoldStarted(at=shift.now, offer=shift.offer("a")))
        if who == "caller":
            shift.hang_up("a")
        else:
            shift.end_talk("a")
        assert shift.state("1001") == "wrap_up"


class TestCallerWhoIsGoneBeforeTheTalk:
    """The agent picks up in the moment in which the caller hangs up: nobody talked."""

    def picked_up(self) -> Shift:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("a")
        shift.tell(e.OfferAnswered(at=shift.now, offer=shift.offer("a")))
        return shift

    def gone(self, shift: Shift) -> list[c.Command]:
        return shift.tell(e.ContactEnded(at=shift.now, contact="a", cause=e.EndCause.HUNG_UP, before_talk=True))

    def test_his_visit_was_abandoned_not_answered(self) -> None:
        shift = self.picked_up()
        self.gone(shift)
        visits = shift.floor.ledger.of("service")
        assert (visits.entered, visits.answered, visits.abandoned) == (1, 0, 1)

    def test_the_agent_is_let_go_and_owes_no_outcome(self) -> None:
        shift = self.picked_up()
        offer = shift.offer("a")
        assert self.gone(shift) == [c.CancelRing(offer=offer)]
        assert (shift.state("1001"), shift.agent("1001").contacts) == ("idle", 0)
        assert "a" not in shift.floor.contacts

    def test_he_takes_the_next_caller_at_once(self) -> None:
        shift = self.picked_up()
        shift.call("b")
        self.gone(shift)
        assert shift.state("1001") == "ringing"

    def test_it_is_refused_of_two_who_have_met(self) -> None:
        shift = talking("1001")
        with pytest.raises(IllegalEvent, match="not just being answered"):
            self.gone(shift)

    def test_a_floor_rebuilt_from_the_facts_is_equal(self) -> None:
        shift = self.picked_up()
        self.gone(shift)
        assert shift.refolded().state == shift.floor.state


class TestEndOfTalk:
    def test_the_caller_hangs_up_and_the_agents_leg_is_ended(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        assert shift.hang_up("a") == [c.DropAgent(offer=offer)]
        assert (shift.where("a"), shift.state("1001")) == ("ended", "wrap_up")

    def test_the_agent_hangs_up_and_the_caller_is_let_go(self) -> None:
        shift = talking("1001")
        assert shift.end_talk("a") == [c.DropContact(contact="a")]
        assert (shift.where("a"), shift.state("1001")) == ("released", "wrap_up")
        assert shift.decided(e.ContactReleased)
        shift.save("a", "1001")
        shift.hang_up("a")
        assert shift.where("a") == "gone"

    def test_the_other_leg_reported_after_the_end_changes_nothing(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        shift.hang_up("a")
        assert shift.tell(e.AgentHungUp(at=shift.now, offer=offer)) == []
        assert shift.state("1001") == "wrap_up"

    def test_the_same_agent_gets_his_next_contact_only_after_the_wrap_up(self) -> None:
        shift = talking("1001")
        shift.call("b")
        shift.hang_up("a")
        assert shift.offered("b") is None
        shift.save("a", "1001")
        assert shift.offered("b") == "1001"


class TestTransfer:
    """The agent's phone sends the caller on by itself."""

    def test_the_caller_goes_on_and_the_agent_wraps_up(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        assert send_on(shift) == [c.Transfer(offer=offer, contact="a", to="access:95001")]
        assert (shift.where("a"), shift.state("1001")) == ("ivr", "wrap_up")
        assert not shift.decided(e.ContactReleased)

    def test_the_next_visit_waits_from_then_on_and_has_an_outcome_of_its_own(self) -> None:
        shift = talking("1001", "1002")
        shift.wait(50)
        send_on(shift)
        shift.queue("a")
        assert shift.floor.contacts["a"].since == shift.now
        shift.save("a", "1001", "sent on")
        assert shift.state("1001") == "idle"
        assert shift.answer("a") == "1002"
        shift.hang_up("a")
        assert shift.state("1002") == "wrap_up"
        shift.save("a", "1002")
        assert shift.where("a") == "gone"
        assert shift.floor.ledger.of("service").answered == 2

    def test_who_sent_it_on_may_still_wrap_up_when_all_others_are_done(self) -> None:
        shift = talking("1001", "1002")
        send_on(shift)
        shift.queue("a")
        shift.serve("a", seconds=1)
        assert (shift.where("a"), shift.state("1001")) == ("ended", "wrap_up")
        shift.save("a", "1001")
        assert (shift.where("a"), shift.state("1001")) == ("gone", "idle")

    def test_sent_on_it_may_end_while_it_rings_at_the_next_agent(self) -> None:
        shift = talking("1001", "1002")
        send_on(shift)
        shift.queue("a")
        offer = shift.offer("a")
        assert shift.hang_up("a") == [c.CancelRing(offer=offer)]
        assert (shift.where("a"), shift.state("1001"), shift.state("1002")) == ("ended", "wrap_up", "idle")

    def test_who_sent_it_on_owes_his_outcome_after_the_cap(self) -> None:
        shift = talking("1001")
        send_on(shift)
        shift.hang_up("a")
        shift.wait(30)
        assert (shift.where("a"), shift.state("1001")) == ("ended", "idle")
        shift.save("a", "1001")
        assert shift.where("a") == "gone"


class TestAudio:
    def test_a_side_not_heard_is_known_until_it_is_heard_again(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        assert shift.tell(e.AudioMissing(at=shift.now, offer=offer, party=e.Party.AGENT, since=7)) == []
        assert shift.floor.offers[offer].silent == {e.Party.AGENT: 7}
        shift.tell(e.AudioBack(at=shift.now, offer=offer, party=e.Party.AGENT))
        assert shift.floor.offers[offer].silent == {}

    def test_a_new_leg_begins_anew(self) -> None:
        shift = talking("1001")
        offer = shift.offer("a")
        shift.tell(e.AudioMissing(at=shift.now, offer=offer, party=e.Party.AGENT, since=7))
        shift.tell(e.RejoinAsked(at=shift.now, offer=offer))
        shift.tell(e.RejoinAnswered(at=shift.now, offer=offer, leg=shift.floor.number))
        assert shift.floor.offers[offer].silent == {}


class TestWrapUp:
    def test_it_ends_when_the_outcome_is_saved(self) -> None:
        shift = talking("1001")
        shift.hang_up("a")
        shift.wait(5)
        shift.save("a", "1001", "bill")
        (ended,) = shift.decided(e.WrapUpEnded)
        assert ended.end is e.WrapUpEnd.SAVED  # type: ignore[attr-defined]
        assert (shift.state("1001"), shift.where("a")) == ("idle", "gone")

    def test_there_is_none_when_the_outcome_was_saved_during_the_talk(self) -> None:
        shift = talking("1001")
        shift.save("a", "1001")
        shift.hang_up("a")
        assert shift.state("1001") == "idle"

    def test_at_its_cap_the_agent_goes_on_and_owes_the_outcome(self) -> None:
        shift = talking("1001")
        shift.hang_up("a")
        shift.wait(29.999)
        assert shift.state("1001") == "wrap_up"
        shift.wait(0.001)
        (ended,) = shift.decided(e.WrapUpEnded)
        assert ended.end is e.WrapUpEnd.CAP  # type: ignore[attr-defined]
        assert shift.state("1001") == "idle"
        assert shift.contact("a").owed

    def test_the_owed_outcome_can_be_saved_whenever_he_finds_time(self) -> None:
        shift = talking("1001")
        shift.hang_up("a")
        shift.wait(3600)
        shift.call("b")
        shift.answer("b")
        shift.save("a", "1001")
        assert (shift.where("a"), shift.state("1001")) == ("gone", "talking")

    def test_the_outcome_can_be_saved_again_until_the_caller_is_gone(self) -> None:
        shift = talking("1001")
        shift.save("a", "1001", "bill")
        shift.save("a", "1001", "tariff")
        assert shift.contact("a").outcome == "tariff"

    def test_only_who_talked_may_save_it(self) -> None:
        shift = talking("1001", "1002")
        with pytest.raises(IllegalEvent, match="agent '1002' did not talk with contact 'a'"):
            shift.save("a", "1002")

    def test_a_queue_without_wrap_up_frees_the_agent_at_once_and_nothing_is_owed(self) -> None:
        shift = talking("1001", queue=NO_WRAP_UP)
        shift.call("b")
        shift.hang_up("a")
        assert shift.offered("b") == "1001"
        assert shift.where("a") == "gone"
        assert [fact.end for fact in shift.decided(e.WrapUpEnded)] == [e.WrapUpEnd.NONE]  # type: ignore[attr-defined]

    def test_he_moves_to_what_he_came_to_intend(self) -> None:
        shift = talking("1001")
        shift.not_ready("1001", "meal")
        shift.hang_up("a")
        shift.save("a", "1001")
        assert (shift.state("1001"), shift.agent("1001").reason) == ("not_ready", "meal")

    def test_signing_out_during_talk_and_wrap_up_lets_them_go_on_to_their_end(self) -> None:
        shift = talking("1001")
        shift.sign_out("1001")
        assert shift.state("1001") == "talking"
        shift.hang_up("a")
        assert shift.state("1001") == "wrap_up"
        shift.wait(30)
        assert shift.state("1001") == "logged_out"


class TestHangUpAnywhere:
    """A caller may hang up at any moment; the ledger says what it was."""

    def test_in_the_flow(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        shift.hang_up("a")
        assert shift.floor.ledger.contacts.ended_in_ivr == 1

    def test_refused_at_entry(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        shift.hang_up("a", e.EndCause.REFUSED)
        assert shift.floor.ledger.contacts.refused == 1

    def test_while_waiting(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.hang_up("a")
        assert shift.floor.ledger.of("service").abandoned == 1
        assert shift.floor.ledger.contacts.ended_after_visits == 1
        shift.sign_in("1001")
        assert shift.state("1001") == "idle"

    def test_while_being_offered(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.hang_up("a")
        assert shift.floor.ledger.of("service").abandoned == 1

    def test_in_the_talk(self) -> None:
        shift = talking("1001")
        shift.hang_up("a")
        assert (shift.floor.ledger.of("service").answered, shift.floor.ledger.of("service").abandoned) == (1, 0)

    def test_after_the_agent(self) -> None:
        shift = talking("1001")
        shift.end_talk("a")
        shift.hang_up("a")
        assert shift.floor.ledger.contacts.ended_after_visits == 1

    @pytest.mark.parametrize("state", ["flow", "waiting", "offered", "talking"])
    def test_lost_through_a_fault_is_an_account_of_its_own(self, state: str) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        if state != "flow":
            shift.queue("a")
        if state in ("offered", "talking"):
            shift.sign_in("1001")
        if state == "talking":
            shift.answer("a")
        shift.hang_up("a", e.EndCause.LOST)
        assert shift.floor.ledger.contacts.lost == 1
        assert shift.floor.ledger.of("service").lost == (1 if state in ("waiting", "offered") else 0)

    def test_twice_is_refused(self) -> None:
        shift = talking("1001")
        shift.hang_up("a")
        with pytest.raises(IllegalEvent, match="contact 'a' is ended"):
            shift.hang_up("a")
        shift.save("a", "1001")
        with pytest.raises(IllegalEvent, match="there is no contact 'a'"):
            shift.hang_up("a")


def send_on(shift: Shift) -> list[c.Command]:
    return shift.tell(e.AgentHungUp(at=shift.now, offer=shift.offer("a"), to="access:95001"))
