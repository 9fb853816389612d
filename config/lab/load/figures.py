"""The figures of a run, for JSON and the table."""

from collections.abc import Sequence
from typing import Any

from config.lab.load.log import idle_gaps_s, makespan_s, mean, percentile, waits_s
from config.lab.load.run import Run
from config.lab.load.talks import ideal_makespan_s


def of_run(run: Run, talks_ms: Sequence[float], agents: int) -> dict[str, Any]:
    """Share of the ideal, calls a second, what was lost, free times, processor time a call, load average."""
    ideal = ideal_makespan_s(talks_ms, agents)
    measured = makespan_s(run.talks)
    gaps = idle_gaps_s(run.talks)
    talks = len(run.talks)
    return {
        "share_of_ideal": round(ideal / measured, 4) if measured and not run.lost else 0.0,
        "cps": round(talks / measured, 2) if measured else 0.0,
        "calls": run.placed,
        "lost": run.lost,
        "ideal_makespan_s": round(ideal, 3),
        "makespan_s": round(measured, 3),
        "free_between_calls_ms": {
            "mean": _ms(mean(gaps)),
            "median": _ms(percentile(gaps, 0.5)),
            "p95": _ms(percentile(gaps, 0.95)),
        },
        "processor_ms_per_call": processor_ms(run),
        "loop_lag_p99_ms": _ms(run.lag_s),
        "load_average": round(run.load_average, 2),
    }


def of_step(run: Run, rate: float) -> dict[str, Any]:
    """What `breaking.verdict` looks at, and its verdict's grounds."""
    waits = waits_s(run.calls, run.talks)
    third = len(waits) // 3
    return {
        "rate": rate,
        "calls": run.placed,
        "lost": run.lost,
        "wait_ms": {"mean": _ms(mean(waits)), "p95": _ms(percentile(waits, 0.95))},
        "wait_growth_ms": _ms(mean(waits[-third:]) - mean(waits[:third])) if third else 0.0,
        "processor_ms_per_call": processor_ms(run),
        "loop_lag_p99_ms": _ms(run.lag_s),
        "load_average": round(run.load_average, 2),
    }


def processor_ms(run: Run) -> dict[str, float]:
    """Milliseconds of processor time that each process spent for a call."""
    return {name: round(used * 1000 / max(1, len(run.talks)), 2) for name, used in run.processor_s.items()}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
