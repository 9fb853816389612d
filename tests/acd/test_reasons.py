"""Why a contact waits, why an agent was chosen, why one gets no contact."""

import pytest

from acd import events as e
from acd.fold import FoldedFloor
from acd.plan import Tier
from acd.reasons import contacts_ahead, why_chosen, why_waiting, why_without
from tests.acd.shift import STANDARD, VIP, Shift, plan, skilled


def before_the_last_offer(shift: Shift) -> tuple[FoldedFloor, e.OfferMade]:
    """The floor rebuilt from the facts up to the newest choice, and that choice."""
    place, made = [(place, fact) for place, fact in enumerate(shift.history) if isinstance(fact, e.OfferMade)][-1]
    floor = FoldedFloor()
    for fact in shift.history[:place]:
        floor.fold(fact)
    return floor, made


class TestWhyAContactWaits:
    def test_each_agent_stands_under_one_reason(self) -> None:
        shift = Shift(plan("1001", "1002", "1003", skilled("1004", power=5)))
        shift.sign_in("1001")
        shift.sign_in("1002", ready=False)
        shift.call("a")
        shift.call("b")
        assert why_waiting(shift.floor, "b") == {
            "logged_out": ("1003", "1004"),
            "not_ready": ("1002",),
            "ringing": ("1001",),
        }

    def test_who_is_idle_but_kept_back_for_others_is_not_said_to_be_reserved(self) -> None:
        shift = Shift(plan("1001", tiers=(Tier(name="standard", reserve_idle=1), VIP)))
        shift.sign_in("1001")
        shift.call("a")
        assert why_waiting(shift.floor, "a") == {"kept": ("1001",)}

    def test_one_that_does_not_wait_is_refused(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        with pytest.raises(ValueError, match="'a' is offered"):
            why_waiting(shift.floor, "a")


class TestWhoGoesBefore:
    def test_those_of_equal_need_with_a_higher_score_or_an_earlier_place(self) -> None:
        shift = Shift(plan("1001", tiers=(STANDARD, VIP)))
        shift.calls("a", "b")
        shift.call("vip", tier="vip")
        ahead = {contact: contacts_ahead(shift.floor, contact) for contact in ("vip", "a", "b")}
        assert ahead == {"vip": 0, "a": 1, "b": 2}

    def test_it_falls_as_they_leave(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("a", "b")
        shift.hang_up("a")
        assert contacts_ahead(shift.floor, "b") == 0


class TestWhyThisAgent:
    def test_the_chosen_the_later_ones_in_their_order_and_why_not_the_others(self) -> None:
        shift = Shift(plan("1001", "1002", "1003", "1004"))
        for agent in ("1003", "1001", "1002"):
            shift.sign_in(agent)
            shift.wait(1)
        shift.call("a")
        floor, made = before_the_last_offer(shift)
        assert why_chosen(floor, made) == {"chosen": ("1003",), "later": ("1001", "1002"), "logged_out": ("1004",)}

    def test_who_missed_the_contact_is_passed_over_and_it_says_so(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.wait(1)
        shift.sign_in("1002")
        shift.call("a")
        shift.wait(15)
        floor, made = before_the_last_offer(shift)
        assert made.agent == "1002"
        assert why_chosen(floor, made) == {"chosen": ("1002",), "set_aside": ("1001",)}


class TestWhyAnAgentGetsNone:
    def test_each_waiting_contact_stands_under_what_keeps_it_from_him(self) -> None:
        shift = Shift(plan("1001", "1002", tiers=(Tier(name="standard", reserve_idle=1), VIP)))
        shift.sign_in("1001")
        shift.call("a")
        shift.wait(1)
        shift.call("b")
        shift.call("c", skills={"power": 1})
        assert why_without(shift.floor, "1001") == {"kept": ("a", "b"), "no_skill": ("c",)}
        assert why_without(shift.floor, "1002") == {"logged_out": ("a", "b"), "no_skill": ("c",)}

    def test_nobody_waits_nobody_is_kept(self) -> None:
        shift = Shift(plan("1001"))
        assert why_without(shift.floor, "1001") == {}
