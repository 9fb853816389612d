"""The bank's file read, agents' absences inferred, and its day run; the rows here are invented, in the file's form."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acd import events as e
from acd.simulate.compared import ALL, counted
from acd.simulate.visits import VisitEnd
from acd.simulate.what_if import PeopleSeen, rehearsed
from tools.bank.calls import BankCall, calls_of
from tools.bank.day import Absence, absences, plan_of, recorded, serves

HEAD = (
    "vru_line,call_id,caller,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,"
    "ser_exit,ser_time,server"
)
REAL = os.environ.get("HOTLINE_BANK_CALLS")
MIDNIGHT = datetime(1999, 8, 2, tzinfo=UTC)


def row(
    number: int, came: str, left: str, end: str = "", *, kind: str = "PS", vip: bool = False, agent: str = "ann"
) -> str:
    """A call that queued; without an end it gave up."""
    served = f"AGENT,{left},{end},60,{agent}" if end else "HANG,0:00:00,0:00:00,0,"
    return f"X1,{number},7,{2 if vip else 1},{kind},1999-08-02,{came},{came},5,{came},{left},9,{served}"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "calls.csv"
    path.write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")
    return path


def read(folder: Path, *rows: str) -> list[BankCall]:
    return calls_of(written(folder, *rows), "1999-08-02")[0]


def test_who_waited_and_was_answered_and_who_gave_up(tmp_path: Path) -> None:
    answered, gave_up = read(
        tmp_path, row(1, "9:00:00", "9:00:30", "9:02:00", vip=True), row(2, "9:00:10", "9:01:00", kind="PE")
    )
    assert answered == BankCall("X1-1", "PS", True, 32_400, 32_430, "ann", 32_520)
    assert gave_up == BankCall("X1-2", "PS", False, 32_410, 32_460, None, 32_460)


def test_who_found_an_agent_at_once_came_when_he_was_answered(tmp_path: Path) -> None:
    at_once = "X1,1,0,0,NW,1999-08-02,9:00:00,9:00:09,9,0:00:00,0:00:00,0,AGENT,9:00:10,9:01:00,50,ann"
    (call,) = read(tmp_path, at_once)
    assert (call.came, call.left, call.end) == (32_410, 32_410, 32_460)


def test_a_call_may_end_after_midnight(tmp_path: Path) -> None:
    (call,) = read(tmp_path, row(1, "23:59:00", "0:01:00", "0:05:00"))
    assert (call.left - call.came, call.end - call.left) == (120, 240)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("0,PS,{came},9,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,", "ended in the IVR"),
        ("0,PS,{came},-9,9:00:09,9:01:00,51,HANG,0:00:00,0:00:00,0,", "a negative time"),
        ("0,PS,{came},9,9:00:09,9:01:00,51,PHANTOM,9:01:00,9:01:01,1,ann", "a phantom call"),
        ("0,TT,{came},9,9:00:09,9:01:00,51,AGENT,9:01:00,9:02:00,60,ann", "a leg of a call-back"),
        ("0,PS,{came},9,9:00:09,9:01:00,51,AGENT,9:01:00,9:02:00,60,", "answered by nobody"),
        ("0,PS,{came},9,9:00:09,9:01:00,51,AGENT,9:01:00,19:06:00,36291,ann", "served for more"),
        ("0,PS,{came},9,9:01:09,9:01:00,51,HANG,0:00:00,0:00:00,0,", "ends before it begins"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_left_out_under_a_rule(tmp_path: Path, line: str, rule: str) -> None:
    whole = "X1,1,0," + line.format(came="1999-08-02,9:00:00,9:00:09")
    calls, left_out = calls_of(written(tmp_path, whole), "1999-08-02")
    assert calls == []
    ((name, count),) = left_out.items()
    assert name.startswith(rule)
    assert count == 1


def test_of_two_services_at_once_the_later_one_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, row(1, "9:00:00", "9:00:01", "9:05:00"), row(2, "9:01:00", "9:02:00", "9:03:00"))
    calls, left_out = calls_of(path, "1999-08-02")
    assert [call.call for call in calls] == ["X1-1"]
    assert left_out == {"its agent was with another caller": 1}


def test_an_agent_serves_what_he_took_often_or_all_he_took(tmp_path: Path) -> None:
    often = [row(n, f"9:{n:02d}:00", f"9:{n:02d}:01", f"9:{n:02d}:30") for n in range(3)]
    once = row(8, "10:00:00", "10:00:01", "10:00:30", kind="NW")
    only = row(9, "10:00:00", "10:00:01", "10:00:30", kind="IN", agent="bob")
    assert serves(read(tmp_path, *often, once, only)) == {"ann": frozenset({"PS"}), "bob": frozenset({"IN"})}


def test_an_agent_was_away_while_callers_he_serves_waited(tmp_path: Path) -> None:
    calls = read(
        tmp_path,
        row(1, "9:00:00", "9:00:01", "9:02:00"),
        row(2, "9:01:00", "9:03:00"),
        row(3, "9:05:00", "9:05:02", "9:06:00"),
        row(4, "9:05:30", "9:06:10", "9:07:00"),
        row(5, "9:20:00", "9:20:01", "9:21:00"),
    )
    # Free again when the second gave up, and when he took the fourth, who had waited; nobody waited for the fifth.
    assert list(absences(calls)) == [Absence("ann", "X1-1", 32_520, 32_580), Absence("ann", "X1-3", 32_760, 32_770)]


def test_short_absences_are_wrap_up_and_long_ones_breaks(tmp_path: Path) -> None:
    calls = read(
        tmp_path,
        row(1, "9:00:00", "9:00:01", "9:01:00"),
        row(2, "9:01:10", "9:02:00", "9:03:00"),
        row(3, "9:04:00", "9:13:00", "9:14:00"),
    )
    day = recorded(calls, MIDNIGHT)
    first, second, third = (visit.talk for visit in day.visits)
    assert first is not None
    assert second is not None
    assert third is not None
    assert [talk.wrap_up_ms for talk in (first, second, third)] == [60_000, 0, 0]
    intents = [event.intent for event in day.outside if isinstance(event, e.IntentChanged)]
    assert intents == [e.Intent.READY, e.Intent.NOT_READY, e.Intent.READY]


def test_an_invented_day_is_given_back(tmp_path: Path) -> None:
    calls = read(
        tmp_path,
        row(1, "9:00:00", "9:00:01", "9:05:00"),
        row(2, "9:01:00", "9:05:40", "9:08:00"),
        row(3, "9:02:00", "9:09:00", "9:11:00"),
        row(4, "9:03:10", "9:08:30", "9:08:50", vip=True),
        row(5, "9:04:00", "9:06:00"),
    )
    day = recorded(calls, MIDNIGHT)
    again = rehearsed(day, PeopleSeen(day), "1")
    assert [visit.end for visit in again.waited] == [visit.end for visit in day.happened]
    gaps = [abs(mine.wait_ms - then.wait_ms) for mine, then in zip(again.waited, day.happened, strict=True)]
    assert max(gaps) <= 40_000
    assert again.refused == Counter()


def test_without_a_head_start_the_vip_goes_after_who_came_before_her(tmp_path: Path) -> None:
    calls = read(
        tmp_path,
        row(1, "9:00:00", "9:00:01", "9:05:00"),
        row(3, "9:02:00", "9:09:00", "9:11:00"),
        row(4, "9:03:10", "9:05:10", "9:08:50", vip=True),
    )
    day = recorded(calls, MIDNIGHT)
    people = PeopleSeen(day)
    ahead = {visit.contact: visit.wait_ms for visit in rehearsed(day, people, "1").waited}
    behind = {visit.contact: visit.wait_ms for visit in rehearsed(day, people, "1", plan_of(calls, 0.0)).waited}
    assert ahead["X1-4"] < ahead["X1-3"]
    assert behind["X1-3"] < behind["X1-4"]


@pytest.mark.skipif(REAL is None, reason="the bank's file is not part of the repository: name it in HOTLINE_BANK_CALLS")
def test_the_real_day_comes_out_near_what_happened() -> None:
    assert REAL is not None
    calls, left_out = calls_of(Path(REAL), "1999-08-02")
    assert sum(left_out.values()) < 0.1 * (len(calls) + sum(left_out.values()))
    day = recorded(calls, MIDNIGHT)
    happened = counted(day.happened, lambda queue, tier: 60)[ALL].figures()
    again = counted(rehearsed(day, PeopleSeen(day), "1").waited, lambda queue, tier: 60)[ALL].figures()
    for name, most in (("service_level", 0.08), ("abandoned_share", 0.05)):
        mine, then = again[name], happened[name]
        assert mine is not None
        assert then is not None
        assert mine == pytest.approx(then, abs=most)
    assert sum(visit.end is VisitEnd.ABANDONED for visit in day.happened) == happened["abandoned"]
