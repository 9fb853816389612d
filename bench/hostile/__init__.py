"""Hostile input: everything that reads what somebody else wrote, fed with what he should not have written."""

from bench.hostile.surface import Found, feed
from bench.hostile.surfaces import surfaces
from bench.report import Report, Row

INPUTS = 120_000
SEED = 1
MOST_GROWN = 512 * 1024
"""Bytes; caches of bounded size fill a little."""


def report() -> Report:
    """Feed every surface; each defect is a row of its own."""
    rows: list[Row] = []
    with surfaces() as every:
        for surface in every:
            rows += _rows(feed(surface, INPUTS // len(every), SEED))
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
