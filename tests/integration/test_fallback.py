"""While hotline is away Asterisk helps callers itself; then who waits is fetched home, and the ledger knows all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO

import numpy
import pytest
import pytest_asyncio
import soundfile

from acd import events as e
from config.asterisk import Timings
from config.lab import Installation
from config.lab.peers.process import CallThere
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("fallback")
    async with House(folder, installation, ("1001", "1002"), timings=Timings(tries=2, pause=0.5)) as house:
        yield house


async def plan(house: House, knows: str, **fallback: int | str) -> None:
    """Put a fallback in force, and wait until Asterisk knows of it: `knows` is in its global variables."""
    nothing = {"queue_s": 0, "number": "", "message_s": 0}
    await house.change_plan(lambda plan: plan.update(fallback=nothing | fallback))
    async with asyncio.timeout(FAR):
        # Nobody outside is told.
        while knows not in await house.stage.lab.command("dialplan show globals"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def in_asterisk(house: House, true: Callable[[str], bool]) -> None:
    """Wait until this is true of Asterisk's list of channels."""
    async with asyncio.timeout(FAR):
        # Nobody is told: hotline is away.
        while not true(await house.stage.lab.command("core show channels concise")):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def waiting_there(channels: str) -> int:
    return sum("hotline-fallback!s" in line and "!Queue!" in line for line in channels.splitlines())


async def told(house: House, true: Callable[[], bool]) -> None:
    """Wait until this is true of the journal."""
    async with asyncio.timeout(FAR):
        while not true():
            await house.written()


async def test_the_queue_of_last_resort_and_the_way_home(house: House) -> None:
    await house.ready("1001")
    await plan(house, "HOTLINE_READY=8001", queue_s=60)
    known = await house.call("95003", caller="13900000001")
    await known.wait_for("sound", deadline_s=FAR)
    await house.unwatch()
    await house.stage.engine.strike()

    # 1001 was ready: his phone rings and he talks, without hotline.
    await known.wait_for("heard", deadline_s=FAR)
    waiting = await house.call(caller="13900000002")
    leaver = await house.call(caller="13900000003")
    await in_asterisk(house, lambda channels: waiting_there(channels) == 3)
    await leaver.hang_up()

    await house.stage.engine.let_go()
    await house.watch()
    # Who talks goes on; who waited is home again, with his wait; the phone that talks is offered to nobody.
    await house.until_waiting("service", 1, FAR)
    (queued,) = [f for f in house.facts_of(e.ContactQueued) if f.contact == house.contact_of(waiting)]
    started = next(f for f in house.facts_of(e.ContactStarted) if f.contact == house.contact_of(waiting))
    assert queued.since < started.at
    assert not house.facts_of(e.OfferMade)
    await house.until_agent("1001", "away", FAR)

    await known.hang_up()
    await told(house, lambda: len(fallen(house)) == 2)
    assert fallen(house)[house.contact_of(leaver)].startswith("abandoned")
    assert fallen(house)[house.contact_of(known)].startswith("answered by PJSIP/8001")
    # His phone is free: now it is the floor that rings it.
    await waiting.wait_for("heard", deadline_s=FAR)
    await waiting.hang_up()
    await house.until(lambda board: board["contacts"] == 0, "no contact left", FAR)
    await balanced(house)
    assert await recorded(house, known)


async def test_a_number_is_dialled_and_then_a_message_taken(house: House) -> None:
    phone = await house.customer("13900000077")
    await plan(house, "HOTLINE_ELSEWHERE=out-13900000077", number="13900000077", message_s=30)
    await house.unwatch()
    await house.stage.engine.strike()

    reached = await house.call(caller="13900000004")
    await reached.wait_for("heard", deadline_s=FAR)
    await phone.behave(Ringing(act="busy"))
    speaker = await house.call(caller="13900000005")
    spoken = house.stage.lab.recordings
    async with asyncio.timeout(FAR):
        # Two seconds of him: 8,000 samples of two bytes each.
        while max((path.stat().st_size for path in spoken.glob("message-*")), default=0) < 32_000:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await speaker.hang_up()
    await reached.hang_up()

    before = len(fallen(house))
    await house.stage.engine.let_go()
    await house.watch()
    await told(house, lambda: len(fallen(house)) == before + 2)
    assert fallen(house)[house.contact_of(reached)].startswith("answered by out-13900000077")
    assert fallen(house)[house.contact_of(speaker)].startswith("message")
    await balanced(house)
    assert await recorded(house, reached)

    (item,) = await house.stage.ask("items")
    assert (item["kind"], item["contact"], item["queue"]) == ("message", house.contact_of(speaker), "service")
    assert item["seconds"] >= 2
    session = await house.stage.supervisor()
    async with session.get(f"{house.stage.base}/api/v1/items/{item['id']}/message") as answer:
        assert answer.status == 200
        samples, _ = soundfile.read(BytesIO(await answer.read()), dtype="int16")
    # He is a tone from beginning to end; what Asterisk plays is not on it.
    assert numpy.abs(samples[-8000:]).max() > 1000

    # The next start reads the same log, and none of them a second time.
    ended, looks = fallen(house), len(house.facts_of(e.LinkUp))
    await house.unwatch()
    await house.stage.engine.strike()
    await house.stage.engine.let_go()
    await house.watch()
    await told(house, lambda: len(house.facts_of(e.LinkUp)) > looks)
    assert (fallen(house), await house.stage.ask("items")) == (ended, [item])


async def balanced(house: House) -> None:
    """The ledger adds up, and every call that the fallback had to the end is in its account."""
    await house.recorded()
    balance = (await house.stage.ask("ledger"))["balance"]
    accounts = [balance["contacts"], *balance["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
    assert balance["contacts"]["fallback"] == len(fallen(house))


async def recorded(house: House, call: CallThere) -> bool:
    """Whether the talk is among the recordings, whole, with both voices."""
    contact = house.contact_of(call)
    (row,) = [row for row in (await house.stage.ask("ledger"))["contacts"] if row["contact"] == contact]
    (recording,) = row["recordings"]
    samples, _ = soundfile.read(house.stage.engine.settings.parent / "recordings" / recording["file"], dtype="int16")
    return not row["gaps"] and bool((numpy.abs(samples).max(axis=0) > 1000).all())


def fallen(house: House) -> dict[str, str]:
    """Contacts that ended in the fallback, and how."""
    return {f.contact: f.detail for f in house.facts_of(e.ContactEnded) if f.cause is e.EndCause.FALLBACK}
