"""`hotline simulate PLAN --traffic FILE`: days drawn for a plan with all its rules."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from acd import events as e
from acd.simulate.rehearsal import Rehearsal
from acd.simulate.what_if import PeopleSeen, rehearsed
from config.cli import app
from config.planned_day import planned_day
from cti.plan.read import read_file
from cti.toml import read_toml

PLAN = Path(__file__).parents[1] / "cti" / "plan" / "plan.toml"
CALLS = """
[[calls]]
queue = "service"
tier = "standard"
per_hour = [120, 240]
service = { dist = "exponential", mean_s = 100 }
patience = { dist = "exponential", mean_s = 60 }

[[calls]]
queue = "vip"
tier = "vip"
per_hour = 40
service = { dist = "exponential", mean_s = 100 }
"""
TRAFFIC = "horizon_s = 3600\nslot_s = 1800\npick_up_s = 4\non_duty = [1.0, 0.5]\n" + CALLS


def run(folder: Path, *words: str, text: str = TRAFFIC) -> Result:
    path = folder / "traffic.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["simulate", str(PLAN), "--traffic", str(path), *words])


def values() -> dict[str, object]:
    return dict(read_toml(TRAFFIC))


def test_each_queue_and_tier_has_its_figures_with_their_range(tmp_path: Path) -> None:
    result = run(tmp_path, "--json", "--replications", "3")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert set(figures["queues"]) == {"service/standard", "vip/vip", "all"}
    service = figures["queues"]["service/standard"]
    assert 100 < service["offered"]["mean"] < 260
    assert service["offered"]["error"] > 0
    assert figures["queues"]["vip/vip"]["abandoned"]["mean"] == 0


def test_a_person_reads_a_table(tmp_path: Path) -> None:
    result = run(tmp_path, "--replications", "2")
    assert result.exit_code == 0, result.output
    assert "vip/vip" in result.stdout
    assert "95 of 100 days" in result.stdout


def test_an_unknown_queue_is_named_with_its_place(tmp_path: Path) -> None:
    result = run(tmp_path, text=TRAFFIC.replace('"vip"\ntier', '"vipp"\ntier'))
    assert result.exit_code == 2
    assert "the plan has no queue 'vipp'" in " ".join(result.stderr.split())


def test_nobody_is_answered_sooner_than_an_agent_picks_up() -> None:
    day = planned_day(read_file(PLAN), values(), 0)
    waited = rehearsed(day, PeopleSeen(day), "0").waited
    answered = [visit.wait_ms for visit in waited if visit.end == "answered"]
    assert min(answered) == pytest.approx(4_000, abs=200)


def test_the_same_replication_is_the_same_day_and_agents_go_when_fewer_are_on_duty() -> None:
    plan = read_file(PLAN)
    day, same, other = planned_day(plan, values(), 0), planned_day(plan, values(), 0), planned_day(plan, values(), 1)
    assert day.visits == same.visits != other.visits
    came = sum(isinstance(event, e.AgentSignedIn) for event in day.outside)
    went = [event.at for event in day.outside if isinstance(event, e.AgentSignedOut)]
    assert came == len(plan.agents)
    assert 0 < len(went) < came
    assert set(went) == {1 + 1_800_000}


def test_a_feature_gives_people_habits_of_its_own() -> None:
    """Here: who waits ten seconds becomes a VIP."""
    seen: list[int] = []

    def upgrade(rehearsal: Rehearsal) -> None:
        def queued(fact: e.ContactQueued) -> None:
            rehearsal.enter(e.PriorityChanged(at=fact.at + 10_000, contact=fact.contact, tier="vip"))

        rehearsal.on(e.ContactQueued, queued)
        rehearsal.on(e.PriorityChanged, lambda fact: seen.append(fact.at))

    day = planned_day(read_file(PLAN), values(), 0)
    rehearsed(day, PeopleSeen(day), "0", habits=[upgrade])
    assert len(seen) > 10
