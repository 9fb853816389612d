"""`hotline check`: everything that is read at the start, read now; each problem named with its mend."""

from collections.abc import Sequence
from pathlib import Path

import typer

from config.options import Config, settings_of
from config.plan_cli import flow_names
from config.settings import Settings
from cti.plan.read import read_file
from cti.problems import Problem, Refused


def check(config: Config = None) -> None:
    """Check settings, plan, flows and prompts; exit status 1 when there is any problem."""
    settings = settings_of(config)
    problems = problems_of(settings)
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("settings, plan, flows and prompts are as they must be")


def problems_of(settings: Settings) -> Sequence[Problem]:
    """What is wrong beyond the settings themselves."""
    problems = _folders(settings)
    try:
        read_file(settings.plan.seed, flow_names(settings))
    except Refused as error:
        problems += error.problems
    return problems


def _folders(settings: Settings) -> list[Problem]:
    wanted: list[tuple[str, Path]] = [("plan.flows", settings.plan.flows)]
    wanted += [("plan.prompts", folder) for folder in settings.plan.prompts]
    return [
        Problem(f"{key} = {folder}", "no such folder", "make it, or name another")
        for key, folder in wanted
        if not folder.is_dir()
    ]
