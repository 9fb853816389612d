"""Running the demo: open the stage, let callers call, keep the picture, check at the end."""

import asyncio
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live

from config.demo import figures, summary, traffic
from config.demo.faults import Fault, inflict
from config.demo.picture import Picture
from config.demo.stage import SUPERVISOR, Seat, Stage
from config.lab import Installation, find
from config.lab.check import Verdict, check, read_ledger, read_peers, read_switch
from config.lab.check.table import show as show_verdict
from config.lab.peers.script import Ringing
from config.language import reader_language, said
from cti.database.connection import Database
from cti.plan.read import read_file

PLAN = Path(__file__).parents[1] / "plan.toml"
OVER = ("hung_up", "remote_hung_up", "failed")
LAST_CALL_S = 180.0
SETTLED_S = 60.0
ENDLESS_CHUNK = 50


async def demo(folder: Path, cache: Path, calls: int | None, fault: Fault | None, seed: int, console: Console) -> int:
    """Run it; returns the exit status. `calls` None: until cancelled."""
    async with AsyncExitStack() as stack:
        with _step(console) as step:
            step(said("looking for an Asterisk", "查找 Asterisk"))
            installation = await asyncio.to_thread(find, cache, step)
            stage = await stack.enter_async_context(
                _stage(folder, installation, seed, step, for_a_person=calls is None)
            )
        console.print(_where_to_look(stage), soft_wrap=True)
        if calls is None:
            await _endless(stage, seed, console)
            return 0
        used = _processor(stage)
        await _place(stage, calls, seed, console)
        await _show_figures(stage, calls, used, console)
        return await _judge(stage, fault, console)


@contextmanager
def _step(console: Console) -> Iterator[Callable[[str], None]]:
    with console.status(said("starting", "启动中")) as status:
        yield lambda line: status.update(line)


def _stage(
    folder: Path, installation: Installation, seed: int, step: Callable[[str], None], *, for_a_person: bool
) -> Stage:
    plan = read_file(PLAN)
    seats = [
        Seat(agent=agent, extension=extension, ringing=Ringing(ring_s=0.4 + 0.3 * (number % 5)), wrap_up_s=2.0)
        for number, (agent, extension) in enumerate(zip(plan.agents, plan.phones, strict=False))
    ]
    # The first agent's skills suit the line that most callers dial.
    people, seats = ([seats[0].agent], seats[1:]) if for_a_person else ([], seats)
    return Stage(folder, installation, seats, people=people, seed=seed, report=step)


def _where_to_look(stage: Stage) -> str:
    agent = stage.people[0] if stage.people else stage.seats[0].agent
    there = said("take phone 8101, be ready, answer a caller", "签入 8101，置闲，接听来电")
    others = said("95001 VIP, 95002 complaints", "95001 贵宾，95002 投诉")
    return "\n".join(
        [
            said("desk   ", "桌面  ") + f"  {stage.base}/        {agent} / {stage.passwords[agent]}",
            *([f"{'':9}{there}"] if stage.people else []),
            said("board  ", "监控  ") + f"  {stage.base}/board   {SUPERVISOR} / {stage.passwords[SUPERVISOR]}",
            said("API    ", "接口  ") + f"  {stage.base}/api/v1   {stage.base}/api/openapi.json",
            said("figures", "指标  ") + f"  {stage.base}/metrics   {stage.base}/readyz",
            said("call it", "拨打  ") + f"  sip:95000@{stage.sip}  ({others})",
            said("files  ", "文件  ") + f"  {stage.folder}",
            said("look   ", "查看  ") + f"  {status_of(stage.engine.settings)}",
        ]
    )


def status_of(settings: Path) -> str:
    """The command that shows these settings' hotline, as it works in this terminal."""
    running = Path(sys.argv[0]).absolute()
    program = "hotline" if shutil.which("hotline") or running.name != "hotline" else str(running)
    return shlex.join([program, "status", "--config", str(settings)])


# --- calls ---


async def _endless(stage: Stage, seed: int, console: Console) -> None:
    async with _Shown(stage, said("Ctrl-C ends it", "按 Ctrl-C 结束"), console):
        for chunk in count():
            await dial_all(stage, traffic.draw(seed + chunk, ENDLESS_CHUNK, traffic.Pace(gap_s=1.6, talk_s=12)))


async def _place(stage: Stage, calls: int, seed: int, console: Console) -> None:
    async with _Shown(stage, said(f"{calls} calls", f"{calls} 通来电"), console):
        over = _Over(stage, calls)
        await dial_all(stage, traffic.draw(seed, calls, traffic.Pace()))
        await over.wait()
        await stage.settled(SETTLED_S)


async def dial_all(stage: Stage, plans: list[Any]) -> None:
    """Place each call at its time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for plan in plans:
        await asyncio.sleep(max(0.0, began + plan.at_s - loop.time()))
        await stage.callers.dial(
            plan.number,
            caller=plan.caller,
            server=stage.sip,
            name=plan.name,
            digits=plan.digits,
            patience_s=plan.patience_s,
            talk_s=plan.talk_s,
        )


class _Over:
    """Waits until so many calls are over."""

    def __init__(self, stage: Stage, calls: int) -> None:
        self._left = calls
        self._done = asyncio.Event()
        self._stop = stage.callers.listen(self._take)

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] in OVER:
            self._left -= 1
            if self._left <= 0:
                self._done.set()

    async def wait(self) -> None:
        try:
            async with asyncio.timeout(LAST_CALL_S):
                await self._done.wait()
        except TimeoutError:
            # The check will say which calls did not end.
            pass
        finally:
            self._stop()


# --- the picture ---


class _Shown:
    """The picture, kept up to date by what the board pushes and the callers' phones tell."""

    def __init__(self, stage: Stage, heading: str, console: Console) -> None:
        self._stage = stage
        self._picture = Picture(heading)
        self._live = Live(get_renderable=self._picture.draw, console=console, refresh_per_second=4)
        self._tasks: list[asyncio.Task[None]] = []
        self._quiet = not console.is_terminal

    async def __aenter__(self) -> None:
        self._deaf = self._stage.callers.listen(self._picture.call)
        if not self._quiet:
            self._tasks.append(asyncio.create_task(self._watch()))
            self._live.start()

    async def __aexit__(self, *_: object) -> None:
        self._deaf()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self._quiet:
            self._live.stop()

    async def _watch(self) -> None:
        session = await self._stage.supervisor()
        async with session.ws_connect(f"{self._stage.base}/api/v1/board") as pushed:
            await self._picture.board.follow(pushed)


# --- the end ---


def _processor(stage: Stage) -> dict[str, float]:
    return {
        "hotline": figures.processor_s(stage.engine.pid),
        "Asterisk": figures.processor_s(stage.lab.pid),
    }


async def _show_figures(stage: Stage, calls: int, before: dict[str, float], console: Console) -> None:
    used = {name: seconds - before[name] for name, seconds in _processor(stage).items()}
    database = _database(stage)
    try:
        spreads = await figures.spreads(database, stage.folder / "callers.jsonl", stage.folder / "agents.jsonl")
    finally:
        await database.close()
    console.print(figures.show(spreads, used, calls))


def _database(stage: Stage) -> Database:
    return Database(f"sqlite+aiosqlite:///{stage.engine.settings.parent / 'hotline.db'}")


async def _judge(stage: Stage, fault: Fault | None, console: Console) -> int:
    recordings = stage.engine.settings.parent / "recordings"
    if fault is not None:
        database = _database(stage)
        try:
            console.print(f"[yellow]{said('fault', '故障')} {fault}: {await inflict(fault, database, recordings)}[/]")
        finally:
            await database.close()
    ledger = await stage.ask("ledger")
    exported = stage.folder / "ledger.json"
    exported.write_text(json.dumps(ledger, ensure_ascii=False, indent=1))
    samples = await stage.ask("samples")
    summary.show(console, ledger["contacts"], len(samples["samples"]))
    verdict: Verdict = check(
        read_peers([stage.folder / "agents.jsonl", stage.folder / "callers.jsonl"]),
        read_switch(Path(stage.lab.spec.folders.cel)),
        read_ledger(exported),
        recordings,
    )
    show_verdict(verdict, console, "zh" if reader_language() else "en")
    if stage.engine.starts > 1:
        deaths = stage.engine.starts - 1
        text = said(f"the hotline died {deaths} times and was started again", f"hotline 中断 {deaths} 次并已重新启动")
        console.print(f"[red]{text}[/]")
        return 1
    return verdict.exit_status
