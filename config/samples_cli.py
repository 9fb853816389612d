"""`hotline samples`: what was drawn for quality inspection, and pieces of it to show to others."""

import getpass
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.db_cli import with_database
from config.language import said
from config.options import AsJson, Config, settings_of
from cti.database.connection import Database
from cti.database.models import Recording
from cti.database.upgrade import require_current
from cti.people.audit import AuditEntry, AuditTrail
from cti.problems import Problem, Refused
from cti.records.samples import DrawnSample, samples_page

DAY_MS = 86_400_000

app = typer.Typer(
    help="Recordings drawn for quality inspection (抽检).",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)
Agent = Annotated[str | None, typer.Option(help="Only of this agent (工号).")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, UTC.")]
Spans = Annotated[list[str] | None, typer.Option(help="FROM-TO in seconds of the recording: a tone instead.")]


@app.callback()
def samples(
    ctx: typer.Context,
    agent: Agent = None,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="So many at most.")] = 50,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """List the samples, newest first; the days are those on which they were drawn, `until` included."""
    if ctx.invoked_subcommand is not None:
        return
    start = _ms(since) if since else 0
    end = _ms(until) + DAY_MS if until else None

    async def ask(database: Database) -> Sequence[DrawnSample]:
        await require_current(database)
        async with database.reading() as session:
            drawn, _ = await samples_page(session, agent=agent, since=start, until=end, limit=limit)
        return drawn

    settings = settings_of(config)
    found = with_database(settings.database_url, ask)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _print(found, settings.recordings_folder)


@app.command()
def excerpt(
    contact: Annotated[str, typer.Argument(help="The contact.")],
    target: Annotated[Path, typer.Argument(help="The WAV file to write.")],
    start: Annotated[float, typer.Option("--from", min=0, help="Seconds into the recording.")] = 0.0,
    end: Annotated[float | None, typer.Option("--to", help="Seconds; else its end.")] = None,
    beep: Spans = None,
    config: Config = None,
) -> None:
    """Cut a piece out of a recording, with a tone over what others must not hear. It is written to the audit trail."""
    from recordings.excerpt import excerpt as cut

    settings = settings_of(config)
    beeps = [_span(text) for text in beep or ()]
    row = with_database(settings.database_url, lambda database: _looked_at(database, contact))
    seconds = cut(settings.recordings_folder / row.file, target, (start, row.seconds if end is None else end), beeps)
    print(f"{target}: {seconds:.1f} " + said("s", "秒"))


async def _looked_at(database: Database, contact: str) -> Recording:
    """The contact's recording, once the look at it is on record."""
    from sqlalchemy import select

    await require_current(database)
    async with database.reading() as session:
        row = await session.scalar(select(Recording).where(Recording.contact == contact))
    if row is None:
        raise Refused(Problem(f"contact {contact}", "has no recording", "hotline samples lists those that were drawn"))
    at = time.time_ns() // 1_000_000
    await AuditTrail(database).add(AuditEntry(at, f"{getpass.getuser()}@local", "excerpt", contact, row.id))
    return row


def _span(text: str) -> tuple[float, float]:
    first, _, last = text.partition("-")
    try:
        return float(first), float(last)
    except ValueError:
        raise Refused(Problem(f"--beep {text}", "is no span", "write it as FROM-TO, 12.5-15")) from None


def _ms(day: datetime) -> int:
    return round(day.replace(tzinfo=UTC).timestamp() * 1000)


def _print(found: Sequence[DrawnSample], folder: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = (
        said("drawn", "抽取"),
        said("contact", "联系"),
        said("agent", "工号"),
        said("seconds", "秒"),
        said("value < share", "取值 < 比例"),
        said("file", "文件"),
    )
    table = Table(*columns, title=f"{said('samples', '抽检')} · {folder}", title_justify="left")
    for one in found:
        at = f"{datetime.fromtimestamp(one.at / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"
        table.add_row(at, one.contact, one.agent, f"{one.seconds:.1f}", f"{one.value:.4f} < {one.share:g}", one.file)
    Console().print(table if found else said("no samples", "没有抽检"))
