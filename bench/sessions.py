"""A thousand FastAGI sessions at once: how soon the next command comes, and what a command costs, pyst2 beside.

Both sides serve the same sessions, one after the other in one run: ours, and pyst2 0.5.1 as it is with a thread a
session. Another process plays Asterisk: it answers each command after half a second to one and a half.
"""

import asyncio
import json
import random
import sys
from statistics import quantiles
from time import perf_counter

from bench.agi_side import COMMANDS
from bench.report import Report, Row

SESSIONS = 1000
WITHIN_MS = 100.0
ANSWER_S = (0.5, 1.5)
RAMP_S = 2.0
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
    """Ours, then pyst2 with threads."""
    rows = []
    for side, name in (("ours", "hotline"), ("threads", "pyst2, a thread each")):
        delays_ms, cpu_s, rss_mb = asyncio.run(_run(side))
        cuts = quantiles(delays_ms, n=1000)
        figures = {
            "p50_ms": cuts[499],
            "p99_ms": cuts[989],
            "max_ms": max(delays_ms),
            "cpu_us_a_command": cpu_s * 1e6 / (SESSIONS * COMMANDS),
            "memory_mb": rss_mb,
        }
        ours = side == "ours"
        met = figures["p99_ms"] <= WITHIN_MS if ours else None
        rows.append(Row(name=name, figures=figures, target="p99 at most 100 ms" if ours else "", is_met=met))
    how = f"{SESSIONS} sessions at once, {COMMANDS} commands each, from an answer to the next command"
    return Report("FastAGI", how, rows)


async def _run(side: str) -> tuple[list[float], float, float]:
    """The delays, the serving side's processor time and memory."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.agi_side", side, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    port = int(await child.stdout.readline())
    delays_ms: list[float] = []
    chance = random.Random(1)
    async with asyncio.TaskGroup() as group:
        for number in range(SESSIONS):
            group.create_task(_session(port, RAMP_S * number / SESSIONS, chance, delays_ms))
    child.stdin.close()
    told = json.loads(await child.stdout.readline())
    await child.wait()
    return delays_ms, told["cpu_s"], told["rss_mb"]


async def _session(port: int, after_s: float, chance: random.Random, delays_ms: list[float]) -> None:
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
        await asyncio.sleep(chance.uniform(*ANSWER_S))
        answered = perf_counter()
        writer.write(b"200 result=0 endpos=8000\n")
    writer.close()
