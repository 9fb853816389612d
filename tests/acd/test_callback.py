"""A callback is the same entry: same place, same contact, one pending for a number, in the ledger at every moment."""

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.ledger import VisitAccounts
from acd.plan import CallbackTerms, Queue
from tests.acd.shift import Shift, plan

CUSTOMER_FIRST = Queue(name="service", callback=CallbackTerms(customer_first=True, accept=True, tries=2))


def accounts(shift: Shift) -> VisitAccounts:
    return shift.floor.ledger.of("service")


def test_he_keeps_contact_time_and_score_although_he_hung_up() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a", number="1")
    shift.wait(10)
    shift.call("b")
    shift.sign_in("1001")
    assert shift.offered("a") == "1001"
    (made,) = shift.decided(e.OfferMade)
    assert isinstance(made, e.OfferMade)
    assert made.score == 10_000
    assert made.over_contacts == (("b", 0.0),)


def test_agent_first_the_agent_hears_it_ring_and_both_are_connected_when_the_customer_picks_up() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a", number="138")
    shift.wait(5)
    shift.sign_in("1001")
    offer = shift.offer("a")
    (dial,) = shift.tell(e.OfferAnswered(at=shift.now, offer=offer))
    assert isinstance(dial, c.DialCustomer)
    assert (dial.number, dial.agent_waits, shift.where("a")) == ("138", True, "dialling")
    assert shift.customer_answers("a") == [c.Connect(offer=offer, contact="a")]
    assert (shift.where("a"), accounts(shift).callback_done, accounts(shift).answered) == ("talking", 1, 0)


def test_a_key_that_comes_when_he_has_hung_up_does_not_take_his_place() -> None:
    shift = Shift(plan("1001", queues=(Queue(name="service", keys={"1": "flow:message"}, callback=CallbackTerms()),)))
    shift.call_back("a", number="138")
    shift.wait(5)
    shift.sign_in("1001")
    assert shift.offered("a") == "1001"
    assert shift.tell(e.KeyPressed(at=shift.now, contact="a", key="1")) == []
    assert (shift.offered("a"), shift.floor.pending.of("138")) == ("1001", "a")


def test_customer_first_he_is_dialled_while_an_agent_is_reserved_and_waits_with_music_for_his_phone() -> None:
    shift = Shift(plan("1001", queues=(CUSTOMER_FIRST,)))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    assert (shift.where("a"), shift.state("1001")) == ("dialling", "reserved")
    music, ring = shift.customer_answers("a")
    assert isinstance(music, c.StartMusic)
    assert isinstance(ring, c.RingAgent)
    shift.answer("a")
    assert (shift.where("a"), accounts(shift).callback_done) == ("talking", 1)


def test_customer_first_whose_agent_misses_him_waits_on_the_line_at_his_place() -> None:
    shift = Shift(plan("1001", "1002", queues=(CUSTOMER_FIRST,)))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.customer_answers("a")
    shift.sign_in("1002")
    shift.wait(20)
    assert shift.offered("a") == "1002"
    assert shift.contact("a").since == 0


def test_a_busy_number_rests_and_is_tried_again_and_given_up_after_the_last_try() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    shift.customer_fails("a")
    assert (shift.where("a"), shift.state("1001")) == ("callback", "idle")
    shift.wait(59)
    assert shift.offered("a") is None
    shift.wait(1)
    assert shift.offered("a") == "1001"
    shift.answer("a")
    assert accounts(shift).callback_given_up == 0
    shift.wait(30)
    assert (shift.where("a"), accounts(shift).callback_given_up) == ("gone", 1)
    assert [type(fact) for fact in shift.decided(e.CallbackUnanswered)] == [e.CallbackUnanswered]


def test_a_barred_number_is_given_up_at_once() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    shift.customer_fails("a", e.CallbackFailure.BARRED)
    assert (shift.where("a"), shift.state("1001")) == ("gone", "idle")


def test_one_is_pending_for_a_number_and_the_second_who_asks_is_let_go() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a", number="1")
    shift.call("b")
    assert shift.ask_back("b", "1") == [c.LetGo(contact="b", booked=False)]
    assert (shift.where("b"), accounts(shift).left) == ("released", 1)
    assert shift.floor.pending.of("1") == "a"
    with pytest.raises(IllegalEvent, match="already"):
        shift.ask_back("c", "1", queue="service", tier="standard")


def test_who_calls_again_takes_his_old_place_over() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(60)
    shift.start("b")
    shift.tell(e.CallbackCancelled(at=shift.now, contact="a", cause=e.CancelCause.BACK, into="b"))
    assert (shift.where("a"), shift.contact("b").since, accounts(shift).withdrawn) == ("gone", 0, 1)


def test_cancelled_while_his_phone_rings_the_agent_is_free_and_the_dial_ends() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    offer = shift.offer("a")
    ordered = shift.tell(e.CallbackCancelled(at=shift.now, contact="a", cause=e.CancelCause.DESK))
    assert ordered == [c.CancelRing(offer=offer), c.CancelDial(offer=offer)]
    assert (shift.where("a"), shift.state("1001"), accounts(shift).left) == ("gone", "idle", 1)


def test_hours_and_the_night_ban_count_when_it_is_his_turn_not_when_he_asked() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.tell(e.QueueClosed(at=shift.now, queue="service"))
    shift.tell(e.DiallingBarred(at=shift.now, queue="service"))
    shift.wait(5)
    shift.sign_in("1001")
    shift.tell(e.QueueOpened(at=shift.now, queue="service"))
    assert shift.offered("a") is None
    shift.tell(e.DiallingAllowed(at=shift.now, queue="service"))
    assert shift.offered("a") == "1001"


def test_who_is_offered_when_the_ban_begins_is_not_dialled_after_it() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    offer = shift.offer("a")
    shift.tell(e.DiallingBarred(at=shift.now, queue="service"))
    assert (shift.where("a"), shift.offered("a"), shift.state("1001")) == ("callback", None, "idle")
    shift.tell(e.OfferAnswered(at=shift.now, offer=offer))
    assert shift.decided(e.CallbackDialled) == []


def test_who_is_dialled_when_the_ban_begins_is_let_ring() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    shift.tell(e.DiallingBarred(at=shift.now, queue="service"))
    shift.customer_answers("a")
    assert shift.where("a") == "talking"


def test_it_is_given_up_at_closing_time_or_at_the_end_of_its_life() -> None:
    closing = Queue(name="service", callback=CallbackTerms(until_closing=True))
    shift = Shift(plan("1001", queues=(closing,)))
    shift.call_back("a")
    shift.tell(e.QueueClosed(at=shift.now, queue="service"))
    assert (shift.where("a"), accounts(shift).callback_given_up) == ("gone", 1)
    old = Queue(name="service", callback=CallbackTerms(life_ms=600_000))
    shift = Shift(plan("1001", queues=(old,)))
    shift.call_back("a")
    shift.wait(600)
    assert (shift.where("a"), accounts(shift).callback_given_up) == ("gone", 1)


def test_a_queue_without_callbacks_refuses() -> None:
    shift = Shift(plan("1001", queues=(Queue(name="service"),)))
    shift.call("a")
    with pytest.raises(IllegalEvent, match="offers no callback"):
        shift.ask_back("a")


def test_it_moves_to_another_number_and_time_and_keeps_its_place() -> None:
    shift = Shift(plan("1001"))
    shift.call_back("a")
    shift.tell(e.CallbackMoved(at=shift.now, contact="a", number="2", not_before=60_000))
    shift.sign_in("1001")
    shift.wait(59)
    assert shift.offered("a") is None
    shift.wait(1)
    assert (shift.offered("a"), shift.contact("a").since) == ("1001", 0)
    assert shift.floor.pending.of("2") == "a"
