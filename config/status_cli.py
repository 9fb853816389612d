"""`hotline status`: queues and agents of the hotline that runs on these settings, live in a terminal."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import aiohttp
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from config.board import Board
from config.language import reader_language
from config.options import AsJson, Config, settings_of
from config.running import NoAnswer, no_answer, session
from cti.api.operator_pass import Pass, read_pass
from cti.problems import Problem

EVERY_S = 1.0
"""How often waits are counted on while nothing else changes."""

WORDS: Mapping[str, tuple[str, str]] = {
    "queue": ("queue", "技能组"),
    "waiting": ("wait", "排队"),
    "longest": ("longest", "最长等待"),
    "talks": ("talks", "通话"),
    "talking": ("talking", "通话"),
    "idle": ("idle", "空闲"),
    "on_duty": ("on duty", "在岗"),
    "entered": ("entered", "进入"),
    "answered": ("answered", "接听"),
    "abandoned": ("abandoned", "放弃"),
    "agent": ("agent", "工号"),
    "name": ("name", "姓名"),
    "phone": ("phone", "分机"),
    "state": ("state", "状态"),
    "since": ("for", "时长"),
    "contacts": ("contacts", "接听数"),
    "live": ("live contacts", "在线联系"),
    "in_ivr": ("in the IVR", "自助中"),
    "callbacks": ("callbacks pending", "待回电"),
    "bound": (
        "whoever waits is passed only by callers who came at most {} later",
        "等待者最多被晚到 {} 以内的来电超前",
    ),
    "no_bound": (
        "some tiers pass others however late they come: overtaking has no bound",
        "有的等级无论晚到多久都先接：超前没有上限",
    ),
    "switched": (
        "EMERGENCY: {queue} is switched over to {to}, for {for}, by {who}",
        "应急切换：{queue} 已切换到{to}，已 {for}，操作人 {who}",
    ),
    "to_mobiles": ("mobile phones", "手机"),
    "to_queue": ("another queue", "其他技能组"),
    "to_announcement": ("an announcement", "公告"),
    "overload": ("overload, new calls are shed: {}, for {}, {} shed", "过载，新来电被拒：{}，已 {}，拒 {} 通"),
    "away": ("away", "离席"),
    "reserved": ("reserved", "预占"),
    "ringing": ("ringing", "振铃"),
    "hold": ("hold", "保持"),
    "wrap_up": ("wrap-up", "话后"),
    "not_ready": ("not ready", "置忙"),
    "logged_out": ("signed out", "已签出"),
    "set_aside": ("set aside", "暂停派线"),
    "break_granted": ("turn for a break", "轮到小休"),
    "asked": ("asked for a break, number {}", "小休排队第 {} 位"),
    "then": ("then {}", "随后{}"),
    "missed": ("{} missed", "连续未接 {}"),
    "unreachable": ("unreachable", "话机离线"),
}
COLOURS = {
    "idle": "green",
    "talking": "cyan",
    "hold": "cyan",
    "reserved": "yellow",
    "ringing": "yellow",
    "wrap_up": "blue",
}


def status(
    config: Config = None,
    as_json: AsJson = False,
    once: Annotated[
        bool, typer.Option("--once", help="Print the picture once, as where there is no terminal.")
    ] = False,
) -> None:
    """Show queues and agents of the hotline that runs on these settings, live; Ctrl-C ends it."""
    pass_ = read_pass(settings_of(config).pass_file)
    console = Console()
    try:
        if as_json or once or not console.is_terminal:
            view = asyncio.run(_floor(pass_))
            if as_json:
                print(json.dumps(view, ensure_ascii=False))
            else:
                console.print(picture(view, view["at"], reader_language()))
        else:
            asyncio.run(_follow(pass_, console))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise no_answer(pass_, error) from error


async def _floor(pass_: Pass) -> dict[str, Any]:
    async with session(pass_) as client, client.get(f"{pass_.url}/api/v1/floor", raise_for_status=True) as answer:
        view: dict[str, Any] = await answer.json()
        return view


async def _follow(pass_: Pass, console: Console) -> None:
    language = reader_language()
    board = Board()

    def show(now: int) -> None:
        view = {**board.view, "agents": board.view["agents"].values()}
        live.update(picture(view, now, language), refresh=True)

    async with session(pass_) as client, client.ws_connect(f"{pass_.url}/api/v1/board", heartbeat=20) as pushed:
        with Live(console=console, auto_refresh=False, screen=True) as live:
            while True:
                try:
                    async with asyncio.timeout(EVERY_S):
                        message = await pushed.receive()
                except TimeoutError:
                    show(time.time_ns() // 1_000_000)
                    continue
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise NoAnswer(Problem(pass_.url, "the hotline ended", "start it again: hotline run"))
                board.take(json.loads(message.data))
                show(board.view["at"])


def picture(view: dict[str, Any], now: int, language: int) -> Group:
    """The floor (as `GET /api/v1/floor` gives it) as two tables; `now`: ms; `language`: 0 English, 1 Chinese."""

    def word(key: str) -> str:
        return WORDS[key][language] if key in WORDS else key

    keys = ("waiting", "longest", "talks", "idle", "on_duty", "entered", "answered", "abandoned")
    queues = _table(word("queue"), *(word(key) for key in keys))
    for column in queues.columns[1:]:
        column.justify = "right"
    for queue in view["queues"]:
        longest = "" if queue["oldest_since"] is None else _clock(now - queue["oldest_since"])
        figures = (str(queue[key]) for key in ("talking", "idle", "on_duty", "entered", "answered", "abandoned"))
        waiting = Text(str(queue["waiting"]), style="bold red" if queue["waiting"] and not queue["idle"] else "")
        queues.add_row(queue["queue"], waiting, longest, *figures)
    agents = _table(*(word(key) for key in ("agent", "name", "phone", "state", "since", "contacts")))
    for agent in view["agents"]:
        if agent["extension"] is None and agent["state"] == "away":
            continue
        state = Text(word(standing(agent)), style=COLOURS.get(agent["state"], "dim"))
        if agent["reason"] and agent["state"] == "away":
            state.append(f" ({agent['reason']})", style="bold red" if agent["overrun"] else "")
        for key, value in notes(agent):
            state.append(f" · {word(key).format(word(str(value)))}", style="yellow")
        since = _clock(now - agent["since"])
        agents.add_row(agent["agent"], agent["name"], agent["extension"], state, since, str(agent["contacts"]))
    counts = f"{word('live')} {view['contacts']} · {word('in_ivr')} {view['in_ivr']}"
    pending = {queue["queue"]: queue["callbacks"] for queue in view["queues"] if queue["callbacks"]}
    counts += f" · {word('callbacks')} {sum(pending.values())}"
    if pending:
        counts += f" ({', '.join(f'{queue} {count}' for queue, count in pending.items())})"
    if "overtaking_ms" in view:
        longest = view["overtaking_ms"]
        counts += "\n" + (word("no_bound") if longest is None else word("bound").format(_clock(longest)))
    switches = (queue["switched"] for queue in view["queues"] if queue["switched"])
    banner = [Text(_switched(one, now, word), style="bold red") for one in switches]
    overloads = [
        Text(
            word("overload").format(limit_name(one["limit"], language), _clock(now - one["since"]), one["shed"]),
            "bold red",
        )
        for one in view.get("overloads", ())
    ]
    return Group(*banner, *overloads, Text(counts), queues, agents)


LIMITS: Mapping[str, tuple[str, str]] = {
    "contacts": ("callers on the line", "在线来电总数"),
    "number": ("access number {}", "接入号 {}"),
    "queue": ("queue {}", "技能组 {}"),
    "loop_lag_ms": ("hotline does not keep up", "hotline 处理不及"),
    "journal_facts": ("the disk does not keep up", "磁盘写入不及"),
    "ari_requests": ("Asterisk does not keep up", "Asterisk 处理不及"),
}


def limit_name(limit: str, language: int) -> str:
    """What a limit of an overload is called."""
    kind, _, name = limit.partition(":")
    return LIMITS[kind][language].format(name) if kind in LIMITS else limit


def _switched(one: Mapping[str, Any], now: int, word: Callable[[str], str]) -> str:
    lasting = {"for": _clock(now - one["since"])}
    return word("switched").format(queue=one["queue"], to=word(f"to_{one['to']}"), who=one["who"], **lasting)


def _table(*columns: str) -> Table:
    table = Table(*columns, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.columns[0].no_wrap = True
    return table


def standing(agent: Mapping[str, Any]) -> str:
    """An agent's state in one word, and when away, why."""
    if agent["state"] != "away":
        return str(agent["state"])
    if agent["intent"] != "ready":
        return str(agent["intent"])
    if agent["set_aside"] == "break_granted":
        return "break_granted"
    return "set_aside" if agent["set_aside"] else "unreachable"


def notes(agent: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What else there is to say of an agent: (word, what goes into it)."""
    if agent["state"] != "away" and agent["intent"] != "ready":
        yield "then", agent["reason"] or agent["intent"]
    if agent["break_place"] is not None and agent["set_aside"] != "break_granted":
        yield "asked", agent["break_place"]
    if agent["misses"]:
        yield "missed", agent["misses"]


def _clock(ms: int) -> str:
    minutes, seconds = divmod(max(0, ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
