"""Whoever is cut off by a fault while he waits or talks is owed a call: a callback or an item, as his queue has it."""

from acd import events as e
from acd.plan import CallbackTerms, Queue
from tests.acd.shift import Shift, plan

CALLED_BACK = plan("1001", queues=(Queue(name="service", callback=CallbackTerms(lost=True)),))
BY_HAND = plan("1001", queues=(Queue(name="service"),))


def owed(shift: Shift) -> list[e.CallOwed]:
    return [fact for fact in shift.history if isinstance(fact, e.CallOwed)]


def lose(shift: Shift, contact: str) -> None:
    shift.hang_up(contact, e.EndCause.LOST)


def test_a_queue_that_calls_the_lost_back_does_so_with_what_he_had_waited() -> None:
    shift = Shift(CALLED_BACK)
    shift.call("a")
    shift.wait(40)
    lose(shift, "a")
    (call,) = owed(shift)
    assert (call.contact, call.number, call.credit_ms) == ("a", "13800000000", 40_000)
    shift.wait(5)
    shift.call("b")
    shift.sign_in("1001")
    assert shift.where(call.callback) == "offered"
    assert shift.contact(call.callback).without_leg
    assert (shift.floor.ledger.of("service").lost, shift.floor.ledger.contacts.lost) == (1, 1)


def test_whoever_talked_is_called_back_too() -> None:
    shift = Shift(CALLED_BACK)
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.wait(10)
    lose(shift, "a")
    (call,) = owed(shift)
    assert shift.where(call.callback) == "callback"
    assert shift.state("1001") == "wrap_up"


def test_where_the_queue_does_not_he_is_an_item() -> None:
    shift = Shift(BY_HAND)
    shift.call("a")
    lose(shift, "a")
    assert [call.callback for call in owed(shift)] == [""]
    assert not shift.floor.pending.all()


def test_nothing_is_owed_for_an_end_of_his_own_or_in_the_flow_or_without_a_number() -> None:
    shift = Shift(CALLED_BACK)
    shift.call("gave up")
    shift.hang_up("gave up")
    shift.start("in the flow")
    lose(shift, "in the flow")
    shift.tell(e.ContactStarted(at=shift.now, contact="withheld", asterisk="a", channel="c", access="95000", caller=""))
    shift.tell(e.ContactQueued(at=shift.now, contact="withheld", queue="service", tier="standard", since=shift.now))
    lose(shift, "withheld")
    assert owed(shift) == []


def test_nothing_is_owed_for_a_talk_that_the_agent_had_ended() -> None:
    shift = Shift(CALLED_BACK)
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.answer("a")
    shift.tell(e.AgentHungUp(at=shift.now, offer=offer))
    lose(shift, "a")
    assert owed(shift) == []


def test_one_call_is_owed_for_a_number() -> None:
    shift = Shift(CALLED_BACK)
    shift.call("a")
    shift.call("b")
    lose(shift, "a")
    lose(shift, "b")
    assert [call.contact for call in owed(shift)] == ["a"]


def test_a_night_ban_holds_for_him_as_for_any_other() -> None:
    shift = Shift(CALLED_BACK)
    shift.tell(e.DiallingBarred(at=0, queue="service"))
    shift.call("a")
    lose(shift, "a")
    shift.sign_in("1001")
    shift.wait(60)
    (call,) = owed(shift)
    assert shift.where(call.callback) == "callback"
    shift.tell(e.DiallingAllowed(at=shift.now, queue="service"))
    assert shift.where(call.callback) == "offered"


def test_who_was_called_back_and_is_lost_is_owed_another_call() -> None:
    shift = Shift(CALLED_BACK)
    shift.call_back("a", number="139")
    shift.wait(5)
    shift.sign_in("1001")
    shift.answer("a")
    shift.customer_answers("a")
    lose(shift, "a")
    assert [call.number for call in owed(shift)] == ["139"]
