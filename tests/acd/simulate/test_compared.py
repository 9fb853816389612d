"""Counts and shares of visits, and their spread over runs."""

import pytest

from acd.simulate.compared import ALL, Counts, Spread, counted, spread, spreads, student_95
from acd.simulate.visits import VisitEnd, Waited


def waited(end: VisitEnd | None, wait_s: float, tier: str = "standard") -> Waited:
    return Waited(contact="a", queue="service", tier=tier, came=0, since=0, end=end, wait_ms=round(1000 * wait_s))


VISITS = (
    waited(VisitEnd.ANSWERED, 20),
    waited(VisitEnd.ANSWERED, 40),
    waited(VisitEnd.ABANDONED, 10),
    waited(VisitEnd.OTHERWISE, 30),
    waited(None, 500),
    waited(VisitEnd.ANSWERED, 0, "vip"),
)


def test_shares_are_of_those_whose_wait_ended_and_in_time_is_up_to_the_second() -> None:
    found = counted(VISITS, lambda queue, tier: 20)
    assert found["service", "standard"].figures() == {
        "offered": 5,
        "answered": 2,
        "abandoned": 1,
        "otherwise": 1,
        "service_level": 0.25,
        "abandoned_share": 0.25,
        "mean_wait_answered_s": 30.0,
        "mean_wait_s": 25.0,
    }
    assert found[ALL].figures()["service_level"] == pytest.approx(2 / 5)


def test_each_queue_and_tier_is_measured_by_its_own_time() -> None:
    found = counted(VISITS, lambda queue, tier: 40 if tier == "standard" else 0)
    assert (found["service", "standard"].in_time, found["service", "vip"].in_time) == (2, 1)


def test_of_nothing_there_is_no_share() -> None:
    assert Counts(offered=1).figures()["service_level"] is None
    assert spread([None, None]) is None


@pytest.mark.parametrize(("degrees", "t"), [(2, 4.303), (4, 2.776), (9, 2.262), (19, 2.093), (1000, 1.962)])
def test_with_few_runs_the_range_is_wider_as_students_table_has_it(degrees: int, t: float) -> None:
    assert student_95(degrees) == pytest.approx(t, rel=0.03 if degrees < 4 else 0.002)


def test_a_spread_is_the_mean_and_where_one_more_run_would_be() -> None:
    found = spread([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found is not None
    assert found.mean == 3.0
    assert found.error == pytest.approx(2.776 * 1.5811 * 1.2**0.5, rel=0.005)
    assert found.holds(3.0 + found.error)
    assert not found.holds(3.1 + found.error)
    assert spread([2.0]) == spread([2.0, 2.0]) == Spread(2.0, 0.0)


def test_a_change_is_taken_run_by_run() -> None:
    few = [counted(VISITS[:count], lambda queue, tier: 20) for count in (2, 4)]
    more = [counted(VISITS[: count + 1], lambda queue, tier: 20) for count in (2, 4)]
    change = spreads(more, less=few)["service", "standard"]["offered"]
    assert change == Spread(1.0, 0.0)
