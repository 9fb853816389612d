"""`hotline tune`: targets met and missed, agents more and less, and what changes in the plan."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from acd import events as e
from acd.floor import Floor
from config.plan_scenario import groups_of, scenario_of, with_tuning
from config.tune_cli import tune
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.plan.read import read_file, read_values, values_of
from cti.plan.routing import routing

PLAN = Path(__file__).parents[1] / "cti" / "plan" / "plan.toml"
TRAFFIC = """
horizon_s = 3600
pick_up_s = 4

[[calls]]
queue = "service"
tier = "standard"
per_hour = 300
service = { dist = "exponential", mean_s = 100 }
patience = { dist = "exponential", mean_s = 60 }

[[calls]]
queue = "vip"
tier = "vip"
per_hour = 40
service = { dist = "exponential", mean_s = 100 }
patience = { dist = "exponential", mean_s = 60 }
"""


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.tuning.CALLS", 4000)
    monkeypatch.setattr("config.staffing.CALLS", 1200)


def run(*words: str | Path) -> Result:
    app = typer.Typer()
    app.command()(tune)
    return CliRunner().invoke(app, [str(word) for word in words])


def traffic(tmp_path: Path, text: str = TRAFFIC) -> Path:
    path = tmp_path / "traffic.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_under_traffic_gets_a_report_and_a_diff(tmp_path: Path) -> None:
    result = run(PLAN, "--traffic", traffic(tmp_path), "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert set(found) == {"calls", "missing_pp", "one_agent", "agents_that_would_do", "tuning", "plan_diff"}
    vip = found["calls"]["vip/vip"]
    assert (vip["within_s"], vip["share"]) == (6.0, 0.9)
    assert vip["met"] == (vip["missing_pp"] == 0)
    assert set(found["one_agent"]) == set(groups_of(read_file(PLAN)))
    chosen = found["tuning"]["weights"]["service>=1"]["standard"]["reserve_idle"]
    line = f"queues.service.tiers.standard.reserve_idle: 0 -> {chosen}"
    assert (line in found["plan_diff"]) == (chosen > 0)
    assert any(line.startswith("agents.1004.terms.service.cost: 0 -> ") for line in found["plan_diff"])
    assert any(line.startswith("agent_order: ") for line in found["plan_diff"])


def test_without_json_it_is_read(tmp_path: Path) -> None:
    out = run(PLAN, "--traffic", traffic(tmp_path)).stdout
    for words in ("vip/vip", "90% in 6 s", "as it is", "one more", "Missing in all", "agents.1004.terms.service.cost"):
        assert words in out


def test_when_targets_cannot_be_met_it_says_how_many_agents_would_do(tmp_path: Path) -> None:
    found = json.loads(run(PLAN, "--traffic", traffic(tmp_path, "on_duty = 0.5\n" + TRAFFIC), "--json").stdout)
    assert found["missing_pp"]["tuned"] > 1
    would_do = found["agents_that_would_do"]
    assert would_do is None or sum(would_do.values()) >= 1


def test_a_journal_is_traffic_too(tmp_path: Path) -> None:
    journal, floor = JournalFiles(tmp_path), Floor()
    journal.open()

    def tell(event: e.Event) -> None:
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, [write_line(first + place, fact) for place, fact in enumerate(floor.facts)])

    tell(e.PlanChanged(at=0, plan=routing(read_file(PLAN))))
    tell(e.AgentSignedIn(at=0, agent="1001", extension="8001"))
    tell(e.IntentChanged(at=0, agent="1001", intent=e.Intent.READY))
    for place in range(1, 20):
        at, contact = place * 90_000, f"c{place}"
        tell(e.ContactStarted(at=at, contact=contact, asterisk="", channel="", access="95000", caller=""))
        tell(e.ContactQueued(at=at, contact=contact, queue="service", tier="standard", since=at))
        tell(e.OfferAnswered(at=at + 2000, offer=max(floor.offers)))
        tell(e.ContactEnded(at=at + 50_000, contact=contact, cause=e.EndCause.HUNG_UP))
        tell(e.TimePassed(at=at + 85_000))
    result = run(PLAN, "--traffic", tmp_path, "--json")
    assert result.exit_code == 0, result.stderr
    assert set(json.loads(result.stdout)["calls"]) == {"service/standard"}
    journal.close()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('queue = "vip"', 'queue = "vap"', "calls[1].queue: the plan has no queue 'vap': did you mean 'vip'?"),
        ("per_hour = 40", "per_hour = -1", "calls[1].per_hour: -1 does not fit"),
        ("[[calls]]", "[[calls", "it cannot be read"),
    ],
)
def test_a_mistake_in_the_traffic_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    file = traffic(tmp_path, TRAFFIC.replace(old, new, 1))
    result = run(PLAN, "--traffic", file)
    assert result.exit_code == 2
    assert str(file) in result.stderr
    assert words in result.stderr


def test_a_scenario_brings_its_own_traffic_and_has_no_plan_to_change(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "simulation" / "scenarios" / "RQ2.toml").read_text(encoding="utf-8")
    file = tmp_path / "scenario.toml"
    file.write_text(text, encoding="utf-8")
    found = json.loads(run(file, "--json").stdout)
    assert found["plan_diff"] == []
    assert set(found["calls"]) == {"A_vip", "A_std", "B_vip", "B_std", "C_vip", "C_std"}
    file.write_text(text.replace("target =", "#").replace('mode = "sla"', ""), encoding="utf-8")
    assert "no call type has a target" in run(file).stderr


def test_an_empty_journal_is_named(tmp_path: Path) -> None:
    result = run(PLAN, "--traffic", tmp_path)
    assert result.exit_code == 2
    assert "it holds fewer than two finished talks" in result.stderr


def test_the_tuned_plan_is_a_plan_and_keeps_what_agents_had() -> None:
    from tomllib import loads

    from acd.simulate.tuning.moves import first_tunings

    document = read_file(PLAN)
    scenario = scenario_of(document, loads(TRAFFIC))
    tuned = with_tuning(document, scenario, first_tunings(scenario)[-1])
    assert read_values(values_of(tuned), "plan") == tuned
    in_force = routing(tuned)
    assert in_force.queues["service"].tiers["standard"].reserve_for_ms == 14_400
    assert in_force.agents["1009"].terms["service"].cost > in_force.agents["1004"].terms["service"].cost
    assert tuned.agents["1001"].skills == document.agents["1001"].skills
