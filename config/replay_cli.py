"""`hotline replay`: decide again from the events of a journal, or see what another plan would have made of a day."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from acd.plan import Plan
from acd.replay import Difference, Replay
from acd.simulate.recorded import RecordedDay
from acd.simulate.staffed import with_fewer, with_more
from config.language import reader_language
from config.options import AsJson, Config, settings_of
from config.progress_bar import progress_bar
from config.what_if import figures_of, plan_of_day, read_day, targets_of, what_if
from config.what_if_view import show
from cti.journal.files import facts_in, segments_in
from cti.plan.read import read_file
from cti.plan.routing import routing
from cti.problems import Problem, Refused, closest

SHOWN = 20
"""So many differences are printed; JSON has them all."""
SUMMARY = (
    "{events} events, {decisions} decisions: {differences} decided otherwise now",
    "事件 {events} 条，决定 {decisions} 条：现有 {differences} 处决定不同",
)
AFTER = ("fact {number}, {event}:", "事实 {number}，{event}：")
THEN, NOW, REFUSED = ("  then: ", "  当时："), ("  now:  ", "  现在："), ("refused: ", "被拒绝：")
NOTHING = ("nothing", "无")


@dataclass(slots=True)
class Replayed:
    """What a replay found."""

    events: int = 0
    decisions: int = 0
    differences: list[Difference] = field(default_factory=list)


AGENTS = re.compile(r"([+-][0-9]{1,4})((?:\s+[a-z][a-z0-9_]*=(?:[1-9]|10))*)\s*")


def replay(
    log: Annotated[
        Path | None, typer.Argument(metavar="[LOG]", help="A journal's folder; by default that of these settings.")
    ] = None,
    with_plan: Annotated[
        Path | None, typer.Option("--with", metavar="PLAN", help="What would this plan have made of the day?")
    ] = None,
    agents: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHANGE", help='And so many agents more or fewer: "+2 billing=3 english=5", "-1 billing=3".'
        ),
    ] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="That day, instead of the last 24 hours.")
    ] = None,
    replications: Annotated[int, typer.Option(min=3, help="How often what is not known is drawn.")] = 20,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Decide again from the events of a journal and report every difference; exit status 1 when there is one.

    With --with or --agents: the day under another plan, beside what happened. A hotline that writes this journal need
    not stop.
    """
    folder = log if log is not None else settings_of(config).journal_folder
    if with_plan is not None or agents:
        _try(folder, with_plan, agents or [], day, replications, as_json=as_json)
        return
    found = replayed(folder)
    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False))
    else:
        _show(found, Console(soft_wrap=True, highlight=False), reader_language())
    if found.differences:
        raise typer.Exit(1)


def _try(
    folder: Path, with_plan: Path | None, agents: list[str], day: datetime | None, replications: int, *, as_json: bool
) -> None:
    """The day of a journal under another plan."""
    document = read_file(with_plan) if with_plan is not None else None
    recorded = read_day(folder, day.date() if day is not None else None)
    plan = routing(document) if document is not None else plan_of_day(recorded)
    for change in agents:
        plan = changed_agents(plan, recorded, change)
    with progress_bar(Console(stderr=True), "what if") as step:
        found = what_if(recorded, plan, targets_of(document), replications, step)
    if as_json:
        print(json.dumps(figures_of(found), ensure_ascii=False, allow_nan=False))
    else:
        show(found, Console(soft_wrap=False), reader_language())


def changed_agents(plan: Plan, day: RecordedDay, change: str) -> Plan:
    """The plan with agents more or fewer, as `+2 billing=3` says it. Raises Refused."""
    place = f"--agents {change!r}"
    read = AGENTS.fullmatch(change)
    if read is None:
        raise Refused(
            Problem(place, "is no change of agents", 'write it as "+2 billing=3 english=5" or "-1 billing=3"')
        )
    skills = {skill: int(level) for skill, _, level in (each.partition("=") for each in read[2].split())}
    known = {skill for spec in plan.agents.values() for skill in spec.skills}
    known |= {skill for queue in plan.queues.values() for skill in queue.skills}
    for skill in skills.keys() - known:
        raise Refused(Problem(place, f"the plan has no skill {skill!r}", closest(skill, sorted(known))))
    count = int(read[1])
    return with_more(plan, count, skills) if count > 0 else with_fewer(plan, day, -count, skills)


def replayed(folder: Path) -> Replayed:
    """Every difference in a journal's folder. Raises Refused when there is none, JournalError when it does not read."""
    if not segments_in(folder):
        raise Refused(Problem(str(folder), "holds no journal", "name the folder that holds facts-1.log"))
    again = Replay()
    differences = list(again.differences(fact for _, fact in facts_in(folder)))
    return Replayed(again.events, again.decisions, differences)


def plain(found: Replayed) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "events": found.events,
        "decisions": found.decisions,
        "differences": [
            {
                "number": one.number,
                "event": _named(one.event),
                "recorded": [_named(fact) for fact in one.recorded],
                "decided": [_named(fact) for fact in one.decided],
                "refused": one.refused,
            }
            for one in found.differences
        ],
    }


def _named(fact: object) -> dict[str, Any]:
    return {"fact": type(fact).__name__, **msgspec.to_builtins(fact, enc_hook=dict)}


def _show(found: Replayed, out: Console, language: int) -> None:
    for one in found.differences[:SHOWN]:
        out.print(AFTER[language].format(number=one.number, event=type(one.event).__name__), style="bold", markup=False)
        out.print(THEN[language] + (", ".join(map(str, one.recorded)) or NOTHING[language]), markup=False)
        now = REFUSED[language] + one.refused if one.refused else ", ".join(map(str, one.decided))
        out.print(NOW[language] + (now or NOTHING[language]), markup=False)
    differences = len(found.differences)
    out.print(SUMMARY[language].format(events=found.events, decisions=found.decisions, differences=differences))
