"""While hotline is away Asterisk helps callers itself; then who waits is fetched home, and the ledger knows all."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from acd import events as e
from config.asterisk import Timings
from config.lab import Installation
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 30.0


@pytest_asyncio.fixture(loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("fallback")
    async with House(folder, installation, ("1001", "1002"), timings=Timings(tries=2, pause=0.5)) as house:
        yield house


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
    await house.change_plan(lambda plan: plan.update(fallback={"queue_s": 60, "number": "", "message_s": 0}))
    await house.ready("1001")
    async with asyncio.timeout(FAR):
        while "8001" not in await house.stage.lab.command("dialplan show globals"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
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
    await house.recorded()
    ledger = await house.stage.ask("ledger")
    accounts = [ledger["balance"]["contacts"], *ledger["balance"]["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
    assert ledger["balance"]["contacts"]["fallback"] == 2


def fallen(house: House) -> dict[str, str]:
    """Contacts that ended in the fallback, and how."""
    return {f.contact: f.detail for f in house.facts_of(e.ContactEnded) if f.cause is e.EndCause.FALLBACK}
