"""The figures as tables for people."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from config.lab.load.breakdown import STEPS
from config.lab.load.breaking import complaint
from config.language import said

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
    callers, watched = figures["callers"], figures["watched_s"]
    table = Table(said(f"{callers} callers, {watched:g} s", f"{callers} 通来电，{watched:g} 秒"), "", box=SIMPLE_HEAD)
    packets, told = heard["packets_a_second"], heard["told"]
    least, most, off = told["least"], told["most"], heard["told_off_by_s"]["p99"]
    median, worst = said("median", "中位"), said("least", "最少")
    rows = {
        said("lost", "丢失"): figures["lost"],
        said("heard something", "听到声音"): heard["callers"],
        said("packets a second, of 50", "每秒包数（应为 50）"): (
            f"{worst} {packets['least']:g}, {median} {packets['median']:g}"
        ),
        said("with sound", "有声"): f"{heard['share_with_sound']:.1%}",
        said("longest gap", "最长间断"): f"{median} {gap['median']:g} ms, 99% {gap['p99']:g} ms",
        said("told", "提示"): said(
            f"{least} to {most} times, 99% within {off:g} s of when",
            f"{least} 至 {most} 次，99% 与应播时刻相差不超过 {off:g} 秒",
        ),
        said("not heard, the ears being behind", "代听未及"): (
            f"{figures['packets_missed_by_the_ears']} {said('packets', '包')}"
        ),
        said("timers late, 99%", "定时器延迟，99%"): f"{figures['loop_lag_p99_ms']:g} ms",
        said("share of a core", "占用核心"): ", ".join(
            f"{name} {share:.0%}" for name, share in figures["share_of_a_core"].items()
        ),
        said("load average", "平均负载"): f"{figures['load_average']:g}",
    }
    for what, value in rows.items():
        table.add_row(what, str(value))
    console.print(table)


def _show_runs(sides: dict[str, Any], console: Console) -> None:
    columns = (
        ("", ""),
        ("share of ideal", "占理想值"),
        ("calls/s", "通/秒"),
        ("lost", "丢失"),
        ("free between calls", "两通之间空闲"),
        ("processor a call", "每通处理器用时"),
        ("load average", "平均负载"),
    )
    table = Table(*(said(*column) for column in columns), box=SIMPLE_HEAD)
    for name, side in sides.items():
        free = side["free_between_calls_ms"]
        table.add_row(
            name,
            f"{side['share_of_ideal']:.3f}",
            f"{side['cps']:g}",
            str(side["lost"]),
            f"{said('median', '中位')} {free['median']:g} ms, 95% {free['p95']:g} ms",
            _processor(side["processor_ms_per_call"]),
            f"{side['load_average']:g}",
        )
    console.print(table)
    steps = sides["hotline"]["breakdown_ms"]
    table = Table(
        said("from hang-up to the next caller", "从挂机到下一来电"),
        said("median ms", "中位 ms"),
        "95% ms",
        box=SIMPLE_HEAD,
    )
    for step, texts in STEPS.items():
        table.add_row(said(*texts), f"{steps[step]['median']:g}", f"{steps[step]['p95']:g}")
    console.print(table)


def _show_steps(sides: dict[str, Any], console: Console) -> None:
    for name, side in sides.items():
        table = Table(
            f"{name}: {said('calls/s', '通/秒')}",
            said("lost", "丢失"),
            said("wait", "等待"),
            said("timers late", "定时器延迟"),
            said("processor a call", "每通处理器用时"),
            "",
            box=SIMPLE_HEAD,
        )
        for step in side["steps"]:
            wait = step["wait_ms"]
            table.add_row(
                f"{step['rate']:g}",
                str(step["lost"]),
                f"{said('mean', '平均')} {wait['mean']:g} ms, 95% {wait['p95']:g} ms",
                f"{step['loop_lag_p99_ms']:g} ms",
                _processor(step["processor_ms_per_call"]),
                said(*(complaint(step) or ("clean", "正常"))),
            )
        console.print(table)
        rate = side["highest_clean_rate"]
        text = said(f"{name}: clean up to {rate:g} calls a second", f"{name}：每秒 {rate:g} 通以内正常")
        if not side["broke"]:
            text += said(", and the agents could not carry more", "，坐席已无法承接更多")
        console.print(text, highlight=False)


def _processor(used: dict[str, float]) -> str:
    return ", ".join(f"{name} {ms:g} ms" for name, ms in used.items())
