"""`hotline check`: everything that is read at the start, read now; each problem named with its mend."""

import typer

from config.options import Config, settings_of
from config.plan_cli import flow_names
from config.settings import Settings
from cti.plan.document import PlanDocument
from cti.plan.read import read_file
from cti.problems import Problem, Refused
from ivr.flow.check import Names
from ivr.flow.load import load_folder
from ivr.prompts.book import PromptBook


def check(config: Config = None) -> None:
    """Check settings, plan, flows and prompts; exit status 1 when there is any problem."""
    settings = settings_of(config)
    problems = problems_of(settings)
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("settings, plan, flows and prompts are as they must be")


def problems_of(settings: Settings) -> list[Problem]:
    """What is wrong beyond the settings themselves."""
    try:
        return [*_flows(settings, read_file(settings.plan.seed, flow_names(settings)))]
    except Refused as error:
        return [*error.problems]


def _flows(settings: Settings, plan: PlanDocument) -> tuple[Problem, ...]:
    prompts = PromptBook(settings.plan.prompts)
    return load_folder(settings.plan.flows, Names.of(plan, prompts.missing)).problems
