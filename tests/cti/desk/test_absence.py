"""An agent whose page is gone is not ready after a while, and never in the middle of a contact."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from acd import events as e
from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.desk import absence
from cti.desk.absence import Absence
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop

PLAN = Plan(
    tiers={"standard": Tier(name="standard")},
    queues={"service": Queue(name="service", wrap_up_ms=60_000)},
    agents={"1001": AgentSpec(agent="1001")},
)


class Silence:
    def release(self, commands: object) -> None:
        """Nothing is sent anywhere."""


@pytest_asyncio.fixture
async def loop(tmp_path: Path) -> AsyncIterator[FloorLoop]:
    journal = JournalFiles(tmp_path / "journal")
    loop = FloorLoop(journal.open().floor, journal, Clock())
    loop.start(Silence())
    tell(loop, e.PlanChanged(at=0, plan=PLAN))
    tell(loop, e.AgentSignedIn(at=0, agent="1001", extension="8001"))
    tell(loop, e.IntentChanged(at=0, agent="1001", intent=e.Intent.READY))
    yield loop
    await loop.stop()
    journal.close()


@pytest.fixture
def gone(loop: FloorLoop, monkeypatch: pytest.MonkeyPatch) -> Absence:
    """Pages that are away at all are away too long."""
    monkeypatch.setattr(absence, "GONE_S", 0.0)
    made = Absence(loop)
    loop.subscribe(made.read)
    return made


def tell(loop: FloorLoop, event: e.Event) -> None:
    loop.tell(event)


def talk(loop: FloorLoop) -> int:
    tell(loop, e.ContactStarted(at=0, contact="c", asterisk="a", channel="c", access="95000", caller=""))
    tell(loop, e.ContactQueued(at=0, contact="c", queue="service", tier="standard", since=0))
    offer = loop.floor.agents["1001"].offer
    assert offer is not None
    tell(loop, e.OfferAnswered(at=0, offer=offer))
    return offer


def intent(loop: FloorLoop) -> str:
    return loop.floor.agents["1001"].intent.value


async def settled() -> None:
    """Timers that are due have run."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0, lambda: asyncio.get_running_loop().call_soon(done.set))
    await done.wait()


async def test_who_closed_his_page_is_not_ready_after_a_while(loop: FloorLoop, gone: Absence) -> None:
    gone.left("1001")
    assert intent(loop) == "ready"
    await settled()
    agent = loop.floor.agents["1001"]
    assert (agent.intent, agent.reason) == (e.Intent.NOT_READY, "desk_gone")


async def test_who_loads_it_anew_notices_nothing(loop: FloorLoop, gone: Absence) -> None:
    gone.left("1001")
    gone.came("1001")
    await settled()
    assert intent(loop) == "ready"


async def test_a_talk_goes_on_and_the_intent_with_it_until_it_is_over(loop: FloorLoop, gone: Absence) -> None:
    offer = talk(loop)
    gone.left("1001")
    await settled()
    assert intent(loop) == "ready"
    tell(loop, e.AgentHungUp(at=0, offer=offer))
    assert intent(loop) == "not_ready"


async def test_who_is_back_before_the_talk_ends_stays_ready(loop: FloorLoop, gone: Absence) -> None:
    offer = talk(loop)
    gone.left("1001")
    await settled()
    gone.came("1001")
    tell(loop, e.AgentHungUp(at=0, offer=offer))
    assert intent(loop) == "ready"


async def test_a_reason_of_his_own_stays(loop: FloorLoop, gone: Absence) -> None:
    tell(loop, e.IntentChanged(at=0, agent="1001", intent=e.Intent.NOT_READY, reason="meal"))
    gone.left("1001")
    await settled()
    assert loop.floor.agents["1001"].reason == "meal"


async def test_nothing_is_waited_for_once_stopped(loop: FloorLoop, gone: Absence) -> None:
    gone.left("1001")
    gone.stop()
    await settled()
    assert intent(loop) == "ready"
