"""A scenario that cannot be run is refused, every mistake with its place and its mend."""

import tomllib
from typing import Any

import pytest

from acd.simulate.document import ScenarioError, read_scenario
from acd.simulate.draws import Constant, Exponential, Gamma, Lognormal, Uniform
from acd.simulate.scenario import Scenario, Target, TierTerms

TEXT = """
version = 1
title = "a day"
seed = 7
replications = 3
horizon_s = 3600
warmup_s = 60
slot_s = 1800

[routing]
agent_order = ["fewest_skills", "longest_idle"]

[tiers.vip]
rank = 1
head_start_s = 30
growth = 2.0
reserve_idle = 1

[tiers.standard]

[[calls]]
name = "bill"
per_hour = [60, 90.5]
tier = "vip"
skills = { bill = 2 }
service = { dist = "lognormal", mean_s = 180, cv = 0.5 }
patience = { dist = "gamma", mean_s = 60, cv = 2 }
answer_within_s = [10, 20.5]
target = { within_s = 20, share = 0.8 }

[[calls]]
name = "other"
per_hour = 30
tier = "standard"
service = { dist = "uniform", low_s = 10, high_s = 20 }

[[agents]]
name = "all"
count = [3, 4]
skills = { bill = 5 }
primary = "bill"
service = { bill = { dist = "constant", value_s = 100 } }
"""


def read(text: str = TEXT) -> Scenario:
    return read_scenario(tomllib.loads(text))


def refused(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        read(text)
    return [str(mistake) for mistake in error.value.mistakes]


def test_everything_it_says_is_read() -> None:
    scenario = read()
    assert (scenario.title, scenario.seed, scenario.replications, scenario.slots) == ("a day", 7, 3, 2)
    assert (scenario.horizon_s, scenario.warmup_s, scenario.drain) == (3600, 60, False)
    assert scenario.agent_order == ("fewest_skills", "longest_idle")
    assert scenario.tiers["vip"] == TierTerms(rank=1, head_start_s=30, growth=2.0, reserve_idle=1)
    assert scenario.tiers["standard"] == TierTerms()
    bill, other = scenario.calls
    assert (bill.per_hour, bill.skills, bill.answer_within_s) == ((60, 90.5), {"bill": 2}, (10, 20.5))
    assert (bill.service, bill.patience) == (Lognormal(180, 0.5), Gamma(60, 2))
    assert bill.target == Target(20, 0.8)
    assert (other.per_hour, other.skills, other.patience, other.service) == (30, {}, None, Uniform(10, 20))
    (group,) = scenario.agents
    assert (group.count, group.primary, group.service) == ((3, 4), "bill", {"bill": Constant(100)})


def test_what_may_be_left_out_has_its_default() -> None:
    text = """
        version = 1
        horizon_s = 100
        [tiers.standard]
        [[calls]]
        name = "all"
        per_hour = 1
        tier = "standard"
        service = { dist = "exponential", mean_s = 1.5 }
        [[agents]]
        name = "all"
        count = 1
    """
    scenario = read(text)
    assert (scenario.seed, scenario.replications, scenario.warmup_s, scenario.slots) == (0, 1, 0, 0)
    assert scenario.agent_order == ("longest_idle",)
    assert scenario.calls[0].service == Exponential(1.5)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("version = 1", "version = 2", "version: version 2 is not known: write version = 1"),
        ("seed = 7", 'seed = "7"', "seed: '7' is not a number: write a number"),
        ("replications = 3", "replications = 0", "replications: 0 does not fit: write a number of 1 or more"),
        ("replications = 3", "replications = 2.5", "replications: 2.5 is not a whole number: write 2"),
        ("horizon_s = 3600", "", "horizon_s: it is missing: write a number above 0"),
        ("horizon_s = 3600", "horizon_s = inf", "horizon_s: inf is not a number: write a number above 0"),
        (
            "warmup_s = 60",
            "warmup_s = 3600",
            "warmup_s: 3600 leaves nothing before the horizon: write less than 3600",
        ),
        ("warmup_s = 60", "drain = 1", "drain: 1 is neither true nor false: write true or false"),
        ("warmup_s = 60", "warmups = 60", "warmups: unknown key 'warmups': did you mean 'warmup_s'?"),
        (
            "slot_s = 1800",
            "",
            "calls[0].per_hour: a list needs the length of a slot: set slot_s at the top of the file",
        ),
        (
            "slot_s = 1800",
            "slot_s = 900",
            "calls[0].per_hour: 2 values for 4 slots before the horizon: write 4 values, or shorten horizon_s",
        ),
        (
            "longest_idle",
            "longest_idel",
            "routing.agent_order: there is no agent order 'longest_idel': did you mean 'longest_idle'?",
        ),
        ("rank = 1", "rank = 1.5", "tiers.vip.rank: 1.5 is not a whole number: write 2"),
        ("growth = 2.0", "growth = -1", "tiers.vip.growth: -1 does not fit: write a number of 0 or more"),
        (
            "head_start_s",
            "headstart_s",
            "tiers.vip.headstart_s: unknown key 'headstart_s': did you mean 'head_start_s'?",
        ),
        ('tier = "vip"', 'tier = "vpi"', "calls[0].tier: there is no tier 'vpi': did you mean 'vip'?"),
        ("bill = 2", "bill = 0", "calls[0].skills.bill: 0 does not fit: write a number of 1 or more"),
        (
            "mean_s = 180, cv = 0.5",
            "mean_s = 180",
            "calls[0].service.cv: it is missing: write a number above 0",
        ),
        (
            "mean_s = 180, cv = 0.5",
            "mean_s = -3, cv = 0.5",
            "calls[0].service.mean_s: -3 does not fit: write a number above 0",
        ),
        (
            'dist = "uniform"',
            'dist = "unifrom"',
            "calls[1].service.dist: there is no dist 'unifrom': did you mean 'uniform'?",
        ),
        ("high_s = 20", "high_s = 5", "calls[1].service.high_s: 5 does not fit: write a number of 10 or more"),
        ("high_s = 20", "high_s = 20, cv = 1", "calls[1].service.cv: unknown key 'cv': known are dist, low_s, high_s"),
        ("agent_order", 'mode = "slow" #', "routing.mode: there is no mode 'slow': did you mean 'sla'?"),
        (
            "share = 0.8",
            "share = 0.8, priority = 0",
            "calls[0].target.priority: 0 does not fit: write a number above 0",
        ),
        ("share = 0.8", "share = 80", "calls[0].target.share: 80 is more than all calls: write a share of 1, as 0.8"),
        ("[10, 20.5]", "10", "calls[0].answer_within_s: 10 is not a list: write a list of seconds: [20]"),
        ("[3, 4]", "[3, 4.5]", "agents[0].count: 4.5 is not a whole number: write 4"),
        ('primary = "bill"', 'primary = "bull"', "agents[0].primary: there is no primary 'bull': did you mean 'bill'?"),
        (
            "service = { bill = {",
            "service = { bull = {",
            "agents[0].service.bull: there is no call type 'bull': did you mean 'bill'?",
        ),
        ('name = "other"', 'name = "bill"', "calls[1].name: 'bill' stands here twice: name it otherwise"),
        (
            "[routing]",
            '[routing]\nmode = "sla"',
            "routing.agent_order: service-level mode chooses agents itself: leave it out, or leave mode out",
        ),
    ],
)
def test_a_mistake_is_named_with_its_mend(old: str, new: str, mistake: str) -> None:
    assert old in TEXT
    assert refused(TEXT.replace(old, new, 1))[0] == mistake


def test_service_level_mode_is_asked_for_in_routing_alone() -> None:
    scenario = read(TEXT.replace("agent_order", 'mode = "sla" #').replace("share = 0.8", "share = 0.8, priority = 2"))
    assert scenario.by_targets
    assert scenario.calls[0].target == Target(20, 0.8, priority=2.0)
    assert not read().by_targets


def test_service_level_mode_without_a_target_has_nothing_to_meet() -> None:
    text = TEXT.replace("agent_order", 'mode = "sla" #').replace("target =", "#")
    what = "routing.mode: there is no target to be met: give a type of calls its target = { within_s, share }"
    assert refused(text) == [what]


def test_all_mistakes_are_named_at_once() -> None:
    text = TEXT.replace("seed = 7", "sead = 7").replace("rank = 1", 'rank = "high"').replace("[3, 4]", "-1")
    assert len(refused(text)) == 3


@pytest.mark.parametrize("missing", ["calls", "agents", "tiers"])
def test_without_traffic_staff_or_tiers_there_is_nothing_to_run(missing: str) -> None:
    values: dict[str, Any] = tomllib.loads(TEXT)
    del values[missing]
    with pytest.raises(ScenarioError, match=f"{missing}: "):
        read_scenario(values)
