"""The peers' logs: talks, calls, and what follows from their times."""

from pathlib import Path

import pytest

from config.lab.errors import LabError
from config.lab.load.log import Call, Talk, idle_gaps_s, makespan_s, percentile, read_calls, read_talks, waits_s


def talk(phone: str, rang: float, hung_up: float) -> Talk:
    return Talk(phone=phone, rang=rang, answered=rang + 0.1, hung_up=hung_up, talk_ms=(hung_up - rang - 0.1) * 1000)


TALKS = [talk("8001", 0.0, 2.0), talk("8002", 0.5, 1.0), talk("8002", 1.25, 4.0), talk("8001", 2.5, 3.0)]


def test_talks_are_read_in_the_order_of_their_answers_and_open_ones_left_out(tmp_path: Path) -> None:
    log = tmp_path / "agents.log"
    log.write_text(
        "rang;8002;b@x;1700000000.000000;500000.000000;800.000000\n"
        "rang;8001;a@x;1700000000.000000;0.000000;1500.500000\n"
        "answered;8001;a@x;1700000000.000000;100000.000000;1500.500000\n"
        "answered;8002;b@x;1700000000.000000;600000.000000;800.000000\n"
        "rang;8003;c@x;1700000001.000000;0.000000;70.000000\n"
        "hung_up;8002;b@x;1700000001.000000;400000.000000;800.000000\n"
        "hung_up;8001;a@x;1700000001.000000;600500.000000;1500.500000\n"
    )
    first, second = read_talks(log)
    assert (first.phone, first.talk_ms, second.phone) == ("8001", 1500.5, "8002")
    assert second.hung_up - second.answered == pytest.approx(0.8)


def test_a_call_never_let_go_is_known_as_such(tmp_path: Path) -> None:
    log = tmp_path / "callers.log"
    log.write_text(
        "dialled;139;a@x;5.000000;0.000000\ndialled;138;b@x;6.000000;0.000000\nlet_go;139;a@x;7.000000;500000.000000\n"
    )
    assert read_calls(log) == [
        Call(call_id="a@x", number="139", dialled=5.0, let_go=7.5),
        Call(call_id="b@x", number="138", dialled=6.0),
    ]


def test_a_caller_who_hung_up_himself_is_known_as_such(tmp_path: Path) -> None:
    log = tmp_path / "callers.log"
    log.write_text("dialled;139;a@x;5.0;0.0\nanswered;139;a@x;5.0;500000.0\nhung_up;139;a@x;9.0;0.0\n")
    assert read_calls(log) == [Call(call_id="a@x", number="139", dialled=5.0, answered=5.5, hung_up=9.0)]


def test_a_line_of_another_shape_is_named(tmp_path: Path) -> None:
    log = tmp_path / "callers.log"
    log.write_text("dialled;139;a@x;5.000000;0.000000\nnonsense\n")
    with pytest.raises(LabError, match=r"callers\.log:2: .*nonsense"):
        read_calls(log)


def test_a_log_never_written_is_empty(tmp_path: Path) -> None:
    assert read_talks(tmp_path / "agents.log") == []


def test_the_makespan_is_from_the_first_answer_to_the_last_hang_up() -> None:
    assert makespan_s(TALKS) == pytest.approx(3.9)
    assert makespan_s([]) == 0


def test_each_phone_is_free_from_hanging_up_to_being_rung() -> None:
    assert sorted(idle_gaps_s(TALKS)) == pytest.approx([0.25, 0.5])


def test_callers_wait_from_dialling_to_the_answer() -> None:
    calls = [Call(call_id="", number="", dialled=at, let_go=None) for at in (0.0, 0.0, 1.0, 1.0)]
    assert waits_s(calls, TALKS) == pytest.approx([0.1, 0.6, 0.35, 1.6])


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.95, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([4, 1, 3, 2], share) == value
    assert percentile([], share) == 0
