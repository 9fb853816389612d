"""A survey names what is wrong with a journal, and tells what a start survives from what it refuses."""

from pathlib import Path

import msgspec
import pytest

from acd import events as e
from acd.floor import Floor
from acd.plan import Plan, Queue, Tier
from cti.journal import files
from cti.journal.files import JournalError, JournalFiles
from cti.journal.line import write_line
from cti.journal.survey import survey

PLAN = Plan(tiers={"standard": Tier(name="standard")}, queues={"service": Queue(name="service")})


def written(folder: Path, contacts: int = 5, checkpoint_after: int | None = None) -> Floor:
    """A journal with so many waiting contacts, closed again."""
    journal = JournalFiles(folder)
    floor = journal.open().floor

    def tell(event: e.Event) -> None:
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, [write_line(first + i, fact) for i, fact in enumerate(floor.facts)])

    tell(e.PlanChanged(at=1, plan=PLAN))
    for i in range(contacts):
        if i == checkpoint_after:
            journal.write_checkpoint(floor.number, msgspec.json.encode(floor.state))
        name = f"c{i}"
        tell(e.ContactStarted(at=2, contact=name, asterisk="pbx", channel=name, access="95000", caller=""))
        tell(e.ContactQueued(at=2, contact=name, queue="service", tier="standard", since=2))
    journal.close()
    return floor


def flip(path: Path, line: int) -> None:
    """Change one byte of a line."""
    content = path.read_bytes().splitlines(keepends=True)
    damaged = bytearray(content[line - 1])
    damaged[20] ^= 1
    content[line - 1] = bytes(damaged)
    path.write_bytes(b"".join(content))


def test_a_whole_journal_is_told_by_its_numbers(tmp_path: Path) -> None:
    floor = written(tmp_path, checkpoint_after=3)
    found = survey(tmp_path)
    assert (found.segments, found.first, found.last) == (1, 1, floor.number)
    assert found.checkpoints == [7]
    assert (found.survived, found.fatal, found.imbalance, found.torn_bytes) == ([], [], {}, 0)
    assert (found.first, found.last) == (1, floor.number)


def test_a_flipped_byte_before_the_checkpoint_is_named_and_survived(tmp_path: Path) -> None:
    floor = written(tmp_path, checkpoint_after=3)
    flip(tmp_path / "facts-1.log", 4)
    found = survey(tmp_path)
    assert [problem.place for problem in found.survived] == [f"{tmp_path / 'facts-1.log'}:4"]
    assert found.fatal == []
    assert JournalFiles(tmp_path).open().floor.state == floor.state


def test_a_flipped_byte_behind_the_checkpoint_is_named_and_refused(tmp_path: Path) -> None:
    written(tmp_path, checkpoint_after=3)
    flip(tmp_path / "facts-1.log", 10)
    found = survey(tmp_path)
    assert [problem.place for problem in found.fatal] == [f"{tmp_path / 'facts-1.log'}:10"]
    assert "hotline restore" in found.fatal[0].mend
    with pytest.raises(JournalError):
        JournalFiles(tmp_path).open()


def test_a_format_of_another_version_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    segment = tmp_path / "facts-1.log"
    segment.write_bytes(segment.read_bytes().replace(b"journal 1", b"journal 9", 1))
    (problem,) = survey(tmp_path).fatal
    assert "version of hotline" in problem.mend


def test_a_torn_last_line_is_told_and_refuses_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    segment = tmp_path / "facts-1.log"
    segment.write_bytes(segment.read_bytes()[:-9])
    found = survey(tmp_path)
    assert found.torn_bytes > 0
    assert found.fatal == []


def test_a_segment_that_is_gone_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SEGMENT_BYTES", 300)
    written(tmp_path, contacts=20)
    gone = sorted(tmp_path.glob("facts-*.log"), key=files.number_of)[3]
    gone.unlink()
    assert any("the one before ends with" in problem.what for problem in survey(tmp_path).fatal)


def test_a_broken_checkpoint_costs_only_time(tmp_path: Path) -> None:
    written(tmp_path, checkpoint_after=3)
    (tmp_path / "checkpoint-7.json").write_text("{")
    found = survey(tmp_path)
    assert [problem.place for problem in found.survived] == [str(tmp_path / "checkpoint-7.json")]
    assert found.fatal == []


def test_it_may_be_surveyed_while_it_is_written(tmp_path: Path) -> None:
    written(tmp_path)
    open_journal = JournalFiles(tmp_path)
    open_journal.open()
    assert survey(tmp_path).fatal == []
    open_journal.close()


def test_facts_are_read_while_a_segment_is_being_begun(tmp_path: Path) -> None:
    floor = written(tmp_path)
    (tmp_path / f"facts-{floor.number + 1}.log").touch()
    assert [number for number, _ in files.facts_in(tmp_path)][-1] == floor.number
