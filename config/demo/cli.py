"""`hotline demo`."""

import asyncio
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.demo.faults import Fault

FOLDER = Path("var/demo")


def demo(
    calls: Annotated[int | None, typer.Option(min=1, help="Place so many calls, check them, and end.")] = None,
    fault: Annotated[Fault | None, typer.Option(help="Break something on purpose; the check must find it.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed calls the same way.")] = 1,
) -> None:
    """Show the main job: an Asterisk of its own, the hotline, callers and agents over real SIP."""
    from config.demo.folder import own_folder
    from config.demo.run import demo as run
    from config.lab.launch import CACHE

    # Told to end from elsewhere, it ends as with Ctrl-C: everything it started first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with own_folder(FOLDER) as folder:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            status = asyncio.run(run(folder.absolute(), CACHE.absolute(), calls, fault, seed, Console()))
        except KeyboardInterrupt:
            # Ended before every call was placed and checked: nothing is shown to be right.
            status = 0 if calls is None else 130
    raise typer.Exit(status)
