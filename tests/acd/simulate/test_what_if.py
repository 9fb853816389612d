"""A recorded day again: the same plan gives back what happened, another one meets the same people."""

from collections import Counter
from dataclasses import replace

import pytest

from acd import events as e
from acd.plan import Exit, Plan, Queue, WrapUpBudget
from acd.simulate.recorded import RecordedDay, recorded_day
from acd.simulate.visits import VisitEnd, Waited
from acd.simulate.what_if import PeopleSeen, rehearsed, unknown_to
from tests.acd.shift import SERVICE, Shift, plan
from tests.acd.simulate.made_day import AGENTS, END_MS, NOON_MS, PLAN, made_day

FOR_EVER = 10**9


def read(facts: list[e.Fact], since: int = 0, until: int = FOR_EVER) -> RecordedDay:
    return recorded_day(facts, since, until)


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_of_that_day_gives_back_every_visit_to_the_millisecond(seed: int) -> None:
    day = read(made_day(seed))
    assert len(day.happened) > 300
    ends = Counter(visit.end for visit in day.happened)
    assert min(ends[VisitEnd.ANSWERED], ends[VisitEnd.ABANDONED], ends[VisitEnd.OTHERWISE]) > 0
    for chances in ("1", "2"):
        again = rehearsed(day, PeopleSeen(day), chances)
        assert _known(again.waited) == _known(day.happened)


def test_rules_and_keys_that_sent_callers_away_do_so_again_and_another_plan_sends_others() -> None:
    away = replace(
        SERVICE,
        exits={"max_wait": Exit(to="queue:other", after_ms=40_000)},
        keys={"1": "flow:message"},
    )
    sends = plan(*AGENTS, queues=(away, Queue(name="other")))
    day = read(made_day(4, before=sends))
    other = [visit for visit in day.happened if visit.queue == "other"]
    left = [visit for visit in day.happened if visit.end is VisitEnd.OTHERWISE and visit.queue == "service"]
    assert len(other) > 20
    assert len(left) > len(other) + 5
    assert {visit.wait_ms >= 40_000 for visit in other} == {True}
    again = rehearsed(day, PeopleSeen(day), "1")
    assert [(v.queue, v.end, v.wait_ms) for v in _known(again.waited)] == [
        (v.queue, v.end, v.wait_ms) for v in _known(day.happened)
    ]
    keeps = rehearsed(day, PeopleSeen(day), "1", plan(*AGENTS, queues=(SERVICE, Queue(name="other"))))
    assert {visit.queue for visit in keeps.waited} == {"service"}
    assert max(visit.wait_ms for visit in keeps.waited) > 60_000


def test_a_wrap_up_is_prolonged_and_cut_again() -> None:
    shift = Shift(
        replace(plan("1001"), wrap_up_budget=WrapUpBudget(step_ms=20_000, contact_ms=60_000, shift_ms=60_000))
    )
    shift.sign_in("1001")
    for contact, cut in (("a", False), ("b", True)):
        shift.call(contact)
        shift.answer(contact)
        shift.wait(5)
        shift.hang_up(contact)
        shift.call(f"next-{contact}")
        shift.wait(10)
        shift.tell(e.WrapUpCut(at=shift.now, agent="1001", by="boss") if cut else prolonged(shift.now))
        shift.wait(0 if cut else 40)
        shift.serve(f"next-{contact}", 1)
    day = read(shift.history)
    assert [visit.wait_ms for visit in day.happened] == [0, 50_000, 0, 10_000]
    assert rehearsed(day, PeopleSeen(day), "1").waited == day.happened


def prolonged(at: int) -> e.WrapUpProlonged:
    return e.WrapUpProlonged(at=at, agent="1001")


def _known(waited: tuple[Waited, ...]) -> tuple[Waited, ...]:
    """All but the last few: who talks when the journal ends talks on for a time that was drawn."""
    return waited[:-20]


def test_the_same_seed_gives_the_same_and_another_one_another() -> None:
    day = read(made_day(1))
    people = PeopleSeen(day, anew=True)
    assert rehearsed(day, people, "1") == rehearsed(day, people, "1")
    assert rehearsed(day, people, "1") != rehearsed(day, people, "2")


def test_a_part_of_a_day_begins_at_a_quiet_moment_and_counts_from_where_it_was_asked() -> None:
    facts = made_day(3, every_s=400.0)
    day = read(facts, NOON_MS)
    assert 1 < day.begin < NOON_MS
    again = rehearsed(day, PeopleSeen(day), "1")
    assert _known(again.waited) == _known(tuple(visit for visit in day.happened if visit.came >= NOON_MS))
    assert all(visit.came >= NOON_MS for visit in again.waited)


def test_what_comes_after_the_day_is_not_read() -> None:
    day = read(made_day(1), 0, NOON_MS)
    assert NOON_MS - 60_000 < max(visit.came for visit in day.happened) < day.until <= NOON_MS
    assert day.plans[-1].plan.version == 1


def test_more_agents_lose_fewer_callers_and_fewer_agents_more() -> None:
    day = read(made_day(1))
    people = PeopleSeen(day)

    def abandoned(in_force: Plan | None) -> int:
        return sum(visit.end is VisitEnd.ABANDONED for visit in rehearsed(day, people, "1", in_force).waited)

    as_it_was = abandoned(None)
    assert abandoned(PLAN) == as_it_was
    assert abandoned(plan(*AGENTS[:-2])) > as_it_was


def test_a_tier_that_always_goes_first_waits_less_and_the_others_more() -> None:
    day = read(made_day(2, every_s=25.0))
    people = PeopleSeen(day)
    first = replace(PLAN, tiers={**PLAN.tiers, "standard": replace(PLAN.tiers["standard"], rank=1)})

    def mean_wait(in_force: Plan | None, tier: str) -> float:
        waited = [visit for visit in rehearsed(day, people, "1", in_force).waited if visit.tier == tier]
        return sum(visit.wait_ms for visit in waited) / len(waited)

    assert mean_wait(first, "standard") < 0.9 * mean_wait(None, "standard")
    assert mean_wait(first, "vip") > 1.1 * mean_wait(None, "vip")


def test_a_longer_wrap_up_than_that_of_the_day_lasts_to_its_cap_where_no_outcome_was_saved() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.call("b")
    shift.end_talk("a")
    shift.hang_up("a")
    shift.wait(30)
    shift.answer("b")
    shift.wait(60)
    shift.hang_up("b")
    day = read(shift.history)
    longer = plan("1001", queues=(replace(SERVICE, wrap_up_ms=50_000),))
    waits = [visit.wait_ms for visit in rehearsed(day, PeopleSeen(day), "1", longer).waited]
    assert waits[1] == 50_000


def test_a_miss_is_missed_again_and_its_agent_is_away_as_long() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.wait(25)
    shift.ready("1001")
    shift.serve("a")
    day = read(shift.history)
    (first, second) = day.offers["a", "1001"]
    assert first.response is not None
    assert second.response is not None
    assert (first.response.ms, first.response.returns_ms, second.response.ms) == (None, 10_000, 0)
    assert rehearsed(day, PeopleSeen(day), "1").waited == day.happened


def test_who_was_being_rung_when_he_gave_up_is_not_answered_sooner() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    for contact in "abcdef":
        shift.call(contact)
        shift.wait(2)
        shift.serve(contact, 10)
    shift.call("gone")
    shift.wait(9)
    shift.hang_up("gone")
    day = read(shift.history)
    assert rehearsed(day, PeopleSeen(day), "1").waited[-1].end is VisitEnd.ABANDONED


def test_events_of_an_agent_the_plan_does_not_have_are_left_out_and_others_that_do_not_fit_are_counted() -> None:
    day = read(made_day(1))
    assert rehearsed(day, PeopleSeen(day), "1", plan(*AGENTS[1:])).refused == Counter()
    odd = replace(day, outside=(*day.outside, e.AgentSignedOut(at=2, agent=AGENTS[5])))
    assert rehearsed(odd, PeopleSeen(odd), "1").refused == {"AgentSignedOut": 1}


def test_queues_and_tiers_that_a_plan_does_not_have_are_named_with_their_visits() -> None:
    day = read(made_day(1))
    count = Counter(visit.queued.tier for visit in day.visits)
    assert unknown_to(PLAN, day) == []
    assert unknown_to(plan(*AGENTS, queues=(Queue(name="sales"),)), day) == [
        ("service", "standard", count["standard"]),
        ("service", "vip", count["vip"]),
    ]


def test_the_day_is_not_changed_by_being_run() -> None:
    facts = made_day(1)
    day, same = read(facts, NOON_MS), read(facts, NOON_MS)
    rehearsed(day, PeopleSeen(day), "1", plan(*AGENTS[:2]))
    assert day.state == same.state
    assert max(visit.came for visit in day.happened) < END_MS
