"""Talk times: drawn by a seed, scheduled without delay, laid out for sipp."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lab.load.talks import draw, ideal_makespan_s, places


def test_the_same_seed_draws_the_same_talk_times() -> None:
    assert draw(7, 50, 1.0) == draw(7, 50, 1.0) != draw(8, 50, 1.0)


def test_their_mean_is_what_was_asked_for() -> None:
    drawn = draw(1, 5000, 1.0)
    assert sum(drawn) / len(drawn) == pytest.approx(1000, rel=0.05)


@pytest.mark.parametrize(
    ("talks_ms", "agents", "seconds"),
    [
        ([1000.0, 1000.0, 1000.0], 1, 3.0),
        ([1000.0, 1000.0, 1000.0], 2, 2.0),
        ([3000.0, 1000.0, 1000.0], 2, 3.0),
        ([1000.0, 2000.0, 500.0, 1500.0], 2, 3.0),
        ([500.0], 5, 0.5),
    ],
)
def test_ideal_agents_take_the_next_call_in_order_in_no_time(
    talks_ms: list[float], agents: int, seconds: float
) -> None:
    assert ideal_makespan_s(talks_ms, agents) == pytest.approx(seconds)


@given(st.lists(st.floats(1, 10_000), min_size=1, max_size=60), st.integers(1, 12))
def test_the_ideal_is_between_its_bounds(talks_ms: list[float], agents: int) -> None:
    ideal = ideal_makespan_s(talks_ms, agents) * 1000
    assert ideal >= max(max(talks_ms), sum(talks_ms) / agents) - 1e-6
    assert ideal <= sum(talks_ms) / agents + max(talks_ms) + 1e-6


@given(st.integers(0, 1000), st.integers(1, 80), st.floats(0.05, 2))
def test_each_call_is_in_the_line_that_is_its_talk_time(seed: int, calls: int, mean_s: float) -> None:
    drawn = draw(seed, calls, mean_s)
    lines = places(drawn).splitlines()
    assert lines[0] == "SEQUENTIAL"
    found = {float(key): line / 10 for line, key in enumerate(lines[1:]) if key != "-"}
    assert [found[number] for number in range(1, calls + 1)] == pytest.approx(drawn)
