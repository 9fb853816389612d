"""hotline and, beside it, app_queue: one after the other, each on a fresh Asterisk, with the same talk times."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from config.lab.installation import Installation, find
from config.lab.launch import CACHE
from config.lab.load import talks
from config.lab.load.app_queue import open_app_queue
from config.lab.load.breakdown import breakdown_ms
from config.lab.load.breaking import until_it_breaks
from config.lab.load.figures import of_run
from config.lab.load.hotline import HotlineSide, open_hotline
from config.lab.load.log import Talk
from config.lab.load.phones import AgentPhones
from config.lab.load.rival import Rival
from config.lab.load.run import always_waiting, run
from config.lab.load.side import Side
from config.language import said

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to measure. `talk_s`: mean talk time; `runs`: how often; `until_it_breaks`: raise the rate instead."""

    agents: int
    talk_s: float
    calls: int
    runs: int = 1
    seed: int = 1
    against: Rival | None = None
    until_it_breaks: bool = False


Opener = Callable[[Path, Installation, int, AsyncExitStack, Report], Awaitable[Side]]


async def measure(load: Load, folder: Path, report: Report, installation: Installation | None = None) -> dict[str, Any]:
    """The figures of each side by its name, and the load itself. Logs stay in `folder`.

    Raises LabError, SippError, EngineError.
    """
    if installation is None:
        installation = await asyncio.to_thread(find, CACHE.absolute(), report)
    openers: dict[str, Opener] = {"hotline": open_hotline}
    if load.against is not None:
        openers[load.against.value] = open_app_queue
    figures: dict[str, Any] = {
        "agents": load.agents,
        "talk_s": load.talk_s,
        "calls": load.calls,
        "seed": load.seed,
    }
    for name, opener in openers.items():
        figures[name] = await _side(opener, load, folder / name, installation, report)
    return figures


async def _side(opener: Opener, load: Load, folder: Path, installation: Installation, report: Report) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        side = await opener(folder, installation, load.agents, stack, report)
        report(said("registering {} phones", "注册 {} 部话机").format(load.agents))
        phones = AgentPhones(folder, side.server, side.phones)
        await phones.register()
        if load.until_it_breaks:
            found = await until_it_breaks(side, phones, folder, seed=load.seed, talk_s=load.talk_s, report=report)
            return {"settings": side.settings, **found}
        return {"settings": side.settings, **await _runs(side, phones, folder, load, report)}


async def _runs(side: Side, phones: AgentPhones, folder: Path, load: Load, report: Report) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    ended: list[Sequence[Talk]] = []
    for number in range(1, load.runs + 1):
        drawn = talks.draw(load.seed + number - 1, load.calls, load.talk_s)
        words = said("{}: {} calls, run {} of {}", "{}：{} 通来电，第 {} 轮，共 {} 轮")
        report(words.format(side.name, load.calls, number, load.runs))
        traffic = always_waiting(drawn, load.agents)
        came = await run(side, phones, folder / f"run-{number}", traffic, fill_first=True)
        results.append(of_run(came, drawn, load.agents))
        ended.append(came.talks)
    middle = min(results, key=lambda one: abs(one["share_of_ideal"] - median(r["share_of_ideal"] for r in results)))
    figures = {**middle, "share_of_ideal_of_each_run": [one["share_of_ideal"] for one in results]}
    if isinstance(side, HotlineSide):
        figures["breakdown_ms"] = await asyncio.to_thread(breakdown_ms, side.journal, ended)
    return figures
