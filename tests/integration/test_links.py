"""The links to Asterisk fail in every way a line can, under calls: nothing is lost, and each failure is counted."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from acd import events as e
from config.demo.stage import Stage
from config.lab import Installation
from config.lab.peers.process import CallThere
from config.lab.proxy import TcpProxy
from tests.fakes.ari_between import SWALLOWED, AriBetween, Message
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 30.0
FLAPS = 5


class _Stage(Stage):
    """Its hotline reaches Asterisk over lines that can be hindered."""

    async def links(self) -> tuple[int, int]:
        ports = self.lab.spec.ports
        enter = self._open.enter_async_context
        self.between = await enter(AriBetween.to(ports.http))
        self.ari, self.ami = [await enter(TcpProxy.to(port)) for port in (self.between.port, ports.ami)]
        return self.ari.port, self.ami.port


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("links"), installation, ("1001", "1002"), stage=_Stage) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> AsyncIterator[House]:
    await shared.until_quiet(FAR)
    await shared.rest()
    yield shared
    lines(shared).between.usual()
    lines(shared).ari.slow()


def lines(house: House) -> _Stage:
    assert isinstance(house.stage, _Stage)
    return house.stage


async def figure(house: House, name: str, **labels: str) -> float:
    """A sample of /metrics; 0 when it is not there."""
    wanted = ",".join(f'{label}="{value}"' for label, value in labels.items())
    found = re.search(rf"^{re.escape(f'{name}{{{wanted}}}')} (\S+)$", await house.metrics(), re.MULTILINE)
    return float(found.group(1)) if found else 0.0


async def link(house: House, name: str) -> float:
    return await figure(house, f"hotline_link_{name}_total", link="ari-asterisk")


async def mended(house: House, why: str) -> float:
    return await figure(house, "hotline_repairs_total", asterisk="asterisk", why=why)


async def told(house: House, kind: type[e.Fact], count: int) -> None:
    """Wait until the journal holds so many facts of a kind."""
    async with asyncio.timeout(FAR):
        while len(house.facts_of(kind)) < count:
            await house.written()


async def talking(house: House, agent: str, caller: str) -> CallThere:
    since = house.mark()
    await house.ready(agent)
    call = await house.call(caller=caller)
    await hear_each_other(house, call, since)
    return call


async def hear_each_other(house: House, call: CallThere, since: int) -> None:
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since, contact=house.contact_of(call))


async def waiting(house: House, caller: str) -> CallThere:
    """A caller who waits, and of whom the floor knows."""
    queued = len(house.facts_of(e.ContactQueued))
    call = await house.call(caller=caller)
    await told(house, e.ContactQueued, queued + 1)
    return call


def event(kind: str, has: Callable[[dict[str, Any]], bool] = lambda event: True) -> Callable[[Message], bool]:
    return lambda message: message["type"] == kind and has(message)


def once(is_it: Callable[[Message], bool], then: int, otherwise: Any) -> Callable[[Message], Any]:
    """Let one message have its own fate."""
    left = [then]
    return lambda message: left.pop() if left and is_it(message) else otherwise


async def test_a_link_that_flaps_disturbs_no_talk_and_costs_nobody_his_place(house: House) -> None:
    talk = await talking(house, "1001", "13900000001")
    first = await waiting(house, "13900000002")
    second = await waiting(house, "13900000003")
    ups, reconnects = len(house.facts_of(e.LinkUp)), await link(house, "reconnects")
    for flap in range(1, FLAPS + 1):
        lines(house).ari.cut()
        lines(house).ami.cut()
        await told(house, e.LinkUp, ups + flap)
    assert await link(house, "reconnects") == reconnects + FLAPS
    since = house.mark()
    await house.ready("1002")
    await hear_each_other(house, first, since)
    await first.hang_up()
    await hear_each_other(house, second, since)
    for call in (talk, second):
        await call.hang_up()
    assert not [fact for kind in (e.OfferExpired, e.OfferFailed, e.AgentSetAside) for fact in house.facts_of(kind)]


@pytest.mark.parametrize(("pause_s", "piece"), [(0.2, 1 << 16), (0.0, 1)])
async def test_over_a_slow_line_calls_are_answered_all_the_same(house: House, pause_s: float, piece: int) -> None:
    lines(house).ari.slow(pause_s, piece)
    timeouts, broken = await link(house, "timeouts"), await link(house, "broken")
    call = await talking(house, "1001", "13900000001")
    await call.hang_up()
    await house.until_quiet(FAR)
    assert (await link(house, "timeouts"), await link(house, "broken")) == (timeouts, broken)


async def test_a_caller_whose_coming_was_missed_is_found_and_answered(house: House) -> None:
    why = "it wanted an agent and we had not heard"
    before = await mended(house, why)
    lines(house).between.copies = once(event("StasisStart"), 0, 1)
    call = await talking(house, "1001", "13900000001")
    assert await mended(house, why) == before + 1
    await call.hang_up()


async def test_a_caller_whose_going_was_missed_is_found_gone(house: House) -> None:
    why = "its channel was gone when we looked"
    before = await mended(house, why)
    call = await waiting(house, "13900000001")
    gone = event("ChannelDestroyed")
    # Asterisk says it of the channel and of its endpoint.
    lines(house).between.copies = lambda event: 0 if gone(event) else 1
    over = len(house.facts_of(e.ContactEnded))
    await call.hang_up()
    await told(house, e.ContactEnded, over + 1)
    assert await mended(house, why) == before + 1
    ended = house.facts_of(e.ContactEnded)[-1]
    # Unheard: it lies between two looks.
    assert ended.seen_until is not None
    assert ended.seen_until < ended.at


async def test_an_agent_whose_answer_was_missed_is_found_talking(house: House) -> None:
    why = "the agent had picked up"
    before = await mended(house, why)
    # An agent's leg comes into our application when he picks up.
    picked_up = event("StasisStart", lambda event: event["args"][:1] == ["agent"])
    lines(house).between.copies = once(picked_up, 0, 1)
    await house.change_plan(lambda plan: plan["queues"]["service"].update(ring_s=20))
    call = await talking(house, "1001", "13900000001")
    assert await mended(house, why) == before + 1
    await call.hang_up()


async def test_a_talk_that_began_unheard_and_was_over_when_hotline_was_back_is_known(house: House) -> None:
    joined = event("ChannelEnteredBridge")
    lines(house).between.copies = lambda event: 0 if joined(event) else 1
    talks = len(house.facts_of(e.TalkConnected))
    call = await talking(house, "1001", "13900000001")
    began = house.facts_of(e.OfferAnswered)[-1].at
    await house.unwatch()
    await house.stage.engine.strike()
    assert len(house.facts_of(e.TalkConnected)) == talks
    over = round(time.time() * 1000)
    await call.hang_up()
    # The agent hears nobody any more, and nobody lets him go.
    leg = await house.stage.agents.wait_for("answered", deadline_s=FAR, contact=house.contact_of(call))
    await CallThere(peers=house.stage.agents, peer=leg["peer"], call_id=leg["call_id"]).hang_up()
    lines(house).between.usual()
    await house.stage.engine.let_go()
    await house.watch()
    await told(house, e.TalkConnected, talks + 1)
    (connected, ended) = house.facts_of(e.TalkConnected)[-1], house.facts_of(e.ContactEnded)[-1]
    assert connected.since is not None
    assert ended.seen_until is not None
    assert began <= connected.since < over <= ended.seen_until < ended.at


async def test_events_that_come_twice_count_once(house: House) -> None:
    lines(house).between.copies = lambda event: 2
    call = await talking(house, "1001", "13900000001")
    await call.hang_up()
    await house.stage.settled(FAR)
    contact = house.contact_of(call)
    (row,) = [row for row in (await house.stage.ask("ledger"))["contacts"] if row["contact"] == contact]
    assert [len(row[name]) for name in ("visits", "talks", "recordings")] == [1, 1, 1]
    assert len([fact for fact in house.facts_of(e.OfferMade) if fact.contact == contact]) == 1


async def test_a_request_that_fails_inside_asterisk_is_that_phones_failure_alone(house: House) -> None:
    refused = await link(house, "refused")
    lines(house).between.status = once(lambda request: "/agent-" in request["uri"], 500, None)
    since = house.mark()
    await house.ready("1001", "1002")
    call = await house.call(caller="13900000001")
    await hear_each_other(house, call, since)
    failed = house.facts_of(e.OfferFailed)[-1]
    assert (failed.cause, failed.detail) == (e.OfferFailure.UNREACHABLE, "Not Asterisk's own")
    assert await link(house, "refused") == refused + 1
    await call.hang_up()


async def test_a_request_without_an_answer_ends_at_its_deadline_and_what_it_was_for_is_done(house: House) -> None:
    timeouts = await link(house, "timeouts")
    lines(house).between.status = once(lambda request: "/addChannel" in request["uri"], SWALLOWED, None)
    call = await talking(house, "1001", "13900000001")
    assert await link(house, "timeouts") == timeouts + 1
    assert await mended(house, "caller and agent were not in one bridge") == 1
    await call.hang_up()


async def test_ended_in_order_and_started_anew_no_call_is_lost(house: House) -> None:
    """An upgrade: SIGTERM, then the next start takes everything over; who came in between waits in the fallback."""
    await house.change_plan(lambda plan: plan.update(fallback={"queue_s": 60, "number": "", "message_s": 0}))
    async with asyncio.timeout(FAR):
        # Asterisk is told with the next renewal; nobody outside hears of it.
        while "HOTLINE_QUEUE_S=60" not in await house.stage.lab.command("dialplan show globals"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    talk = await talking(house, "1001", "13900000001")
    first = await waiting(house, "13900000002")
    in_flow = await house.call("95003", caller="13900000003")
    await in_flow.wait_for("sound", deadline_s=FAR)
    await house.unwatch()
    await house.stage.engine.stop()
    meanwhile = await house.call(caller="13900000004")
    await meanwhile.wait_for("sound", deadline_s=FAR)
    await house.stage.engine.start()
    await house.watch()
    await house.until_waiting("service", 3, FAR)
    since = house.mark()

    async def served(call: CallThere) -> None:
        await hear_each_other(house, call, since)
        await call.hang_up()

    await house.ready("1002")
    await asyncio.gather(*(served(call) for call in (first, in_flow, meanwhile)))
    await talk.hang_up()
    await house.until_quiet(FAR)
    assert not [fact for fact in house.facts_of(e.ContactEnded) if fact.cause is e.EndCause.LOST]


async def test_of_all_that_every_call_is_accounted_for(house: House) -> None:
    await house.recorded()
    wrong = [each.text() for each in (await house.verdict()).disagreements]
    assert not wrong, "\n".join(wrong)
    balance = (await house.stage.ask("ledger"))["balance"]
    accounts = [balance["contacts"], *balance["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
