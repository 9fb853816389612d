"""`hotline emergency`: move a queue, whole, to its emergency plan and back, also while hotline is down."""

import asyncio
import json
import time
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console

from acd import events as e
from acd.emergency_plan import is_prepared
from acd.errors import IllegalEvent
from acd.events import EmergencyWay
from acd.fold import FoldedFloor
from config.db_cli import with_database
from config.emergency import fallback_of_emergencies, switch_in_journal, tell_asterisks
from config.language import reader_language
from config.options import AsJson, Config, settings_of
from config.plan_cli import newest_plan
from config.prompt_book import prompt_book
from config.running import NoAnswer, ask
from config.sentences import problem_in_words
from config.settings import Settings
from config.status_cli import WORDS
from cti.api.operator_pass import OPERATOR, PassRefused, read_pass
from cti.journal.files import JournalError
from cti.problems import Problem, Refused

app = typer.Typer(help="Move a queue to its emergency plan, and back.", no_args_is_help=True)
Queue = Annotated[str, typer.Argument(metavar="QUEUE", help="A queue of the plan.")]
Why = Annotated[str, typer.Option("--why", help="For the record.")]
Drill = Annotated[bool, typer.Option("--drill", help="Tell what would happen; move nobody.")]

SAID = {
    "on": (
        "{queue}: switched over to {to} since {since}, by {who}{why}",
        "{queue}：自 {since} 起由 {who} 切换到{to}{why}",
    ),
    "off": ("{queue}: as usual; prepared: {ways}", "{queue}：正常；预案：{ways}"),
    "none": (
        "no queue has an emergency plan: write [queues.NAME.emergency]",
        "没有技能组写有应急预案：请写 [queues.名称.emergency]",
    ),
    "over_to_mobiles": (
        "DRILL, nothing is moved. {queue} to mobile phones: {moved} callers on the line stay at their place, and the "
        "crew's phones ring for them; {rings} rings are taken back, {talks} talks go on, {callbacks} callbacks keep "
        "their place and are dialled by the crew",
        "演练，不作任何切换。{queue} 切换到手机：在线等待的 {moved} 位来电者留在原位，由应急人员的手机振铃接听；"
        "收回振铃 {rings} 个，通话中的 {talks} 个不受影响，{callbacks} 个待回电保留位置，由应急人员回电",
    ),
    "over_to_queue": (
        "DRILL, nothing is moved. {queue} to another queue: {moved} callers on the line go there, with their wait; "
        "{rings} rings are taken back, {talks} talks go on, {callbacks} callbacks keep their place and rest",
        "演练，不作任何切换。{queue} 切换到其他技能组：在线等待的 {moved} 位来电者转去，等待时间连续计算；"
        "收回振铃 {rings} 个，通话中的 {talks} 个不受影响，{callbacks} 个待回电保留位置，暂停回电",
    ),
    "over_to_announcement": (
        "DRILL, nothing is moved. {queue} to an announcement: {moved} callers on the line wait no longer, they hear "
        "the prompt and are let go, or go by the flow (a message, a callback); {rings} rings are taken back, {talks} "
        "talks go on, {callbacks} callbacks keep their place and rest",
        "演练，不作任何切换。{queue} 切换到公告：在线等待的 {moved} 位来电者不再排队，提示音播完即挂断，"
        "公告为流程的按流程留言或登记回电；"
        "收回振铃 {rings} 个，通话中的 {talks} 个不受影响，{callbacks} 个待回电保留位置，暂停回电",
    ),
    "back_from_mobiles": (
        "DRILL, nothing is moved. {queue} back from mobile phones: who waits keeps his place, the line is its agents' "
        "again; phones that ring are taken back, {talks} talks go on",
        "演练，不作任何切换。{queue} 自手机切回：等待者保留原位，恢复由本组坐席接听；"
        "收回手机的振铃，通话中的 {talks} 个不受影响",
    ),
    "back_from_queue": (
        "DRILL, nothing is moved. {queue} back from another queue: {moved} callers return to the line, with their "
        "wait; {talks} talks go on",
        "演练，不作任何切换。{queue} 自其他技能组切回：{moved} 位来电者回到队列，等待时间连续计算；"
        "通话中的 {talks} 个不受影响",
    ),
    "back_from_announcement": (
        "DRILL, nothing is moved. {queue} back from an announcement: whoever comes then waits as usual; {talks} talks "
        "go on",
        "演练，不作任何切换。{queue} 自公告切回：此后来电照常排队；通话中的 {talks} 个不受影响",
    ),
    "signed_out": (
        "those called up on their mobile phones are signed out: they sign in again at their seats",
        "应召到手机的人员随即签出，须在座位上重新签入",
    ),
    "nobody_there": ("! nobody takes contacts in the other queue", "！目标技能组无人在岗"),
    "all_busy": ("! the whole crew is in talks: it is called up after them", "！应急人员均在通话，结束后才会被召集"),
    "no_sound": ("! the announcement has no sound in one of the languages", "！公告缺少某种语言的声音"),
    "down": (
        "hotline is down: the switch is in the journal and takes effect at its start",
        "hotline 未运行：切换已写入事实日志，启动时生效",
    ),
    "told": (
        "Asterisk {name} is told: its fallback does so for this queue's numbers",
        "已告知 Asterisk {name}：兜底照此处理该技能组的接入号",
    ),
    "untold": ("! Asterisk {name} could not be told: {why}", "！无法告知 Asterisk {name}：{why}"),
}


@app.command()
def on(
    queue: Queue,
    to: Annotated[EmergencyWay | None, typer.Option("--to", help="Else the first way that the plan has.")] = None,
    why: Why = "",
    drill: Drill = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Move a queue: everybody who waits in it and who comes, until it is switched off."""
    _switch(settings_of(config), queue, on=True, to=to, why=why, drill=drill, as_json=as_json)


@app.command()
def off(queue: Queue, why: Why = "", drill: Drill = False, config: Config = None, as_json: AsJson = False) -> None:
    """Bring a queue back: who waits still returns to the line with his wait."""
    _switch(settings_of(config), queue, on=False, to=None, why=why, drill=drill, as_json=as_json)


@app.command()
def status(
    queue: Annotated[str, typer.Argument(metavar="[QUEUE]", help="One queue; else all.")] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """What is prepared, and what is switched over: since when, by whom, why."""
    found = asyncio.run(ask(read_pass(settings_of(config).pass_file), "emergency"))
    shown = [one for one in found if queue in ("", one["queue"])]
    if queue and not shown:
        raise Refused(Problem(queue, "has no emergency plan", f"write [queues.{queue}.emergency] in the plan"))
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for one in shown:
        print(told(one))
    if not shown:
        print(SAID["none"][reader_language()])


def told(view: dict[str, Any]) -> str:
    """A queue in a line, as the API gives it."""
    language = reader_language()
    switched = view["switched"]
    if switched is None:
        ways = ", ".join(_way(way, language) for way in view["ways"]) or "–"
        return SAID["off"][language].format(queue=view["queue"], ways=ways)
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(switched["since"] / 1000))
    why = f" ({switched['why']})" if switched["why"] else ""
    to = _way(switched["to"], language)
    return SAID["on"][language].format(queue=view["queue"], to=to, since=since, who=switched["who"], why=why)


def _way(way: str, language: int) -> str:
    return WORDS[f"to_{way}"][language]


def _switch(
    settings: Settings, queue: str, *, on: bool, to: EmergencyWay | None, why: str, drill: bool, as_json: bool
) -> None:
    path = f"emergency/{quote(queue, safe='')}"
    try:
        pass_ = read_pass(settings.pass_file)
        if drill:
            wish = f"{path}/drill?on={str(on).lower()}" + (f"&to={to.value}" if to is not None else "")
            view = asyncio.run(ask(pass_, wish))
            print(json.dumps(view, ensure_ascii=False) if as_json else rehearsed(view))
            return
        back_from = None if on else asyncio.run(ask(pass_, f"{path}/drill?on=false"))["to"]
        body = {"on": on, "to": to.value if to is not None else None, "why": why}
        view = asyncio.run(ask(pass_, path, body, method="PUT"))
        print(json.dumps(view, ensure_ascii=False) if as_json else told(view))
        if back_from == EmergencyWay.MOBILES and not as_json:
            print(SAID["signed_out"][reader_language()])
    except (PassRefused, NoAnswer):
        if drill:
            raise
        _switch_while_down(settings, queue, on=on, to=to, why=why)


def rehearsed(view: dict[str, Any]) -> str:
    """What a switch would do, as the API's drill tells it; doubts below."""
    language = reader_language()
    lines = [SAID[f"{'over_to' if view['on'] else 'back_from'}_{view['to']}"][language].format(**view)]
    if not view["on"] and view["to"] == EmergencyWay.MOBILES:
        lines.append(SAID["signed_out"][language])
    return "\n".join([*lines, *(SAID[one][language] for one in view["warnings"])])


def _switch_while_down(settings: Settings, queue: str, *, on: bool, to: EmergencyWay | None, why: str) -> None:
    """Raises what the running hotline answered, in other words, when it runs and has the journal."""
    language, err = reader_language(), Console(stderr=True, soft_wrap=True)
    who = OPERATOR.login

    def made(floor: FoldedFloor, at: int) -> e.EmergencySwitchedOn | e.EmergencySwitchedOff:
        if not on:
            return e.EmergencySwitchedOff(at=at, queue=queue, who=who, why=why)
        part = floor.plan.queues.get(queue)
        prepared = part.emergency if part is not None else None
        ways = [way for way in EmergencyWay if prepared is not None and is_prepared(prepared, way)]
        return e.EmergencySwitchedOn(
            at=at, queue=queue, to=to or next(iter(ways), EmergencyWay.MOBILES), who=who, why=why
        )

    try:
        floor = switch_in_journal(settings, made)
    except JournalError as error:
        what = "hotline runs, or holds its journal, and does not answer"
        raise Refused(Problem(error.problems[0].place, what, "try again in a moment; see its log")) from error
    except IllegalEvent as error:
        raise Refused(Problem(queue, error.why, "see hotline plan show, and docs/emergency.md")) from None
    print(SAID["down"][language])
    try:
        plan = with_database(settings.database_url, newest_plan)
    except Refused as error:
        err.print("\n".join(map(problem_in_words, error.problems)))
        return
    variables = fallback_of_emergencies(floor, plan, prompt_book(settings.plan).files)
    failed = asyncio.run(tell_asterisks(settings, variables))
    for one in settings.asterisk:
        said = SAID["untold" if one.name in failed else "told"][language]
        print(said.format(name=one.name, why=failed.get(one.name, "")))
