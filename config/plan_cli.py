"""`hotline plan`: what calls are routed by."""

import asyncio
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from config.db_cli import with_database
from config.language import said
from config.options import AsJson, Config, settings_of
from config.running import ask
from config.settings import Settings
from cti.api.operator_pass import Pass, read_pass
from cti.database.connection import Database
from cti.database.upgrade import current, require_current
from cti.flows.store import FlowStore, FlowText
from cti.plan.document import PlanDocument, QueuePart
from cti.plan.read import PlanError, read_file, read_values, values_of
from cti.plan.store import PlanStore
from cti.problems import Problem, Refused

app = typer.Typer(help="Plans: the one in force, and files.", no_args_is_help=True)


def flow_names(settings: Settings) -> set[str]:
    """The names that access numbers may use for flows. Raises Refused when their folder is not there."""
    if not settings.plan.flows.is_dir():
        raise Refused(Problem(f"plan.flows = {settings.plan.flows}", "no such folder", "make it, or name another"))
    return {file.stem for file in settings.plan.flows.glob("*.yaml")}


@app.command()
def show(
    file: Annotated[Path | None, typer.Argument(help="A plan file; without it, the plan in the database.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Print a plan: the one in the database, or a file."""
    plan = read_file(file) if file is not None else with_database(settings_of(config).database_url, newest_plan)
    if as_json:
        values = values_of(plan)
        del values["sampling"]["seed"]
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        _print(plan)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="A plan file; without it, the plan in force.")] = None,
    config: Config = None,
) -> None:
    """Check a plan against itself and the flows there are; exit status 1 when it cannot be used.

    Before the first start none is in force: then it is the one that the settings name.
    """
    settings = settings_of(config)
    flows = flow_names(settings)
    kept, texts = with_database(settings.database_url, kept_in) if file is None else (None, {})
    if kept is not None:
        place = said(f"plan version {kept.version} in the database", f"数据库中的方案版本 {kept.version}")
        plan = read_values(values_of(kept), place, flows | texts.keys())
    else:
        place = str(file or settings.plan.seed)
        plan = read_file(Path(place), flows)
    queues, agents, numbers = len(plan.queues), len(plan.agents), len(plan.access_numbers)
    print(
        said(
            f"{place}: {queues} queues, {agents} agents, {numbers} access numbers",
            f"{place}：{queues} 个技能组，{agents} 名坐席，{numbers} 个接入号",
        )
    )


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="A plan file: TOML, or JSON as plan show --json prints it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change; change nothing.")] = False,
    config: Config = None,
) -> None:
    """Put a plan file in force in the hotline that runs, for those who wait too; print each key that differs."""
    asyncio.run(_apply(read_pass(settings_of(config).pass_file), file, dry_run=dry_run))


async def _apply(pass_: Pass, file: Path, *, dry_run: bool) -> None:
    in_force, flows = await ask(pass_, "plan"), await ask(pass_, "flows")
    wanted = values_of(_read(file, in_force, {flow["flow"] for flow in flows}))
    rehearsed = await ask(pass_, "plan/changes", wanted)
    version, changes = rehearsed["version"], rehearsed["changes"]
    if not changes:
        print(said(f"plan version {version} says this already", f"方案版本 {version} 已是如此"))
        return
    if dry_run:
        print(said("DRY RUN, nothing is changed. It would change:", "演练，不作任何修改。将会改变："))
    else:
        saved = await ask(pass_, "plan", wanted, method="PUT")
        version = saved["version"]
        print(said(f"plan version {version} is in force. Changed:", f"方案版本 {version} 已生效。改变："))
    print("\n".join(f"  {change}" for change in changes))


def _read(file: Path, in_force: dict[str, Any], flows: Collection[str]) -> PlanDocument:
    """The plan in a file, as one made from the plan in force; JSON says itself what it was made from."""
    if file.suffix != ".json":
        return read_file(file, flows).numbered(in_force["version"])
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        values["sampling"] = {"seed": in_force["sampling"]["seed"], **values["sampling"]}
    except OSError as error:
        raise PlanError(Problem(str(file), f"cannot be read: {error.strerror}", "name a plan file")) from error
    except (ValueError, TypeError, KeyError):
        raise PlanError(Problem(str(file), "is no plan in JSON", "write it with hotline plan show --json")) from None
    return read_values(values, str(file), flows)


async def kept_in(database: Database) -> tuple[PlanDocument | None, Mapping[str, FlowText]]:
    """The plan and the flows in the database; None when no hotline of this version has put one there."""
    if not (await current(database)).is_current:
        return None, {}
    return await PlanStore(database).current(), await FlowStore(database).newest()


async def newest_plan(database: Database) -> PlanDocument:
    """The plan in the database. Raises Refused when it holds none yet, or is not of this version."""
    await require_current(database)
    plan = await PlanStore(database).current()
    if plan is None:
        mend = "start hotline once, it takes the seed in; or name a file"
        raise Refused(Problem(database.place, "holds no plan yet", mend))
    return plan


def _print(plan: PlanDocument) -> None:
    from rich.console import Console
    from rich.table import Table

    def skills(of: dict[str, int]) -> str:
        return " ".join(f"{name}:{level}" for name, level in of.items())

    def target(queue: QueuePart) -> str:
        share, within = queue.service_level.share, queue.service_level.within_s
        return said(f"{share:.0%} in {within:g} s", f"{within:g} 秒内 {share:.0%}")

    def table(title: str, columns: str, rows: list[tuple[Any, ...]]) -> Table:
        made = Table(*columns.split("|"), title=title, title_justify="left")
        for row in rows:
            made.add_row(*(str(cell) for cell in row))
        return made

    out, by_skill = Console(), said("by skill", "按技能")
    out.print(said("plan version", "方案版本"), plan.version, highlight=False)
    out.print(
        table(
            said("access numbers", "接入号"),
            said("number|中文|English|flow|language|tier|queue", "号码|中文|English|流程|语言|等级|技能组"),
            [
                (number, one.label.zh, one.label.en, one.flow, one.language, one.tier, one.queue)
                for number, one in plan.access_numbers.items()
            ],
        )
    )
    out.print(
        table(
            said("tiers", "客户等级"),
            said("tier|中文|English|rank|head start s|growth|reserve", "等级|中文|English|级别|提前量 秒|增长|预留"),
            [
                (name, one.label.zh, one.label.en, one.rank, f"{one.head_start_s:g}", one.growth, one.reserve_idle)
                for name, one in plan.tiers.items()
            ],
        )
    )
    out.print(
        table(
            said("queues", "技能组"),
            said("queue|中文|English|skills|ring s|wrap-up s|target", "技能组|中文|English|技能|振铃 秒|话后 秒|目标"),
            [
                (name, one.label.zh, one.label.en, skills(one.skills), one.ring_s, one.wrap_up_s, target(one))
                for name, one in plan.queues.items()
            ],
        )
    )
    out.print(
        table(
            said("agents", "坐席"),
            said("agent|name|skills|queues", "工号|姓名|技能|技能组"),
            [
                (
                    number,
                    one.name,
                    skills(one.skills),
                    by_skill if one.queues is None else " ".join(one.queues),
                )
                for number, one in plan.agents.items()
            ],
        )
    )
