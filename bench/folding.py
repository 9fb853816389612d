"""How long it takes to fold a million facts, and whether memory stays flat meanwhile."""

import copy
import gc
import time
from pathlib import Path
from resource import getpagesize

from acd.fold import FoldedFloor
from bench.busy_floor import BusyFloor, Size
from bench.report import Report, Row

FACTS = 1_000_000
CHUNK_CALLS = 5_000
TARGET_S = 20.0


def report() -> Report:
    """Facts are made in portions by a busy floor and folded into a second one; only the folding is timed."""
    live = BusyFloor(Size(200, 100, 20))
    folded = FoldedFloor(copy.deepcopy(live.floor.state))
    count, spent, memory = 0, 0.0, []
    while count < FACTS:
        live.facts.clear()
        live.timings.clear()
        live.run(CHUNK_CALLS)
        gc.collect()
        began = time.thread_time()
        for fact in live.facts:
            folded.fold(fact)
        spent += time.thread_time() - began
        count += len(live.facts)
        memory.append(resident_mb())
    assert folded.state == live.floor.state
    million_s = spent * 1_000_000 / count
    growth_mb = memory[-1] - memory[len(memory) // 4]
    row = Row(
        name="fold",
        figures={
            "facts": count,
            "million_s": million_s,
            "us_a_fact": 1e6 * spent / count,
            "memory_mb": memory[-1],
            "growth_mb": growth_mb,
        },
        target=f"a million ≤ {TARGET_S:g} s, memory flat",
        is_met=million_s <= TARGET_S and growth_mb < 10,
    )
    return Report("fold", "facts of a busy floor folded into another, processor time", [row])


def resident_mb() -> float:
    """Memory of this process that is in use, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * getpagesize() / 1e6
