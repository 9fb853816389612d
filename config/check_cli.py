"""`hotline check`: everything that is read at the start, read now; each problem named with its mend."""

from collections.abc import Mapping
from datetime import date

import typer

from config.db_cli import with_database
from config.language import said
from config.options import Config, settings_of
from config.plan_cli import flow_names, kept_in
from config.prompt_book import prompt_book
from config.sentences import problem_in_words
from config.settings import Settings
from config.sources import names_of
from cti.flows.store import FlowText
from cti.hours.calendar import missing_decrees
from cti.plan.document import PlanDocument
from cti.plan.read import read_file, read_values, values_of
from cti.problems import Problem, Refused
from ivr.flow.load import load_folder, load_texts


def check(config: Config = None) -> None:
    """Check settings, plan, flows and prompts; exit status 1 when there is any problem."""
    settings = settings_of(config)
    problems = problems_of(settings)
    for problem in problems:
        print(problem_in_words(problem))
    if problems:
        raise typer.Exit(1)
    for year in missing_decrees(date.today()):
        print(
            said(
                f"warning: the swapped working days of {year} are not known yet: update hotline when they are out",
                f"警告：尚不知 {year} 年的调休安排：公布后请更新 hotline",
            )
        )
    print(said("settings, plan, flows and prompts are as they must be", "配置、方案、流程和提示音均符合要求"))


def problems_of(settings: Settings) -> list[Problem]:
    """What is wrong beyond the settings themselves: with the first plan, with the one in the database, with flows."""
    try:
        problems = [*_flows(settings, read_file(settings.plan.seed, flow_names(settings)))]
    except Refused as error:
        return [*error.problems]
    try:
        kept, texts = with_database(settings.database_url, kept_in)
        if kept is not None:
            names = flow_names(settings) | texts.keys()
            version = kept.version
            place = said(f"plan version {version} in the database", f"数据库中的方案版本 {version}")
            kept = read_values(values_of(kept), place, names)
            problems += [
                Problem(one.place, f"{one.what} in plan version {version} of the database", one.mend)
                for one in (*_flows(settings, kept), *_published(settings, kept, texts))
                if one not in problems
            ]
    except Refused as error:
        problems += error.problems
    return problems


def _flows(settings: Settings, plan: PlanDocument) -> tuple[Problem, ...]:
    prompts = prompt_book(settings.plan)
    return load_folder(settings.plan.flows, names_of(plan, prompts, settings.look_up)).problems


def _published(settings: Settings, plan: PlanDocument, texts: Mapping[str, FlowText]) -> tuple[Problem, ...]:
    names = names_of(plan, prompt_book(settings.plan), settings.look_up)
    return load_texts({one.place: (name, one.text) for name, one in texts.items()}, names).problems
