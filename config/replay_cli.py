"""`hotline replay`: decide again from the events of a journal, and say where something else is decided now."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from acd.replay import Difference, Replay
from config.options import AsJson, Config, settings_of
from config.status_cli import reader_language
from cti.journal.files import facts_in, segments_in
from cti.problems import Problem, Refused

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


def replay(
    log: Annotated[
        Path | None, typer.Argument(metavar="[LOG]", help="A journal's folder; by default that of these settings.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Decide again from the events of a journal and report every difference; exit status 1 when there is one.

    A hotline that writes this journal need not stop.
    """
    found = replayed(log if log is not None else settings_of(config).journal_folder)
    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False))
    else:
        _show(found, Console(soft_wrap=True, highlight=False), reader_language())
    if found.differences:
        raise typer.Exit(1)


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
