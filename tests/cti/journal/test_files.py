"""The journal gives back what was written into it, and says by name what it cannot read."""

import os
from pathlib import Path

import msgspec
import pytest

from acd import events as e
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal import files
from cti.journal.files import HEADER, JournalError, JournalFiles, checkpoints_in
from cti.journal.line import write_line

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


def lines(first: int, facts: list[e.Fact]) -> list[bytes]:
    return [write_line(first + i, fact) for i, fact in enumerate(facts)]


def write_day(journal: JournalFiles, floor: Floor, contacts: int) -> None:
    for event in a_day(contacts):
        first = floor.number + 1
        floor.apply(event)
        journal.append(first, lines(first, floor.facts))


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
    journal.append(first, lines(first, floor.facts))
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
    again.append(floor.number, lines(floor.number, [e.TimePassed(at=99)]))
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
    (problem,) = refused.value.problems
    assert problem.place == f"{segment}:3"
    assert "backup" in problem.mend


def test_a_journal_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts-1.log").write_bytes(b"hotline journal 2\n")
    with pytest.raises(JournalError, match="format"):
        JournalFiles(tmp_path).open()


def test_a_missing_fact_is_noticed(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 2)
    journal.append(floor.number + 2, lines(floor.number + 2, [e.TimePassed(at=99)]))
    journal.close()
    with pytest.raises(JournalError, match="missing"):
        JournalFiles(tmp_path).open()


def test_a_flipped_digit_in_a_checkpoint_costs_only_time(tmp_path: Path) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    journal.write_checkpoint(floor.number, msgspec.json.encode(floor.state))
    journal.close()
    (path,) = checkpoints_in(tmp_path)
    whole = path.read_bytes()
    assert b'"at":' in whole
    flipped = whole.replace(b'"at":', b'"at":9', 1)
    path.write_bytes(flipped)
    again = JournalFiles(tmp_path)
    opened = again.open()
    again.close()
    assert (opened.checkpoint, opened.floor.state) == (0, floor.state)
    # One that an older hotline wrote has no checksum.
    path.write_bytes(whole.partition(b" ")[2])
    assert JournalFiles(tmp_path).open().checkpoint == floor.number


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


def test_of_older_checkpoints_one_in_so_many_facts_is_kept_and_no_more_than_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "OLDER_APART", 10)
    monkeypatch.setattr(files, "OLDER_KEPT", 3)
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    for number in range(1, 60):
        journal.write_checkpoint(number, msgspec.json.encode(floor.state))
    kept = [int(path.stem.rpartition("-")[2]) for path in journal.checkpoints()]
    assert kept == [30, 40, 50, 58, 59]


class TestLookingBack:
    def test_the_floor_before_a_fact_is_what_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "SEGMENT_BYTES", 500)
        journal = JournalFiles(tmp_path)
        floor = journal.open().floor
        mirror = Floor()
        was = {}
        for event in a_day(20):
            first = floor.number + 1
            floor.apply(event)
            journal.append(first, lines(first, floor.facts))
            for number, fact in enumerate(floor.facts, start=first):
                was[number] = (msgspec.json.encode(mirror.state), fact)
                mirror.fold(fact)
            if first == 21:
                journal.write_checkpoint(floor.number, msgspec.json.encode(floor.state))
        for number, (state, fact) in was.items():
            then = journal.floor_before(number, most=1000)
            assert then is not None
            assert (msgspec.json.encode(then[0].state), then[1]) == (state, fact)
        journal.close()

    def test_what_is_too_long_ago_or_not_there_is_not_worked_out(self, tmp_path: Path) -> None:
        journal = JournalFiles(tmp_path)
        floor = journal.open().floor
        write_day(journal, floor, 20)
        assert journal.floor_before(30, most=29) is None
        assert journal.floor_before(floor.number + 1, most=1000) is None
        journal.close()


def test_a_segment_that_cannot_be_begun_leaves_the_old_one_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 2)
    segments = journal.segments()
    monkeypatch.setattr(files, "SEGMENT_BYTES", 100)
    first = floor.number + 1

    def no_room(*args: object) -> int:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as refused:
        refused.setattr(os, "open", no_room)
        with pytest.raises(OSError, match="Too many"):
            journal.append(first, lines(first, [e.TimePassed(at=99)]))
    journal.sync()
    assert journal.segments() == segments

    journal.append(first, lines(first, [e.TimePassed(at=99)]))
    journal.close()
    assert JournalFiles(tmp_path).open().floor.number == first


def test_a_segment_without_room_for_its_header_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 2)
    segments = journal.segments()
    monkeypatch.setattr(files, "SEGMENT_BYTES", 100)

    def full(file: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as refused:
        refused.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            journal.append(floor.number + 1, lines(floor.number + 1, [e.TimePassed(at=99)]))
    assert journal.segments() == segments
    journal.close()


def test_half_a_write_is_cut_away_before_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 2)
    first = floor.number + 1
    write = os.write
    room = [30]

    def almost_full(file: int, content: bytes) -> int:
        if not room:
            raise OSError(28, "No space left on device")
        return write(file, content[: room.pop()])

    with monkeypatch.context() as refused:
        refused.setattr(os, "write", almost_full)
        with pytest.raises(OSError, match="No space"):
            journal.append(first, lines(first, [e.TimePassed(at=99)]))
    journal.append(first, lines(first, [e.TimePassed(at=99)]))
    journal.close()
    assert JournalFiles(tmp_path).open().floor.number == first


def test_a_full_segment_is_synced_and_closed_by_sync_and_not_by_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{file}")).name)
        fsync(file)

    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    journal.sync()
    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(files, "SEGMENT_BYTES", 500)
    write_day(journal, floor, 3)
    segments = [path.name for path in journal.segments()]
    assert len(segments) > 1
    assert synced == []

    journal.sync()

    assert synced == [*segments[:-1], tmp_path.name, segments[-1]]
    left = {
        os.readlink(f"/proc/self/fd/{fd}")
        for fd in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{fd}")
    }
    assert not {str(tmp_path / name) for name in segments[:-1]} & left
    journal.close()


@pytest.mark.parametrize("content", [b"", HEADER[:5], HEADER])
def test_a_segment_begun_when_the_power_went_does_not_hide_the_torn_one_before(tmp_path: Path, content: bytes) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    write_day(journal, floor, 5)
    journal.close()
    torn = journal.segments()[-1]
    torn.write_bytes(torn.read_bytes()[:-7])
    (tmp_path / f"facts-{floor.number + 1}.log").write_bytes(content)

    again = JournalFiles(tmp_path)
    assert again.open().floor.number == floor.number - 1
    again.append(floor.number, lines(floor.number, [e.TimePassed(at=99)]))
    again.close()
    assert JournalFiles(tmp_path).open().floor.number == floor.number


def test_a_checkpoint_is_in_its_folder_for_good_and_leaves_nothing_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = JournalFiles(tmp_path)
    floor = journal.open().floor
    journal.sync()
    synced: list[str] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{file}")).name)
        if synced[-1] == "checkpoint-2.part":
            raise OSError(28, "No space left on device")
        fsync(file)

    monkeypatch.setattr(os, "fsync", noted)
    journal.write_checkpoint(1, msgspec.json.encode(floor.state))
    assert synced == ["facts-1.log", "checkpoint-1.part", tmp_path.name]
    with pytest.raises(OSError, match="No space"):
        journal.write_checkpoint(2, msgspec.json.encode(floor.state))
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-1.json"]
    journal.close()
