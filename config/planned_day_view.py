"""`hotline simulate PLAN --traffic FILE`: what comes of a plan's days, as a table or JSON."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from acd.simulate.compared import ALL, Spread, spreads
from acd.simulate.document import ScenarioError
from config.plan_traffic import load_traffic
from config.planned_day import planned_days
from config.progress_bar import progress_bar
from config.what_if import named
from cti.plan.read import read_file
from cti.problems import Problem, Refused

DAYS = 10
SHOWN = ("offered", "service_level", "abandoned_share", "mean_wait_s")
"""JSON has all figures."""


def simulate_plan(file: Path, traffic: Path, replications: int, console: Console, *, as_json: bool) -> None:
    """Run and print. Raises Refused, JournalError."""
    plan, values = read_file(file), load_traffic(traffic)
    try:
        with progress_bar(console, f"plan version {plan.version}") as step:
            days = planned_days(plan, values, replications, lambda done: step(done / replications, f"{done} days"))
    except ScenarioError as error:
        raise Refused(*(Problem(f"{traffic}, {one.dotted}", one.what, one.mend) for one in error.mistakes)) from None
    found = spreads(days)
    if as_json:
        figures = {
            named(place): {
                name: None if one is None else {"mean": one.mean, "error": one.error} for name, one in own.items()
            }
            for place, own in found.items()
        }
        print(json.dumps({"replications": replications, "queues": figures}, ensure_ascii=False, allow_nan=False))
        return
    table = Table("", *SHOWN, title=f"plan version {plan.version}, {replications} days", title_justify="left")
    for place in [*(place for place in found if place != ALL), ALL]:
        table.add_row(
            named(place), *(_shown(found[place][name], share="level" in name or "share" in name) for name in SHOWN)
        )
    out = Console()
    out.print(table)
    out.print("± holds 95 of 100 days.", highlight=False)


def _shown(one: Spread | None, *, share: bool) -> str:
    if one is None:
        return "–"
    return f"{one.mean:.1%} ± {100 * one.error:.1f}" if share else f"{one.mean:.1f} ± {one.error:.1f}"
