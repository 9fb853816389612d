"""The figures as tables for people."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from config.lab.load.breakdown import STEPS

_SIDES = ("hotline", "app_queue")


def show(figures: dict[str, Any], console: Console) -> None:
    """Print them."""
    sides = {name: figures[name] for name in _SIDES if name in figures}
    for name, side in sides.items():
        console.print(f"[bold]{name}[/] {side['settings']}", highlight=False)
    if any("steps" in side for side in sides.values()):
        _show_steps(sides, console)
    else:
        _show_runs(sides, console)


def show_waiting(figures: dict[str, Any], console: Console) -> None:
    """Print those of callers who wait."""
    heard = figures["heard"]
    gap = heard["longest_gap_ms"]
    table = Table(f"{figures['callers']} callers 来电, {figures['watched_s']:g} s", "", box=SIMPLE_HEAD)
    rows = {
        "lost 丢失": figures["lost"],
        "heard something 听到声音": heard["callers"],
        "packets a second, of 50 每秒包数（应为 50）": f"least {heard['packets_a_second']['least']:g}, "
        f"median {heard['packets_a_second']['median']:g}",
        "with sound 有声": f"{heard['share_with_sound']:.1%}",
        "longest gap 最长间断": f"median {gap['median']:g} ms, 99% {gap['p99']:g} ms",
        "told 提示": f"{heard['told']['least']} to {heard['told']['most']} times, "
        f"99% within {heard['told_off_by_s']['p99']:g} s of when",
        "not heard, the ears being behind 代听未及": f"{figures['packets_missed_by_the_ears']} packets",
        "timers late, 99% 定时器延迟": f"{figures['loop_lag_p99_ms']:g} ms",
        "share of a core 占用核心": ", ".join(
            f"{name} {share:.0%}" for name, share in figures["share_of_a_core"].items()
        ),
        "load average 平均负载": f"{figures['load_average']:g}",
    }
    for what, value in rows.items():
        table.add_row(what, str(value))
    console.print(table)


def _show_runs(sides: dict[str, Any], console: Console) -> None:
    columns = ("", "share of ideal", "calls/s", "lost", "free between calls", "processor a call", "load average")
    table = Table(*columns, box=SIMPLE_HEAD)
    for name, side in sides.items():
        free = side["free_between_calls_ms"]
        table.add_row(
            name,
            f"{side['share_of_ideal']:.3f}",
            f"{side['cps']:g}",
            str(side["lost"]),
            f"{free['median']:g} ms, 95% {free['p95']:g} ms",
            _processor(side["processor_ms_per_call"]),
            f"{side['load_average']:g}",
        )
    console.print(table)
    steps = sides["hotline"]["breakdown_ms"]
    table = Table("from hang-up to the next caller", "median ms", "95% ms", box=SIMPLE_HEAD)
    for step, text in STEPS.items():
        table.add_row(text, f"{steps[step]['median']:g}", f"{steps[step]['p95']:g}")
    console.print(table)


def _show_steps(sides: dict[str, Any], console: Console) -> None:
    for name, side in sides.items():
        table = Table(f"{name}: calls/s", "lost", "wait", "timers late", "processor a call", "", box=SIMPLE_HEAD)
        for step in side["steps"]:
            wait = step["wait_ms"]
            table.add_row(
                f"{step['rate']:g}",
                str(step["lost"]),
                f"{wait['mean']:g} ms, 95% {wait['p95']:g} ms",
                f"{step['loop_lag_p99_ms']:g} ms",
                _processor(step["processor_ms_per_call"]),
                step["complaint"] or "clean",
            )
        console.print(table)
        more = "" if side["broke"] else ", and the agents could not carry more"
        console.print(f"{name}: clean up to {side['highest_clean_rate']:g} calls a second{more}", highlight=False)


def _processor(used: dict[str, float]) -> str:
    return ", ".join(f"{name} {ms:g} ms" for name, ms in used.items())
