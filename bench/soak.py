"""Steady calls for as long as is asked: whether memory, open files and tasks stay where they are, and the loop in time.

Hotline is a process of its own with journal, tables, recordings, API and a board; before it stands `bench.switch`.
"""

import asyncio
import math
from collections.abc import Sequence
from itertools import pairwise

import uvloop

from bench.carried import Carrying, Reading, carrying
from bench.report import Report, Row
from config.lab.load.run import lag_s

RATE = 20.0
TALK_S = 0.8
BUSY = 0.6
"""The share of their time for which agents talk."""
EVERY_S = 5.0
SETTLING = 0.25
"""The share at the beginning that is not looked at: caches and the allocator fill."""
CONFIDENCE = 1.96
"""Standard errors, two-sided 95 %."""
GROWTH_MB = 10.0
"""More than this an hour, beyond doubt, is no flat memory."""
LATE_S = 0.1
MB = 1 << 20


def report(minutes: float = 2.0, rate: float = RATE) -> Report:
    """The figures after so many minutes of so many calls a second."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(minutes, rate))


async def _measure(minutes: float, rate: float) -> Report:
    agents = math.ceil(rate * TALK_S / BUSY)
    async with carrying(agents) as carried:
        readings = [await carried.read()]
        traffic = asyncio.create_task(carried.traffic(rate, minutes * 60, TALK_S))
        while not traffic.done():
            await asyncio.wait([traffic], timeout=EVERY_S)
            readings.append(await carried.read())
        await traffic
        told = f"{minutes:g} min, {rate:g} calls a second, {agents} agents"
        return Report("soak", told, _rows(carried, readings, rate))


def _rows(carried: Carrying, readings: Sequence[Reading], rate: float) -> list[Row]:
    settled = readings[int(len(readings) * SETTLING) :]
    first, last = settled[0], settled[-1]
    took_s = last.at - first.at
    hotline_s = last.of("hotline_process_cpu_seconds_total") - first.of("hotline_process_cpu_seconds_total")
    all_s = last.processor_s - first.processor_s
    rss = [each.of("hotline_process_resident_memory_bytes") / MB for each in settled]
    slope, doubt = slope_per_hour(rss, took_s / (len(settled) - 1))
    lag = lag_s(first.lag, last.lag)
    counts, journal = carried.switch.counts, carried.folder / "journal"
    segments = sorted(path.stat().st_size for path in journal.glob("facts-*.log"))
    files, tasks = ([each.of(name) for each in settled] for name in ("hotline_process_open_fds", "hotline_tasks"))
    return [
        Row(
            "memory, MB",
            {"first": rss[0], "last": rss[-1], "an_hour": slope, "doubt": doubt},
            f"growth an hour, less its doubt, < {GROWTH_MB:g}",
            slope - doubt < GROWTH_MB,
        ),
        Row("open files", _span(files), "last third not above the first by 10", _flat(files, 10)),
        Row("tasks", _span(tasks), "last third not above the first by 20", _flat(tasks, 20)),
        Row("loop lag p99, s", {"p99": lag}, f"<= {LATE_S:g}", lag <= LATE_S),
        Row(
            "calls",
            {"placed": counts.placed, "talked": counts.talked, "shed": counts.shed, "lost": counts.lost},
            "none lost",
            counts.lost == 0,
        ),
        Row("recordings that wait to be made", _span([each.of("hotline_recordings_pending") for each in settled])),
        Row("journal", {"segments": len(segments), "largest_mb": segments[-1] / MB if segments else 0.0}),
        Row(
            "processor",
            {"share_of_a_core": hotline_s / took_s, "ms_a_call": 1000 * all_s / took_s / rate},
            "a call's with the process that joins recordings",
        ),
    ]


def _span(values: Sequence[float]) -> dict[str, float]:
    return {"first": values[0], "last": values[-1], "most": max(values)}


def _flat(values: Sequence[float], room: float) -> bool:
    third = max(1, len(values) // 3)
    return min(values[-third:]) <= max(values[:third]) + room


def slope_per_hour(values: Sequence[float], every_s: float) -> tuple[float, float]:
    """The least-squares slope of evenly spaced values and the half-width of its 95 % interval, both an hour.

    Neighbouring values are alike, so the interval is widened by what that costs in independent ones:
    (1 + r) / (1 - r), r the correlation of neighbouring residuals.
    """
    count = len(values)
    if count < 3:
        return 0.0, math.inf
    mean_x, mean_y = (count - 1) / 2, sum(values) / count
    spread = sum((place - mean_x) ** 2 for place in range(count))
    slope = sum((place - mean_x) * (value - mean_y) for place, value in enumerate(values)) / spread
    rest = [value - mean_y - slope * (place - mean_x) for place, value in enumerate(values)]
    squares = sum(one * one for one in rest)
    alike = min(0.95, max(0.0, sum(a * b for a, b in pairwise(rest)) / squares)) if squares else 0.0
    error = math.sqrt(squares / (count - 2) / spread * (1 + alike) / (1 - alike))
    return slope * 3600 / every_s, CONFIDENCE * error * 3600 / every_s
