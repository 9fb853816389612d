"""`hotline lab chaos`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.lab.chaos.blow import Fault

FOLDER = Path("var/chaos")


def chaos(
    kills: Annotated[int, typer.Option(min=1, max=1000, help="How many blows.")] = 20,
    contacts: Annotated[int, typer.Option(min=3, max=300, help="Live contacts at each blow.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed strikes and calls the same way.")] = 1,
    fault: Annotated[
        list[Fault] | None, typer.Option(help="What to do, each as often as the others; kill when none is given.")
    ] = None,
    facts: Annotated[
        int, typer.Option(min=0, max=10_000_000, help="Facts of simulated calls that are in the journal before.")
    ] = 0,
    patient: Annotated[
        int, typer.Option(min=0, max=250, help="So many of the contacts wait throughout; no blow is long then.")
    ] = 0,
    report: Annotated[Path | None, typer.Option(help="Write the finding as a page in English and Chinese.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Kill the hotline again and again while real calls flow; is every call accounted for, and did any notice?"""
    from config.demo.folder import own_folder
    from config.lab.chaos.page import figures, show, write_page
    from config.lab.chaos.run import Course
    from config.lab.chaos.run import chaos as run
    from config.lab.installation import find
    from config.lab.launch import CACHE

    if patient > contacts - 3:
        raise typer.BadParameter("three contacts at least do not wait throughout: ask for fewer, or for more contacts")
    course = Course(
        kills=kills,
        contacts=contacts,
        seed=seed,
        faults=tuple(fault or [Fault.KILL]),
        facts=facts,
        patient=patient,
    )
    progress = Console(stderr=True)
    with own_folder(FOLDER) as folder, progress.status("starting") as status:

        def tell(line: str) -> None:
            status.update(line)
            if not progress.is_terminal:
                progress.print(line, markup=False, highlight=False, soft_wrap=True)

        installation = find(CACHE.absolute(), tell)
        finding = asyncio.run(run(folder.absolute(), installation, course, tell))
    if as_json:
        print(json.dumps(figures(finding), indent=1, ensure_ascii=False))
    else:
        show(finding, Console())
    if report is not None:
        write_page(finding, course, report)
    raise typer.Exit(1 if finding.wrong or finding.stopped else 0)
