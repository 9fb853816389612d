"""When a contact has ended its recording is made, or what is missing of it has a name; a crash loses neither."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import soundfile
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError

from acd import events as e
from cti.database.connection import Database
from cti.database.models import Recording, RecordingGap, Sample, Talk
from cti.records import writer as writer_module
from cti.records.ledger import ledger
from cti.records.writer import RecordWriter
from recordings import capture as module
from recordings.capture import Capture, Rule
from recordings.raw import RawPair, pair_of
from recordings.shelf import Shelf
from tests.acd.shift import Shift, plan
from tests.recordings.tones import close_raw, loudest_hertz, tone, write_raw

CALLER_HZ, AGENT_HZ = 440.0, 1000.0
NOW = 1_900_000_000_000


@dataclass(frozen=True)
class Sampling:
    seed: str = "seed-for-tests"
    share: float = 1.0
    agents: dict[str, float] = field(default_factory=dict)


class Floor:
    """A floor whose facts reach records and capture, and the raw folder its Asterisk writes to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.raw = folder / "raw"
        self.raw.mkdir()
        self.kept = folder / "recordings"
        self.shift = Shift(plan("1001", "1002"))
        self.sampling = Sampling()
        self._told = 0
        self.writer: RecordWriter
        self.capture: Capture

    async def start(self) -> None:
        """Begin, or begin again after a crash."""
        history = self.shift.history
        self.writer = RecordWriter(
            self.database, journal="test", facts_after=lambda n: iter(list(enumerate(history, 1))[n:])
        )
        await self.writer.start(len(history))
        self.capture = Capture(
            folders={"a": self.raw},
            shelf=Shelf(self.kept, self.database),
            records=self.writer,
            rule=lambda: Rule(self.sampling, 7),
            now=lambda: NOW,
        )
        self._told = len(history)
        await self.capture.start(len(history))

    async def stop(self) -> None:
        await self.capture.stop()
        await self.writer.stop()

    async def tell(self) -> None:
        """Let everybody know what has happened, and wait until the recordings are made."""
        history = self.shift.history
        for number in range(self._told + 1, len(history) + 1):
            self.writer.write(number, history[number - 1])
            self.capture.write(number, history[number - 1])
        self._told = len(history)
        await self.capture.settled()

    def talk(self, contact: str, seconds: float = 5) -> str:
        """A whole call on the floor; returns the agent."""
        self.shift.call(contact)
        agent = self.shift.answer(contact)
        self.shift.wait(seconds)
        self.shift.hang_up(contact)
        self.shift.save(contact, agent)
        return agent

    def talk_with_unheard_end(self, contact: str, seen_s: float, missed_s: float) -> int:
        """A call whose end is found out `missed_s` after it was last seen; returns when it began to talk (ms)."""
        self.shift.call(contact)
        agent = self.shift.answer(contact)
        began = self.shift.now
        self.shift.wait(seen_s)
        seen = self.shift.now
        self.shift.wait(missed_s)
        cause = e.EndCause.LOST
        self.shift.tell(e.ContactEnded(at=self.shift.now, contact=contact, cause=cause, seen_until=seen))
        self.shift.save(contact, agent)
        return began

    def record(self, contact: str, seconds: float = 5, *, closed: bool = True, sides: str = "caller agent") -> None:
        """The raw pair as Asterisk leaves it."""
        pair = pair_of(self.raw, contact)
        if "caller" in sides:
            write_raw(pair.caller, tone(CALLER_HZ, seconds), closed=closed)
        if "agent" in sides:
            write_raw(pair.agent, tone(AGENT_HZ, seconds), closed=closed)

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(table).order_by(table.contact)))

    def left(self) -> list[str]:
        """The raw files, by path under their folder."""
        return sorted(str(path.relative_to(self.raw)) for path in self.raw.rglob("*") if path.is_file())

    async def restart(self) -> None:
        """Stop, begin again, and let what was left undone be made."""
        await self.stop()
        await self.start()
        await self.capture.settled()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses too short to be noticed."""
    monkeypatch.setattr(module, "CLOSE_S", 0.05)
    monkeypatch.setattr(module, "LOOK_S", (0.001, 0.01))
    monkeypatch.setattr(module, "RETRY_S", (0.001, 0.01))
    monkeypatch.setattr(writer_module, "LINGER_S", 0.001)


@pytest.fixture
async def floor(database: Database, tmp_path: Path) -> Any:
    floor = Floor(database, tmp_path)
    floor.shift.sign_in("1001", "1002")
    await floor.start()
    yield floor
    await floor.stop()


async def test_a_talk_becomes_one_checked_two_channel_recording(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    samples, rate = soundfile.read(floor.kept / row.file, dtype="int16")
    assert (loudest_hertz(samples[:, 0]), loudest_hertz(samples[:, 1])) == (CALLER_HZ, AGENT_HZ)
    assert (row.contact, row.seconds, row.channels, row.rate, row.repaired) == ("c1", 5.0, 2, rate, False)
    assert (row.caller_talk, row.agent_talk, row.made_at) == (1.0, 1.0, NOW)
    assert row.checks["agent"]["peak_dbfs"] == -6.0
    assert await floor.rows(RecordingGap) == []
    assert floor.left() == []
    assert (floor.capture.made, floor.capture.gaps, floor.capture.trouble) == (1, 0, None)


async def test_a_recording_that_the_database_has_forgotten_is_found_again_at_the_next_start(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (before,) = await floor.rows(Recording)
    async with floor.database.writing() as session:
        for table in (Recording, Sample):
            await session.execute(delete(table))
    await floor.restart()
    (row,) = await floor.rows(Recording)
    assert (row.id, row.file, row.sha256, row.seconds) == (before.id, before.file, before.sha256, before.seconds)
    assert (row.checks, row.caller_talk, row.agent_talk) == (before.checks, before.caller_talk, before.agent_talk)
    assert await floor.rows(RecordingGap) == []


async def test_the_file_stands_under_its_day_by_a_name_nobody_can_guess(floor: Floor) -> None:
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert row.file == f"1970/01/01/{row.id}.wav"
    assert len(row.id) == 32
    assert "c1" not in row.id
    elsewhere = Shelf(floor.kept.parent / "other", floor.database)
    assert elsewhere.name_of("c1") != row.id
    assert (floor.kept / ".key").stat().st_mode & 0o777 == 0o600


async def test_samples_are_drawn_for_each_agent_who_talked_by_his_share(floor: Floor) -> None:
    floor.sampling = Sampling(share=0.0, agents={"1001": 1.0})
    agents = {}
    for contact in ("c1", "c2"):
        floor.record(contact)
        agents[contact] = floor.talk(contact)
    await floor.tell()
    assert sorted(agents.values()) == ["1001", "1002"]
    (sample,) = await floor.rows(Sample)
    assert agents[sample.contact] == sample.agent == "1001"
    assert (sample.share, sample.plan_version, sample.at) == (1.0, 7, NOW)
    assert 0 <= sample.value < 1
    recordings = {row.contact: row.id for row in await floor.rows(Recording)}
    assert sample.recording == recordings[sample.contact]


async def test_a_caller_nobody_talked_with_leaves_no_recording_and_no_gap(floor: Floor) -> None:
    floor.record("c1", 0)
    floor.shift.call("c1")
    floor.shift.hang_up("c1")
    await floor.tell()
    assert await floor.rows(Recording) == await floor.rows(RecordingGap) == []
    assert floor.left() == []


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


async def test_asterisk_is_given_time_to_close_the_files(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_S", 30.0)
    looked = asyncio.Event()
    look = module._look

    def watched(pair: RawPair) -> Any:
        loop.call_soon_threadsafe(looked.set)
        return look(pair)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(module, "_look", watched)
    floor.record("c1", 3, closed=False)
    floor.talk("c1")
    telling = asyncio.create_task(floor.tell())
    await looked.wait()
    pair = pair_of(floor.raw, "c1")
    for path, hertz in ((pair.caller, CALLER_HZ), (pair.agent, AGENT_HZ)):
        with path.open("ab") as file:
            file.write(tone(hertz, 2).tobytes())
        close_raw(path)
    await telling
    (row,) = await floor.rows(Recording)
    assert (row.seconds, row.repaired) == (5.0, False)


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
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    async with floor.database.writing() as session:
        for table in (Sample, Recording):
            for found in await session.scalars(select(table)):
                await session.delete(found)
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


@pytest.mark.parametrize(("talk_s", "gaps"), [(0.016, []), (3, ["missing"])])
async def test_files_without_a_packet_of_sound_are_no_recording(floor: Floor, talk_s: float, gaps: list[str]) -> None:
    floor.record("c1", 0)
    floor.talk("c1", talk_s)
    await floor.tell()
    assert await floor.rows(Recording) == await floor.rows(Sample) == []
    assert [gap.cause for gap in await floor.rows(RecordingGap)] == gaps
    assert list(floor.kept.rglob("*.wav")) == []
    assert floor.left() == []


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


async def test_an_id_that_would_lead_out_of_the_folder_is_refused_and_others_go_on(floor: Floor) -> None:
    floor.talk("../evil")
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    assert [row.contact for row in await floor.rows(Recording)] == ["c1"]
    assert floor.capture.trouble is None or "../evil" in floor.capture.trouble


async def test_many_contacts_end_at_once(floor: Floor) -> None:
    for i in range(40):
        floor.record(f"c{i}", 1)
        floor.talk(f"c{i}", 1)
    await floor.tell()
    assert len(await floor.rows(Recording)) == 40
    assert floor.left() == []
    assert floor.capture.pending == 0


async def test_contacts_for_which_there_is_no_room_are_found_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    for contact in "pqr":
        floor.talk(contact)
        floor.record(contact)
    await floor.tell()
    assert [row.contact for row in await floor.rows(Recording)] == ["p", "q", "r"]


async def test_a_talk_with_a_party_that_the_flow_dialled_is_recorded_too(floor: Floor) -> None:
    floor.record("c1", seconds=3)
    floor.shift.start("c1")
    floor.shift.tell(e.PartyConnected(at=floor.shift.now, contact="c1", party="8001"))
    floor.shift.wait(5)
    floor.shift.hang_up("c1")
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert row.seconds == pytest.approx(3)
    (gap,) = await floor.rows(RecordingGap)
    assert (gap.contact, gap.cause, gap.seconds) == ("c1", "short", 2.0)
    assert await floor.rows(Sample) == []
    assert floor.left() == []


@pytest.mark.parametrize(("phone", "agents"), [("phone-1001", ["1001"]), ("13900000001", [])])
async def test_a_talk_that_the_fallback_had_is_drawn_for_who_was_signed_in_at_the_phone(
    floor: Floor, phone: str, agents: list[str]
) -> None:
    floor.shift.wait(5)
    talked_from = floor.shift.now
    floor.shift.start("c1")
    floor.shift.wait(5)
    floor.shift.tell(e.AgentSignedOut(at=floor.shift.now, agent="1001"))
    floor.record("c1", 5)
    there = e.InFallback(party=phone, talked_from=talked_from)
    cause = e.EndCause.FALLBACK
    floor.shift.tell(e.ContactEnded(at=floor.shift.now, contact="c1", cause=cause, in_fallback=there))
    await floor.tell()
    (row,) = await floor.rows(Recording)
    assert (row.contact, row.seconds) == ("c1", 5.0)
    assert [sample.agent for sample in await floor.rows(Sample)] == agents


async def test_of_a_talk_with_a_party_that_left_no_file_the_gap_has_a_name(floor: Floor) -> None:
    floor.shift.start("c1")
    floor.shift.tell(e.PartyConnected(at=floor.shift.now, contact="c1", party="8001"))
    floor.shift.wait(5)
    floor.shift.hang_up("c1")
    await floor.tell()
    await floor.restart()
    (gap,) = await floor.rows(RecordingGap)
    assert (gap.cause, gap.seconds) == ("missing", 5.0)


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
