"""A flow has its caller called back, or gives him the place of the callback that waits: on a real floor."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from acd import events as e
from acd.contact import ContactState
from acd.plan import CallbackTerms, Queue
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from ivr.flow.ports import Wish
from ivr.gateway.flow_callbacks import FlowCallbacks
from tests.acd.shift import plan

NUMBER = "+8613900000001"


@pytest_asyncio.fixture
async def loop(tmp_path: Path) -> AsyncIterator[FloorLoop]:
    journal = JournalFiles(tmp_path)
    floor_loop = FloorLoop(journal.open().floor, journal, Clock())
    queues = (Queue(name="service", callback=CallbackTerms()), Queue(name="billing"))
    floor_loop.tell(e.PlanChanged(at=floor_loop.now(), plan=plan("1001", queues=queues)))
    yield floor_loop
    await floor_loop.stop()
    journal.close()


def wish(loop: FloorLoop, contact: str, queue: str = "service") -> Wish:
    """Of a caller in his flow."""
    loop.tell(
        e.ContactStarted(at=loop.now(), contact=contact, asterisk="pbx", channel=contact, access="95000", caller=NUMBER)
    )
    return Wish(
        contact=contact,
        number=NUMBER,
        queue=queue,
        tier=next(iter(loop.floor.plan.tiers)),
        language="zh-CN",
        skills={},
        customer=None,
        learned={},
    )


async def test_it_waits_for_its_turn_when_he_has_hung_up(loop: FloorLoop) -> None:
    callbacks = FlowCallbacks(loop)
    assert callbacks.ask(wish(loop, "a"))
    loop.tell(e.ContactEnded(at=loop.now(), contact="a", cause=e.EndCause.FLOW))
    assert (loop.floor.contacts["a"].state, callbacks.waits(NUMBER, None)) == (ContactState.CALLBACK, True)


async def test_one_waits_for_a_number_at_a_time(loop: FloorLoop) -> None:
    callbacks = FlowCallbacks(loop)
    callbacks.ask(wish(loop, "a"))
    assert not callbacks.ask(wish(loop, "b"))


async def test_a_queue_that_offers_none_refuses(loop: FloorLoop) -> None:
    assert not FlowCallbacks(loop).ask(wish(loop, "a", "billing"))


@pytest.mark.parametrize("back", [True, False])
async def test_called_off_it_waits_no_more_and_back_he_has_waited_since_he_asked(loop: FloorLoop, back: bool) -> None:
    callbacks = FlowCallbacks(loop)
    callbacks.ask(wish(loop, "a"))
    since = loop.floor.contacts["a"].since
    loop.tell(e.ContactEnded(at=loop.now(), contact="a", cause=e.EndCause.FLOW))
    wish(loop, "b")
    assert callbacks.cancel("b", NUMBER, None, back=back)
    assert not callbacks.waits(NUMBER, None)
    assert loop.floor.contacts["b"].since == (since if back else 0)
    assert not callbacks.cancel("b", NUMBER, None, back=back)
