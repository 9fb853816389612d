"""What a script of thirty turns takes without a phone: processor time, on the virtual line."""

import time
from collections.abc import Callable
from pathlib import Path

from bench.report import Report, Row
from config.flow_house import house_of
from ivr.flow.scripts.document import read_script

TURNS = 30
WITHIN_MS = 20.0
RUNS = 20
SCRIPT = Path(__file__).parents[1] / "config" / "flows" / "tests" / "main.yaml"


def report() -> Report:
    """The supplied main line's script, scaled to thirty turns; the best of many runs."""
    script = read_script(SCRIPT)
    stage = house_of(None).stage([script])
    turns = sum(len(call.turns) for call in script.calls)
    best_ms = min(_play_ms(lambda: stage.play(script)) for _ in range(RUNS)) * TURNS / turns
    figures = {"ms": best_ms, "turns_a_second": TURNS / best_ms * 1000}
    row = Row(f"{TURNS} turns", figures, target=f"at most {WITHIN_MS:g} ms", is_met=best_ms <= WITHIN_MS)
    return Report("scripts", f"a script of {TURNS} turns without a phone, processor time, best of {RUNS}", [row])


def _play_ms(play: Callable[[], object]) -> float:
    before = time.process_time()
    play()
    return (time.process_time() - before) * 1000
