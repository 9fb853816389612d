"""What if, held against the truth: on an invented day it is known what everybody would have done under the other plan.

The day is run under its own plan, and only its journal is read. The other plan is then tried twice: by what the journal
shows, and by what is true of the callers. What is foreseen must hold what is so as often as it says.
"""

from dataclasses import replace

import pytest

from acd import events as e
from acd.plan import Plan, Queue, Tier
from acd.simulate.compared import ALL, Counted, counted, spreads
from acd.simulate.drawn import drawn_day
from acd.simulate.draws import Gamma, Lognormal
from acd.simulate.recorded import RecordedDay, recorded_day
from acd.simulate.rehearsal import Rehearsal
from acd.simulate.scenario import AgentGroup, CallType, Scenario, TierTerms
from acd.simulate.staffed import with_hours, with_more
from acd.simulate.what_if import PeopleSeen, rehearsed
from tests.acd.shift import skilled

AGENTS = tuple(f"1{place:03d}" for place in range(12))
TALK, PATIENCE = Lognormal(180.0, 0.9), Gamma(120.0, 0.7)
"""Patience is not exponential, so that nothing is found by being assumed."""
OWN = Plan(
    tiers={"standard": Tier(name="standard"), "vip": Tier(name="vip")},
    queues={"service": Queue(name="service", skills={"service": 1}, wrap_up_ms=0)},
    agents={agent: skilled(agent, service=1) for agent in AGENTS},
)
VIP_FIRST = replace(OWN, tiers={**OWN.tiers, "vip": Tier(name="vip", head_start_ms=60_000)})
TWO_MORE = with_more(OWN, 2, {"service": 1})
DAYS, RUNS = 4, 8
FIGURES = ("service_level", "abandoned_share", "mean_wait_s")


def day_of(plan: Plan, replication: int) -> RecordedDay:
    scenario = Scenario(
        title="busy",
        seed=8,
        replications=1,
        horizon_s=4 * 3600.0,
        tiers={"standard": TierTerms(), "vip": TierTerms()},
        calls=tuple(
            CallType(
                name=f"service/{tier}",
                per_hour=per_hour,
                tier=tier,
                skills={"service": 1},
                service=TALK,
                patience=PATIENCE,
            )
            for tier, per_hour in (("standard", 200.0), ("vip", 60.0))
        ),
        agents=(AgentGroup(name="service", count=len(plan.agents), skills={"service": 1}),),
    )
    return drawn_day(scenario, plan, {"service": tuple(plan.agents)}, 3_000, replication)


def journal_of(day: RecordedDay) -> list[e.Fact]:
    facts: list[e.Fact] = []

    def write(rehearsal: Rehearsal) -> None:
        for kind in e.FACTS:
            rehearsal.on(kind, facts.append)

    rehearsed(day, PeopleSeen(day), "", habits=[write])
    return facts


def came_of(day: RecordedDay, seed: str, plan: Plan | None = None, resampled: str = "") -> Counted:
    return counted(rehearsed(day, PeopleSeen(day, resampled=resampled), seed, plan).waited, lambda queue, tier: 20)


@pytest.mark.parametrize("tried", [VIP_FIRST, TWO_MORE], ids=["vip first", "two more"])
def test_what_is_foreseen_holds_what_is_so(tried: Plan) -> None:
    held, asked, moved = 0, 0, 0
    for number in range(DAYS):
        truth, as_it_was = came_of(day_of(tried, number), ""), came_of(day_of(OWN, number), "")
        journal, _ = with_hours(recorded_day(journal_of(day_of(OWN, number)), 0, 10**9), tried)
        foreseen = spreads([came_of(journal, str(run), tried, str(run)) for run in range(RUNS)])
        for place in (("service", "vip"), ALL):
            for name in FIGURES:
                so, was, found = truth[place].figures()[name], as_it_was[place].figures()[name], foreseen[place][name]
                assert so is not None
                assert was is not None
                assert found is not None
                asked += 1
                held += found.holds(so)
                # Nearer to the truth than the day as it was: that the plan changes something, and what, is seen.
                moved += abs(found.mean - so) < abs(was - so)
    assert held >= 0.8 * asked
    assert moved >= 0.8 * asked
