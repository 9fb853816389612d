"""A thousand callers who wait with music and announcements, and nobody to answer: what that takes of hotline."""

import asyncio

import uvloop

from bench.carried import carrying
from bench.report import Report, Row
from config.lab.load.plan import MESSAGE_S
from config.lab.load.run import lag_s

CALLERS = 1000
COME_AT = 20.0
"""Calls a second until all are there."""
WATCHED_S = 60.0
LATE_S = 0.1


def report() -> Report:
    """The figures of a minute with all of them there."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure())


async def _measure() -> Report:
    async with carrying(1, told=True, ready=False) as carried:
        await carried.traffic(COME_AT, CALLERS / COME_AT, talk_s=1.0)
        before, told = await carried.read(), carried.switch.counts.prompts
        await asyncio.sleep(WATCHED_S)
        after = await carried.read()
        prompts = carried.switch.counts.prompts - told
        lag = lag_s(before.lag, after.lag)
        cpu = after.of("hotline_process_cpu_seconds_total") - before.of("hotline_process_cpu_seconds_total")
        waiting, due = carried.switch.live, CALLERS * WATCHED_S / MESSAGE_S
        carried.switch.hang_up_all()
        await carried.quiet()
    rows = [
        Row("callers waiting", {"count": waiting}, f"{CALLERS}", waiting == CALLERS),
        Row(
            "announcements",
            {"said": prompts},
            f"{due:g}, give or take one caller in fifty",
            abs(prompts - due) <= due / 50,
        ),
        Row("loop lag p99, s", {"p99": lag}, f"<= {LATE_S:g}", lag <= LATE_S),
        Row("processor", {"share_of_a_core": cpu / WATCHED_S}),
    ]
    return Report("waiting", f"{CALLERS} callers for {WATCHED_S:g} s, told something every {MESSAGE_S:g} s", rows)
