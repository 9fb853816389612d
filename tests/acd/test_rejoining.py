"""An agent whose page was loaded anew, or whose leg broke off, comes back into the talk; the caller is not lost."""

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from tests.acd.shift import Shift, plan


@pytest.fixture
def shift() -> Shift:
    """Contact "a" talks with agent 1001."""
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    return shift


def ask(shift: Shift) -> int:
    """The agent asks to rejoin; the number of his new leg."""
    [ring] = (
        each
        for each in shift.tell(e.RejoinAsked(at=shift.now, offer=shift.offer("a")))
        if isinstance(each, c.RingRejoin)
    )
    return ring.leg


def lose(shift: Shift, leg: int = 0) -> list[c.Command]:
    return shift.tell(e.AgentLegLost(at=shift.now, offer=shift.offer("a"), leg=leg))


def come_back(shift: Shift, leg: int) -> list[c.Command]:
    return shift.tell(e.RejoinAnswered(at=shift.now, offer=shift.offer("a"), leg=leg))


def test_a_reloaded_page_gets_a_new_leg_into_the_talk_and_the_old_one_ends(shift: Shift) -> None:
    offer = shift.offer("a")
    leg = ask(shift)
    assert shift.commands == [c.RingRejoin(offer=offer, contact="a", extension="phone-1001", leg=leg)]
    assert come_back(shift, leg) == [c.SwitchLeg(offer=offer, contact="a", leg=leg, before=0)]
    assert (shift.where("a"), shift.state("1001"), shift.offer("a")) == ("talking", "talking", offer)


def test_the_new_legs_number_is_that_of_the_fact_that_asked_for_it(shift: Shift) -> None:
    assert ask(shift) == shift.floor.number


def test_a_lost_leg_is_music_for_the_caller_until_the_agent_is_back(shift: Shift) -> None:
    offer = shift.offer("a")
    assert lose(shift) == [c.Hold(offer=offer, contact="a")]
    shift.wait(5)
    leg = ask(shift)
    assert come_back(shift, leg) == [
        c.SwitchLeg(offer=offer, contact="a", leg=leg, before=0),
        c.Resume(offer=offer, contact="a"),
    ]
    shift.wait(60)
    assert shift.where("a") == "talking"


def test_after_eight_seconds_without_him_the_talk_ends_as_if_he_had_hung_up(shift: Shift) -> None:
    offer = shift.offer("a")
    lose(shift)
    assert shift.wait(7.9) == []
    assert shift.wait(0.1) == [c.DropContact(contact="a")]
    assert shift.decided(e.AgentGivenUp) == [e.AgentGivenUp(at=8000, offer=offer)]
    assert (shift.where("a"), shift.state("1001")) == ("released", "wrap_up")


def test_who_asks_to_rejoin_gets_the_caller_to_wait_anew(shift: Shift) -> None:
    lose(shift)
    shift.wait(7)
    leg = ask(shift)
    shift.wait(7)
    come_back(shift, leg)
    assert shift.where("a") == "talking"


def test_a_leg_lost_on_hold_changes_nothing_for_the_caller_who_stays_on_hold(shift: Shift) -> None:
    offer = shift.offer("a")
    shift.tell(e.HoldStarted(at=shift.now, offer=offer))
    assert lose(shift) == []
    leg = ask(shift)
    assert come_back(shift, leg) == [c.SwitchLeg(offer=offer, contact="a", leg=leg, before=0)]
    assert shift.state("1001") == "hold"


def test_the_end_of_the_leg_that_was_left_is_no_loss(shift: Shift) -> None:
    leg = ask(shift)
    come_back(shift, leg)
    assert lose(shift, leg=0) == []
    assert shift.floor.offers[shift.offer("a")].rejoin_until is None


def test_asking_again_takes_the_first_wish_back(shift: Shift) -> None:
    offer, first = shift.offer("a"), ask(shift)
    second = ask(shift)
    assert shift.commands[0] == c.DropLeg(offer=offer, leg=first)
    assert come_back(shift, first) == [c.DropLeg(offer=offer, leg=first)]
    assert come_back(shift, second) == [c.SwitchLeg(offer=offer, contact="a", leg=second, before=0)]


def test_an_answer_told_twice_does_its_work_once(shift: Shift) -> None:
    leg = ask(shift)
    come_back(shift, leg)
    assert come_back(shift, leg) == []


def test_a_new_leg_that_could_not_be_made_leaves_the_old_one_as_it_is(shift: Shift) -> None:
    leg = ask(shift)
    shift.tell(e.RejoinFailed(at=shift.now, offer=shift.offer("a"), leg=leg, detail="not registered"))
    shift.wait(60)
    assert shift.where("a") == "talking"


def test_a_caller_who_hangs_up_meanwhile_leaves_no_leg_behind(shift: Shift) -> None:
    offer, leg = shift.offer("a"), ask(shift)
    assert shift.hang_up("a") == [c.DropLeg(offer=offer, leg=leg), c.DropAgent(offer=offer, leg=0)]
    later = ask_late(shift, offer, leg)
    assert later == [c.DropLeg(offer=offer, leg=leg)]


def ask_late(shift: Shift, offer: int, leg: int) -> list[c.Command]:
    return shift.tell(e.RejoinAnswered(at=shift.now, offer=offer, leg=leg))


def test_the_talks_last_leg_is_dropped_when_the_caller_hangs_up(shift: Shift) -> None:
    offer, leg = shift.offer("a"), ask(shift)
    come_back(shift, leg)
    assert shift.hang_up("a") == [c.DropAgent(offer=offer, leg=leg)]


def test_nobody_is_put_on_hold_by_an_agent_who_is_not_there(shift: Shift) -> None:
    lose(shift)
    with pytest.raises(IllegalEvent, match="is lost"):
        shift.tell(e.HoldStarted(at=shift.now, offer=shift.offer("a")))


def test_what_is_no_talk_cannot_be_rejoined(shift: Shift) -> None:
    offer = shift.offer("a")
    shift.end_talk("a")
    with pytest.raises(IllegalEvent, match="not in a talk"):
        shift.tell(e.RejoinAsked(at=shift.now, offer=offer))


def test_a_restart_in_the_grace_goes_on_with_it(shift: Shift) -> None:
    lose(shift)
    assert shift.refolded().next_deadline() == shift.floor.next_deadline() == 8000
