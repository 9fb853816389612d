"""`hotline ivr`: the flows callers go through."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from config import flow_life
from config.flow_house import house_of
from config.flow_life import live_counts
from config.flow_tests import covered_by, report, told
from config.flow_try import converse
from config.language import said
from config.options import AsJson, Config, settings_of
from config.settings import Settings
from cti.flows.store import FlowChange, FlowText
from cti.problems import Problem, Refused, closest
from ivr.flow.difference import differing
from ivr.flow.lint.book import RULES
from ivr.flow.load import SUFFIX
from ivr.flow.model import schema as flow_schema
from ivr.flow.picture.mermaid import mermaid
from ivr.flow.picture.svg import svg
from ivr.flow.scripts.document import Script, moment
from ivr.flow.scripts.play import Outcome, Stage

app = typer.Typer(
    help="Flows: what callers hear and press.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)

FlowArgument = Annotated[str, typer.Argument(help="A flow's name (hotline ivr list).")]
FlowFile = Annotated[str, typer.Argument(help="A flow's name, or a file.")]
FilesArgument = Annotated[
    list[Path] | None, typer.Argument(help="Flow files; without any, all of the folder that the settings name.")
]
Why = Annotated[str, typer.Option("--note", help="Why, for the history.")]


@app.command()
def schema() -> None:
    """Print the flow language as JSON Schema, for editors that complete and check YAML."""
    print(json.dumps(flow_schema(), ensure_ascii=False, indent=2))


@app.command("list")
def list_flows(config: Config = None, as_json: AsJson = False) -> None:
    """The flows in force: version, when, who, note."""
    _print([one.change for one in flow_life.newest(settings_of(config)).values()], as_json)


@app.command()
def history(flow: FlowArgument, config: Config = None, as_json: AsJson = False) -> None:
    """A flow's versions, newest first."""
    settings = settings_of(config)
    _newest(settings, flow)
    _print(flow_life.history(settings, flow), as_json)


@app.command()
def show(
    flow: FlowArgument,
    version: Annotated[int | None, typer.Option(help="An older version.")] = None,
    config: Config = None,
) -> None:
    """Print a flow as it is in force."""
    settings = settings_of(config)
    print(_text(settings, flow, version), end="")


@app.command()
def diff(
    flow: FlowArgument,
    since: Annotated[int | None, typer.Option(help="From this version; else from the one in force.")] = None,
    until: Annotated[int | None, typer.Option(help="To this version; else to the file, or what is in force.")] = None,
    config: Config = None,
) -> None:
    """What differs: its file from what is in force, or one version from another; exit status 1 when anything does."""
    settings = settings_of(config)
    file = settings.plan.flows / f"{flow}{SUFFIX}"
    before = f"{flow} version {since or _newest(settings, flow).change.version}"
    old = _text(settings, flow, since)
    if until is not None or since is not None:
        after = f"{flow} version {until or _newest(settings, flow).change.version}"
        new = _text(settings, flow, until)
    else:
        after, new = str(file), _read(file)
    lines = differing(old, new, before, after)
    print("\n".join(lines) or said("nothing differs", "没有差异"))
    raise typer.Exit(1 if lines else 0)


@app.command()
def publish(files: FilesArgument = None, note: Why = "", config: Config = None, as_json: AsJson = False) -> None:
    """Put flows in force for calls that come from now on, all or none; what is in force already stays as it is."""
    settings = settings_of(config)
    texts = {file.stem: _read(file) for file in files or sorted(settings.plan.flows.glob(f"*{SUFFIX}"))}
    _print(flow_life.publish(settings, texts, note), as_json)


@app.command()
def rollback(
    flow: FlowArgument,
    to: Annotated[int | None, typer.Option(help="To this version; else to the one before.")] = None,
    note: Why = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Put an older version in force again, as a new one, for calls that come from now on."""
    settings = settings_of(config)
    current = _newest(settings, flow).change.version
    _print(flow_life.roll_back(settings, flow, to if to is not None else current - 1, note), as_json)


@app.command()
def lint(
    files: FilesArgument = None,
    rules: Annotated[bool, typer.Option("--rules", help="Only list the rules: name, what, source.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Look flows over; exit status 1 when a rule is broken."""
    if rules:
        _print_rules(as_json)
        return
    found = house_of(config).lint(files)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(str, found)) or said("every rule is kept", "各项规则均已遵守"))
    raise typer.Exit(1 if found else 0)


@app.command("test")
def play_scripts(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Scripts; without any, those in the folder tests beside the flows.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="As real calls on a lab of its own: SIP, keys, sound.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Play scripts without a phone: what callers do, hear and come to; exit status 1 when anything is otherwise."""
    house = house_of(config)
    scripts = house.scripts(files)
    stage = house.stage(scripts)
    played = live_calls(stage, scripts) if live else {script.file: stage.play(script) for script in scripts}
    covered = covered_by(stage.flows, [one for outcomes in played.values() for one in outcomes])
    if as_json:
        print(json.dumps(report(played, covered), ensure_ascii=False, indent=2))
    else:
        print("\n".join(told(played, covered)))
    raise typer.Exit(1 if any(one.problems for outcomes in played.values() for one in outcomes) else 0)


def live_calls(stage: Stage, scripts: Sequence[Script]) -> dict[str, list[Outcome]]:
    """Every call of these scripts as a real one."""
    from config.flow_live import on_own_lab

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(on_own_lab(stage, scripts))


@app.command("try")
def try_flow(
    flow: FlowFile,
    access: Annotated[str | None, typer.Option(help="The access number dialled.")] = None,
    caller: Annotated[str, typer.Option(help="The caller's number; without it, withheld.")] = "",
    at: Annotated[str | None, typer.Option(help="The moment: 2026-03-04T10:00.")] = None,
    config: Config = None,
) -> None:
    """Play a flow here with keys: Enter is silence, ! hangs up, 5s speaks for five seconds."""
    try:
        when = None if at is None else moment(at).isoformat()
    except ValueError:
        raise Refused(Problem("--at", f"{at!r} is no moment", "write it as 2026-03-04T10:00")) from None
    converse(house_of(config), flow, access, caller, when)


@app.command()
def draw(
    flow: FlowFile,
    as_mermaid: Annotated[bool, typer.Option("--mermaid", help="As a Mermaid flowchart instead of SVG.")] = False,
    counted: Annotated[
        bool, typer.Option("--counts", help="With how many callers went where, of the hotline that runs.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it here instead of printing it.")] = None,
    config: Config = None,
) -> None:
    """Draw a flow as SVG or Mermaid."""
    found = house_of(config).flow(flow)
    if as_mermaid:
        drawn = mermaid(found)
    else:
        drawn = svg(found, live_counts(settings_of(config), found.name) if counted else None)
    if out is None:
        print(drawn, end="")
    else:
        out.write_text(drawn, encoding="utf-8")


def _print_rules(as_json: bool) -> None:
    rows = [{"rule": one.name, "en": one.en, "zh-CN": one.zh, "source": one.source} for one in RULES.values()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        print(f"{row['rule']:18} {row['en']}\n{'':18} {row['zh-CN']}\n{'':18} ({row['source']})")


def _newest(settings: Settings, flow: str) -> FlowText:
    found = flow_life.newest(settings)
    if flow not in found:
        raise Refused(Problem(f"flow {flow}", "no version of it was ever published", closest(flow, found)))
    return found[flow]


def _text(settings: Settings, flow: str, version: int | None) -> str:
    newest = _newest(settings, flow)
    if version is None:
        return newest.text
    found = flow_life.version(settings, flow, version)
    if found is None:
        what = f"there is no version {version}"
        raise Refused(Problem(f"flow {flow}", what, f"name one of 1 to {newest.change.version}"))
    return found.text


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Refused(Problem(str(file), f"byte {error.start} is no UTF-8", "save it as UTF-8")) from None


def _print(changes: Sequence[FlowChange], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2))
        return
    for change in changes:
        at = datetime.fromtimestamp(change.at / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        print(f"{change.flow:16} {change.version:4}  {at}  {change.who:16}  {change.what}".rstrip())
    if not changes:
        print(said("nothing changed", "没有变化"))
