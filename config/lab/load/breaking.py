"""Raising the call rate step by step until a side does not carry it cleanly any more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from config.lab.load import talks
from config.lab.load.figures import of_step
from config.lab.load.phones import AgentPhones
from config.lab.load.run import run, steady
from config.lab.load.side import Side
from config.language import said

STEP_S = 10.0
FIRST_RATE = 10.0
GROWTH = 1.25
BUSIEST = 0.95
"""No rate would keep the agents busier than this: beyond it callers wait whoever serves them."""
WAIT_GROWTH_MS = 500.0
LAG_MS = 100.0


def rates(agents: int, talk_s: float) -> Iterator[float]:
    """The rates to try, calls a second, rising to what the agents could just carry."""
    most = agents / talk_s * BUSIEST
    rate = FIRST_RATE
    while rate < most:
        yield round(rate, 1)
        rate *= GROWTH
    yield round(most, 1)


def complaint(step: dict[str, Any]) -> tuple[str, str] | None:
    """Why a step was not clean, in English and Chinese; None when it was."""
    if step["lost"]:
        return f"{step['lost']} calls lost", f"丢失 {step['lost']} 通"
    if step["wait_growth_ms"] > WAIT_GROWTH_MS:
        growth = f"{step['wait_growth_ms']:g} ms"
        return (
            f"waits grew by {growth} from the first third of the calls to the last",
            f"末三分之一来电比首三分之一多等 {growth}",
        )
    if step["loop_lag_p99_ms"] > LAG_MS:
        late = f"{step['loop_lag_p99_ms']:g} ms"
        return f"timers up to {late} late", f"定时器延迟达 {late}"
    return None


async def until_it_breaks(
    side: Side, phones: AgentPhones, folder: Path, *, seed: int, talk_s: float, report: Callable[[str], None]
) -> dict[str, Any]:
    """The highest clean rate, the processor time a call at that rate, and every step up to the first that was not.

    A step that fails is tried once more: a neighbour on the machine is no limit of the side's.
    """
    agents = len(side.phones)
    steps: list[dict[str, Any]] = []
    clean: dict[str, Any] | None = None
    for rate in rates(agents, talk_s):
        for attempt in ("", "-again"):
            drawn = talks.draw(seed, round(rate * STEP_S), talk_s)
            report(said(f"{side.name}: {rate:g} calls a second", f"{side.name}：每秒 {rate:g} 通"))
            place = folder / f"rate-{rate:g}{attempt}"
            step = of_step(await run(side, phones, place, steady(drawn, agents, rate), fill_first=False), rate)
            step["complaint"] = (complaint(step) or ("",))[0]
            steps.append(step)
            if not step["complaint"]:
                break
        if step["complaint"]:
            break
        clean = step
    return {
        "highest_clean_rate": clean["rate"] if clean else 0.0,
        "processor_ms_per_call": clean["processor_ms_per_call"] if clean else {},
        "broke": bool(steps and steps[-1]["complaint"]),
        "steps": steps,
    }
