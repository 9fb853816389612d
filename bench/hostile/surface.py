"""One place where bytes from outside come in, and what happens when hostile ones do."""

import time
import traceback
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.hostile.mutation import hostile

LONGEST_KEPT = 2_000
WATCHED_SHARE = 10
"""One input in so many, the last ones, is fed with memory watched, which is slow."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Something that reads what others wrote."""

    name: str
    samples: Sequence[bytes]
    """What honest peers send; every input is made from these."""
    feed: Callable[[bytes], object]
    """Reads one input."""
    refuses: tuple[type[Exception], ...] = ()
    """The errors that are its way to say no; any other is a defect."""


@dataclass(slots=True)
class Found:
    """What came of feeding a surface."""

    surface: str
    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    grown_bytes: int = 0
    """Memory held after the watched inputs and not before them."""
    defects: dict[str, bytes] = field(default_factory=dict)
    """Where it broke, with the first input that broke it there."""


def feed(surface: Surface, inputs: int, seed: int) -> Found:
    """Feed the samples, which must be taken, then so many hostile inputs; the same seed, the same inputs."""
    found = Found(surface.name)
    random = Random(f"{surface.name} {seed}")
    for sample in surface.samples:
        surface.feed(sample)
    watched = inputs // WATCHED_SHARE
    _feed(surface, random, inputs - watched, found)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        _feed(surface, random, watched, found)
        found.grown_bytes = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return found


def _feed(surface: Surface, random: Random, inputs: int, found: Found) -> None:
    for _ in range(inputs):
        content = hostile(surface.samples, random)
        found.inputs += 1
        began = time.perf_counter()
        try:
            surface.feed(content)
        except surface.refuses:
            found.refused += 1
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{type(error).__name__} at {where.filename.rpartition('/')[2]}:{where.name}: {error}"
            found.defects.setdefault(place[:200], content[:LONGEST_KEPT])
        found.slowest_s = max(found.slowest_s, time.perf_counter() - began)
