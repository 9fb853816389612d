"""A queue is moved in an emergency, to mobile phones, another queue or an announcement, and back: who goes where."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd import commands as c
from acd import emergency
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Emergency, Exit, Plan, Preferred, Queue
from acd.reasons import why_waiting, why_without
from tests.acd.shift import SERVICE, Shift, plan, skilled

MOBILES, QUEUE, ANNOUNCEMENT = e.EmergencyWay.MOBILES, e.EmergencyWay.QUEUE, e.EmergencyWay.ANNOUNCEMENT
PREPARED = Emergency(mobiles=("m2", "m1"), queue="reserve", announcement="prompt:out-of-order")


def prepared(to: Emergency | None = PREPARED, **exits: Exit) -> Plan:
    """1001 serves service, r1 the reserve; m1 and m2 have mobile phones and none of the skills asked for."""
    return plan(
        skilled("1001", s=1),
        skilled("r1", r=1),
        "m1",
        "m2",
        queues=(
            replace(SERVICE, skills={"s": 1}, emergency=to, exits=exits),
            Queue(name="reserve", skills={"r": 1}, emergency=Emergency(queue="service", announcement="flow:message")),
        ),
    )


def switch_on(shift: Shift, to: e.EmergencyWay, queue: str = "service") -> list[c.Command]:
    return shift.tell(e.EmergencySwitchedOn(at=shift.now, queue=queue, to=to, who="lead", why="fire drill"))


def switch_off(shift: Shift, queue: str = "service") -> list[c.Command]:
    return shift.tell(e.EmergencySwitchedOff(at=shift.now, queue=queue, who="lead"))


def waiting(shift: Shift, queue: str) -> list[str]:
    """Who waits in a queue, in the order in which they would be offered."""
    here = [one for one in shift.floor.contacts.values() if one.queue == queue and one.state == "waiting"]
    return [one.contact for one in sorted(here, key=lambda one: (one.since, one.arrival))]


# --- to mobile phones ---


def test_moved_to_mobile_phones_who_waits_keeps_his_place_and_only_the_crew_is_tried_in_its_order() -> None:
    shift = Shift(prepared())
    shift.sign_in("1001")
    shift.calls("busy", "a", "b", "c")
    shift.answer("busy")
    switch_on(shift, MOBILES)
    assert waiting(shift, "service") == ["a", "b", "c"]
    shift.sign_in("m1", "m2")
    assert (shift.offered("a"), shift.offered("b")) == ("m1", "m2")
    shift.answer("a")
    shift.hang_up("busy")
    shift.save("busy", "1001")
    assert shift.state("1001") == "idle"
    assert why_waiting(shift.floor, "c")["switched_over"] == ("1001", "r1")
    visits = shift.floor.ledger.of("service")
    assert (visits.entered, visits.answered, visits.left, visits.overflowed) == (4, 2, 0, 0)


def test_of_several_free_phones_the_first_of_the_list_is_rung_though_he_was_free_last() -> None:
    shift = Shift(prepared())
    switch_on(shift, MOBILES)
    shift.sign_in("m1")
    shift.wait(10)
    shift.sign_in("m2")
    shift.call("a")
    assert shift.offered("a") == "m2"
    shift.wait(15)
    assert shift.offered("a") == "m1"


def test_a_phone_that_was_not_taken_is_rung_again_for_the_same_caller_while_the_other_talks() -> None:
    shift = Shift(prepared())
    switch_on(shift, MOBILES)
    shift.sign_in("m1", "m2")
    shift.call("talks")
    shift.answer("talks")
    shift.call("a")
    assert shift.offered("a") == "m1"
    shift.wait(15)
    assert (shift.where("a"), shift.state("m1")) == ("waiting", "set_aside")
    shift.ready("m1")
    assert shift.offered("a") == "m1"


def test_what_the_caller_himself_asks_for_keeps_no_mobile_phone_from_him() -> None:
    shift = Shift(prepared())
    shift.start("a")
    shift.queue("a", skills={"english": 5})
    switch_on(shift, MOBILES)
    shift.sign_in("m1")
    assert shift.offered("a") == "m1"


def test_nobody_is_sent_away_because_the_crew_is_only_being_called() -> None:
    shift = Shift(prepared(logged_out=Exit(to="flow:message"), closed=Exit(to="prompt:closed")))
    shift.sign_in("1001", ready=False)
    shift.call("a")
    switch_on(shift, MOBILES)
    shift.sign_out("1001")
    assert shift.where("a") == "waiting"
    shift.tell(e.QueueClosed(at=shift.now, queue="service"))
    assert shift.where("a") == "ivr"


def test_a_ring_is_taken_back_and_a_talk_goes_on_there_and_back() -> None:
    shift = Shift(prepared())
    shift.sign_in("1001")
    shift.calls("talks", "a")
    shift.answer("talks")
    switch_on(shift, MOBILES)
    shift.sign_in("m1")
    ring = shift.offer("a")
    assert switch_off(shift) == [c.CancelRing(offer=ring)]
    assert (shift.where("talks"), shift.where("a"), shift.state("m1")) == ("talking", "waiting", "idle")
    shift.hang_up("talks")
    shift.save("talks", "1001")
    assert shift.offered("a") == "1001"


def test_whoever_of_the_crew_sits_somewhere_is_offered_nothing_there_any_more() -> None:
    shift = Shift(prepared(Emergency(mobiles=("1001", "r1"))))
    shift.sign_in("1001", "r1")
    shift.call("a")
    shift.answer("a")
    shift.call("b")
    switch_on(shift, MOBILES)
    away, wanted = e.Intent.NOT_READY, e.IntentCause.EMERGENCY
    assert shift.decided(e.IntentApplied) == [
        e.IntentApplied(at=shift.now, agent=name, intent=away, reason="", cause=wanted) for name in ("1001", "r1")
    ]
    assert (shift.state("1001"), shift.state("r1")) == ("talking", "not_ready")
    shift.hang_up("a")
    shift.save("a", "1001")
    assert (shift.state("1001"), shift.offered("b")) == ("not_ready", None)
    call_up(shift, "1001")
    assert shift.offered("b") == "1001"


def call_up(shift: Shift, agent: str) -> None:
    """An agent is signed in on his mobile phone, as the switch does."""
    number = f"139{agent}"
    shift.tell(e.AgentSignedIn(at=shift.now, agent=agent, extension=number, outside=True, called_up=True))
    shift.ready(agent)


def test_who_was_called_up_is_offered_callers_of_the_queues_that_called_him_and_no_others() -> None:
    shift = Shift(prepared(Emergency(mobiles=("r1",))))
    switch_on(shift, MOBILES)
    call_up(shift, "r1")
    shift.call("other", queue="reserve")
    assert (shift.offered("other"), shift.state("r1")) == (None, "idle")
    assert why_waiting(shift.floor, "other") == {"called_up": ("r1",), "no_skill": ("1001", "m1", "m2")}
    assert why_without(shift.floor, "r1") == {"called_up": ("other",)}
    shift.call("a")
    assert shift.offered("a") == "r1"
    switch_off(shift)
    shift.sign_in("r1")
    assert shift.offered("other") == "r1"


def test_who_is_of_two_crews_is_offered_callers_of_both() -> None:
    crewed = (replace(SERVICE, emergency=PREPARED), Queue(name="reserve", emergency=Emergency(mobiles=("m1",))))
    shift = Shift(plan("m1", "m2", queues=crewed))
    switch_on(shift, MOBILES)
    call_up(shift, "m1")
    shift.call("a", queue="reserve")
    assert shift.offered("a") is None
    switch_on(shift, MOBILES, "reserve")
    assert shift.offered("a") == "m1"


def test_who_signs_in_at_his_desk_all_the_same_has_his_own_queues_again() -> None:
    shift = Shift(prepared(Emergency(mobiles=("r1",))))
    switch_on(shift, MOBILES)
    call_up(shift, "r1")
    shift.call("other", queue="reserve")
    shift.sign_in("r1")
    assert shift.offered("other") == "r1"


def test_a_choice_counts_who_was_called_up_elsewhere() -> None:
    shift = Shift(prepared(Emergency(mobiles=("m1",))))
    switch_on(shift, MOBILES)
    call_up(shift, "m1")
    shift.sign_in("r1")
    shift.call("other", queue="reserve")
    (made,) = shift.decided(e.OfferMade)
    assert isinstance(made, e.OfferMade)
    assert made.left_out == {"called_up": 1, "no_skill": 2}


def test_where_nobody_is_left_because_he_was_called_up_the_rules_of_his_queue_hold() -> None:
    shift = Shift(prepared(Emergency(mobiles=("r1",))))
    ruled = replace(shift.floor.plan.queues["reserve"], exits={"logged_out": Exit(to="flow:message")})
    shift.tell(
        e.PlanChanged(at=0, plan=replace(shift.floor.plan, queues={**shift.floor.plan.queues, "reserve": ruled}))
    )
    shift.sign_in("r1", ready=False)
    shift.call("other", queue="reserve")
    switch_on(shift, MOBILES)
    assert shift.where("other") == "waiting"
    call_up(shift, "r1")
    assert shift.where("other") == "ivr"


def test_who_prefers_an_agent_that_was_called_up_does_not_wait_for_him() -> None:
    shift = Shift(prepared(Emergency(mobiles=("r1",))))
    switch_on(shift, MOBILES)
    call_up(shift, "r1")
    shift.start("a")
    shift.queue("a", queue="reserve", preferred=(Preferred(agents=("r1",), for_ms=60_000),))
    assert shift.contact("a").step == 0


def test_who_was_called_up_is_signed_out_before_the_line_is_offered_again() -> None:
    shift = Shift(plan("m1", "1001", queues=(replace(SERVICE, emergency=PREPARED),)))
    shift.call("a")
    switch_on(shift, MOBILES)
    call_up(shift, "m1")
    assert shift.offered("a") == "m1"
    switch_off(shift)
    assert (shift.state("m1"), shift.where("a")) == ("logged_out", "waiting")
    shift.sign_in("1001")
    assert shift.offered("a") == "1001"


# --- to another queue ---


def test_moved_to_another_queue_the_wait_counts_on_and_who_was_not_answered_there_returns_with_it() -> None:
    shift = Shift(prepared())
    shift.call("a")
    shift.wait(30)
    shift.call("b")
    switch_on(shift, QUEUE)
    shift.call("c")
    assert (waiting(shift, "service"), waiting(shift, "reserve")) == ([], ["a", "b", "c"])
    shift.sign_in("r1")
    shift.answer("a")
    shift.wait(20)
    switch_off(shift)
    assert (waiting(shift, "service"), waiting(shift, "reserve"), shift.where("a")) == (["b", "c"], [], "talking")
    assert (shift.contact("b").since, shift.contact("c").since) == (30_000, 30_000)
    service, reserve = shift.floor.ledger.of("service"), shift.floor.ledger.of("reserve")
    assert (service.entered, service.overflowed) == (5, 3)
    assert (reserve.entered, reserve.overflowed, reserve.answered) == (3, 2, 1)


def test_a_ring_in_the_other_queue_is_taken_back_with_the_switch() -> None:
    shift = Shift(prepared())
    shift.sign_in("r1", "1001")
    switch_on(shift, QUEUE)
    shift.call("a")
    assert shift.offered("a") == "r1"
    switch_off(shift)
    assert shift.offered("a") == "1001"


def test_who_belongs_to_the_other_queue_is_left_there() -> None:
    shift = Shift(prepared())
    shift.call("own", queue="reserve")
    shift.call("moved")
    switch_on(shift, QUEUE)
    switch_off(shift)
    assert (waiting(shift, "reserve"), waiting(shift, "service")) == (["own"], ["moved"])


def test_it_works_again_and_again() -> None:
    shift = Shift(prepared())
    shift.call("a")
    for _ in range(3):
        switch_on(shift, QUEUE)
        assert waiting(shift, "reserve") == ["a"]
        switch_off(shift)
        assert waiting(shift, "service") == ["a"]


def test_switched_on_elsewhere_while_it_is_on_who_was_moved_first_goes_there_too() -> None:
    shift = Shift(prepared())
    shift.call("a")
    switch_on(shift, QUEUE)
    assert c.SendAway(contact="a", to="prompt:out-of-order") in switch_on(shift, ANNOUNCEMENT)
    assert shift.floor.state.emergencies["service"].to is ANNOUNCEMENT


# --- to an announcement ---


def test_moved_to_an_announcement_who_waits_and_who_comes_hears_it_until_it_is_switched_back() -> None:
    shift = Shift(prepared(full=Exit(to="flow:message", above=0)))
    shift.sign_in("1001")
    shift.calls("talks")
    shift.answer("talks")
    shift.sign_in("m1")
    switch_on(shift, ANNOUNCEMENT)
    shift.call("a")
    assert shift.commands[-1] == c.SendAway(contact="a", to="prompt:out-of-order")
    assert shift.floor.ledger.of("service").left == 1
    switch_off(shift)
    shift.hang_up("talks")
    shift.save("talks", "1001")
    shift.call("b")
    assert shift.offered("b") == "1001"


def test_pending_callbacks_rest_at_their_place_meanwhile() -> None:
    shift = Shift(prepared())
    shift.call("a")
    shift.ask_back("a")
    shift.hang_up("a")
    switch_on(shift, ANNOUNCEMENT)
    shift.sign_in("1001")
    shift.wait(60)
    assert shift.where("a") == "callback"
    switch_off(shift)
    assert shift.offered("a") == "1001"


# --- always ---


def test_who_waits_on_an_asterisk_out_of_reach_is_moved_when_it_is_back() -> None:
    shift = Shift(prepared())
    shift.call("a")
    shift.tell(e.LinkDown(at=shift.now, asterisk="a"))
    switch_on(shift, QUEUE)
    assert waiting(shift, "service") == ["a"]
    shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
    assert waiting(shift, "reserve") == ["a"]


@pytest.mark.parametrize("to", list(e.EmergencyWay))
def test_it_survives_a_restart(to: e.EmergencyWay) -> None:
    shift = Shift(prepared())
    shift.calls("a", "b")
    switch_on(shift, to)
    again = shift.refolded()
    assert again.state == shift.floor.state
    assert (again.state.emergencies["service"].who, again.state.emergencies["service"].why) == ("lead", "fire drill")
    assert again.pools.queues["service"] == shift.floor.pools.queues["service"]


def test_what_is_not_prepared_or_leads_back_is_refused() -> None:
    shift = Shift(prepared(Emergency(queue="reserve")))
    for queue, to, why in (
        ("none", QUEUE, "no queue 'none'"),
        ("service", MOBILES, "no emergency way 'mobiles'"),
        ("service", ANNOUNCEMENT, "no emergency way 'announcement'"),
    ):
        with pytest.raises(IllegalEvent, match=why):
            switch_on(shift, to, queue)
    with pytest.raises(IllegalEvent, match="not switched over"):
        switch_off(shift)
    switch_on(shift, QUEUE)
    with pytest.raises(IllegalEvent, match="already"):
        switch_on(shift, QUEUE)
    with pytest.raises(IllegalEvent, match="back to itself"):
        switch_on(shift, QUEUE, "reserve")
    with pytest.raises(IllegalEvent, match="no emergency way 'queue'"):
        shift.tell(e.PlanChanged(at=shift.now, plan=prepared(Emergency(mobiles=("m1",)))))


def test_a_new_crew_counts_at_once() -> None:
    shift = Shift(prepared())
    shift.call("a")
    switch_on(shift, MOBILES)
    shift.sign_in("m1")
    shift.hang_up("a")
    shift.call("b")
    shift.tell(e.PlanChanged(at=shift.now, plan=prepared(Emergency(mobiles=("m2",)))))
    shift.wait(15)
    shift.ready("m1")
    assert shift.where("b") == "waiting"
    shift.sign_in("m2")
    assert shift.offered("b") == "m2"


arrivals = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(("service", "reserve"))), max_size=12)


@given(arrivals, arrivals, st.sampled_from(list(e.EmergencyWay)), st.booleans())
@settings(max_examples=60)
def test_order_and_waits_are_kept_there_and_back(
    before: list[tuple[int, str]], meanwhile: list[tuple[int, str]], to: e.EmergencyWay, told_before: bool
) -> None:
    """What the drill says is what the switch does; the ledger balances after every event (`Shift.tell`)."""
    shift = Shift(prepared())
    began: dict[str, int] = {}

    def arrive(some: list[tuple[int, str]], mark: str) -> None:
        for number, (gap, queue) in enumerate(some):
            shift.wait(gap)
            shift.call(f"{mark}{number}", queue=queue)
            began[f"{mark}{number}"] = shift.now

    arrive(before, "b")
    line = waiting(shift, "service")
    assert [one.contact for one in emergency.on_the_line(shift.floor, "service")] == line
    switch_on(shift, to)
    arrive(meanwhile, "m")
    joined = [*line, *(name for name in began if name[0] == "m" and meanwhile[int(name[1:])][1] == "service")]
    if to is QUEUE:
        assert [one.contact for one in emergency.moved_from(shift.floor, "service")] == joined
        assert waiting(shift, "service") == []
    switch_off(shift)
    assert waiting(shift, "service") == ([] if to is ANNOUNCEMENT else joined)
    for name in waiting(shift, "service") + waiting(shift, "reserve"):
        assert shift.contact(name).since == began[name]
        assert shift.contact(name).switched_from == []
