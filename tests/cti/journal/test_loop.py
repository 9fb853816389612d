"""The loop of the floor: written down first, released after, on time, one thing at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop

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
    journal.append(1, facts)
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


async def test_a_full_disk_stops_no_call_and_loses_no_fact(
    loop: FloorLoop, journal: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop.start(Witness(journal))
    append = journal.append

    def full(first: int, facts: list[e.Fact]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "append", full)
    call(loop)
    assert loop.journal_fault is not None
    assert loop.floor.offers
    monkeypatch.setattr(journal, "append", append)
    loop.tell(e.DeskOpened(at=loop.now(), agent="1001"))
    assert loop.journal_fault is None
    assert [number for number, _ in journal.read()] == list(range(1, loop.floor.number + 1))


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


async def test_a_fact_is_said_to_be_on_the_disk_only_after_a_sync(
    loop: FloorLoop, journal: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    sync = journal.sync

    def noted() -> None:
        sync()
        synced.append(loop.floor.number)

    monkeypatch.setattr(journal, "sync", noted)
    loop.start(Witness(journal))
    call(loop)
    number = loop.floor.number
    async with asyncio.timeout(5):
        await loop.on_disk(number)
    assert synced
    assert synced[-1] >= number
