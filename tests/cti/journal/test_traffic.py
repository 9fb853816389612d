"""Traffic read off a journal: rates, talks, patience and duty are those of the shift that wrote it."""

import pytest

from cti.journal.traffic import SLOT_MS, NoTraffic, traffic_of
from tests.acd.shift import Shift, plan


def a_shift() -> Shift:
    """Two agents of four, six calls in two half-hours: four answered after 5 s, of 120 s with wrap-up; two give up."""
    shift = Shift(plan("1001", "1002", "1003", "1004"))
    shift.sign_in("1001", "1002")
    for name in ("a", "b"):
        shift.call(name, tier="vip")
        shift.wait(5)
        shift.answer(name)
    shift.call("impatient")
    shift.wait(60)
    shift.hang_up("impatient")
    shift.wait(25)
    for name in ("a", "b"):
        shift.hang_up(name)
    shift.wait(SLOT_MS / 1000)
    shift.not_ready("1002")
    for name in ("c", "d"):
        shift.call(name)
        shift.wait(5)
        shift.answer(name)
        shift.wait(90)
        shift.hang_up(name)
        shift.wait(30)
    shift.not_ready("1001")
    shift.call("e")
    shift.wait(40)
    shift.hang_up("e")
    return shift


def test_what_a_traffic_file_holds_is_measured() -> None:
    found = traffic_of(a_shift().history, since=0)
    assert (found["slot_s"], found["horizon_s"]) == (1800.0, 3600.0)
    assert found["pick_up_s"] == 5.0
    standard, vip = found["calls"]
    assert (standard["queue"], standard["tier"], standard["per_hour"]) == ("service", "standard", [2.0, 6.0])
    assert (vip["tier"], vip["per_hour"]) == ("vip", [4.0, 0.0])
    assert standard["service"] == {"dist": "lognormal", "mean_s": 120.0, "cv": 0.05}
    assert vip["service"]["mean_s"] == pytest.approx(117.5)
    assert "patience" not in vip
    # 60 s and 40 s until they gave up, twice 5 s of those who did not, over two who did.
    assert standard["patience"] == {"dist": "exponential", "mean_s": 55.0}
    assert found["on_duty"][0] == 0.5
    assert found["on_duty"][1] < 0.5


def test_only_what_came_lately_counts() -> None:
    found = traffic_of(a_shift().history, since=SLOT_MS)
    assert [(one["tier"], one["per_hour"]) for one in found["calls"]] == [("standard", [6.0])]


def test_an_empty_journal_teaches_nothing() -> None:
    with pytest.raises(NoTraffic):
        traffic_of([], since=0)
