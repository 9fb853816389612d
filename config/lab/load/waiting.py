"""So many callers who wait, with music and a message now and then, and nobody to take them: what that takes, what they
hear."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

from config.lab.installation import Installation, find
from config.lab.launch import CACHE
from config.lab.load.ears import Ears, Heard
from config.lab.load.hotline import HotlineSide, open_hotline
from config.lab.load.log import percentile, read_calls
from config.lab.load.phones import CALLERS_LOG, place_waiting
from config.lab.load.plan import MESSAGE, MESSAGE_S
from config.lab.load.run import lag_s
from config.lab.load.side import NUMBER, processor_s
from config.language import said
from ivr.prompts.book import AUDIO

COME_AT = 20.0
"""Calls a second until all are there."""
_SETTLING_S = 5.0
_SLACK_S = 30.0
_LANGUAGE = "zh-CN"
_VOICE = "female"


async def watch_waiting(
    callers: int,
    watched_s: float,
    folder: Path,
    report: Callable[[str], None],
    installation: Installation | None = None,
) -> dict[str, Any]:
    """The figures of so many seconds with all of them there. Logs stay in `folder`.

    Raises LabError, SippError, EngineError.
    """
    if installation is None:
        installation = await asyncio.to_thread(find, CACHE.absolute(), report)
    async with AsyncExitStack() as stack:
        side = await open_hotline(folder, installation, 1, stack, report, waiting=callers)
        ears = stack.enter_context(Ears(AUDIO / _LANGUAGE / _VOICE / f"{MESSAGE}.wav"))
        hold_s = callers / COME_AT + _SETTLING_S + watched_s + _SLACK_S
        place = folder / "callers"
        place.mkdir()
        calling = asyncio.create_task(
            place_waiting(
                place,
                side.server,
                NUMBER,
                ears,
                calls=callers,
                rate=COME_AT,
                wait_s=hold_s,
                deadline_s=2 * hold_s + _SLACK_S,
            )
        )
        try:
            report(said(f"{callers} callers come, {COME_AT:g} a second", f"{callers} 通来电，每秒 {COME_AT:g} 通"))
            await side.waiting(callers, patience_s=callers / COME_AT + _SLACK_S)
            figures = await _watched(side, ears, watched_s, report)
            report(said(f"{callers} callers hang up", f"{callers} 通来电挂机"))
            await calling
        finally:
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)
    calls = read_calls(place / CALLERS_LOG)
    return {"callers": callers, "lost": callers - sum(call.hung_up is not None for call in calls), **figures}


async def _watched(side: HotlineSide, ears: Ears, seconds: float, report: Callable[[str], None]) -> dict[str, Any]:
    await asyncio.sleep(_SETTLING_S)
    report(said(f"everybody waits, {seconds:g} s", f"全部等待，{seconds:g} 秒"))
    used = {name: processor_s(pid) for name, pid in side.pids.items()}
    late, missed = await side.lag_counts(), ears.missed
    ears.afresh()
    await asyncio.sleep(seconds)
    heard = list(ears.heard.values())
    lag = lag_s(late, await side.lag_counts())
    return {
        "watched_s": seconds,
        "heard": of_heard(heard, seconds),
        "packets_missed_by_the_ears": ears.missed - missed,
        "loop_lag_p99_ms": round(lag * 1000, 1),
        "share_of_a_core": {
            name: round((processor_s(pid) - used[name]) / seconds, 3) for name, pid in side.pids.items()
        },
        "load_average": round(os.getloadavg()[0], 2),
    }


def of_heard(heard: Sequence[Heard], seconds: float) -> dict[str, Any]:
    """What they heard: packets a second, the share with sound, gaps, how often and how regularly they were told."""
    rates = [one.packets / seconds for one in heard]
    gaps = [one.gap_s * 1000 for one in heard]
    times = [len(one.told) for one in heard]
    off = [abs(after - before - MESSAGE_S) for one in heard for before, after in pairwise(one.told)]
    packets = sum(one.packets for one in heard)
    return {
        "callers": len(heard),
        "packets_a_second": {"least": round(min(rates, default=0.0), 1), "median": round(percentile(rates, 0.5), 1)},
        "share_with_sound": round(sum(one.sounding for one in heard) / packets, 3) if packets else 0.0,
        "longest_gap_ms": {"median": round(percentile(gaps, 0.5), 1), "p99": round(percentile(gaps, 0.99), 1)},
        "told": {"least": min(times, default=0), "most": max(times, default=0)},
        "told_off_by_s": {"median": round(percentile(off, 0.5), 2), "p99": round(percentile(off, 0.99), 2)},
    }
