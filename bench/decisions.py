"""How long one event takes, by the size of the floor.

The floor is deterministic: the same load run again takes the same steps. Each event is timed in several runs and the
least time counts, for what else the machine does can only lengthen it.
"""

import gc
from collections.abc import Sequence

from bench.busy_floor import BusyFloor, Size
from bench.report import Report, Row
from config.chart import Panel, svg_of

SIZES = (
    Size(100, 50, 10),
    Size(1_000, 500, 50),
    Size(2_000, 1_500, 100),
    Size(5_000, 5_000, 250),
    Size(10_000, 10_000, 500),
)
TARGETS_MS = {SIZES[1]: 0.2, SIZES[-1]: 1.0}
"""The 99th percentile that is aimed at."""
CALLS, RUNS = 10_000, 3


def report() -> Report:
    """One row a size: percentiles over all events, and the 99th of those alone that free an agent."""
    rows = []
    for size in SIZES:
        names, times = timings(size)
        freeing = [time for name, time in zip(names, times, strict=True) if name == "ContactEnded"]
        p99 = percentile(times, 0.99)
        target = TARGETS_MS.get(size)
        rows.append(
            Row(
                name=f"{size.agents} agents, {size.waiting} waiting, {size.skills} skills",
                figures={
                    "p50_ms": percentile(times, 0.5),
                    "p99_ms": p99,
                    "p99_freeing_ms": percentile(freeing, 0.99),
                    "max_ms": percentile(times, 1.0),
                    "events": len(times),
                },
                target=f"p99 ≤ {target} ms" if target is not None else "",
                is_met=None if target is None else p99 <= target,
            )
        )
    lines = {
        name: [(float(size.agents), row.figures[name]) for size, row in zip(SIZES, rows, strict=True)]
        for name in ("p50_ms", "p99_ms", "p99_freeing_ms")
    }
    picture = svg_of("one event by size of the floor", [Panel("agents", "ms", lines)])
    return Report("decisions", f"one event, the least of {RUNS} equal runs", rows, picture)


def timings(size: Size) -> tuple[list[str], list[int]]:
    """The events of a load, and the least time that each took, ns."""
    names: list[str] = []
    least: list[int] = []
    for _ in range(RUNS):
        floor = BusyFloor(size)
        gc.collect()
        gc.disable()
        floor.run(CALLS)
        gc.enable()
        names = [name for name, _ in floor.timings]
        times = [time for _, time in floor.timings]
        least = times if not least else [min(pair) for pair in zip(least, times, strict=True)]
    return names, least


def percentile(times: Sequence[int], share: float) -> float:
    """The time, ms, that so large a share of times in ns does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] / 1e6
