"""`python -m tools.bank FILE DATE`: a day of the bank under its own plan, and first come first served."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from rich.console import Console

from config.progress_bar import progress_bar
from config.what_if import figures_of, what_if
from config.what_if_view import show
from tools.bank.calls import calls_of
from tools.bank.day import absences, plan_of, recorded

WITHIN_S = 60.0


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tools.bank", description=__doc__)
    options.add_argument("file", type=Path, help="bank_calls_1999_08_01_15.csv.gz")
    options.add_argument("date", help="1999-08-02")
    options.add_argument(
        "--head-start", type=float, default=0.0, help="seconds a VIP is ahead in the plan that is tried"
    )
    options.add_argument("--replications", type=int, default=20)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    calls, left_out = calls_of(chosen.file, chosen.date)
    if not calls:
        sys.exit(f"{chosen.file}: no call of {chosen.date} wanted an agent: name a day the file has")
    day = recorded(calls, datetime.fromisoformat(chosen.date).astimezone())
    plan = plan_of(calls, chosen.head_start)
    with progress_bar(Console(stderr=True), chosen.date) as step:
        found = what_if(day, plan, lambda queue, tier: WITHIN_S, chosen.replications, step)
    if chosen.json:
        print(json.dumps({**figures_of(found), "left_out": dict(left_out)}))
        return
    show(found, Console(soft_wrap=False), 0)
    away = list(absences(calls))
    print(
        f"{len(calls)} calls wanted an agent; {len(plan.agents)} agents, {len(away)} absences between calls inferred."
    )
    print("Left out: " + ", ".join(f"{rule}: {count}" for rule, count in sorted(left_out.items())) + ".")


if __name__ == "__main__":
    main()
