"""Who met whom in a bridge is read from Asterisk's call event log, as far back as it is asked for."""

from pathlib import Path

import pytest

from ivr.gateway import meetings as module
from ivr.gateway.meetings import Joining, Meeting, meetings

LATE = 1_700_000_000


def line(kind: str, channel: str, at: float, bridge: str = "") -> str:
    extra = f'"{{""bridge_id"":""{bridge}"",""bridge_technology"":""simple_bridge""}}"' if bridge else '""'
    seconds, fraction = divmod(round((LATE + at) * 1_000_000), 1_000_000)
    when = f"{seconds}.{fraction:06}"
    return f'"{kind}","{when}","PJSIP/x-1","{channel}","c1","s","x","","","Stasis","",{extra},{extra}\n'


def stay(channel: str, since: float, until: float, bridge: str = "talk-c1") -> str:
    return line("BRIDGE_ENTER", channel, since, bridge) + line("BRIDGE_EXIT", channel, until, bridge)


def joining(offer: int = 6, agent: str = "agent-6", at: float = 10) -> Joining:
    return Joining(offer=offer, bridge="talk-c1", caller="c1", agent=agent, answered_at=round((LATE + at) * 1000))


def met(since: float, until: float | None) -> Meeting:
    ends = None if until is None else round((LATE + until) * 1000)
    return Meeting(since=round((LATE + since) * 1000), until=ends)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "hotline.csv"


def test_two_met_from_when_the_second_came_until_the_first_left(log: Path) -> None:
    log.write_text(stay("c1", 10.5, 14.25) + stay("agent-6", 10.75, 15) + stay("c9", 1, 2, "talk-c9"))
    assert meetings(log, [joining()]) == {6: met(10.75, 14.25)}


@pytest.mark.parametrize(
    "lines",
    [
        "",
        stay("c1", 10.5, 14),
        stay("c1", 10.5, 11) + stay("agent-6", 11, 12),
        stay("c1", 10.5, 14) + stay("agent-6", 10.5, 14, "talk-c2"),
        stay("c1", 10.5, 14) + stay("agent-5", 10.5, 14),
    ],
)
def test_who_was_not_in_the_same_bridge_at_the_same_time_did_not_meet(log: Path, lines: str) -> None:
    log.write_text(lines)
    assert meetings(log, [joining()]) == {}


def test_a_channel_that_ends_has_left_and_an_end_that_is_not_there_is_not_known(log: Path) -> None:
    there = line("BRIDGE_ENTER", "c1", 10.5, "talk-c1") + line("BRIDGE_ENTER", "agent-6", 10.5, "talk-c1")
    log.write_text(there)
    assert meetings(log, [joining()]) == {6: met(10.5, None)}
    log.write_text(there + line("CHAN_END", "agent-6", 12))
    assert meetings(log, [joining()]) == {6: met(10.5, 12)}
    log.write_text(there + line("CHAN_END", "agent-6", 12)[:-20])
    assert meetings(log, [joining()]) == {6: met(10.5, None)}


def test_the_talk_with_an_agent_before_is_another_one(log: Path) -> None:
    log.write_text(stay("c1", 5, 8) + stay("agent-4", 5, 8) + stay("c1", 10, 13) + stay("agent-6", 10, 13))
    found = meetings(log, [joining(4, "agent-4", 5), joining(6, "agent-6", 10)])
    assert found == {4: met(5, 8), 6: met(10, 13)}


def test_a_long_log_is_read_back_only_as_far_as_the_answer(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_BLOCK", 500)
    before = "".join(stay("other", at / 100, at / 100, "talk-other") for at in range(800))
    after = "".join(stay("other", 20 + at / 100, 20 + at / 100, "talk-other") for at in range(200))
    log.write_text(before + stay("c1", 10.5, 14) + stay("agent-6", 10.5, 14) + after)
    assert meetings(log, [joining()]) == {6: met(10.5, 14)}
    assert len(module._lines_since(log, (LATE + 9) * 1_000_000)) < 1500


def test_nobody_is_asked_about_and_a_log_that_is_not_there_is_told(log: Path) -> None:
    assert meetings(log, []) == {}
    with pytest.raises(FileNotFoundError):
        meetings(log, [joining()])
