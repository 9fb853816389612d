"""One run on one side: callers come, agents talk, the peers' logs tell."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.lab.load.log import Call, Talk, read_calls, read_talks
from config.lab.load.phones import AGENTS_LOG, CALLERS_LOG, AgentPhones, place_calls
from config.lab.load.side import NUMBER, Side, processor_s

_RAMP_PER_S = 50.0
_SLACK_S = 20.0
_TIMERS_IN_TIME = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of it. Times are seconds."""

    calls: Sequence[Call]
    talks: Sequence[Talk]
    placed: int
    processor_s: Mapping[str, float]
    """Processor time of each of the side's processes, by name."""
    lag_s: float
    """What 99 of 100 timers of the side's event loop were not later than, rounded up; 0 where there is no loop."""
    load_average: float
    """Of this machine, over the last minute, at the end."""

    @property
    def lost(self) -> int:
        """Calls that no agent talked with, or that were not ended in order."""
        ended = sum(call.let_go is not None for call in self.calls)
        return self.placed - min(len(self.talks), ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What callers do: `rate` calls a second until all talk times are used up, at most `at_once` at a time."""

    talks_ms: Sequence[float]
    rate: float
    at_once: int
    limit_s: float
    """When to give up."""


def always_waiting(talks_ms: Sequence[float], agents: int) -> Traffic:
    """Each call that ends is followed by a new one, so that callers wait until the last agents have their last call."""
    at_once = min(agents + max(agents, 10), len(talks_ms))
    limit_s = _SLACK_S + at_once / _RAMP_PER_S + 4 * (sum(talks_ms) + max(talks_ms)) / 1000 / agents
    return Traffic(talks_ms=talks_ms, rate=_RAMP_PER_S, at_once=at_once, limit_s=limit_s)


def steady(talks_ms: Sequence[float], agents: int, rate: float) -> Traffic:
    """Calls come at a steady rate, whether agents are free or not."""
    limit_s = _SLACK_S + len(talks_ms) / rate + max(talks_ms) / 1000
    # No more than the lab's Asterisk has ports for: a queue that long is a failure by then.
    return Traffic(talks_ms=talks_ms, rate=rate, at_once=2 * agents + 100, limit_s=limit_s)


async def run(side: Side, phones: AgentPhones, folder: Path, traffic: Traffic, *, fill_first: bool) -> Run:
    """Run it, logs in `folder`. `fill_first`: agents make themselves ready when all places in the queue are taken."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with phones.answering(folder, traffic.talks_ms):
        await side.reachable()
        await side.ready(on=not fill_first)
        used = {name: processor_s(pid) for name, pid in side.pids.items()}
        late = await side.lag_counts()
        calling = asyncio.create_task(
            place_calls(
                folder,
                side.server,
                NUMBER,
                calls=len(traffic.talks_ms),
                rate=traffic.rate,
                at_once=traffic.at_once,
                deadline_s=traffic.limit_s,
            )
        )
        try:
            if fill_first:
                await side.waiting(traffic.at_once)
                await side.ready(on=True)
            await calling
        finally:
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)
    used = {name: processor_s(pid) - used[name] for name, pid in side.pids.items()}
    return Run(
        calls=read_calls(folder / CALLERS_LOG),
        talks=read_talks(folder / AGENTS_LOG),
        placed=len(traffic.talks_ms),
        processor_s=used,
        lag_s=lag_s(late, await side.lag_counts()),
        load_average=os.getloadavg()[0],
    )


def lag_s(before: Mapping[float, float], after: Mapping[float, float]) -> float:
    """From cumulative counts by bound, before and after: the bound that 99 of 100 were within; 0 of nothing."""
    counts = {bound: count - before.get(bound, 0.0) for bound, count in after.items()}
    total = max(counts.values(), default=0.0)
    return (
        min((bound for bound, count in counts.items() if count >= total * _TIMERS_IN_TIME), default=0.0)
        if total
        else 0.0
    )
