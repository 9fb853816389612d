"""What is missing of a talk has a name, and what there is of it is kept."""

from collections.abc import Callable

import pytest

from acd import events as e
from cti.database.models import Recording, RecordingGap, Sample, Talk
from cti.records.ledger import ledger
from tests.recordings.floor import Floor


async def test_a_recording_of_which_no_talk_is_known_is_kept_and_named(floor: Floor) -> None:
    floor.record("c1", 4)
    floor.record("c2", 0.4)
    for contact in ("c1", "c2"):
        floor.shift.call(contact)
        floor.shift.hang_up(contact)
    await floor.tell()
    await floor.restart()
    assert [(row.contact, row.seconds) for row in await floor.rows(Recording)] == [("c1", 4.0)]
    assert [(row.contact, row.cause, row.seconds) for row in await floor.rows(RecordingGap)] == [("c1", "no_talk", 4.0)]
    assert await floor.rows(Sample) == []
    assert floor.left() == []


async def test_what_cannot_be_read_is_kept_although_no_talk_is_known(floor: Floor) -> None:
    floor.record("c1", sides="agent")
    (floor.raw / "c1.caller.wav").write_bytes(b"x" * 99)
    floor.shift.call("c1")
    floor.shift.hang_up("c1")
    await floor.tell()
    assert floor.left() == ["unreadable/c1.agent.wav", "unreadable/c1.caller.wav"]
    (gap,) = await floor.rows(RecordingGap)
    assert gap.cause == "unreadable"


@pytest.mark.parametrize(
    ("make", "cause", "seconds", "recorded"),
    [
        (lambda floor: None, "missing", 5.0, None),
        (lambda floor: floor.record("c1", 4.5), "short", 0.5, 4.5),
        (lambda floor: floor.record("c1", 4.9), None, None, 4.9),
        (lambda floor: floor.record("c1", sides="caller"), "agent_missing", 5.0, 5.0),
        (lambda floor: floor.record("c1", sides="agent"), "caller_missing", 5.0, 5.0),
        (lambda floor: (floor.raw / "c1.caller.wav").write_bytes(b"x" * 99), "unreadable", 5.0, None),
    ],
)
async def test_what_is_missing_of_a_talk_has_a_name(
    floor: Floor, make: Callable[[Floor], object], cause: str | None, seconds: float | None, recorded: float | None
) -> None:
    make(floor)
    floor.talk("c1")
    await floor.tell()
    gaps = [(row.contact, row.cause, row.seconds) for row in await floor.rows(RecordingGap)]
    assert gaps == ([("c1", cause, seconds)] if cause else [])
    assert [row.seconds for row in await floor.rows(Recording)] == ([recorded] if recorded else [])
    assert len(await floor.rows(Sample)) == (recorded is not None)


async def test_a_talk_on_an_asterisk_we_do_not_know_is_a_gap_that_says_so(floor: Floor) -> None:
    floor.talk("c1")
    floor.capture._folders = {}
    await floor.tell()
    (gap,) = await floor.rows(RecordingGap)
    assert (gap.cause, gap.detail) == ("missing", "no Asterisk 'a' is set up here")


@pytest.mark.parametrize(
    ("recorded", "talked", "gaps"),
    [
        (8.0, 8_000, []),
        (5.0, 5_000, []),
        (4.9, 5_000, []),
        (3.0, 5_000, [("short", 2.0)]),
        (70.0, 65_000, []),
        (None, 5_000, [("missing", 5.0)]),
    ],
)
async def test_the_recording_tells_when_a_talk_ended_that_nobody_heard_end(
    floor: Floor, recorded: float | None, talked: int, gaps: list[tuple[str, float]]
) -> None:
    if recorded is not None:
        floor.record("c1", recorded)
    began = floor.talk_with_unheard_end("c1", seen_s=5, missed_s=60)
    await floor.tell()
    (talk,) = await floor.rows(Talk)
    assert (talk.from_at, talk.to_at) == (began, began + talked)
    assert [(gap.cause, gap.seconds) for gap in await floor.rows(RecordingGap)] == gaps


async def test_an_unheard_end_is_told_by_the_recording_after_a_restart_too_and_once(floor: Floor) -> None:
    await floor.stop()
    floor.record("c1", 8)
    began = floor.talk_with_unheard_end("c1", seen_s=5, missed_s=60)
    await floor.start()
    await floor.capture.settled()
    await floor.restart()
    async with floor.database.reading() as session:
        (entry,) = (await ledger(session))["contacts"]
    assert [(talk["from"], talk["to"]) for talk in entry["talks"]] == [(began, began + 8_000)]
    assert [recording["seconds"] for recording in entry["recordings"]] == [8.0]
    assert entry["gaps"] == []


async def test_a_talk_whose_end_was_heard_is_as_long_as_the_facts_say(floor: Floor) -> None:
    floor.record("c1", 5.1)
    floor.talk("c1")
    await floor.tell()
    (talk,) = await floor.rows(Talk)
    assert talk.to_at - talk.from_at == 5_000


async def test_files_that_cannot_be_read_are_moved_aside_and_stay(floor: Floor) -> None:
    floor.record("c1", sides="agent")
    (floor.raw / "c1.caller.wav").write_bytes(b"x" * 99)
    floor.talk("c1")
    await floor.tell()
    await floor.restart()
    assert floor.left() == ["unreadable/c1.agent.wav", "unreadable/c1.caller.wav"]
    (gap,) = await floor.rows(RecordingGap)
    assert gap.cause == "unreadable"
    assert str(floor.raw / "unreadable") in gap.detail


async def test_files_that_were_moved_aside_are_recorded_once_they_are_mended_and_put_back(floor: Floor) -> None:
    (floor.raw / "c1.caller.wav").write_bytes(b"x" * 99)
    floor.talk("c1")
    await floor.tell()
    floor.record("c1")
    await floor.restart()
    assert [row.seconds for row in await floor.rows(Recording)] == [5.0]
    assert await floor.rows(RecordingGap) == []


async def test_a_crash_before_unreadable_files_were_moved_aside_names_them_once(floor: Floor) -> None:
    (floor.raw / "c1.caller.wav").write_bytes(b"x" * 99)
    floor.talk("c1")
    await floor.tell()
    (floor.raw / "unreadable" / "c1.caller.wav").rename(floor.raw / "c1.caller.wav")
    await floor.restart()
    assert [gap.cause for gap in await floor.rows(RecordingGap)] == ["unreadable"]
    assert floor.left() == ["unreadable/c1.caller.wav"]


async def test_a_pair_found_after_its_folder_was_away_takes_the_place_of_the_gap(floor: Floor) -> None:
    floor.record("c1")
    mounted = floor.raw.rename(floor.raw.with_name("elsewhere"))
    floor.talk("c1")
    await floor.tell()
    assert [gap.cause for gap in await floor.rows(RecordingGap)] == ["missing"]
    mounted.rename(floor.raw)
    await floor.restart()
    assert [row.seconds for row in await floor.rows(Recording)] == [5.0]
    assert len(await floor.rows(Sample)) == 1
    assert await floor.rows(RecordingGap) == []
    assert floor.left() == []


@pytest.mark.parametrize(("talk_s", "gaps"), [(0.016, []), (3, ["missing"])])
async def test_files_without_a_packet_of_sound_are_no_recording(floor: Floor, talk_s: float, gaps: list[str]) -> None:
    floor.record("c1", 0)
    floor.talk("c1", talk_s)
    await floor.tell()
    assert await floor.rows(Recording) == await floor.rows(Sample) == []
    assert [gap.cause for gap in await floor.rows(RecordingGap)] == gaps
    assert list(floor.kept.rglob("*.wav")) == []
    assert floor.left() == []


async def test_of_a_talk_with_a_party_that_left_no_file_the_gap_has_a_name(floor: Floor) -> None:
    floor.shift.start("c1")
    floor.shift.tell(e.PartyConnected(at=floor.shift.now, contact="c1", party="8001"))
    floor.shift.wait(5)
    floor.shift.hang_up("c1")
    await floor.tell()
    await floor.restart()
    (gap,) = await floor.rows(RecordingGap)
    assert (gap.cause, gap.seconds) == ("missing", 5.0)
