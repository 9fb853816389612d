"""The loop of the floor: written down first, released after, on time, one thing at a time."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal import loop as module
from cti.journal import tail
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.journal.loop import FloorFailed, FloorLoop

PLAN = Plan(
    tiers={"standard": Tier(name="standard")},
    queues={"service": Queue(name="service", ring_ms=40)},
    agents={"1001": AgentSpec(agent="1001")},
)


class Witness:
    """Stands where Asterisk would: notes what was in the journal when each command came."""

    def __init__(self, journal: JournalFiles) -> None:
        self._journal = journal
        self.released: list[tuple[c.Command, list[str]]] = []
        self.came = asyncio.Event()

    def release(self, commands: Sequence[c.Command]) -> None:
        written = [type(fact).__name__ for _, fact in self._journal.read()]
        self.released += [(command, written) for command in commands]
        self.came.set()

    async def see(self, kind: type[c.Command]) -> c.Command:
        async with asyncio.timeout(5):
            while True:
                for command, _ in self.released:
                    if isinstance(command, kind):
                        return command
                self.came.clear()
                await self.came.wait()


@pytest_asyncio.fixture
async def journal(tmp_path: Path) -> AsyncIterator[JournalFiles]:
    files = JournalFiles(tmp_path)
    yield files
    files.close()


@pytest_asyncio.fixture
async def loop(journal: JournalFiles) -> AsyncIterator[FloorLoop]:
    floor_loop = FloorLoop(journal.open().floor, journal, Clock())
    yield floor_loop
    await floor_loop.stop()


def call(loop: FloorLoop) -> None:
    at = loop.now()
    loop.tell(e.PlanChanged(at=at, plan=PLAN))
    loop.tell(e.AgentSignedIn(at=at, agent="1001", extension="8001"))
    loop.tell(e.IntentChanged(at=at, agent="1001", intent=e.Intent.READY))
    loop.tell(e.ContactStarted(at=at, contact="c1", asterisk="pbx", channel="x", access="95000", caller=""))
    loop.tell(e.ContactQueued(at=at, contact="c1", queue="service", tier="standard", since=at))


async def test_no_command_leaves_before_its_fact_is_in_the_journal(loop: FloorLoop, journal: JournalFiles) -> None:
    witness = Witness(journal)
    loop.start(witness)
    call(loop)
    written = next(written for command, written in witness.released if isinstance(command, c.RingAgent))
    assert written[-3:] == ["ContactQueued", "OfferMade", "RingStarted"]


async def test_an_offer_expires_without_anybody_asking(loop: FloorLoop, journal: JournalFiles) -> None:
    witness = Witness(journal)
    loop.start(witness)
    call(loop)
    await witness.see(c.CancelRing)
    assert loop.floor.agents["1001"].set_aside is e.SetAsideCause.NO_ANSWER


async def test_what_a_crash_left_undecided_is_decided_at_the_start(journal: JournalFiles) -> None:
    """The journal ends with the event; the decision that followed it was not written any more."""
    floor = journal.open().floor
    at = 1_700_000_000_000
    facts: list[e.Fact] = [
        e.PlanChanged(at=at, plan=PLAN),
        e.AgentSignedIn(at=at, agent="1001", extension="8001"),
        e.IntentChanged(at=at, agent="1001", intent=e.Intent.READY),
        e.ContactStarted(at=at, contact="c1", asterisk="pbx", channel="x", access="95000", caller=""),
        e.ContactQueued(at=at, contact="c1", queue="service", tier="standard", since=at),
    ]
    for fact in facts:
        floor.fold(fact)
    journal.append(1, [write_line(number, fact) for number, fact in enumerate(facts, start=1)])
    loop = FloorLoop(floor, journal, Clock(not_before=at))
    witness = Witness(journal)
    loop.start(witness)
    assert isinstance(await witness.see(c.RingAgent), c.RingAgent)
    await loop.stop()


async def test_readers_get_every_fact_in_order(loop: FloorLoop, journal: JournalFiles) -> None:
    seen: list[tuple[int, e.Fact]] = []
    loop.subscribe(lambda number, fact: seen.append((number, fact)))
    loop.start(Witness(journal))
    call(loop)
    assert seen == list(journal.read())


async def test_an_event_told_by_a_reader_waits_its_turn(loop: FloorLoop, journal: JournalFiles) -> None:
    def echo(number: int, fact: e.Fact) -> None:
        if isinstance(fact, e.OfferMade):
            loop.tell(e.PhoneRinging(at=loop.now(), offer=fact.offer))

    loop.subscribe(echo)
    loop.start(Witness(journal))
    call(loop)
    names = [type(fact).__name__ for _, fact in journal.read()]
    assert names.index("RingStarted") < names.index("PhoneRinging")


async def test_a_refused_event_is_counted_and_not_written(loop: FloorLoop, journal: JournalFiles) -> None:
    loop.start(Witness(journal))
    with pytest.raises(IllegalEvent, match="no contact"):
        loop.tell(e.ContactEnded(at=loop.now(), contact="nobody", cause=e.EndCause.HUNG_UP))
    assert loop.refused == 1
    assert [type(fact).__name__ for _, fact in journal.read()] == ["TimePassed"]


async def test_who_cannot_know_whether_an_event_fits_tells_it_if_it_does(
    loop: FloorLoop, journal: JournalFiles
) -> None:
    loop.start(Witness(journal))
    with capture_logs() as logs:
        loop.tell_if_fits(e.ContactEnded(at=loop.now(), contact="nobody", cause=e.EndCause.HUNG_UP))
        loop.tell_if_fits(e.PhoneReachable(at=loop.now(), extension="8001"))
    (refused,) = [one for one in logs if one["event"] == "event refused"]
    assert refused["why"] == "there is no contact 'nobody'"
    assert [type(fact).__name__ for _, fact in journal.read()] == ["TimePassed", "PhoneReachable"]


async def test_an_event_that_breaks_the_floor_is_the_last_and_leaves_the_journal_whole(
    journal: JournalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.start(Witness(journal))
    call(loop)
    number = loop.floor.number
    apply = loop.floor.apply

    def half_way(event: e.Event) -> list[c.Command]:
        apply(event)
        raise KeyError("c9")

    monkeypatch.setattr(loop.floor, "apply", half_way)
    with pytest.raises(FloorFailed, match=f"after fact {number}: DeskOpened"):
        loop.tell(e.DeskOpened(at=loop.now(), agent="1001"))
    monkeypatch.setattr(loop.floor, "apply", apply)

    assert loop.failed.is_set()
    with pytest.raises(FloorFailed):
        loop.tell(e.DeskClosed(at=loop.now(), agent="1001"))
    await loop.stop()
    assert journal.checkpoints() == []
    journal.close()
    again = JournalFiles(tmp_path)
    assert again.open().floor.number == number
    again.close()


async def test_a_fact_that_cannot_be_written_as_a_line_breaks_the_floor(loop: FloorLoop, journal: JournalFiles) -> None:
    loop.start(Witness(journal))
    with pytest.raises(FloorFailed):
        loop.tell(e.ContactStarted(at=loop.now(), contact="\ud800", asterisk="a", channel="x", access="1", caller=""))
    assert [number for number, _ in journal.read()] == [1]


async def test_time_stands_until_it_is_kept(loop: FloorLoop, journal: JournalFiles) -> None:
    witness = Witness(journal)
    loop.release_to(witness)
    loop.tell(e.PlanChanged(at=1, plan=PLAN))
    loop.tell(e.AgentSignedIn(at=2, agent="1001", extension="8001"))
    loop.tell(e.IntentChanged(at=3, agent="1001", intent=e.Intent.READY))
    loop.tell(e.ContactStarted(at=4, contact="c1", asterisk="pbx", channel="x", access="95000", caller=""))
    loop.tell(e.ContactQueued(at=5, contact="c1", queue="service", tier="standard", since=5))
    assert isinstance(await witness.see(c.RingAgent), c.RingAgent)
    await asyncio.to_thread(journal.sync)
    assert loop.floor.offers

    loop.keep_time()

    assert isinstance(await witness.see(c.CancelRing), c.CancelRing)


async def test_facts_told_after_time_stopped_still_reach_the_disk(loop: FloorLoop, journal: JournalFiles) -> None:
    loop.start(Witness(journal))
    loop.stop_time()
    call(loop)
    async with asyncio.timeout(5):
        await loop.tail.on_disk(loop.floor.number)


def no_space(first: int, lines: list[bytes]) -> None:
    raise OSError(28, "No space left on device")


async def test_a_full_disk_stops_no_call_and_leaves_no_checkpoint_ahead_of_the_facts(
    journal: JournalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.start(Witness(journal))
    with monkeypatch.context() as refused:
        refused.setattr(journal, "append", no_space)
        call(loop)
        assert loop.tail.fault is not None
        assert loop.floor.offers
        await loop.stop()
    assert journal.checkpoints() == []
    journal.close()
    again = JournalFiles(tmp_path)
    assert again.open().floor.number == 1
    again.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few pages."""
    if os.getuid():
        pytest.skip("a small disk is mounted: run as root")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


async def test_on_a_disk_that_is_really_full_calls_go_on_and_once_there_is_room_nothing_is_missing(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "RETRY_S", 0.01)
    journal = JournalFiles(small_disk)
    loop = FloorLoop(journal.open().floor, journal, Clock())
    witness = Witness(journal)
    loop.start(witness)
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
    loop.tell(e.PlanChanged(at=loop.now(), plan=PLAN))
    for number in range(100):
        came = e.ContactStarted(
            at=loop.now(), contact=f"c{number}", asterisk="pbx", channel="x" * 40, access="95000", caller=""
        )
        loop.tell(came)
    assert loop.tail.fault is not None
    assert "facts are kept in memory" in loop.tail.fault
    assert len(loop.floor.contacts) == 100
    filler.unlink()
    async with asyncio.timeout(5):
        await loop.tail.on_disk(loop.floor.number)
    assert loop.tail.fault is None
    assert [number for number, _ in journal.read()] == list(range(1, loop.floor.number + 1))
    await loop.stop()
    journal.close()


async def test_a_checkpoint_first_writes_what_waits(
    journal: JournalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.start(Witness(journal))
    with monkeypatch.context() as refused:
        refused.setattr(journal, "append", no_space)
        call(loop)
    await loop.stop()
    assert [number for number, _ in journal.read()] == list(range(1, loop.floor.number + 1))
    assert [path.name for path in journal.checkpoints()] == [f"checkpoint-{loop.floor.number}.json"]


async def test_soon_after_a_start_there_is_a_checkpoint_so_that_the_next_need_not_read_it_all(
    journal: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_CHECKPOINT_S", 0.0)
    written, write = asyncio.Event(), journal.write_checkpoint
    running = asyncio.get_running_loop()

    def told(number: int, state: bytes) -> None:
        write(number, state)
        running.call_soon_threadsafe(written.set)

    monkeypatch.setattr(journal, "write_checkpoint", told)
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.tell(e.PlanChanged(at=loop.now(), plan=PLAN))
    loop.start(Witness(journal))
    async with asyncio.timeout(5):
        await written.wait()
    assert [path.name for path in journal.checkpoints()] == [f"checkpoint-{loop.floor.number}.json"]
    await loop.stop()


async def test_stopping_leaves_a_checkpoint(journal: JournalFiles) -> None:
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.start(Witness(journal))
    call(loop)
    await loop.stop()
    assert [path.name for path in journal.checkpoints()] == [f"checkpoint-{loop.floor.number}.json"]


def test_the_clock_never_goes_back_and_never_stands_still() -> None:
    wall, monotonic = 1_000.0, 5.0
    clock = Clock(wall_s=lambda: wall, monotonic_s=lambda: monotonic)
    assert clock.now() == 1_000_000
    wall, monotonic = 400.0, 7.0
    assert clock.now() == 1_002_000
    wall, monotonic = 2_000.0, 8.0
    assert clock.now() == 2_000_000
