"""A crash, a database that is away, a joiner that dies: no recording is lost, and none is there twice."""

import os
import time
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError

from cti.database.models import Recording, RecordingGap, Sample
from recordings import capture as module
from tests.recordings.floor import Floor


async def _recorded_and_forgotten(floor: Floor) -> Recording:
    """A talk's recording, whose row is then gone from the database."""
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert isinstance(row, Recording)
    async with floor.database.writing() as session:
        for table in (Recording, Sample):
            await session.execute(delete(table))
    return row


async def test_a_recording_that_the_database_has_forgotten_is_found_again_at_the_next_start(floor: Floor) -> None:
    before = await _recorded_and_forgotten(floor)
    await floor.restart()
    (row,) = await floor.rows(Recording)
    assert (row.id, row.file, row.sha256, row.seconds) == (before.id, before.file, before.sha256, before.seconds)
    assert (row.checks, row.caller_talk, row.agent_talk) == (before.checks, before.caller_talk, before.agent_talk)
    assert await floor.rows(RecordingGap) == []


async def test_files_of_an_asterisk_that_died_are_repaired(floor: Floor) -> None:
    floor.record("c1", 4.9, closed=False)
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert (row.seconds, row.repaired) == (4.9, True)


async def test_a_start_takes_up_what_a_crash_left_undone(floor: Floor) -> None:
    await floor.stop()
    floor.record("recorded")
    floor.talk("recorded")
    floor.talk("unrecorded")
    floor.shift.call("abandoned")
    floor.record("abandoned", 0)
    floor.shift.hang_up("abandoned")
    floor.record("talking")
    floor.shift.call("talking")
    floor.shift.answer("talking")
    await floor.start()
    await floor.capture.settled()
    assert [row.contact for row in await floor.rows(Recording)] == ["recorded"]
    assert [row.contact for row in await floor.rows(RecordingGap)] == ["unrecorded"]
    assert floor.left() == ["talking.agent.wav", "talking.caller.wav"]


async def test_a_crash_between_joining_and_its_row_keeps_one_file(floor: Floor) -> None:
    row = await _recorded_and_forgotten(floor)
    floor.record("c1")
    await floor.stop()
    await floor.start()
    await floor.capture.settled()
    (again,) = await floor.rows(Recording)
    assert again.file == row.file
    assert len(list(floor.kept.glob("**/*.wav"))) == 1


async def test_a_crash_before_the_raw_files_were_removed_keeps_the_recording_and_removes_them(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    floor.record("c1")
    await floor.stop()
    await floor.start()
    await floor.capture.settled()
    assert len(await floor.rows(Recording)) == len(await floor.rows(Sample)) == 1
    assert floor.left() == []


async def test_raw_files_of_nobody_are_listed_and_left_alone_but_for_callers_just_come(floor: Floor) -> None:
    await floor.stop()
    floor.record("stranger")
    floor.record("just-come")
    for path in floor.left():
        at = 0.0 if "stranger" in path else time.time() + 60
        os.utime(floor.raw / path, (at, at))
    await floor.start()
    await floor.capture.settled()
    assert [path.name for path in floor.capture.strays] == ["stranger.caller.wav", "stranger.agent.wav"]
    assert len(floor.left()) == 4


async def test_a_start_waits_for_nobody_and_says_when_it_could_not_look(floor: Floor) -> None:
    await floor.stop()
    await floor.capture.start(10**9)
    await floor.capture.settled()
    assert floor.capture.trouble is not None
    assert "not looked for" in floor.capture.trouble
    await floor.start()


async def test_a_database_that_is_away_is_waited_for(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = floor.capture._kept._ask
    failures = 3

    async def fails(many: Any) -> Any:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await keep(many)

    monkeypatch.setattr(floor.capture._kept, "_ask", fails)
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    assert len(await floor.rows(Recording)) == 1
    assert floor.capture.trouble is None
    assert floor.capture.made == 1


async def test_what_the_database_refuses_is_said_and_kept_for_the_next_start(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(many: Any) -> Any:
        raise IntegrityError("INSERT", {}, Exception("CHECK constraint failed"))

    monkeypatch.setattr(floor.capture._kept, "_ask", refuses)
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    assert floor.capture.trouble is not None
    assert "CHECK constraint failed" in floor.capture.trouble
    assert (floor.capture.pending, len(floor.left())) == (0, 2)
    await floor.restart()
    assert len(await floor.rows(Recording)) == 1


async def test_contacts_for_which_there_is_no_room_are_found_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    for contact in "pqr":
        floor.talk(contact)
        floor.record(contact)
    await floor.tell()
    assert [row.contact for row in await floor.rows(Recording)] == ["p", "q", "r"]


async def test_a_joiner_that_is_killed_is_begun_again(floor: Floor) -> None:
    for contact in ("c1", "c2"):
        floor.record(contact)
        floor.talk(contact)
        await floor.tell()
        child = floor.capture._joiner._child
        assert child is not None
        child.kill()
        await child.wait()
    assert [row.contact for row in await floor.rows(Recording)] == ["c1", "c2"]
    assert floor.capture.trouble is None
