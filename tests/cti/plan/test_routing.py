"""The router gets milliseconds and names, nothing that only people read."""

from pathlib import Path

import config
from cti.plan.read import read_file
from cti.plan.routing import routing

DOCUMENT = read_file(Path(config.__file__).parent / "plan.toml")


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
