"""One replication: what is counted, who is there, and that nothing depends on anything but the seed."""

from dataclasses import replace
from typing import Any

import pytest

from acd.floor import Floor
from acd.simulate.day import Day
from acd.simulate.draws import Constant, Exponential
from acd.simulate.figures import figures_of
from acd.simulate.scenario import AgentGroup, CallType, Scenario, Target, TierTerms
from acd.simulate.tally import Tally

CALL = CallType(name="all", per_hour=120.0, tier="standard", skills={}, service=Constant(10.0), answer_within_s=(5.0,))
GROUP = AgentGroup(name="all", count=1, skills={})
DAY = Scenario(
    title="a day",
    seed=1,
    replications=1,
    horizon_s=3600.0,
    tiers={"standard": TierTerms()},
    calls=(CALL,),
    agents=(GROUP,),
)


def day(call: CallType = CALL, *groups: AgentGroup, **changes: Any) -> Tally:
    return Day(replace(DAY, calls=(call,), agents=groups or (GROUP,), **changes), 0).run()


def test_the_same_seed_gives_the_same_tally_and_another_one_another() -> None:
    assert day() == day()
    assert day() != day(seed=2)
    assert Day(DAY, 0).run() != Day(DAY, 1).run()


def test_callers_are_the_same_however_they_are_routed() -> None:
    fast, slow = day(), day(replace(CALL, service=Constant(60.0)))
    assert fast.calls["all"].offered == slow.calls["all"].offered


def test_the_simulated_router_decides_as_the_live_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = (CALL, replace(CALL, name="more", per_hour=400.0, tier="vip", patience=Exponential(60.0)))
    both = replace(DAY, calls=calls, tiers={"standard": TierTerms(), "vip": TierTerms(head_start_s=30.0)})
    simulated = Day(both, 0).run()
    monkeypatch.setattr("acd.simulate.day.SimulatedFloor", Floor)
    assert Day(both, 0).run() == simulated


def test_who_finds_an_agent_has_not_waited() -> None:
    tally = day(CALL, replace(GROUP, count=100)).calls["all"]
    assert tally.offered == tally.answered == tally.within[5.0]
    assert (tally.waited, tally.wait_s, tally.waiting_s) == (0, 0.0, 0.0)


def test_each_call_is_answered_abandoned_or_left_waiting_at_the_horizon() -> None:
    busy = replace(CALL, per_hour=720.0, patience=Exponential(30.0))
    tally = day(busy).calls["all"]
    assert tally.abandoned > 0
    assert tally.settled == tally.answered + tally.abandoned <= tally.offered


def test_with_drain_nobody_is_left_waiting() -> None:
    busy = replace(CALL, per_hour=720.0)
    left, drained = day(busy).calls["all"], day(busy, drain=True).calls["all"]
    assert left.settled < left.offered
    assert drained.settled == drained.answered == drained.offered == left.offered


def test_what_arrives_in_the_warm_up_is_not_counted() -> None:
    whole, half = day(), day(warmup_s=1800.0)
    assert half.calls_simulated == whole.calls_simulated
    assert 0 < half.calls["all"].offered < whole.calls["all"].offered


def test_an_agent_is_busy_for_the_time_he_serves_and_no_longer_than_to_the_horizon() -> None:
    tally = day(replace(CALL, service=Constant(7200.0)))
    assert tally.groups["all"].staffed_s == 3600.0
    assert 3000 < tally.groups["all"].busy_s < 3600


def test_waiting_time_in_the_slots_adds_up_to_all_waiting_time() -> None:
    busy = replace(CALL, per_hour=(100.0, 800.0, 100.0, 100.0))
    tally = day(busy, slot_s=900.0).calls["all"]
    assert sum(slot.waiting_s for slot in tally.slots) == pytest.approx(tally.waiting_s)
    assert sum(slot.offered for slot in tally.slots) == tally.offered
    assert tally.slots[1].waiting_s > tally.slots[0].waiting_s


def test_a_rate_of_nothing_brings_nobody() -> None:
    tally = day(replace(CALL, per_hour=(0.0, 60.0, 0.0, 0.0)), slot_s=900.0).calls["all"]
    assert [slot.offered > 0 for slot in tally.slots] == [False, True, False, False]


class TestStaff:
    def test_more_agents_take_those_who_wait_when_they_come(self) -> None:
        tally = day(CALL, replace(GROUP, count=(0, 5)), slot_s=1800.0).calls["all"]
        assert tally.settled == tally.offered
        assert tally.slots[0].waiting_s > 0
        assert tally.waited >= tally.slots[0].offered

    def test_idle_agents_go_at_once_when_fewer_are_needed(self) -> None:
        tally = day(replace(CALL, per_hour=0.0), replace(GROUP, count=(5, 2)), slot_s=1800.0)
        assert tally.groups["all"].staffed_s == 5 * 1800 + 2 * 1800

    def test_busy_agents_finish_first_and_take_nothing_more(self) -> None:
        long = replace(CALL, per_hour=3600.0, service=Constant(2400.0))
        tally = day(long, replace(GROUP, count=(3, 1)), slot_s=1800.0)
        # Three begin within seconds and talk for 40 minutes; one of them stays and takes another call.
        assert tally.calls["all"].answered == 4
        assert 3 * 2400 + 1100 < tally.groups["all"].staffed_s < 3 * 2400 + 1300

    def test_agents_who_are_to_go_stay_when_they_are_needed_again(self) -> None:
        long = replace(CALL, per_hour=3600.0, service=Constant(2000.0))
        tally = day(long, replace(GROUP, count=(3, 1, 3, 3)), slot_s=900.0)
        assert tally.groups["all"].staffed_s == 3 * 3600

    def test_the_groups_own_time_for_a_call_type_counts(self) -> None:
        slow = AgentGroup(name="slow", count=10, skills={}, service={"all": Constant(100.0)})
        tally = day(CALL, slow)
        served = tally.groups["slow"].busy_s / tally.calls["all"].answered
        assert served == pytest.approx(100.0, rel=0.05)

    def test_each_answer_is_put_down_to_its_group(self) -> None:
        first, second = replace(GROUP, name="first"), replace(GROUP, name="second", count=3)
        tally = day(replace(CALL, per_hour=600.0), first, second, agent_order=("listed",)).calls["all"]
        assert tally.by["first"] + tally.by["second"] == tally.answered
        assert tally.by["first"] > tally.by["second"] / 3


class TestFigures:
    def test_they_are_means_over_replications_with_their_error(self) -> None:
        tallies = [Day(DAY, number).run() for number in range(2)]
        offered = figures_of(DAY, tallies)["calls"]["all"]["offered"]
        first, second = (tally.calls["all"].offered for tally in tallies)
        assert offered == {"mean": (first + second) / 2, "se": abs(first - second) / 2}

    def test_a_share_of_nothing_is_null(self) -> None:
        nobody = replace(DAY, calls=(replace(CALL, per_hour=0.0),))
        own = figures_of(nobody, [Day(nobody, 0).run()])["calls"]["all"]
        assert own["p_wait"] == {"mean": None, "se": None}
        assert own["offered"] == {"mean": 0, "se": None}

    def test_shortfall_is_what_the_mean_share_lacks_of_its_target_and_adds_up_over_the_call_types(self) -> None:
        met = replace(CALL, name="met", target=Target(3600.0, 0.5))
        missed = replace(CALL, name="missed", per_hour=500.0, target=Target(0.0, 1.0))
        scenario = replace(DAY, calls=(met, missed))
        figures = figures_of(scenario, [Day(scenario, number).run() for number in range(3)])
        assert figures["calls"]["met"]["shortfall_pp"]["mean"] == 0
        assert figures["calls"]["missed"]["shortfall_pp"]["mean"] > 10
        assert figures["shortfall_pp"] == pytest.approx(figures["calls"]["missed"]["shortfall_pp"])
