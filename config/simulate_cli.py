"""`hotline simulate`: a scenario file through the engine's own router, and the figures that come out."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from acd.simulate.figures import curve_of, figures_of
from acd.simulate.scenario import Scenario
from acd.simulate.tally import Tally
from config.language import said
from config.options import AsJson
from config.planned_day_view import DAYS, simulate_plan
from config.progress_bar import progress_bar
from config.sentences import problem_in_words
from config.simulation import load_scenario, run_scenario
from config.simulation_plot import picture_of
from config.tuning import tuned, tuning_figures, why
from cti.problems import Refused

ROWS = (
    "offered", "answered", "abandoned", "p_wait", "p_abandon", "mean_wait_s", "mean_wait_answered_s", "mean_queue",
)  # fmt: skip
"""Figures that every call type has, as the table lists them."""

_err = Console(stderr=True)


FIGURES = {
    "offered": ("offered", "进组"),
    "answered": ("answered", "接通"),
    "abandoned": ("abandoned", "放弃"),
    "p_wait": ("had to wait", "需等待"),
    "p_abandon": ("abandoned, share", "放弃率"),
    "mean_wait_s": ("mean wait, s", "平均等待（秒）"),
    "mean_wait_answered_s": ("mean wait of the answered, s", "接通者平均等待（秒）"),
    "mean_queue": ("mean queue", "平均排队数"),
}
WITHIN = {
    "answered_within": ("answered within {} s", "{} 秒内接通"),
    "answered_by": ("answered by {}", "由 {} 接听"),
}


def simulate(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A scenario: traffic and staff, as TOML; with --traffic, a plan file."),
    ],
    traffic: Annotated[
        Path | None,
        typer.Option(metavar="FILE|JOURNAL", help="Who calls a plan: a traffic file, or a journal's folder."),
    ] = None,
    as_json: AsJson = False,
    replications: Annotated[
        int | None, typer.Option(min=1, help="Independent runs, in place of the file's own number.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw how soon calls are answered.")] = None,
) -> None:
    """Run a scenario, or a plan and its traffic, on the engine's own router under a virtual clock, on every core."""
    try:
        if traffic is not None:
            simulate_plan(file, traffic, replications or DAYS, _err, as_json=as_json)
            return
        scenario = load_scenario(file)
    except Refused as error:
        for problem in error.problems:
            _err.print(f"[red]hotline simulate:[/] {problem_in_words(problem)}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    if replications is not None:
        scenario = replace(scenario, replications=replications)
    if scenario.by_targets:
        scenario = replace(scenario, tuning=tuned(scenario, _err))
    began = time.perf_counter()
    tallies = _run(scenario)
    figures = figures_of(scenario, tallies)
    figures["wall_s"] = round(time.perf_counter() - began, 3)
    if scenario.tuning is not None:
        figures["tuning"] = tuning_figures(scenario.tuning)
    if plot is not None:
        _draw(plot, scenario, tallies, figures)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, allow_nan=False))
    else:
        _show(scenario, figures)


def _run(scenario: Scenario) -> list[Tally]:
    with progress_bar(_err, scenario.title) as step:
        return run_scenario(
            scenario, lambda done: step(done / scenario.replications, said(f"{done} runs", f"{done} 次"))
        )


def _draw(path: Path, scenario: Scenario, tallies: list[Tally], figures: dict[str, Any]) -> None:
    curves = {call.name: curve_of(call, tallies) for call in scenario.calls}
    queues = {
        call.name: [slot["calls"][call.name]["mean_queue"]["mean"] for slot in figures.get("slots", [])]
        for call in scenario.calls
    }
    try:
        path.write_text(picture_of(scenario, curves, queues), encoding="utf-8")
    except OSError as error:
        _err.print(
            f"[red]hotline simulate:[/] {path}: it cannot be written ({error.strerror}): name a file in a folder "
            "that is there",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(2) from None


def _show(scenario: Scenario, figures: dict[str, Any]) -> None:
    out = Console()
    calls = Table(title=scenario.title, title_justify="left")
    calls.add_column(said("calls", "来电"))
    every = figures["calls"].values()
    for name in figures["calls"]:
        calls.add_column(name, justify="right")
    for row, label in FIGURES.items():
        shown = _share if row.startswith("p_") else _number
        calls.add_row(said(*label), *(shown(own[row]) for own in every))
    for table, label in WITHIN.items():
        for key in dict.fromkeys(key for own in every for key in own[table]):
            calls.add_row(said(*label).format(key), *(_share(own[table].get(key)) for own in every))
    if "shortfall_pp" in figures:
        calls.add_row(
            said("short of target, points", "距目标，百分点"), *(_number(own.get("shortfall_pp")) for own in every)
        )
    out.print(calls)
    agents = Table(said("agents", "坐席"), said("occupancy", "占用率"))
    for name, own in figures["agents"].items():
        agents.add_row(name, _share(own["occupancy"]))
    out.print(agents)
    for line in why(scenario):
        out.print(line, highlight=False, soft_wrap=True)
    lacking = _number(figures["shortfall_pp"]) if figures.get("shortfall_pp") else ""
    targets = said(f"; short of the targets by {lacking} points in all", f"；距各目标共差 {lacking} 个百分点")
    runs, span, count, took = scenario.replications, scenario.horizon_s, figures["calls_simulated"], figures["wall_s"]
    out.print(
        said(
            f"{runs} replications of {span:g} s, {count} calls", f"重复 {runs} 次，每次 {span:g} 秒，共 {count} 通来电"
        )
        + said(f" in {took:.1f} s", f"，用时 {took:.1f} 秒")
        + (targets if lacking else "")
        + said(". ± is one standard error.", "。± 为一个标准误。"),
        highlight=False,
        soft_wrap=True,
    )


def _number(each: dict[str, float | None] | None) -> str:
    mean = each["mean"] if each is not None else None
    if each is None or mean is None:
        return "–"
    return f"{mean:.4g}" if each["se"] is None else f"{mean:.4g} ± {each['se']:.2g}"


def _share(each: dict[str, float | None] | None) -> str:
    mean = each["mean"] if each is not None else None
    if each is None or mean is None:
        return "–"
    return f"{mean:.1%}" if each["se"] is None else f"{mean:.1%} ± {100 * each['se']:.2g}"
