"""Whatever comes in from outside is read or refused with an error of its own: nothing else, on any surface.

`python -m bench hostile` feeds many times as much.
"""

from collections.abc import Iterator
from random import Random

import pytest

from bench.hostile.mutation import hostile
from bench.hostile.surface import Surface, feed
from bench.hostile.surfaces import surfaces

INPUTS = 150
NAMES = (
    "agi lines", "agi command", "ami frames", "ami field", "ari frames", "ari refusals", "asterisk version", "route",
    "caller number", "desk frame", "plan", "flow", "flow script", "flow expression", "asterisk description",
    "journal line", "journal", "settings", "scenario", "customers", "raw recording",
)  # fmt: skip


@pytest.fixture(scope="module")
def every() -> Iterator[dict[str, Surface]]:
    with surfaces() as found:
        yield {surface.name: surface for surface in found}


def test_every_surface_is_tried(every: dict[str, Surface]) -> None:
    assert tuple(every) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_hostile_input_is_read_or_refused(every: dict[str, Surface], name: str) -> None:
    found = feed(every[name], INPUTS, seed=2)
    assert found.defects == {}
    assert found.inputs == INPUTS


def test_an_error_that_is_no_refusal_is_a_defect() -> None:
    def feed_one(content: bytes) -> None:
        if content != b"12":
            int(content)

    found = feed(Surface("numbers", (b"12",), feed_one, (KeyError,)), 50, seed=1)
    assert any(place.startswith("ValueError") for place in found.defects)


def test_the_same_seed_gives_the_same_inputs() -> None:
    samples = (b"one two", b"three 4")
    first, again = Random(7), Random(7)
    assert [hostile(samples, first) for _ in range(30)] == [hostile(samples, again) for _ in range(30)]
