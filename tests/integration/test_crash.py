"""The engine is killed with contacts in every state: after its restart order, talks and ledger are right."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from config.lab.check import Fate, Kind
from config.lab.peers.process import CallThere
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
AGENTS = ("1001", "1002", "1004", "1005", "1006")
FAR = 25.0


@pytest_asyncio.fixture(loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("crash"), installation, AGENTS) as house:
        # 1005 never saves an outcome: his wrap-up is still there after the crash.
        house.stage.desks["1005"].wrap_up_s = None
        yield house


async def talk_with(house: House, agent: str, caller: str) -> CallThere:
    """A call that only this agent can have, once both hear each other."""
    since = house.mark()
    await house.ready(agent)
    call = await house.call(caller=caller)
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(call))
    return call


async def wait_in_queue(house: House, caller: str, number: str = "95000") -> CallThere:
    waiting = sum(1 for fact in house.facts_of(e.ContactQueued))
    call = await house.call(number, caller=caller)
    async with asyncio.timeout(FAR):
        while sum(1 for fact in house.facts_of(e.ContactQueued)) == waiting:
            await house.board.changed()
    return call


async def test_killed_with_ten_contacts_in_every_state(house: House) -> None:
    talk = await talk_with(house, "1001", "13900000001")
    held = await talk_with(house, "1002", "13900000002")
    offer = next(f.offer for f in house.facts_of(e.OfferMade) if f.contact == house.contact_of(held))
    await house.stage.desks["1002"].hold(offer, on=True)
    await house.until_agent("1002", "hold")
    left_alone = await talk_with(house, "1004", "13900000004")
    await house.stage.desks["1004"].intend("not_ready", "break")
    wrapped = await talk_with(house, "1005", "13900000005")
    await wrapped.hang_up()
    await house.until_agent("1005", "wrap_up")
    await house.behave("8006", Ringing(act="ignore"))
    await house.ready("1006")
    ringing = await house.call(caller="13900000006")
    await house.until_agent("1006", "ringing")
    first = await wait_in_queue(house, "13900000007")
    second = await wait_in_queue(house, "13900000008")
    vip = await wait_in_queue(house, "13900000009", "95001")
    leaver = await wait_in_queue(house, "13900000010")
    in_flow = await house.call("95003", caller="13900000011")
    await in_flow.wait_for("sound", deadline_s=FAR)

    await house.unwatch()
    await house.stage.engine.strike()
    # While it is down a caller gives up, and an agent hangs up on his caller.
    await leaver.hang_up()
    agents_leg = await house.stage.agents.wait_for("answered", deadline_s=FAR, contact=house.contact_of(left_alone))
    await CallThere(peers=house.stage.agents, peer=agents_leg["peer"], call_id=agents_leg["call_id"]).hang_up()
    await house.stage.engine.let_go()
    await house.watch()

    # The caller whose agent hung up is not left alone in a bridge.
    await left_alone.wait_for("remote_hung_up", deadline_s=FAR)
    # Whoever talked or held goes on; what was owed is still owed.
    await house.until_agent("1001", "talking")
    await house.until_agent("1002", "hold")
    await house.until_agent("1005", "wrap_up")
    # The phone that rang rings on or is asked again; nobody answers there, so the offer runs out once.
    await house.until_agent("1006", "away")
    # The caller who was in the flow has entered it again and waits behind the others.
    await house.until_waiting("service", 5)

    await talk.hang_up()
    for each in (vip, ringing, first, second, in_flow):
        await each.wait_for("heard", deadline_s=FAR)
        await house.stage.agents.wait_for("heard", deadline_s=FAR, contact=house.contact_of(each))
        await each.hang_up()
    resumed = house.mark()
    await house.stage.desks["1002"].hold(offer, on=False)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=resumed, contact=house.contact_of(held))
    await held.hang_up()
    await house.stage.desks["1005"].intend("not_ready", "break")
    await house.until(lambda board: board["contacts"] == 0, "no contact left", FAR)

    ended = {f.contact: f.cause for f in house.facts_of(e.ContactEnded)}
    assert ended[house.contact_of(leaver)] is e.EndCause.HUNG_UP
    again = [f.attempt for f in house.facts_of(e.ContactStarted) if f.contact == house.contact_of(in_flow)]
    assert again[0] == 0
    assert max(again) >= 1
    queued = [f for f in house.facts_of(e.ContactQueued) if f.contact == house.contact_of(first)]
    assert len(queued) == 1, "a waiting caller was queued again: his place was lost"
    await heard_without_a_gap(house, talk)
    await house.recorded()
    verdict = await house.verdict()
    # When the agent left a talk while nobody listened is known to Asterisk alone; that he did, to all.
    unheard = house.contact_of(left_alone)
    # The music of the hold is in the recording, and some of its notes are tones that other phones play.
    music = (house.contact_of(held), Kind.FOREIGN_TONE)
    wrong = [
        each.text() for each in verdict.disagreements if each.contact != unheard and (each.contact, each.kind) != music
    ]
    assert not wrong, "\n".join(wrong)
    assert unheard in [row.contact for row in verdict.rows if row.fate is Fate.ANSWERED]


async def heard_without_a_gap(house: House, call: CallThere) -> None:
    """The caller heard his agent's tone in one piece, from before the crash until he hung up."""
    over = await call.wait_for("hung_up", deadline_s=FAR)
    contact = house.contact_of(call)
    agent = await house.stage.agents.wait_for("ringing", deadline_s=FAR, contact=contact)
    spans = [span for span in over["tones"] if span[0] == agent["tone_hz"]]
    assert len(spans) == 1, f"the talk was interrupted: {spans}"
    assert over["at"] - spans[0][2] < 500
