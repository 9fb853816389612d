"""`hotline lab load` and `hotline lab waiting`."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.demo.folder import own_folder
from config.lab.load.rival import Rival
from config.language import said

FOLDER = Path("var/load")
WAITING_FOLDER = Path("var/waiting")


def load(
    agents: Annotated[int, typer.Option(min=1, max=100, help="How many agents.")] = 10,
    talk: Annotated[float, typer.Option(min=0.05, max=10, help="Mean talk time, seconds; exponential.")] = 1.0,
    calls: Annotated[int, typer.Option(min=1, max=5000, help="Calls of a run.")] = 300,
    against: Annotated[Rival | None, typer.Option(help="Measure this too, in the same way.")] = None,
    runs: Annotated[int, typer.Option(min=1, max=9, help="How often; the median run is told.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed draws the same talk times.")] = 1,
    until_it_breaks: Annotated[
        bool, typer.Option("--until-it-breaks", help="Raise the call rate until it is not carried cleanly.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Keep agents busy with waiting callers: what share of the ideal is reached, what rate is carried?"""
    from config.lab.load.compare import Load, measure
    from config.lab.load.table import show

    what = Load(
        agents=agents,
        talk_s=talk,
        calls=calls,
        runs=runs,
        seed=seed,
        against=against,
        until_it_breaks=until_it_breaks,
    )
    progress = Console(stderr=True)
    with own_folder(FOLDER) as folder:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with progress.status(said("starting", "启动中")) as status:
            figures = asyncio.run(measure(what, folder.absolute(), status.update))
    if as_json:
        print(json.dumps(figures, indent=1))
    else:
        show(figures, Console())
    if any(figures[name].get("lost") for name in ("hotline", "app_queue") if name in figures):
        raise typer.Exit(1)


def waiting(
    callers: Annotated[int, typer.Option(min=1, max=2000, help="How many.")] = 1000,
    seconds: Annotated[float, typer.Option(min=5, max=3600, help="How long they are watched.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Let many callers wait whom nobody takes: what do they hear of music and announcements, what does that take?"""
    from config.lab.load.table import show_waiting
    from config.lab.load.waiting import watch_waiting

    progress = Console(stderr=True)
    with own_folder(WAITING_FOLDER) as folder:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with progress.status(said("starting", "启动中")) as status:
            figures = asyncio.run(watch_waiting(callers, seconds, folder.absolute(), status.update))
    if as_json:
        print(json.dumps(figures, indent=1))
    else:
        show_waiting(figures, Console())
    if figures["lost"]:
        raise typer.Exit(1)
