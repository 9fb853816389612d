"""One plan is in force, for the router and for everybody else, whatever happens while it is changed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from acd import events as e
from acd.errors import IllegalEvent
from cti.database.connection import Database
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument
from cti.plan.in_force import PlanInForce
from cti.plan.read import read_file
from cti.plan.routing import routing
from cti.plan.store import PlanConflict, PlanStore

DEMO = read_file(Path(__file__).parents[3] / "config/plan.toml")


class SlowStore(PlanStore):
    """Saves when told to; notes that somebody waits."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.saving = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def save(self, plan: PlanDocument, *, who: str, at: int) -> PlanDocument:
        self.saving.set()
        await self.go.wait()
        return await super().save(plan, who=who, at=at)


@pytest_asyncio.fixture
async def loop(tmp_path: Path) -> AsyncIterator[FloorLoop]:
    journal = JournalFiles(tmp_path / "journal")
    floor_loop = FloorLoop(journal.open().floor, journal, Clock())
    yield floor_loop
    await floor_loop.stop()
    journal.close()


@pytest_asyncio.fixture
async def store(database: Database) -> SlowStore:
    return SlowStore(database)


@pytest_asyncio.fixture
async def plan(loop: FloorLoop, store: SlowStore) -> PlanInForce:
    in_force = PlanInForce(await store.seed(DEMO, at=loop.now()), store, loop)
    in_force.start()
    return in_force


def without_repair(plan: PlanDocument) -> PlanDocument:
    queues = {name: queue for name, queue in plan.queues.items() if name != "repair"}
    return plan.model_copy(update={"queues": queues})


def waits_in_repair(loop: FloorLoop) -> None:
    now = loop.now()
    loop.tell(e.ContactStarted(at=now, contact="c", asterisk="pbx1", channel="ch", access="95000", caller=""))
    loop.tell(e.ContactQueued(at=now, contact="c", queue="repair", tier="standard", since=now))


async def test_the_router_is_told_at_the_start_but_not_what_it_knows(plan: PlanInForce, loop: FloorLoop) -> None:
    assert loop.floor.plan == routing(plan())
    facts = loop.floor.number
    plan.start()
    assert loop.floor.number == facts


async def test_a_rehearsal_refuses_what_the_floor_would_refuse(plan: PlanInForce, loop: FloorLoop) -> None:
    loop.tell(e.EmergencySwitchedOn(at=loop.now(), queue="service", to=e.EmergencyWay.QUEUE, who="lead"))
    service = plan().queues["service"].model_copy(update={"emergency": None})
    wanted = plan().model_copy(update={"queues": plan().queues | {"service": service}})
    with pytest.raises(IllegalEvent) as rehearsed:
        plan.rehearse(wanted)
    with pytest.raises(IllegalEvent) as changed:
        await plan.change(wanted, who="boss")
    assert rehearsed.value.why == changed.value.why


async def test_a_change_is_in_force_for_readers_of_its_fact(plan: PlanInForce, loop: FloorLoop) -> None:
    seen: list[int] = []
    loop.subscribe(lambda number, fact: seen.append(plan().pop_ms))
    await plan.change(plan().model_copy(update={"pop_ms": 333}), who="boss")
    assert seen == [333]
    assert loop.floor.plan.pop_ms == 333


async def test_it_is_refused_where_contacts_wait(plan: PlanInForce, loop: FloorLoop, store: SlowStore) -> None:
    waits_in_repair(loop)
    before = plan()
    with pytest.raises(PlanConflict, match="contacts of queue 'repair' wait, the new plan lacks it"):
        await plan.change(without_repair(before), who="boss")
    assert plan() == before == await store.current()


async def test_it_is_taken_back_when_a_contact_begins_to_wait_meanwhile(
    plan: PlanInForce, loop: FloorLoop, store: SlowStore
) -> None:
    before = plan()
    store.go.clear()
    changing = asyncio.create_task(plan.change(without_repair(before), who="boss"))
    await store.saving.wait()
    waits_in_repair(loop)
    store.go.set()
    with pytest.raises(IllegalEvent, match="repair"):
        await changing
    assert plan().queues.keys() == before.queues.keys()
    assert plan() == await store.current()
    assert loop.floor.plan == routing(plan())
