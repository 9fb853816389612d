"""When a contact has ended its recording is made, or what is missing of it has a name; a crash loses neither."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import soundfile
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cti.database.connection import Database
from cti.database.models import Recording, RecordingGap, Sample
from cti.records import writer as writer_module
from cti.records.writer import RecordWriter
from recordings import capture as module
from recordings.capture import Capture, Rule
from recordings.raw import pair_of
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
        return sorted(path.name for path in self.raw.iterdir())


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


async def test_asterisk_is_given_time_to_close_the_files(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_S", 30.0)
    looked = asyncio.Event()
    look = module._look

    def watched(path: Path) -> Any:
        loop.call_soon_threadsafe(looked.set)
        return look(path)

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


async def test_raw_files_of_nobody_are_listed_and_left_alone(floor: Floor) -> None:
    await floor.stop()
    floor.record("stranger")
    await floor.start()
    await floor.capture.settled()
    assert [path.name for path in floor.capture.strays] == ["stranger.caller.wav", "stranger.agent.wav"]
    assert len(floor.left()) == 2


async def test_a_start_waits_for_nobody_and_says_when_it_could_not_look(floor: Floor) -> None:
    await floor.stop()
    await floor.capture.start(10**9)
    await floor.capture.settled()
    assert floor.capture.trouble is not None
    assert "not looked for" in floor.capture.trouble
    await floor.start()


async def test_a_database_that_is_away_is_waited_for(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = floor.capture._shelf.keep
    failures = 3

    async def fails(*words: Any, **named: Any) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        await keep(*words, **named)

    monkeypatch.setattr(floor.capture._shelf, "keep", fails)
    floor.record("c1")
    floor.talk("c1")
    await floor.tell()
    assert len(await floor.rows(Recording)) == 1
    assert floor.capture.trouble is None
    assert floor.capture.made == 1


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
