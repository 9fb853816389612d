"""`hotline audit`: who looked at and changed what, and whether that trail is as it was written."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from config.db_cli import with_database
from config.language import said
from config.options import Config, settings_of
from config.terminal import moment, print_list
from cti.database.connection import Database
from cti.database.upgrade import require_current
from cti.masking import mask_text
from cti.people.audit import AuditEntry, AuditTrail, Break, Kept, break_at
from cti.problems import Problem, Refused

app = typer.Typer(help="The audit trail: check, show, export; also while hotline runs.", no_args_is_help=True)


@app.command()
def check(
    holds: Annotated[
        str, typer.Option(help="NUMBER:DIGEST that a former check printed, or the log: the trail must still have it.")
    ] = "",
    config: Config = None,
) -> None:
    """Work every digest out anew and name what does not follow from the entry before it; exit status 1 then.

    An end that was cut off, and a trail that was written anew as a whole, show only against a digest kept elsewhere.
    """
    wanted = _wanted(holds) if holds else None

    async def run(database: Database) -> tuple[Kept | None, list[Break]]:
        await require_current(database)
        last: Kept | None = None
        found: list[Break] = []
        held = wanted is None
        async for kept in AuditTrail(database).every():
            broken = break_at(last, kept)
            if broken is not None:
                found.append(broken)
            held = held or (kept.number, kept.digest) == wanted
            last = kept
        if not held and wanted is not None:
            found.append(Break(wanted[0], "it is not there any more with that digest"))
        return last, found

    last, breaks = with_database(settings_of(config).database_url, run)
    for one in breaks:
        mend = said("compare it with a backup and the log, find who could write there", "请与备份和日志比对")
        print(said(f"audit entry {one.number}: {one.what}: {mend}", f"审计记录 {one.number}：{one.what}：{mend}"))
    if breaks:
        raise typer.Exit(1)
    if last is None:
        print(said("no entry yet", "尚无记录"))
    else:
        print(said("whole up to", "完整，直到"), f"{last.number}:{last.digest}")


@app.command()
def show(
    who: Annotated[str | None, typer.Option(help="Only of this login.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only about this contact, recording or person.")] = None,
    last: Annotated[int, typer.Option(min=1, help="So many, from the end.")] = 50,
    config: Config = None,
) -> None:
    """Print entries for a person, oldest first, telephone numbers masked."""

    async def run(database: Database) -> Sequence[AuditEntry]:
        await require_current(database)
        return await AuditTrail(database).newest(who=who, subject=subject, limit=last)

    columns = said("time|who|act|subject|detail", "时间|操作人|操作|对象|详情").split("|")
    newest = with_database(settings_of(config).database_url, run)
    print_list(
        columns,
        (
            [moment(one.at), *(mask_text(word) for word in (one.who, one.act, one.subject, one.detail))]
            for one in reversed(newest)
        ),
        nothing=said("no entry yet", "尚无记录"),
    )


@app.command()
def export(config: Config = None) -> None:
    """Write all entries to standard output, a JSON object a line: {number, at, who, act, subject, detail, digest}."""

    async def run(database: Database) -> None:
        await require_current(database)
        async for kept in AuditTrail(database).every():
            line = {"number": kept.number, **asdict(kept.entry), "digest": kept.digest}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")

    with_database(settings_of(config).database_url, run)


def _wanted(holds: str) -> tuple[int, str]:
    number, _, digest = holds.partition(":")
    if not (number.isascii() and number.isdecimal() and len(digest) == 64):
        raise Refused(Problem(f"--holds {holds[:80]}", "is not NUMBER:DIGEST", "give it as `hotline audit check` does"))
    return int(number), digest
