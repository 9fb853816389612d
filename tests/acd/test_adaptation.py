"""Head starts lean towards who misses his target: slowly, within bounds, and only as long as they are let."""

import dataclasses

import msgspec
import pytest

from acd import events as e
from acd.overtaking import Overtaking
from acd.plan import Adaptation, Plan, Queue, Target, Tier
from acd.state import FloorState
from tests.acd.shift import SERVICE, Shift, plan

TIERS = (Tier(name="standard"), Tier(name="vip", head_start_ms=20_000, reserve_idle=0, reserve_for_ms=10_000))
TARGETS = {"standard": Target(within_ms=20_000, share=0.8), "vip": Target(within_ms=10_000, share=0.9)}
PLAN = dataclasses.replace(
    plan("1001", "1002", tiers=TIERS, queues=(dataclasses.replace(SERVICE, wrap_up_ms=0, targets=TARGETS),)),
    adaptation=Adaptation(every_ms=300_000, reach_ms=15_000, step_ms=10_000),
)


def a_period(shift: Shift, vip_in_time: int, standard_in_time: int, of: int = 12) -> e.TargetsCompared | None:
    """So many of each tier are answered in time, the others give up; then the period ends."""
    for tier, in_time in (("vip", vip_in_time), ("standard", standard_in_time)):
        for place in range(of):
            name = f"{tier}{shift.floor.number}"
            shift.call(name, tier=tier)
            if place < in_time:
                shift.answer(name)
            shift.hang_up(name)
    before = len(shift.history)
    shift.wait(300)
    compared = [fact for fact in shift.history[before:] if isinstance(fact, e.TargetsCompared)]
    assert len(compared) <= 1
    return compared[0] if compared else None


def ahead(shift: Shift, tier: str) -> int:
    return shift.floor.state.leans["service"][tier].ahead_ms


@pytest.fixture
def shift() -> Shift:
    shift = Shift(PLAN)
    shift.sign_in("1001", "1002")
    return shift


def test_who_misses_more_goes_ahead_and_who_misses_less_falls_back(shift: Shift) -> None:
    compared = a_period(shift, vip_in_time=6, standard_in_time=12)
    assert compared is not None
    assert {(one.tier, one.ahead_ms, one.share) for one in compared.leans} == {
        ("vip", 10_000, 0.5),
        ("standard", -10_000, 1.0),
    }


def test_it_never_leaves_its_reach(shift: Shift) -> None:
    for _ in range(5):
        a_period(shift, vip_in_time=6, standard_in_time=12)
    assert (ahead(shift, "vip"), ahead(shift, "standard")) == (15_000, -15_000)


def test_what_all_miss_alike_moves_nothing(shift: Shift) -> None:
    a_period(shift, vip_in_time=6, standard_in_time=5)
    assert (ahead(shift, "vip"), ahead(shift, "standard")) == (0, 0)


def test_where_all_is_met_it_goes_back_to_the_plan(shift: Shift) -> None:
    a_period(shift, vip_in_time=6, standard_in_time=12)
    seen = []
    for _ in range(16):
        a_period(shift, vip_in_time=12, standard_in_time=12)
        seen.append(ahead(shift, "vip"))
    assert seen[-1] == 0
    assert seen.index(0) < 14
    assert seen[seen.index(0) :] == [0] * (16 - seen.index(0))


def test_a_priority_weighs_what_is_missed() -> None:
    targets = {**TARGETS, "standard": dataclasses.replace(TARGETS["standard"], priority=3)}
    queue = dataclasses.replace(PLAN.queues["service"], targets=targets)
    shift = Shift(dataclasses.replace(PLAN, queues={"service": queue}))
    shift.sign_in("1001", "1002")
    a_period(shift, vip_in_time=8, standard_in_time=6)
    assert ahead(shift, "standard") > 0 > ahead(shift, "vip")


def test_too_few_contacts_say_nothing(shift: Shift) -> None:
    compared = a_period(shift, vip_in_time=1, standard_in_time=3, of=3)
    assert compared == e.TargetsCompared(at=compared.at if compared else 0, leans=())


def test_those_who_wait_are_ordered_by_it_at_once(shift: Shift) -> None:
    for _ in range(2):
        a_period(shift, vip_in_time=12, standard_in_time=4)
    shift.not_ready("1001")
    shift.not_ready("1002")
    shift.call("first", tier="vip")
    shift.wait(1)
    shift.call("second")
    shift.ready("1001")
    # 20 s ahead by the plan, 30 s back by leaning, 1 s by coming first: the other tier goes first now.
    assert shift.offered("second") == "1001"


class TestSupervisor:
    def test_frozen_it_stays_and_goes_on_when_told(self, shift: Shift) -> None:
        a_period(shift, vip_in_time=6, standard_in_time=12)
        shift.tell(e.AdaptationTold(at=shift.now, order=e.AdaptationOrder.FREEZE, who="boss"))
        assert a_period(shift, vip_in_time=0, standard_in_time=12) is None
        assert ahead(shift, "vip") == 10_000
        shift.tell(e.AdaptationTold(at=shift.now, order=e.AdaptationOrder.GO_ON, who="boss"))
        assert a_period(shift, vip_in_time=0, standard_in_time=12) is not None
        assert ahead(shift, "vip") == 15_000

    def test_undone_it_is_the_plan_again_and_stays_so(self, shift: Shift) -> None:
        a_period(shift, vip_in_time=6, standard_in_time=12)
        shift.tell(e.AdaptationTold(at=shift.now, order=e.AdaptationOrder.UNDO, who="boss"))
        assert (ahead(shift, "vip"), ahead(shift, "standard")) == (0, 0)
        assert a_period(shift, vip_in_time=0, standard_in_time=12) is None

    def test_a_new_plan_begins_anew(self, shift: Shift) -> None:
        a_period(shift, vip_in_time=6, standard_in_time=12)
        shift.tell(e.PlanChanged(at=shift.now, plan=dataclasses.replace(PLAN, version=2)))
        assert shift.floor.state.leans == {}


def test_folding_the_facts_or_a_checkpoint_gives_the_same_floor(shift: Shift) -> None:
    a_period(shift, vip_in_time=6, standard_in_time=12)
    assert shift.refolded().state == shift.floor.state
    kept = msgspec.json.decode(msgspec.json.encode(shift.floor.state), type=FloorState)
    assert kept.leans == shift.floor.state.leans


def test_the_bound_on_overtaking_takes_it_in_from_the_start() -> None:
    assert Overtaking(PLAN).bound_ms("standard", "vip") == 50_000
    still: Plan = dataclasses.replace(PLAN, adaptation=Adaptation())
    assert Overtaking(still).bound_ms("standard", "vip") == 20_000
    both = (PLAN.queues["service"], Queue(name="billing"))
    assert (
        Overtaking(dataclasses.replace(PLAN, queues={one.name: one for one in both})).bound_ms("vip", "vip") == 30_000
    )


def test_off_it_compares_nothing() -> None:
    shift = Shift(dataclasses.replace(PLAN, adaptation=Adaptation()))
    shift.sign_in("1001", "1002")
    assert a_period(shift, vip_in_time=0, standard_in_time=12) is None
    assert shift.floor.state.leans == {}
