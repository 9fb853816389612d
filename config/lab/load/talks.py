"""The talk times of a run, and how soon agents who lose no moment would be through with them."""

import heapq
import random
from collections.abc import Sequence

UNIT_MS = 0.1
"""What talk times are multiples of."""


def draw(seed: int, calls: int, mean_s: float) -> list[float]:
    """Exponential talk times in ms, the same for the same seed; no two are equal (see `sipp/agents.xml`)."""
    chance = random.Random(seed)
    taken: set[int] = set()
    for _ in range(calls):
        units = round(chance.expovariate(1 / (mean_s * 1000)) / UNIT_MS)
        while units in taken:
            units += 1
        taken.add(units)
    order = list(taken)
    order.sort()
    chance.shuffle(order)
    return [units * UNIT_MS for units in order]


def ideal_makespan_s(talks_ms: Sequence[float], agents: int) -> float:
    """Seconds from first answer to last hang-up if each agent had the next call, in order, in no time at all."""
    free_at = [0.0] * agents
    for talk in talks_ms:
        heapq.heapreplace(free_at, free_at[0] + talk)
    return max(free_at) / 1000


def places(talks_ms: Sequence[float]) -> str:
    """`talks.csv` of `sipp/agents.xml`: the number n of each call, in the line whose number is its talk time."""
    at = {round(talk / UNIT_MS): number for number, talk in enumerate(talks_ms, start=1)}
    # sipp writes a variable with six decimals.
    lines = [f"{at[line]}.000000" if line in at else "-" for line in range(max(at) + 1)]
    return "\n".join(["SEQUENTIAL", *lines, ""])
