"""Erlang's formulas against published tables, against each other, and beside a simulated day."""

from math import exp, inf

import pytest

from acd.plan import AgentSpec, Plan, Queue, Tier
from acd.simulate.drawn import drawn_day
from acd.simulate.draws import Exponential
from acd.simulate.erlang import erlang_a, erlang_c, erlang_of
from acd.simulate.recorded import RecordedDay
from acd.simulate.scenario import AgentGroup, CallType, Scenario, TierTerms
from acd.simulate.visits import VisitEnd
from acd.simulate.what_if import PeopleSeen, rehearsed

TABLE = [(11, 0.682, 0.389), (12, 0.449, 0.640), (13, 0.285, 0.796), (14, 0.174, 0.888)]
"""100 calls of 3 minutes in half an hour: agents, who wait, who are answered in 20 s, as staffing tables have them."""


@pytest.mark.parametrize(("agents", "waits", "in_time"), TABLE)
def test_c_is_as_staffing_tables_have_it(agents: int, waits: float, in_time: float) -> None:
    found = erlang_c(100 / 1800, 180, agents, 20)
    assert found.in_time == pytest.approx(in_time, abs=0.001)
    assert found.mean_wait_s == pytest.approx(waits * 180 / (agents - 10), rel=0.005)


def test_c_with_too_few_agents_waits_for_ever() -> None:
    assert erlang_c(1.0, 180, 180, 20).mean_wait_s == inf
    assert erlang_c(1.0, 180, 100, 20).in_time == 0


def test_a_is_c_when_nobody_gives_up() -> None:
    c, a = erlang_c(100 / 1800, 180, 12, 20), erlang_a(100 / 1800, 180, 1e7, 12, 20)
    assert a.in_time == pytest.approx(c.in_time, abs=1e-3)
    assert a.mean_wait_s == pytest.approx(c.mean_wait_s, rel=1e-3)


def test_a_is_as_published() -> None:
    """O. Garnett, A. Mandelbaum, M. Reiman, Manufacturing & Service Operations Management 4 (2002)."""
    found = erlang_a(0.8, 60, 120, 50, 20)
    assert found.abandoned == pytest.approx(0.0309, abs=0.0001)
    assert found.mean_wait_s == pytest.approx(3.7, abs=0.05)


def test_two_thousand_agents_are_no_more_than_a_number_can_hold() -> None:
    busy, idle = erlang_a(11.0, 180, 120, 2000, 20), erlang_a(0.01, 180, 120, 2000, 20)
    assert 0.9 < busy.in_time < 1
    assert idle.in_time == pytest.approx(1.0)


def test_a_without_agents_loses_everybody_after_their_patience() -> None:
    found = erlang_a(0.1, 180, 60, 0, 20)
    assert found.abandoned == pytest.approx(1.0)
    assert found.mean_wait_s == pytest.approx(60.0)
    assert found.in_time == 0


def test_a_with_patience_as_long_as_talks_is_a_queue_of_servers_without_end() -> None:
    """Then callers leave at the same rate wherever they are, so their number is Poisson."""
    load, agents = 12.0, 10
    weights = [exp(-load)]
    for count in range(1, 200):
        weights.append(weights[-1] * load / count)
    waiting = sum((count - agents) * share for count, share in enumerate(weights) if count > agents)
    found = erlang_a(load / 180, 180, 180, agents, 20)
    assert found.mean_wait_s == pytest.approx(waiting / (load / 180))
    assert found.abandoned == pytest.approx(waiting / load)


def test_everybody_is_answered_abandons_or_waits_longer() -> None:
    at_last = erlang_a(100 / 1800, 180, 90, 10, 1e6)
    assert at_last.in_time == pytest.approx(1 - at_last.abandoned, abs=1e-9)


def drawn(agents: int, replication: int) -> RecordedDay:
    scenario = Scenario(
        title="one pool",
        seed=4,
        replications=1,
        horizon_s=40_000.0,
        tiers={"standard": TierTerms()},
        calls=(
            CallType(
                name="all",
                per_hour=200.0,
                tier="standard",
                skills={"all": 1},
                service=Exponential(180.0),
                patience=Exponential(90.0),
            ),
        ),
        agents=(AgentGroup(name="all", count=agents, skills={"all": 1}),),
    )
    names = [str(place) for place in range(agents)]
    plan = Plan(
        tiers={"standard": Tier(name="standard")},
        queues={"all": Queue(name="all", wrap_up_ms=0)},
        agents={name: AgentSpec(agent=name) for name in names},
    )
    return drawn_day(scenario, plan, {"all": names}, 0, replication)


def test_a_drawn_day_through_the_router_is_what_a_says() -> None:
    expected = erlang_a(200 / 3600, 180, 90, 9, 20)
    shares, waits = [], []
    for replication in range(6):
        day = drawn(9, replication)
        waited = rehearsed(day, PeopleSeen(day), "1").waited
        shares.append(sum(v.end is VisitEnd.ANSWERED and v.wait_ms <= 20_000 for v in waited) / len(waited))
        waits.append(sum(v.wait_ms for v in waited) / len(waited) / 1000)
    assert sum(shares) / 6 == pytest.approx(expected.in_time, abs=0.03)
    assert sum(waits) / 6 == pytest.approx(expected.mean_wait_s, rel=0.1)


def test_the_formulas_are_taken_by_the_half_hour_with_those_who_are_ready() -> None:
    found = erlang_of(drawn(9, 0), 20, [str(place) for place in range(9)])
    assert found is not None
    c, a = found
    assert a.in_time == pytest.approx(erlang_a(200 / 3600, 180, 90, 9, 20).in_time, abs=0.06)
    assert c.mean_wait_s == inf
    few = erlang_of(drawn(9, 0), 20, ["0", "1", "2"])
    assert few is not None
    assert few[1].in_time < a.in_time / 2
