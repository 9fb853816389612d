"""A small load on both sides, for real: the report's shape, and that its accounts agree with one another."""

from pathlib import Path
from typing import Any

import pytest

from config.lab import Installation
from config.lab.load.breakdown import STEPS
from config.lab.load.compare import Load, measure
from config.lab.load.log import read_calls, read_talks
from config.lab.load.rival import Rival
from config.lab.load.talks import draw

AGENTS, CALLS, TALK_S, SEED = 3, 15, 0.3, 5


@pytest.mark.timeout(180)
async def test_both_sides_serve_the_same_calls_and_account_for_each(installation: Installation, tmp_path: Path) -> None:
    load = Load(agents=AGENTS, talk_s=TALK_S, calls=CALLS, seed=SEED, against=Rival.APP_QUEUE)
    figures = await measure(load, tmp_path, lambda line: None, installation)

    drawn = sorted(draw(SEED, CALLS, TALK_S))
    for side in ("hotline", "app_queue"):
        _agrees(figures[side])
        run = tmp_path / side / "run-1"
        talks = read_talks(run / "agents.log")
        assert sorted(talk.talk_ms for talk in talks) == pytest.approx(drawn)
        assert {talk.phone for talk in talks} == {"8001", "8002", "8003"}
        assert all(call.let_go is not None for call in read_calls(run / "callers.log"))
    assert "autofill=yes ringinuse=no wrapuptime=0" in figures["app_queue"]["settings"]
    assert set(figures["hotline"]["processor_ms_per_call"]) == {"asterisk", "hotline"}
    assert set(figures["app_queue"]["processor_ms_per_call"]) == {"asterisk"}
    assert set(figures["hotline"]["breakdown_ms"]) == set(STEPS)


def _agrees(side: dict[str, Any]) -> None:
    assert (side["calls"], side["lost"]) == (CALLS, 0)
    assert side["share_of_ideal"] == pytest.approx(side["ideal_makespan_s"] / side["makespan_s"], abs=0.001)
    assert side["cps"] == pytest.approx(CALLS / side["makespan_s"], rel=0.01)
    assert 0 < side["share_of_ideal"] <= 1.01
