"""How long callers were expected to wait beside how long they waited, on simulated days."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from acd import events as e
from acd.simulate.rehearsal import Rehearsal
from acd.simulate.what_if import PeopleSeen, rehearsed
from config.planned_day import planned_day
from cti.plan.read import read_file
from cti.toml import read_toml

PLAN = Path(__file__).parents[1] / "cti" / "plan" / "plan.toml"
OVERLOADED = """
horizon_s = 14400
slot_s = 14400
pick_up_s = 4
on_duty = [1.0]

[[calls]]
queue = "service"
tier = "standard"
per_hour = 180
service = { dist = "exponential", mean_s = 150 }
patience = { dist = "exponential", mean_s = 180 }

[[calls]]
queue = "vip"
tier = "vip"
per_hour = 30
service = { dist = "exponential", mean_s = 150 }
patience = { dist = "exponential", mean_s = 180 }
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """One caller's wait beside what was written down as it began, ms."""

    waited_ms: int
    expected: e.WaitEstimated

    @property
    def inside(self) -> bool:
        return self.expected.low_ms <= self.waited_ms <= self.expected.high_ms


def a_day() -> list[Answered]:
    expected: dict[str, e.WaitEstimated] = {}
    found: list[Answered] = []

    def watch(rehearsal: Rehearsal) -> None:
        def answered(fact: e.OfferAnswered) -> None:
            offer = rehearsal.floor.offers.get(fact.offer)
            if offer is not None and (before := expected.pop(offer.contact, None)) is not None:
                found.append(Answered(fact.at - before.at, before))

        def estimated(fact: e.WaitEstimated) -> None:
            expected[fact.contact] = fact

        rehearsal.on(e.WaitEstimated, estimated)
        rehearsal.on(e.OfferAnswered, answered)

    day = planned_day(read_file(PLAN), dict(read_toml(OVERLOADED)), 0)
    rehearsed(day, PeopleSeen(day), "0", habits=[watch])
    return found


def test_about_four_of_five_waits_end_inside_their_range() -> None:
    answered = a_day()
    assert len(answered) > 150
    inside = sum(each.inside for each in answered) / len(answered)
    assert 0.68 < inside < 0.95
    widths = [each.expected.high_ms - each.expected.low_ms for each in answered]
    assert 0 < median(widths) < 240_000
