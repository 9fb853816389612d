"""By how much a later contact can pass an earlier one."""

import pytest

from acd.overtaking import Allowance, Overtaking, allowance_of
from acd.plan import AgentSpec, Plan, Queue, QueueTerms, Tier
from tests.acd.shift import Shift, plan

TIERS = (
    Tier(name="standard"),
    Tier(name="vip", head_start_ms=90_000),
    Tier(name="crown", rank=1),
    Tier(name="kept", reserve_idle=2),
    Tier(name="fast", growth=2.0),
    Tier(name="flat", growth=0.0, head_start_ms=5000),
    Tier(name="flatter", growth=0.0),
)


@pytest.mark.parametrize(
    ("earlier", "later", "bound"),
    [
        ("standard", "standard", 0),
        ("standard", "vip", 90_000),
        ("vip", "standard", 0),
        ("standard", "crown", None),
        ("crown", "standard", 0),
        ("kept", "standard", None),
        ("standard", "kept", 0),
        ("standard", "fast", None),
        ("fast", "standard", 0),
        ("fast", "vip", 45_000),
        ("flatter", "flat", None),
        ("flat", "flatter", 0),
    ],
)
def test_each_pair_of_tiers_has_its_bound_or_none(earlier: str, later: str, bound: float | None) -> None:
    bounds = Overtaking(plan("1001", tiers=TIERS))
    assert bounds.bound_ms(earlier, later) == bound
    assert bounds.table()[earlier, later] == bound


def test_a_reservation_that_ends_bounds_what_it_lets_pass() -> None:
    tiers = (Tier(name="vip", head_start_ms=10_000), Tier(name="kept", reserve_idle=1, reserve_for_ms=18_000))
    in_force = plan("1001", tiers=tiers)
    assert Overtaking(in_force).table() == {
        ("vip", "vip"): 0,
        ("vip", "kept"): 0,
        ("kept", "vip"): 18_000,
        ("kept", "kept"): 0,
    }


def test_an_equal_reservation_keeps_back_in_one_queue_and_not_in_another() -> None:
    queues = (Queue(name="service"), Queue(name="billing"))
    for reserve_for_ms in (None, 18_000):
        kept = Tier(name="kept", reserve_idle=1, reserve_for_ms=reserve_for_ms)
        assert Overtaking(plan("1001", tiers=(kept,), queues=queues)).longest_ms() == reserve_for_ms


def test_of_a_tier_that_queues_have_differently_it_is_the_largest() -> None:
    queues = (
        Queue(name="service", tiers={"vip": Tier(name="vip", head_start_ms=30_000)}),
        Queue(name="billing", tiers={"standard": Tier(name="standard", head_start_ms=-20_000)}),
    )
    bounds = Overtaking(plan("1001", tiers=TIERS[:2], queues=queues))
    assert bounds.bound_ms("standard", "vip") == 110_000
    assert bounds.longest_ms() == 110_000


def test_the_longest_of_a_plan_with_head_starts_alone_is_their_largest_difference() -> None:
    assert Overtaking(plan("1001", tiers=TIERS[:2])).longest_ms() == 90_000


def test_a_strict_rank_has_none_and_says_so() -> None:
    assert Overtaking(plan("1001", tiers=TIERS[:3])).longest_ms() is None


def test_what_single_contacts_bring_with_them_adds_to_it() -> None:
    allowance = Allowance(urgency_ms=60_000, credit_ms=10_000)
    assert Overtaking(plan("1001", tiers=TIERS[:2])).longest_ms(allowance) == 160_000


def test_it_is_read_off_those_who_wait_now() -> None:
    shift = Shift(plan("1001"))
    shift.call("a", urgency=30)
    shift.call("b", credit=5)
    assert allowance_of(shift.floor.contacts) == Allowance(urgency_ms=30_000, credit_ms=5000)
    shift.hang_up("a")
    assert allowance_of(shift.floor.contacts) == Allowance(credit_ms=5000)


def test_an_agents_own_order_of_queues_adds_its_spread() -> None:
    assert Overtaking(with_terms(QueueTerms(head_start_ms=20_000))).longest_ms() == 110_000


def test_a_delay_lets_a_later_contact_of_a_queue_without_one_go_first_for_as_long() -> None:
    assert Overtaking(with_terms(QueueTerms(delay_ms=30_000))).bound_ms("standard", "standard") == 30_000


def with_terms(terms: QueueTerms) -> Plan:
    spec = AgentSpec(agent="1001", terms={"billing": terms})
    return plan(spec, tiers=TIERS[:2], queues=(Queue(name="service"), Queue(name="billing")))
