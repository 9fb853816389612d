"""Mobile phones of an emergency ring together: who rings for whom, who has the call, what becomes of the others."""

from dataclasses import replace

import pytest

from acd import commands as c
from acd import events as e
from acd.floor import Floor
from acd.plan import Emergency
from tests.acd.shift import SERVICE, Shift, plan


@pytest.fixture
def shift() -> Shift:
    """Service is switched over to the group of m1 and m2, and to the boss after them; nobody is signed in yet."""
    emergency = Emergency(mobiles=("night", "boss"))
    queue = replace(SERVICE, emergency=emergency, wrap_up_ms=0)
    shift = Shift(plan("boss", "m1", "m2", queues=(queue,), groups={"night": ("m1", "m2")}))
    shift.tell(e.EmergencySwitchedOn(at=0, queue="service", to=e.EmergencyWay.MOBILES, who="lead"))
    return shift


def rung(shift: Shift, contact: str) -> list[str]:
    """Whose phones ring for a contact, in the order in which they began."""
    return [shift.floor.offers[offer].agent for offer in shift.contact(contact).open_offers]


def offer_of(shift: Shift, agent: str) -> int:
    offer = shift.agent(agent).offer
    assert offer is not None, f"{agent} is not rung"
    return offer


def test_the_phones_of_a_group_ring_together_and_who_accepts_first_has_the_call(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    assert rung(shift, "a") == ["m1", "m2"]
    first, second = shift.contact("a").open_offers
    told = shift.tell(e.OfferAnswered(at=shift.now, offer=second))
    assert told == [c.Connect(offer=second, contact="a"), c.CancelRing(offer=first, taken=True)]
    assert (shift.where("a"), shift.contact("a").agent, shift.state("m1")) == ("talking", "m2", "idle")
    assert shift.contact("a").missed == []
    visits = shift.floor.ledger.of("service")
    assert (visits.entered, visits.answered) == (1, 1)


def test_who_accepts_in_the_same_moment_is_let_go(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    first, second = shift.contact("a").open_offers
    shift.tell(e.OfferAnswered(at=shift.now, offer=first))
    assert shift.tell(e.OfferAnswered(at=shift.now, offer=second)) == [c.CancelRing(offer=second)]
    assert (shift.contact("a").agent, shift.state("m2")) == ("m1", "idle")


def test_who_is_named_after_a_group_is_rung_once_all_of_it_have_let_the_caller_go_by(shift: Shift) -> None:
    shift.sign_in("boss", "m1", "m2")
    shift.call("a")
    assert (rung(shift, "a"), shift.state("boss")) == (["m1", "m2"], "idle")
    shift.wait(15)
    assert rung(shift, "a") == ["boss"]
    shift.ready("m2")
    assert rung(shift, "a") == ["boss", "m2"], "whose turn it was already rings again beside him"


def test_every_caller_has_a_phone_of_his_own_before_one_has_two(shift: Shift) -> None:
    shift.sign_in("m1")
    shift.calls("a", "b")
    shift.answer("a")
    shift.call("c")
    shift.sign_in("m2", "boss")
    assert (rung(shift, "b"), rung(shift, "c")) == (["m2"], ["boss"])
    shift.hang_up("a")
    assert (rung(shift, "b"), rung(shift, "c")) == (["m2", "m1"], ["boss"]), "who is left over rings for the first"


def test_phones_that_stop_ringing_ring_for_the_next_caller_at_once(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.calls("a", "b")
    assert (rung(shift, "a"), rung(shift, "b")) == (["m1", "m2"], [])
    shift.answer("a")
    assert rung(shift, "b") == ["m2"]


def test_one_phone_that_cannot_be_reached_leaves_the_others_ringing(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    shift.fail("a", e.OfferFailure.BUSY)
    assert (shift.where("a"), rung(shift, "a"), shift.state("m1")) == ("offered", ["m2"], "set_aside")
    shift.ready("m1")
    assert rung(shift, "a") == ["m2", "m1"]


def test_a_phone_that_is_lost_is_rung_anew_and_nobody_has_missed_it(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    shift.tell(e.OfferLost(at=shift.now, offer=offer_of(shift, "m1")))
    assert (rung(shift, "a"), shift.contact("a").missed) == (["m2", "m1"], [])


def test_nobody_accepts_and_the_caller_waits_on_until_a_phone_is_ready_again(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    ordered = shift.wait(15)
    assert [type(one) for one in ordered] == [c.CancelRing, c.CancelRing]
    assert (shift.where("a"), shift.contact("a").missed) == ("waiting", ["m1", "m2"])
    shift.ready("m2")
    shift.ready("m1")
    assert rung(shift, "a") == ["m2", "m1"]


GOES: dict[str, e.Event] = {
    "he hangs up": e.ContactEnded(at=0, contact="a", cause=e.EndCause.HUNG_UP),
    "he presses a key": e.KeyPressed(at=0, contact="a", key="9"),
    "he is in the flow again": e.ContactStarted(
        at=0, contact="a", asterisk="a", channel="a", access="95000", caller=""
    ),
    "the queue is switched back": e.EmergencySwitchedOff(at=0, queue="service", who="lead"),
}


@pytest.mark.parametrize("how", GOES)
def test_a_caller_who_goes_stops_every_phone(shift: Shift, how: str) -> None:
    keyed = replace(shift.floor.plan.queues["service"], keys={"9": "flow:message"})
    shift.tell(e.PlanChanged(at=0, plan=replace(shift.floor.plan, queues={"service": keyed})))
    shift.sign_in("m1", "m2")
    shift.call("a")
    offers = [*shift.contact("a").open_offers]
    assert len(offers) == 2
    assert [one.offer for one in shift.tell(GOES[how]) if isinstance(one, c.CancelRing)] == offers


def test_a_callback_is_rung_at_one_phone(shift: Shift) -> None:
    shift.call_back("a")
    shift.wait(5)
    shift.sign_in("m1", "m2")
    assert (rung(shift, "a"), shift.state("m2")) == (["m1"], "idle")


def test_a_crash_between_an_answer_and_what_follows_leaves_no_phone_ringing_for_ever(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    shift.tell(e.OfferAnswered(at=shift.now, offer=offer_of(shift, "m2")))
    floor = Floor()
    cut = next(number for number, fact in enumerate(shift.history) if isinstance(fact, e.OfferAnswered))
    for fact in shift.history[: cut + 1]:
        floor.fold(fact)
    assert floor.agents["m1"].state == "ringing"
    due = floor.next_deadline()
    assert due is not None
    left = floor.contacts["a"].offer
    assert [one.offer for one in floor.offers.values() if one.offer != left] == [
        one.offer for one in floor.apply(e.TimePassed(at=due)) if isinstance(one, c.CancelRing)
    ]
    assert floor.contacts["a"].state == "talking"
    assert [*floor.offers] == [left]


def test_a_phone_rings_again_beside_one_that_a_new_plan_no_longer_names(shift: Shift) -> None:
    shift.sign_in("m1", "m2")
    shift.call("a")
    queue = replace(SERVICE, emergency=Emergency(mobiles=("m2", "boss")), wrap_up_ms=0)
    shift.tell(e.PlanChanged(at=shift.now, plan=plan("boss", "m1", "m2", queues=(queue,))))
    shift.tell(e.OfferLost(at=shift.now, offer=offer_of(shift, "m2")))
    assert rung(shift, "a") == ["m1", "m2"]
