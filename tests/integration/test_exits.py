"""Leaving a queue without an agent, and what waiting callers are told: real calls through a real Asterisk."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from config.lab.peers.process import CallThere
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("exits"), installation) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> AsyncIterator[House]:
    """The house at rest, its queue without rules."""
    await shared.until_quiet()
    await shared.rest()
    await ruled(shared)
    yield shared


async def ruled(
    house: House,
    *,
    exits: dict[str, Any] | None = None,
    keys: dict[str, str] | None = None,
    waiting: dict[str, Any] | None = None,
) -> None:
    """Put these rules of the queue service in force."""

    def change(plan: dict[str, Any]) -> None:
        plan["queues"]["service"] |= {"exits": exits or {}, "keys": keys or {}, "waiting": waiting}

    await house.change_plan(change)


def left(house: House, call: CallThere) -> list[tuple[str, str]]:
    """(rule, where to) of a caller."""
    contact = house.contact_of(call)
    return [(fact.rule.value, fact.to) for fact in house.facts_of(e.ContactLeft) if fact.contact == contact]


async def visits(house: House, call: CallThere) -> list[tuple[str, str]]:
    """(queue, end) of a caller's visits, as the records have them."""
    kept = await house.stage.ask(f"contacts/{house.contact_of(call)}")
    return [(visit["queue"], visit["end"]) for visit in kept["visits"]]


async def test_who_has_waited_too_long_waits_in_another_queue_and_is_answered_there(house: House) -> None:
    since = house.mark()
    await ruled(house, exits={"max_wait": {"to": "queue:repair", "after_s": 1}})
    call = await house.call()
    await house.until_waiting("repair", 1)
    await house.ready("1003")
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(call))
    await call.hang_up()
    await house.until_quiet()
    assert left(house, call) == [("max_wait", "queue:repair")]
    assert await visits(house, call) == [("service", "overflowed"), ("repair", "answered")]


async def test_with_nobody_to_answer_the_caller_goes_into_a_flow_at_once(house: House) -> None:
    # At rest everybody is signed in and on a break.
    await ruled(house, exits={"logged_out": {"to": "prompt:queue-full"}, "on_break": {"to": "flow:message"}})
    call = await house.call()
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("on_break", "flow:message")]
    contact = house.contact_of(call)
    (end,) = [fact for fact in house.facts_of(e.ContactEnded) if fact.contact == contact]
    assert (end.cause, end.detail) == (e.EndCause.FLOW, "at step end")


async def test_a_full_queue_says_so_and_lets_the_caller_go(house: House) -> None:
    await ruled(house, exits={"full": {"to": "prompt:queue-full", "above": 0}})
    call = await house.call()
    await call.wait_for("sound", deadline_s=FAR)
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("full", "prompt:queue-full")]
    assert await visits(house, call) == [("service", "shed")]


async def test_an_exit_key_leads_into_a_flow(house: House) -> None:
    await ruled(house, keys={"1": "flow:message"})
    call = await house.call()
    await house.until_waiting("service", 1)
    await call.send_digits("71")
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    await house.until_quiet()
    assert left(house, call) == [("key", "flow:message")]
    # A key that leads nowhere is not written down.
    assert [fact.key for fact in house.facts_of(e.KeyPressed) if fact.contact == house.contact_of(call)] == ["1"]


async def playback(house: House, call: CallThere) -> dict[str, Any] | None:
    """What the caller is told just now, as Asterisk says; None: nothing."""
    spec = house.stage.lab.spec
    url = f"http://127.0.0.1:{spec.ports.http}/ari/playbacks/tell-{house.contact_of(call)}"
    async with aiohttp.ClientSession() as session:
        key = {"api_key": f"{spec.ari.user}:{spec.ari.secret}"}
        async with session.get(url, params=key) as answer:
            return dict(await answer.json()) if answer.status == 200 else None


async def test_the_place_is_told_and_an_agent_who_answers_cuts_it_off(house: House) -> None:
    await ruled(house, waiting={"first_s": 1, "every_s": 5, "messages": []})
    first = await house.call(caller="13900000004")
    await house.until_waiting("service", 1)
    second = await house.call(caller="13900000005")
    await house.until_waiting("service", 2)
    told = await _told(house, 2)
    assert [(fact.contact, fact.ahead) for fact in told] == [
        (house.contact_of(first), 0),
        (house.contact_of(second), 1),
    ]
    playing = await playback(house, second)
    assert playing is not None
    assert playing["state"] == "playing"
    assert playing["media_uri"].endswith("queue-one-ahead")
    since = house.mark()
    await first.hang_up()
    await house.ready("1001")
    heard = await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(second))
    assert heard["peer"] == "agent-8001"
    await second.wait_for("heard", deadline_s=FAR)
    assert await playback(house, second) is None
    await second.hang_up()
    await house.until_quiet()


async def _told(house: House, count: int) -> list[e.WaitTold]:
    """Wait until so many callers were told something."""
    while len(found := house.facts_of(e.WaitTold)) < count:
        await house.written()
    return found
