"""`hotline tune`: the weights, reservations and agents' prices that meet the targets, found ahead of time."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from acd.simulate.document import ScenarioError
from acd.simulate.scenario import Scenario
from config.language import said
from config.options import AsJson
from config.plan_scenario import scenario_of, spelled_out, with_tuning
from config.plan_traffic import load_traffic
from config.sentences import problem_in_words
from config.simulation import load_scenario
from config.staffing import Staffing, staffing_of
from config.tuning import tuned, tuning_figures, why
from cti.plan.changes import changes
from cti.plan.document import PlanDocument
from cti.plan.read import read_file
from cti.problems import Problem, Refused

_err = Console(stderr=True)


def tune(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file; without --traffic, a scenario file.")],
    traffic: Annotated[
        Path | None, typer.Option(metavar="FILE|JOURNAL", help="Who calls: a traffic file, or a journal's folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the routing that meets the targets; tell what it meets, what agents would change, what the plan needs."""
    try:
        document = read_file(plan) if traffic is not None else None
        scenario = _scenario(plan, document, traffic)
    except Refused as error:
        for problem in error.problems:
            _err.print(f"[red]hotline tune:[/] {problem_in_words(problem)}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    found = replace(scenario, tuning=tuned(scenario, _err))
    staffing = staffing_of(scenario, found, _err)
    assert found.tuning is not None
    diff: list[str] = []
    if document is not None:
        wanted = with_tuning(document, scenario, found.tuning)
        diff = changes(spelled_out(document, wanted), wanted)
    if as_json:
        figures = {**staffing.figures(), "tuning": tuning_figures(found.tuning), "plan_diff": diff}
        print(json.dumps(figures, ensure_ascii=False, allow_nan=False))
    else:
        _show(found, staffing, diff)


def _scenario(plan: Path, document: PlanDocument | None, traffic: Path | None) -> Scenario:
    if document is None or traffic is None:
        scenario = load_scenario(plan)
        if all(call.target is None for call in scenario.calls):
            raise Refused(Problem(str(plan), "no call type has a target", "give one its target = { within_s, share }"))
        return scenario
    try:
        return scenario_of(document, load_traffic(traffic))
    except ScenarioError as error:
        raise Refused(*(Problem(f"{traffic}, {one.dotted}", one.what, one.mend) for one in error.mistakes)) from None


HEADS = (("calls", "来电"), ("target", "目标"), ("as it is", "现状"), ("tuned", "调整后"))


def _show(scenario: Scenario, staffing: Staffing, diff: list[str]) -> None:
    out = Console()
    table = Table(*(said(*head) for head in HEADS), "", title=scenario.title, title_justify="left")
    for line in staffing.lines:
        target = said(f"{line.share:.0%} in {line.within_s:g} s", f"{line.within_s:g} 秒内 {line.share:.0%}")
        short = said(f"{line.missing_pp:.1f} short", f"差 {line.missing_pp:.1f}")
        met = f"[green]{said('met', '达标')}[/]" if line.missing_pp == 0 else f"[red]{short}[/]"
        table.add_row(line.name, target, f"{line.before:.1%}", f"{line.after:.1%}", met)
    out.print(table)
    agents = Table(
        said("agents", "坐席"),
        said("one more", "多一名"),
        said("one less", "少一名"),
        title=said("points missing in all", "合计所差百分点"),
        title_justify="left",
    )
    for name, (more, less) in staffing.one_agent.items():
        agents.add_row(name, f"{more:.2f}", "–" if less is None else f"{less:.2f}")
    out.print(agents)
    for sentence in (*staffing.sentences(), *why(scenario)):
        out.print(sentence, highlight=False, soft_wrap=True)
    for change in diff:
        out.print(f"  {change}", highlight=False, markup=False, soft_wrap=True)
