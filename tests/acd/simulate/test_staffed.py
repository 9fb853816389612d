"""More agents and fewer: who is new keeps a colleague's hours, the middle one's of those who serve the same."""

from acd import events as e
from acd.plan import Plan, Queue
from acd.simulate.recorded import RecordedDay, recorded_day
from acd.simulate.staffed import ready_ms, with_fewer, with_hours, with_more
from tests.acd.shift import Shift, plan, skilled

QUEUES = (Queue(name="billing", skills={"billing": 3}), Queue(name="faults", skills={"faults": 1}))
STAFF = plan(
    skilled("1001", billing=5),
    skilled("1002", billing=3),
    skilled("1003", billing=3, faults=2),
    skilled("1004", billing=4),
    queues=QUEUES,
)
UNTIL = 10**9


def hours(in_force: Plan = STAFF, since: int = 0) -> RecordedDay:
    """1001 is ready for 100 s, 1004 for 60 s, 1003 for 40 s; 1002 never comes."""
    shift = Shift(in_force)
    shift.sign_in("1001", "1003")
    shift.wait(40)
    shift.sign_in("1004")
    shift.not_ready("1003")
    shift.wait(60)
    shift.sign_out("1001")
    shift.tell(e.TimePassed(at=shift.now))
    return recorded_day(shift.history, since, UNTIL)


def test_time_ready_is_counted_from_making_ready_to_pause_sign_out_or_end() -> None:
    assert ready_ms(hours()) == {"1001": 100_000, "1003": 40_000, "1004": 60_001}


def test_a_new_agent_keeps_the_hours_of_the_middle_colleague_who_serves_the_same() -> None:
    more = with_more(STAFF, 1, {"billing": 3})
    assert more.agents["new1"].skills == {"billing": 3}
    day, follows = with_hours(hours(), more)
    assert follows == {"new1": "1004"}
    (came,) = [event for event in day.outside if isinstance(event, e.AgentSignedIn) and event.agent == "new1"]
    assert (came.at, came.extension) == (40_000, "phone of new1")
    assert ready_ms(day)["new1"] == ready_ms(day)["1004"]


def test_nobody_is_followed_twice_while_another_is_left() -> None:
    _, follows = with_hours(hours(), with_more(STAFF, 4, {"billing": 3}))
    assert list(follows.values()) == ["1004", "1001", "1003", "1004"]


def test_without_anybody_new_the_day_is_as_it_was() -> None:
    day = hours()
    assert with_hours(day, STAFF) == (day, {})


def test_names_of_new_agents_are_free_ones() -> None:
    taken = plan(skilled("new1", billing=3))
    assert list(with_more(taken, 2, {}).agents) == ["new1", "new2", "new3"]


def test_those_taken_away_were_there_and_have_the_skill_and_are_the_last_listed() -> None:
    day = hours()
    assert list(with_fewer(STAFF, day, 1, {"billing": 4}).agents) == ["1001", "1002", "1003"]
    assert list(with_fewer(STAFF, day, 2, {}).agents) == ["1001", "1002"]
    assert list(with_fewer(STAFF, day, 1, {"faults": 1}).agents) == ["1001", "1002", "1004"]
    assert list(with_fewer(STAFF, day, 9, {}).agents) == ["1002"]


def test_who_was_signed_in_before_the_day_began_is_followed_from_its_begin() -> None:
    shift = Shift(STAFF)
    shift.sign_in("1001")
    shift.wait(2 * 3600)
    shift.tell(e.TimePassed(at=shift.now))
    shift.not_ready("1001")
    shift.wait(60)
    shift.tell(e.TimePassed(at=shift.now))
    day = recorded_day(shift.history, shift.now - 60_000, UNTIL)
    assert day.begin == 2 * 3_600_000
    filled, follows = with_hours(day, with_more(STAFF, 1, {"billing": 1}))
    assert follows == {"new1": "1001"}
    of_new = [event for event in filled.outside if getattr(event, "agent", "") == "new1"]
    assert [type(event).__name__ for event in of_new] == ["AgentSignedIn", "IntentChanged", "IntentChanged"]
