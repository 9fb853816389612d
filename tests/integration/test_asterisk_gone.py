"""Asterisk is killed under live calls: each is closed as lost with its cause, and the ledger balances."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
AGENTS = ("1001", "1002", "1003")
FAR = 30.0


@pytest_asyncio.fixture(loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("gone"), installation, AGENTS) as house:
        yield house


async def told(house: House, kind: type[e.Fact], count: int) -> None:
    """Wait until the journal holds so many facts of a kind."""
    async with asyncio.timeout(FAR):
        while len(house.facts_of(kind)) < count:
            await house.written()


async def remembered(house: House) -> None:
    """Wait until Asterisk has the phones' registrations on its disk, where a kill leaves them."""
    path = f"file:{house.stage.lab.spec.folders.var}/astdb.sqlite3?mode=ro"
    async with asyncio.timeout(FAR):
        while True:
            with sqlite3.connect(path, uri=True) as astdb:
                kept = astdb.execute("SELECT count(*) FROM astdb WHERE key LIKE '/registrar/contact/%'").fetchone()
            if kept[0] == len(AGENTS):
                return
            # Asterisk tells nobody when it has written.
            await asyncio.sleep(0.1)


async def test_its_calls_are_lost_with_cause_and_the_ledger_balances(house: House) -> None:
    await house.change_plan(lambda plan: plan["queues"]["repair"].update(callback={"lost": True}))
    await house.ready("1001")
    talk = await house.call(caller="13900000001")
    await talk.wait_for("heard", deadline_s=FAR)
    waiting = await house.call(caller="13900000002")
    await house.until_waiting("service", 1)
    called_back = await house.call("95002", caller="13900000009")
    await house.until_waiting("repair", 1)
    in_flow = await house.call("95003", caller="13900000003")
    await in_flow.wait_for("sound", deadline_s=FAR)
    by_hand = {house.contact_of(call) for call in (talk, waiting)}
    contacts = by_hand | {house.contact_of(call) for call in (called_back, in_flow)}

    await remembered(house)
    await house.stage.lab.kill()
    await told(house, e.LinkDown, 2)
    assert (await house.ready_checks())["ari-asterisk"] == "down"
    await house.stage.start_asterisk()

    await told(house, e.ContactEnded, 4)
    lost = {fact.contact: (fact.cause, fact.detail) for fact in house.facts_of(e.ContactEnded)}
    assert lost == dict.fromkeys(contacts, (e.EndCause.LOST, "Asterisk was restarted"))
    for call in (talk, waiting, called_back, in_flow):
        # Their own phones heard no goodbye.
        await call.hang_up()
    await house.recorded()
    ledger = await house.stage.ask("ledger")
    accounts = [ledger["balance"]["contacts"], *ledger["balance"]["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
    (lost_talk,) = [c for c in ledger["contacts"] if c["talks"] and c["end"] == "lost"]
    assert lost_talk["recordings"] or lost_talk["gaps"]

    items = await house.stage.ask("items")
    assert {item["contact"] for item in items if item["kind"] == "callback"} == by_hand

    # Whose queue calls the lost back is called, when an agent is there for him, and has waited since he came.
    (pending,) = await house.stage.ask("callbacks", whole="true")
    assert (pending["queue"], pending["number"]) == ("repair", "+8613900000009")
    phone = await house.customer("+8613900000009")
    await house.ready("1003")
    customer = await phone.rings(deadline_s=FAR)
    await customer.wait_for("heard", deadline_s=FAR)
    await customer.hang_up()
    await house.until(lambda board: board["contacts"] == 0, "no contact left", FAR)

    # The phones' registrations outlive it: nobody registers anew, and the floor has them back; whoever was there again
    # before hotline looked was never away for it.
    await house.ready("1002")
    await house.until(lambda b: all(b["agents"][agent]["reachable"] for agent in AGENTS), "every phone in reach", FAR)
    again = await house.call(caller="13900000003")
    await again.wait_for("heard", deadline_s=FAR)
    await again.hang_up()
    await house.until_quiet(FAR)
