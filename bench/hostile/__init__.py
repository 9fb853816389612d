"""Hostile input: everything that reads what somebody else wrote, fed with what he should not have written."""

import asyncio

import uvloop

from bench.desk import house_of
from bench.hostile.sockets import FAULT, attack
from bench.hostile.surface import Found, feed
from bench.hostile.surfaces import surfaces
from bench.report import Report, Row
from cti.people.roles import Role

INPUTS = 120_000
FRAMES = 20_000
"""To each socket."""
SEED = 1
MOST_GROWN = 512 * 1024
"""Bytes; caches of bounded size fill a little."""


def report() -> Report:
    """Feed every surface; each defect is a row of its own."""
    rows: list[Row] = []
    with surfaces() as every:
        for surface in every:
            rows += _rows(feed(surface, INPUTS // len(every), SEED))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows += runner.run(_sockets())
    return Report("hostile", f"{INPUTS:,} inputs made from good ones, seed {SEED}", rows)


def _rows(found: Found) -> list[Row]:
    figures = {
        "inputs": float(found.inputs),
        "refused": float(found.refused),
        "slowest_s": found.slowest_s,
        "grown_kib": found.grown_bytes / 1024,
    }
    is_met = not found.defects and found.grown_bytes <= MOST_GROWN
    rows = [Row(found.surface, figures, f"no defect, at most {MOST_GROWN // 1024} KiB kept", is_met)]
    return rows + [Row(f"  {place}: {content[:60]!r}", {}) for place, content in found.defects.items()]


async def _sockets() -> list[Row]:
    rows = []
    async with house_of(1) as at:
        (agent,) = at.agents(1)
        parts = at.app.state.parts
        for path, token in (
            ("desk", await at.token(agent, Role.AGENT, agent)),
            ("board", await at.token("boss", Role.SUPERVISOR)),
        ):
            cookie = f"{parts.sessions.cookie}={token}"
            found = await attack(at.app.state.url, cookie, path, frames=FRAMES, seed=SEED)
            figures = {"inputs": float(found.frames), "refused": float(found.answers)}
            is_met = found.closed[FAULT] == 0 and not parts.loop.failed.is_set()
            rows.append(Row(f"{path} socket", figures, "no fault owned", is_met))
    return rows
