"""`hotline simulate`: figures on standard output, everything else on standard error."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner, Result

from config.simulate_cli import simulate

SCENARIOS = Path(__file__).parents[1] / "simulation" / "scenarios"
SMALL = """
version = 1
title = "短的一天"
seed = 3
replications = 4
horizon_s = 1800
slot_s = 600

[tiers.standard]

[[calls]]
name = "all"
per_hour = 300
tier = "standard"
service = { dist = "exponential", mean_s = 30.0 }
answer_within_s = [20]

[[agents]]
name = "day"
count = [2, 3, 4]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    app = typer.Typer()
    app.command()(simulate)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_json_is_one_object_with_every_figure_as_mean_and_error(file: Path) -> None:
    result = run(file, "--json")
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert (figures["version"], figures["title"], figures["seed"]) == (1, "短的一天", 3)
    assert set(figures) == {"version", "title", "seed", "wall_s", "calls_simulated", "calls", "agents", "slots"}
    own = figures["calls"]["all"]
    assert set(own) == {
        "offered", "answered", "abandoned", "p_wait", "p_abandon", "mean_wait_s", "mean_wait_answered_s", "mean_queue",
        "answered_within", "answered_in", "answered_by",
    }  # fmt: skip
    assert set(own["answered_within"]) == {"20"}
    assert all(set(own[name]) == {"mean", "se"} for name in ("offered", "p_wait", "mean_queue"))
    assert set(figures["agents"]["day"]["occupancy"]) == {"mean", "se"}
    assert [set(slot["calls"]["all"]) for slot in figures["slots"]] == [{"offered", "abandoned", "mean_queue"}] * 3


def test_the_same_file_gives_the_same_output_to_the_bit_whatever_the_cores(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def figures() -> str:
        known = json.loads(run(file, "--json").stdout)
        del known["wall_s"]
        return json.dumps(known)

    first = figures()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert figures() == first


def test_replications_may_be_set_on_the_command_line(file: Path) -> None:
    whole, half = (json.loads(run(file, "--json", *more).stdout) for more in ((), ("--replications", "2")))
    assert half["calls_simulated"] < whole["calls_simulated"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("answered within 20 s", "mean wait, s", "occupancy", "4 replications of 1800 s")),
        ("zh_CN", ("20 秒内接通", "平均等待（秒）", "占用率", "重复 4 次，每次 1800 秒")),
    ],
)
def test_without_json_it_is_a_table(
    file: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    result = run(file)
    assert result.exit_code == 0
    for each in ("短的一天", *words):
        assert each in result.stdout


def test_a_picture_shows_how_soon_calls_are_answered_and_the_queue_of_each_slot(file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "day.svg"
    assert run(file, "--plot", picture).exit_code == 0
    texts = [text for text in ElementTree.fromstring(picture.read_text(encoding="utf-8")).itertext() if text.strip()]
    assert {"短的一天", "share answered within", "mean queue", "all"} <= set(texts)


def test_a_picture_that_cannot_be_written_says_so(file: Path, tmp_path: Path) -> None:
    result = run(file, "--plot", tmp_path / "nowhere" / "day.svg")
    assert result.exit_code == 2
    assert "day.svg: it cannot be written (No such file or directory)" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mean_s = 30.0", "mean_s = -30.0", ["line 15, calls[0].service.mean_s: -30 does not fit", "above 0"]),
        ("tier = ", "teir = ", ["line 14, calls[0].teir: unknown key 'teir'", "did you mean 'tier'?"]),
        ("count = [2, 3, 4]", "count = [2, 3]", ["line 20, agents[0].count: 2 values for 3 slots"]),
        ("version = 1", "version = ", ["it is no TOML", "line 2,"]),
    ],
)
def test_a_mistake_is_named_with_file_line_and_mend(file: Path, old: str, new: str, words: Sequence[str]) -> None:
    file.write_text(SMALL.replace(old, new), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert str(file) in result.stderr
    for each in words:
        assert each in result.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run(tmp_path / "none.toml")
    assert result.exit_code == 2
    assert "none.toml: it cannot be read" in result.stderr


BY_TARGETS = """
version = 1
title = "promises"
seed = 5
replications = 2
horizon_s = 7200

[routing]
mode = "sla"

[tiers.vip]

[tiers.standard]

[[calls]]
name = "few"
per_hour = 60
tier = "vip"
service = { dist = "exponential", mean_s = 60.0 }
patience = { dist = "exponential", mean_s = 60.0 }
target = { within_s = 5, share = 0.9 }

[[calls]]
name = "many"
per_hour = 240
tier = "standard"
service = { dist = "exponential", mean_s = 60.0 }
patience = { dist = "exponential", mean_s = 60.0 }
target = { within_s = 30, share = 0.8 }

[[agents]]
name = "all"
count = 6
"""


def test_service_level_mode_says_what_it_chose_and_gives_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.tuning.CALLS", 8000)
    file = tmp_path / "promises.toml"
    file.write_text(BY_TARGETS, encoding="utf-8")
    first, again = (json.loads(run(file, "--json").stdout) for _ in range(2))
    assert first["tuning"] == again["tuning"]
    assert first["calls"] == again["calls"]
    assert first["tuning"]["weights"]["any"]["vip"]["reserve_idle"] == 0
    assert set(first["tuning"]["weights"]["any"]["standard"]) == {"head_start_s", "reserve_idle", "reserve_for_s"}
    table = run(file).stdout
    assert "few (90% in 5 s): " in table
    assert "agents tried first are those whom other calls miss least: all" in table
