"""One agent and any service time: the mean wait that Pollaczek and Khinchine found, by the first two moments alone."""

import pytest

from acd.simulate.day import Day
from acd.simulate.draws import Constant, Distribution, Exponential, Gamma, Lognormal, Uniform
from acd.simulate.figures import figures_of
from acd.simulate.scenario import AgentGroup, CallType, Scenario, TierTerms

PER_S = 0.006
MEAN_S = 100.0


@pytest.mark.parametrize(
    ("service", "cv_squared"),
    [
        (Exponential(MEAN_S), 1.0),
        (Constant(MEAN_S), 0.0),
        (Uniform(50.0, 150.0), 100.0**2 / 12 / MEAN_S**2),
        (Lognormal(MEAN_S, 1.2), 1.44),
        (Gamma(MEAN_S, 0.5), 0.25),
    ],
    ids=lambda value: type(value).__name__,
)
def test_mean_wait(service: Distribution, cv_squared: float) -> None:
    scenario = Scenario(
        title="M/G/1",
        seed=5,
        replications=6,
        horizon_s=500_000.0,
        warmup_s=20_000.0,
        tiers={"standard": TierTerms()},
        calls=(CallType(name="all", per_hour=3600 * PER_S, tier="standard", skills={}, service=service),),
        agents=(AgentGroup(name="one", count=1, skills={}),),
    )
    load = PER_S * MEAN_S
    expected_s = load * MEAN_S * (1 + cv_squared) / (2 * (1 - load))
    figures = figures_of(scenario, [Day(scenario, number).run() for number in range(scenario.replications)])
    wait, occupancy = figures["calls"]["all"]["mean_wait_s"], figures["agents"]["one"]["occupancy"]
    assert abs(wait["mean"] - expected_s) <= 4 * wait["se"]
    assert abs(occupancy["mean"] - load) <= 4 * occupancy["se"]
