"""Overload: who is shed, lowest tier first, and how it ends by itself."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import events as e
from acd.errors import IllegalEvent
from acd.overload import matters, refuses
from acd.plan import Limit, Overload, Tier
from tests.acd.shift import SERVICE, STANDARD, VIP, Shift, plan

GOLD = Tier(name="gold", head_start_ms=45_000)
LAG = e.Measure.LOOP_LAG
MAIN, OTHER = "95000", "95001"


def bearing(**terms: object) -> Shift:
    """A floor that bears so much; gold has one place beyond each limit, VIPs two."""
    borne = Overload(**{"reserve": {"gold": 1, "vip": 2}, **terms})  # type: ignore[arg-type]
    return Shift(dataclasses.replace(plan("1001", tiers=(STANDARD, GOLD, VIP)), overload=borne))


def come(shift: Shift, contact: str, tier: str = "standard", access: str = MAIN, *, held: bool = False) -> str:
    """A call comes in; its state afterwards."""
    started = e.ContactStarted(
        at=shift.now, contact=contact, asterisk="a", channel=contact, access=access, caller="", tier=tier, held=held
    )
    shift.tell(started)
    return shift.where(contact)


def said(shift: Shift) -> list[tuple[str, object]]:
    """Begins and ends of overloads: (limit, live when it began or how many were shed)."""
    began, ended = e.OverloadBegan, e.OverloadEnded
    return [
        (fact.limit, fact.live if isinstance(fact, began) else f"shed {fact.shed}")
        for fact in shift.history
        if isinstance(fact, began | ended)
    ]


def test_beyond_the_limit_a_new_contact_is_shed_and_counted_so() -> None:
    shift = bearing(contacts=Limit(most=2, resume=1))
    assert [come(shift, one) for one in "abc"] == ["ivr", "ivr", "shed"]
    shift.hang_up("c", e.EndCause.SHED)
    accounts = shift.floor.ledger.contacts
    assert (accounts.started, accounts.shed, accounts.ended) == (3, 1, 1)


def test_without_limits_nobody_is_shed() -> None:
    shift = Shift(plan("1001"))
    assert {come(shift, str(one)) for one in range(200)} == {"ivr"}


def test_the_lowest_tier_is_shed_first_and_nobody_beyond_the_reserve() -> None:
    shift = bearing(contacts=Limit(most=1, resume=0))
    tiers = ("standard", "standard", "gold", "gold", "vip", "vip")
    states = [come(shift, str(place), tier) for place, tier in enumerate(tiers)]
    assert states == ["ivr", "shed", "ivr", "shed", "ivr", "shed"]


def test_it_ends_by_itself_once_the_load_is_low_enough_and_not_sooner() -> None:
    shift = bearing(contacts=Limit(most=3, resume=1))
    for one in "abcd":
        come(shift, one)
    shift.hang_up("a")
    assert come(shift, "e") == "shed"
    shift.hang_up("b")
    assert come(shift, "f") == "ivr"
    assert said(shift) == [("contacts", 3), ("contacts", "shed 2")]


def test_an_access_number_has_a_limit_of_its_own() -> None:
    shift = bearing(numbers={MAIN: Limit(most=1, resume=0)})
    assert [come(shift, "a"), come(shift, "b"), come(shift, "c", access=OTHER)] == ["ivr", "shed", "ivr"]
    assert said(shift) == [(f"number:{MAIN}", 1)]


def test_calls_to_a_number_are_shed_while_too_many_wait_in_its_queue() -> None:
    waits = dataclasses.replace(SERVICE, estimates=True)
    borne = Overload(queues={"service": Limit(most=1, resume=0)}, leads_to={MAIN: "service"})
    shift = Shift(dataclasses.replace(plan("1001", queues=(waits,)), overload=borne))
    shift.call("a")
    assert [come(shift, "b"), come(shift, "c", access=OTHER)] == ["shed", "ivr"]
    shift.sign_in("1001")
    shift.answer("a")
    assert come(shift, "d") == "ivr"
    assert said(shift) == [("queue:service", 1), ("queue:service", "shed 1")]


def test_while_the_engine_does_not_keep_up_only_reserves_come_in_and_only_so_many() -> None:
    shift = bearing(engine={LAG: Limit(most=250, resume=125)})
    come(shift, "a")
    shift.tell(e.EngineMeasured(at=shift.now, measure=LAG, value=900))
    assert [come(shift, one, tier) for one, tier in zip("bcde", ("standard", "vip", "vip", "vip"), strict=True)] == [
        "shed",
        "ivr",
        "ivr",
        "shed",
    ]
    shift.tell(e.EngineMeasured(at=shift.now, measure=LAG, value=126))
    assert come(shift, "f") == "shed"
    shift.tell(e.EngineMeasured(at=shift.now, measure=LAG, value=125))
    assert come(shift, "g") == "ivr"
    assert said(shift) == [(LAG, 1), (LAG, "shed 3")]


def test_who_is_in_or_dials_an_exempt_number_is_never_shed() -> None:
    shift = bearing(contacts=Limit(most=1, resume=0), exempt=(OTHER,))
    shift.call("a")
    assert come(shift, "b", access=OTHER) == "ivr"
    assert come(shift, "c", held=True) == "ivr"
    # Entered anew, by its dead-man's time.
    assert come(shift, "a") == "ivr"
    assert said(shift) == []


def test_who_was_shed_comes_into_no_queue_and_stays_so_when_his_flow_is_entered_anew() -> None:
    shift = bearing(contacts=Limit(most=1, resume=0))
    come(shift, "a")
    assert [come(shift, "b"), come(shift, "b")] == ["shed", "shed"]
    with pytest.raises(IllegalEvent):
        shift.queue("b")


def test_a_contact_that_is_called_back_is_on_the_line_only_with_its_caller() -> None:
    shift = bearing(contacts=Limit(most=1, resume=0))
    shift.call_back("a")
    assert come(shift, "b") == "ivr"


def test_a_limit_that_is_taken_out_of_the_plan_sheds_nobody_more() -> None:
    shift = bearing(contacts=Limit(most=1, resume=0), engine={LAG: Limit(most=250, resume=125)})
    shift.tell(e.EngineMeasured(at=shift.now, measure=LAG, value=900))
    come(shift, "a", "vip")
    shift.tell(e.PlanChanged(at=shift.now, plan=plan("1001", tiers=(STANDARD, GOLD, VIP))))
    assert come(shift, "b") == "ivr"
    assert said(shift) == [(LAG, 0), (LAG, "shed 0")]


def test_only_measures_that_begin_or_end_an_overload_are_worth_telling() -> None:
    shift = bearing(engine={LAG: Limit(most=250, resume=125)})
    assert [matters(shift.floor, LAG, value) for value in (0, 250, 251)] == [False, False, True]
    assert not matters(shift.floor, e.Measure.ARI, 10**6)
    shift.tell(e.EngineMeasured(at=shift.now, measure=LAG, value=251))
    assert [matters(shift.floor, LAG, value) for value in (300, 126, 125)] == [False, False, True]


comings = st.lists(st.tuples(st.sampled_from(("standard", "gold", "vip")), st.integers(0, 5)), max_size=60)


@given(comings, st.integers(1, 6), st.data())
def test_no_more_come_in_than_are_borne_and_no_tier_while_a_higher_one_is_refused(
    calls: list[tuple[str, int]], most: int, data: st.DataObject
) -> None:
    resume = data.draw(st.integers(0, most - 1))
    shift = bearing(contacts=Limit(most=most, resume=resume))
    live: list[str] = []
    for place, (tier, leaving) in enumerate(calls):
        open_to = [one for one in ("standard", "gold", "vip") if refuses(shift.floor, MAIN, one) is None]
        assert open_to in (["standard", "gold", "vip"], ["gold", "vip"], ["vip"], [])
        if come(shift, str(place), tier) == "ivr":
            live.append(str(place))
        else:
            shift.hang_up(str(place), e.EndCause.SHED)
        assert len(live) == shift.floor.lines.all <= most + 2
        for _ in range(min(leaving, len(live)) if leaving < 3 else 0):
            shift.hang_up(live.pop(0))
    for one in live:
        shift.hang_up(one)
    assert not shift.floor.state.overloads
    assert shift.floor.ledger.contacts.shed == sum(isinstance(fact, e.ContactShed) for fact in shift.history)
    assert shift.refolded().state == shift.floor.state
