"""Callers who wait throughout: their log is read like any other peer's."""

from pathlib import Path

from config.lab.chaos.patient import write_log
from config.lab.chaos.plan import THROUGHOUT
from config.lab.check.peers import read_peers
from config.lab.load.log import Call


def test_who_waited_and_hung_up_and_who_never_left_are_told_apart(tmp_path: Path) -> None:
    left = Call(call_id="a@x", number="137", dialled=5.0, answered=5.25, hung_up=9.0)
    there = Call(call_id="b@x", number="138", dialled=6.0)
    write_log([left, there], tmp_path / "patient.jsonl")
    placed = read_peers([tmp_path / "patient.jsonl"]).placed
    first, second = placed["a@x"], placed["b@x"]
    assert (first.started_at, first.answered_at, first.ended_at, first.ending) == (5000, 5250, 9000, "hung_up")
    assert (second.started_at, second.answered_at, second.ending) == (6000, 0, "")
    assert first.number == second.number == THROUGHOUT
    assert first.is_caller
    assert first.heard == []
