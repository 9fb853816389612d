"""An agent comes back into his talk on a new leg: real calls, real audio."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from config.lab.peers.process import CallThere
from ivr.gateway.names import agent_leg
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)
FAR = 20.0
NO_AUDIO = 44


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("rejoin"), installation, agents=("1001",)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def call(house: House) -> AsyncIterator[CallThere]:
    """A caller who talks with agent 1001."""
    await house.until_quiet()
    since = house.mark()
    await house.ready("1001")
    call = await house.call()
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since)
    yield call
    await house.rest()
    await house.until_quiet()


def offer_of(house: House, call: CallThere) -> int:
    contact = house.contact_of(call)
    return next(fact.offer for fact in house.facts_of(e.OfferMade) if fact.contact == contact)


async def lose_leg(house: House, offer: int) -> None:
    """What Asterisk does when the agent's audio has stopped."""
    spec = house.stage.lab.spec
    leg = agent_leg(house.stage.lab.name, offer)
    url = f"http://{spec.address}:{spec.ports.http}/ari/channels/{leg}"
    query = {"reason_code": str(NO_AUDIO), "api_key": f"{spec.ari.user}:{spec.ari.secret}"}
    async with aiohttp.ClientSession() as session, session.delete(url, params=query) as answer:
        assert answer.status == 204, await answer.text()


async def facts_until(house: House, kind: type[e.Fact]) -> None:
    async with asyncio.timeout(FAR):
        while not house.facts_of(kind):
            await house.written()


async def test_a_page_loaded_anew_is_in_the_talk_again_and_the_old_leg_is_gone(house: House, call: CallThere) -> None:
    phone = house.stage.phones["8001"]
    since, heard = house.mark(), len(house.stage.callers.events)
    await house.stage.desks["1001"].rejoin()
    again = await phone.rings(deadline_s=FAR, since=since, contact=house.contact_of(call))
    await again.wait_for("heard", deadline_s=FAR)
    await phone.wait_for("remote_hung_up", deadline_s=FAR, since=since)
    # Both of the phone's legs play the same tone: the caller hears it without a gap, or with one while they change.
    assert await caller_hears(house, call, heard)
    await call.hang_up()
    over = await again.wait_for("remote_hung_up", deadline_s=FAR)
    assert over["tones"]
    await house.until_quiet()
    offer = offer_of(house, call)
    assert [fact.offer for fact in house.facts_of(e.RejoinAnswered)] == [offer]
    assert not house.facts_of(e.AgentHungUp)
    assert not house.facts_of(e.AgentLegLost)


async def caller_hears(house: House, call: CallThere, since: int) -> bool:
    """Whether the caller hears the agent's tone now, or does again."""
    mine = [event for event in house.stage.callers.events if event.get("call_id") == call.call_id]
    if [event["event"] for event in mine if event["event"] in ("heard", "unheard")][-1] == "unheard":
        await call.wait_for("heard", deadline_s=FAR, since=since)
    return True


async def test_a_lost_leg_is_music_for_the_caller_until_the_agent_is_back(house: House, call: CallThere) -> None:
    offer = offer_of(house, call)
    heard = len(house.stage.callers.events)
    await lose_leg(house, offer)
    await call.wait_for("unheard", deadline_s=FAR, since=heard)
    await facts_until(house, e.AgentLegLost)
    since = house.mark()
    await house.stage.desks["1001"].rejoin()
    again = await house.stage.phones["8001"].rings(deadline_s=FAR, since=since)
    await again.wait_for("heard", deadline_s=FAR)
    await call.wait_for("heard", deadline_s=FAR, since=heard)
    await call.hang_up()
    await house.until_quiet()
    assert not house.facts_of(e.AgentGivenUp)


async def test_without_the_agent_the_caller_is_let_go_after_the_grace(house: House, call: CallThere) -> None:
    offer = offer_of(house, call)
    await lose_leg(house, offer)
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    [lost] = [fact for fact in house.facts_of(e.AgentLegLost) if fact.offer == offer]
    [given_up] = house.facts_of(e.AgentGivenUp)
    assert (given_up.offer, given_up.at - lost.at >= 8000) == (offer, True)


async def test_the_ledger_and_the_recordings_know_of_no_gap(house: House) -> None:
    await house.recorded()
    ledger = await house.stage.ask("ledger")
    assert [contact["end"] for contact in ledger["contacts"]] == ["hung_up"] * 3
    assert [len(contact["talks"]) for contact in ledger["contacts"]] == [1] * 3
    assert [len(contact["recordings"]) for contact in ledger["contacts"]] == [1] * 3
    accounts = [ledger["balance"]["contacts"], *ledger["balance"]["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
