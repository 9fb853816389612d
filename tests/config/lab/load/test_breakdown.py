"""Where the time between two calls of an agent goes, from the journal and the phones' logs."""

from pathlib import Path

import pytest

from acd import events as e
from config.lab.load.breakdown import STEPS, breakdown_ms
from config.lab.load.log import Talk
from cti.journal.files import HEADER
from cti.journal.line import write_line


def offer_facts(offer: int, at: int, hung_up: int, *, connected: bool = True) -> list[e.Fact]:
    facts: list[e.Fact] = [
        e.OfferMade(
            at=at,
            offer=offer,
            contact=f"c{offer}",
            agent="1001",
            extension="8001",
            queue="load",
            pop_until=None,
            score=0.0,
        ),
        e.RingStarted(at=at + 1, offer=offer, pop=e.PopState.NO_DESK, expires_at=at + 9000),
        e.OfferAnswered(at=at + 10, offer=offer),
    ]
    if connected:
        facts.append(e.TalkConnected(at=at + 14, offer=offer))
    return [*facts, e.AgentHungUp(at=hung_up, offer=offer)]


def talk(rang_ms: int, hung_up_ms: int) -> Talk:
    rang = rang_ms / 1000
    return Talk(phone="8001", rang=rang, answered=rang, hung_up=hung_up_ms / 1000, talk_ms=hung_up_ms - rang_ms)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    facts = [
        *offer_facts(1, 1000, 2003),
        *offer_facts(2, 2004, 2100, connected=False),
        *offer_facts(3, 2100, 3002),
        *offer_facts(4, 9000, 9500),
    ]
    lines = [write_line(number, fact) for number, fact in enumerate(facts, start=1)]
    (tmp_path / "facts-1.log").write_bytes(HEADER + b"".join(lines))
    return tmp_path


def test_each_step_is_timed_and_talks_too_short_for_a_bridge_are_passed_over(journal: Path) -> None:
    runs = [[talk(1006, 2000), talk(2010, 2097), talk(2106, 3000)]]
    medians = {step: value["median"] for step, value in breakdown_ms(journal, runs).items()}
    assert medians == {
        "hang_up_heard": 3.0,
        "decided": 0.0,
        "ordered": 1.0,
        "phone_rang": 5.0,
        "answer_heard": 4.0,
        "connected": 4.0,
    }


def test_the_time_between_two_runs_does_not_count(journal: Path) -> None:
    runs = [[talk(1006, 2000), talk(2010, 2097), talk(2106, 3000)], [talk(9006, 9498)]]
    assert breakdown_ms(journal, runs)["decided"]["mean"] == 0.0


def test_without_talks_nothing_took_time(journal: Path) -> None:
    assert breakdown_ms(journal, []) == {step: {"mean": 0.0, "median": 0.0, "p95": 0.0} for step in STEPS}
