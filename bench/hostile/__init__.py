"""Hostile input: everything that reads what somebody else wrote, fed with what he should not have written."""

import asyncio
import gc
import tracemalloc

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
UNWATCHED = 4_000
"""The first of them, by which caches are filled."""
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
            first = await attack(at.app.state.url, cookie, path, frames=UNWATCHED, seed=SEED)
            tracemalloc.start()
            try:
                gc.collect()
                before, _ = tracemalloc.get_traced_memory()
                found = await attack(at.app.state.url, cookie, path, frames=FRAMES - UNWATCHED, seed=SEED + 1)
                gc.collect()
                grown = tracemalloc.get_traced_memory()[0] - before
            finally:
                tracemalloc.stop()
            figures = {
                "inputs": float(first.frames + found.frames),
                "refused": float(first.answers + found.answers),
                "pages": float(first.closed.total() + found.closed.total()),
                "grown_kib": grown / 1024,
            }
            owned = first.closed[FAULT] + found.closed[FAULT]
            is_met = owned == 0 and not parts.loop.failed.is_set() and grown <= MOST_GROWN
            rows.append(
                Row(f"{path} socket", figures, f"no fault owned, at most {MOST_GROWN // 1024} KiB kept", is_met)
            )
    return rows
