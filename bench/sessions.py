"""A thousand FastAGI sessions at once: how soon the next command comes, and what a command costs, pyst2 beside.

Both sides serve the same sessions, one after the other in one run: ours, and pyst2 0.5.1 as it is with a thread a
session. Another process plays Asterisk: it answers each command after half a second to one and a half, as calls go, or
at once.
"""

import asyncio
import json
import random
import sys
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

from bench.report import Report, Row

WITHIN_MS = 100.0


@dataclass(frozen=True, slots=True)
class Load:
    """So many sessions at once, each of so many commands, answered after so many seconds."""

    name: str
    sessions: int
    commands: int
    answer_s: tuple[float, float]


CALLS = Load("1,000 calls", 1000, 20, (0.5, 1.5))
FLAT_OUT = Load("50, flat out", 50, 400, (0.0, 0.0))
_ENVIRONMENT = {
    "network": "yes",
    "request": "agi://127.0.0.1/contact",
    "channel": "PJSIP/trunk-00000001",
    "language": "zh-CN",
    "type": "PJSIP",
    "uniqueid": "lab-1700000000.1",
    "version": "22.10.1",
    "callerid": "13800000001",
    "calleridname": "unknown",
    "dnid": "95000",
    "rdnis": "unknown",
    "context": "hotline-in",
    "extension": "95000",
    "priority": "1",
    "enhanced": "0.0",
    "accountcode": "",
    "threadid": "1",
}


def report() -> Report:
    """Ours, then pyst2 with threads, under each load."""
    rows = []
    for load in (CALLS, FLAT_OUT):
        for side, name in (("ours", "hotline"), ("threads", "pyst2, a thread each")):
            delays_ms, cpu_s, rss_mb = asyncio.run(_run(side, load))
            cuts = quantiles(delays_ms, n=1000)
            figures = {
                "p50_ms": cuts[499],
                "p99_ms": cuts[989],
                "cpu_us_a_command": cpu_s * 1e6 / (load.sessions * load.commands),
                "memory_mb": rss_mb,
            }
            aimed = side == "ours" and load is CALLS
            met = figures["p99_ms"] <= WITHIN_MS if aimed else None
            target = f"p99 at most {WITHIN_MS:g} ms" if aimed else ""
            rows.append(Row(name=f"{load.name}: {name}", figures=figures, target=target, is_met=met))
    return Report("FastAGI", "from an answer to the next command, and the serving side's processor time", rows)


async def _run(side: str, load: Load) -> tuple[list[float], float, float]:
    """The delays, the serving side's processor time and memory."""
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "bench.agi_side", side, str(load.commands))
    child = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
    assert child.stdin is not None
    assert child.stdout is not None
    port = int(await child.stdout.readline())
    delays_ms: list[float] = []
    chance = random.Random(1)
    async with asyncio.TaskGroup() as group:
        for number in range(load.sessions):
            after_s = 2 * load.answer_s[1] * number / load.sessions
            group.create_task(_session(port, load, after_s, chance, delays_ms))
    child.stdin.close()
    told = json.loads(await child.stdout.readline())
    await child.wait()
    return delays_ms, told["cpu_s"], told["rss_mb"]


async def _session(port: int, load: Load, after_s: float, chance: random.Random, delays_ms: list[float]) -> None:
    await asyncio.sleep(after_s)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    environment = "".join(f"agi_{key}: {value}\n" for key, value in _ENVIRONMENT.items())
    writer.write(f"{environment}\n".encode())
    answered = 0.0
    while line := await reader.readline():
        now = perf_counter()
        if answered:
            delays_ms.append((now - answered) * 1000)
        assert line.startswith(b"STREAM FILE"), line
        if load.answer_s[1]:
            await asyncio.sleep(chance.uniform(*load.answer_s))
        answered = perf_counter()
        writer.write(b"200 result=0 endpos=8000\n")
    writer.close()
