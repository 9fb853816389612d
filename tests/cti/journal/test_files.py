"""The journal gives back what was written into it, and says by name what it cannot read."""

from pathlib import Path

import msgspec
import pytest

from acd import events as e
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal import files
from cti.journal.files import JournalError, JournalFiles

PLAN = Plan(
    tiers={"standard": Tier(name="standard")},
    queues={"service": Queue(name="service", skills={"service": 1})},
    agents={"1001": AgentSpec(agent="1001", skills={"service": 5})},
)


def a_day(contacts: int) -> list[e.Event]:
    events: list[e.Event] = [
        e.PlanChanged(at=1, plan=PLAN),
        e.AgentSignedIn(at=2, agent="1001", extension="8001"),
        e.IntentChanged(at=2, agent="1001", intent=e.Intent.READY),
    ]
    for i in range(contacts):
        name, at = f"c{i}", 10 + i
        events += [
            e.ContactStarted(
                at=at, contact=name, asterisk="pbx", channel=name, access="95000", caller="+8613800000000"
            ),
            e.ContactQueued(at=at, contact=name, queue="service", tier="standard", since=at),
        ]
    return events


def write_day(journal: JournalFiles, floor: Floor, contacts: int) -> None:
    for event in a_day(contacts):
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, floor.facts)


def test_the_floor_comes_back_equal_from_facts_alone(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 20)
    journal.close()

    opened = JournalFiles(tmp_path).open()

    assert opened.floor.state == floor.state
    assert (opened.checkpoint, opened.folded) == (0, floor.number)


def test_the_floor_comes_back_equal_from_a_checkpoint_and_the_tail(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    at_checkpoint = floor.number
    journal.write_checkpoint(at_checkpoint, msgspec.json.encode(floor.state))
    first = floor.number + 1
    floor.apply(e.ContactEnded(at=100, contact="c3", cause=e.EndCause.HUNG_UP))
    journal.append(first, floor.facts)
    journal.close()

    opened = JournalFiles(tmp_path).open()

    assert opened.floor.state == floor.state
    assert (opened.checkpoint, opened.folded) == (at_checkpoint, 1)


def test_a_restarted_floor_goes_on_as_the_old_one_would_have(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    journal.close()
    again = JournalFiles(tmp_path).open().floor

    answered = e.OfferExpired  # the offer runs out on both
    for each in (floor, again):
        each.apply(e.TimePassed(at=60_000))
    assert any(isinstance(fact, answered) for fact in floor.facts)
    assert again.facts == floor.facts


def test_a_line_cut_off_by_a_crash_is_cut_away_and_writing_goes_on(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    journal.close()
    segment = journal.segments()[-1]
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-7])

    again = JournalFiles(tmp_path)
    opened = again.open()

    assert opened.cut_bytes > 0
    assert opened.floor.number == floor.number - 1
    again.append(opened.floor.number + 1, [e.TimePassed(at=99)])
    again.close()
    assert JournalFiles(tmp_path).open().floor.number == floor.number


def test_a_flipped_byte_is_refused_by_file_and_line(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    write_day(journal, journal.open().floor, 5)
    journal.close()
    segment = journal.segments()[-1]
    damaged = bytearray(segment.read_bytes())
    damaged[damaged.index(b"AgentSignedIn")] ^= 1
    segment.write_bytes(damaged)

    with pytest.raises(JournalError) as refused:
        JournalFiles(tmp_path).open()
    assert refused.value.place == f"{segment}:3"
    assert "backup" in refused.value.mend


def test_a_journal_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts-1.log").write_bytes(b"hotline journal 2\n")
    with pytest.raises(JournalError, match="format"):
        JournalFiles(tmp_path).open()


def test_a_missing_fact_is_noticed(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 2)
    journal.append(floor.number + 2, [e.TimePassed(at=99)])
    journal.close()
    with pytest.raises(JournalError, match="missing"):
        JournalFiles(tmp_path).open()


def test_a_broken_checkpoint_costs_only_time(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    journal.write_checkpoint(floor.number, b'{"number": 3, "ledger"')
    journal.close()
    assert JournalFiles(tmp_path).open().floor.state == floor.state


def test_segments_are_read_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SEGMENT_BYTES", 500)
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 20)
    assert len(journal.segments()) > 5
    numbers = [number for number, _ in journal.read(after=7)]
    assert numbers == list(range(8, floor.number + 1))
    journal.close()


def test_only_two_checkpoints_are_kept(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    for number in (1, 2, 3):
        journal.write_checkpoint(number, msgspec.json.encode(floor.state))
    assert [path.name for path in journal.checkpoints()] == ["checkpoint-2.json", "checkpoint-3.json"]
