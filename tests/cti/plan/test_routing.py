"""The router gets milliseconds and names, nothing that only people read."""

from pathlib import Path

import pytest

from acd.plan import Adaptation, Limit, QueueTerms, Step, Target
from cti.plan.overload import OverloadPart
from cti.plan.read import PlanError, read_file, read_text, read_values, values_of
from cti.plan.routing import routing

SEED = Path(__file__).parent / "plan.toml"
DOCUMENT = read_file(SEED)


def test_seconds_become_milliseconds() -> None:
    plan = routing(DOCUMENT)
    assert plan.tiers["vip"].head_start_ms == 120_000
    assert plan.queues["repair"].ring_ms == 12_000
    assert plan.queues["complaint"].wrap_up_ms == 90_000
    assert plan.pop_ms == 150


def test_names_skills_and_the_order_of_agents_are_kept() -> None:
    plan = routing(DOCUMENT)
    assert list(plan.agents) == list(DOCUMENT.agents)
    assert plan.agents["1009"].skills == {"vip": 9, "service": 9, "billing": 8, "english": 6}
    assert plan.agents["1009"].primary == "vip"
    assert plan.agents["1009"].queues is None
    assert plan.queues["vip"].skills == {"vip": 5}


def test_the_router_sees_the_version_of_the_document() -> None:
    assert routing(DOCUMENT.numbered(7)).version == 7


def test_requirements_terms_and_certificates_reach_the_router() -> None:
    changes = {
        "skills = { vip = 5 }": "any_of = [{ english = 3, billing = 2 }, { service = 1 }]",
        "skills = { repair = 7 }": "skills = { repair = 7 }\nterms.repair = { head_start_s = 10, delay_s = 2.5 }",
        'primary = "repair"': "certificates = { repair = 2027-01-31T23:59:59+08:00 }",
        "pop_ms = 150": 'pop_ms = 150\ncertified = ["repair"]',
    }
    text = SEED.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    document = read_text(text, "plan.toml")
    assert read_values(values_of(document), "the database") == document
    plan = routing(document)
    assert plan.queues["vip"].any_of == ({"english": 3, "billing": 2}, {"service": 1})
    assert plan.agents["1008"].terms == {"repair": QueueTerms(head_start_ms=10_000, delay_ms=2_500)}
    assert plan.agents["1007"].certificates == {"repair": 1_801_411_199_000}
    assert plan.certified == ("repair",)


def test_targets_tiers_of_a_queue_and_the_adaptation_reach_the_router() -> None:
    text = SEED.read_text(encoding="utf-8").replace(
        "[queues.service]",
        "[queues.service]\n"
        "targets = { vip = { within_s = 10, share = 0.9, priority = 2 } }\n"
        "tiers = { standard = { head_start_s = 5, reserve_idle = 1, reserve_for_s = 18 } }",
        1,
    )
    on = text.replace("pop_ms = 150", "pop_ms = 150\nadaptation = { on = true, every_s = 120 }")
    queue = routing(read_text(text, "plan.toml")).queues["service"]
    assert (queue.tiers["standard"].head_start_ms, queue.tiers["standard"].reserve_for_ms) == (5000, 18_000)
    assert queue.targets == {}
    plan = routing(read_text(on, "plan.toml"))
    assert plan.adaptation == Adaptation(every_ms=120_000, reach_ms=60_000, step_ms=10_000)
    assert plan.queues["service"].targets["vip"] == Target(within_ms=10_000, share=0.9, priority=2)
    assert plan.queues["service"].targets["gold"] == Target(within_ms=20_000, share=0.8)


def test_a_target_of_a_tier_that_is_not_there_is_named() -> None:
    text = SEED.read_text(encoding="utf-8").replace(
        "[queues.service]", "[queues.service]\ntargets = { vap = { within_s = 10 } }", 1
    )
    with pytest.raises(PlanError, match="there is no tier 'vap'"):
        read_text(text, "plan.toml")


def test_relaxations_and_groups_reach_the_router() -> None:
    text = SEED.read_text(encoding="utf-8").replace("[queues.billing]", '[queues.billing]\nrelaxation = "easy"', 1)
    text += """
[groups.seniors]
label = { zh-CN = "资深坐席", en = "Seniors" }
agents = ["1009", "1010"]

[[relaxations.easy.steps]]
after_s = 2.5
expected_s = 45
skills = { billing = 1 }
drop = ["english"]

[[relaxations.easy.steps]]
after_s = 30
any_of = []
queues = ["service"]
agents = ["seniors", "1001"]
"""
    document = read_text(text, "plan.toml")
    assert read_values(values_of(document), "the database") == document
    plan = routing(document)
    assert plan.queues["billing"].relaxation == "easy"
    assert plan.members(["seniors", "1001"]) == {"1009", "1010", "1001"}
    assert plan.relaxations["easy"] == (
        Step(after_ms=2500, expected_ms=45_000, skills={"billing": 1, "english": 0}),
        Step(after_ms=30_000, any_of=(), queues=("service",), agents=("seniors", "1001")),
    )


def test_limits_reach_the_router_with_where_they_are_left_behind() -> None:
    assert routing(DOCUMENT).overload is None
    part = {"contacts": 200, "queues": {"service": 1}, "engine": {"loop_lag_ms": 250}, "reserve": {"vip": 20}}
    borne = routing(DOCUMENT.model_copy(update={"overload": OverloadPart.model_validate(part)})).overload
    assert borne is not None
    assert (borne.contacts, borne.queues["service"]) == (Limit(most=200, resume=180), Limit(most=1, resume=0))
    assert (borne.engine, borne.reserve) == ({"loop_lag_ms": Limit(most=250, resume=125)}, {"vip": 20})
    assert borne.leads_to == {number: access.queue for number, access in DOCUMENT.access_numbers.items()}


def test_limits_of_what_is_not_in_the_plan_are_named() -> None:
    values = values_of(DOCUMENT)
    values["overload"] = {
        "numbers": {"95999": 5},
        "queues": {"nowhere": 5},
        "reserve": {"royal": 1},
        "exempt": ["95998"],
    }
    with pytest.raises(PlanError) as refused:
        read_values(values, "plan")
    for what in ("access number '95999'", "queue 'nowhere'", "tier 'royal'", "access number '95998'"):
        assert f"there is no {what}" in str(refused.value)
