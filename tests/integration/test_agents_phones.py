"""Real calls to agents who miss them, to a mobile that has to press 1, and to phones that answer by themselves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from config.lab.peers.script import Ringing
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)
FAR = 20.0
MOBILE = "8003"
"""A number outside; the phone that stands for whatever is behind the trunk answers to no other."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    def change(plan: dict[str, Any]) -> None:
        plan["phones"].remove(MOBILE)
        plan["agents"]["1001"]["numbers"] = [MOBILE]
        plan["outside_ring_s"] = 8
        plan["misses"] = {"after": 2, "reaction": "not_ready", "reason": "break"}

    async with House(tmp_path_factory.mktemp("agents"), installation, trunk=MOBILE) as house:
        await house.stage.desks["1003"].sign_out()
        house.agents = ("1001", "1002")
        await house.change_plan(change)
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> AsyncIterator[House]:
    await shared.until_quiet()
    await shared.rest()
    yield shared


async def test_two_misses_in_a_row_bring_what_the_plan_answers(house: House) -> None:
    await house.behave("8001", Ringing(act="ignore"))
    await house.ready("1001")
    await house.until_agent("1001", "idle")
    await house.ready("1002")
    first = await house.call()
    await house.until_agent("1002", "talking")
    assert house.facts_of(e.OfferExpired)
    second = await house.call(caller="13900000002")
    await house.until(lambda b: b["agents"]["1001"]["intent"] == "not_ready", "1001 not ready after his second miss")
    applied = house.facts_of(e.IntentApplied)[-1]
    assert (applied.agent, applied.reason, applied.cause) == ("1001", "break", e.IntentCause.MISSES)
    for call in (first, second):
        await call.hang_up()


async def test_a_phone_asked_to_answer_by_itself_is_told_so_and_the_agent_hears_a_tone_first(house: House) -> None:
    session = house.stage.desks["1002"]
    await session.answer_by_itself(on=True)
    await house.ready("1002")
    since = house.mark()
    call = await house.call()
    await house.stage.agents.wait_for("sound", deadline_s=FAR, since=since)
    await call.wait_for("heard", deadline_s=FAR)
    await house.stage.agents.wait_for("heard", deadline_s=FAR, since=since)
    await call.hang_up()
    await session.answer_by_itself(on=False)


class TestAMobile:
    @pytest_asyncio.fixture(autouse=True, loop_scope="session")
    async def on_it(self, house: House) -> AsyncIterator[None]:
        """1001 has signed in on his mobile."""
        await house.stage.desks["1001"].take(MOBILE)
        yield
        await house.stage.desks["1001"].take("8001")

    async def test_voicemail_never_answers_a_caller(self, house: House) -> None:
        """The machine picks up at once and presses nothing."""
        before = len(house.facts_of(e.OfferAnswered))
        await house.ready("1001")
        since = house.mark()
        call = await house.call()
        await house.stage.phones[MOBILE].wait_for("sound", deadline_s=FAR, since=since)
        await house.until(lambda b: b["agents"]["1001"]["set_aside"] == "no_answer", "the mobile missed it", FAR)
        await house.until_waiting("service", 1)
        assert len(house.facts_of(e.OfferAnswered)) == before
        await call.hang_up()

    async def test_whoever_presses_1_talks_is_recorded_and_in_the_ledger(self, house: House) -> None:
        await house.ready("1001")
        since = house.mark()
        call = await house.call()
        mobile = await house.stage.phones[MOBILE].rings(deadline_s=FAR, since=since)
        await mobile.wait_for("sound", deadline_s=FAR)
        await mobile.send_digits("1")
        await house.until_agent("1001", "talking", FAR)
        await call.wait_for("heard", deadline_s=FAR)
        await mobile.wait_for("heard", deadline_s=FAR, since=since)
        await call.hang_up()
        await house.until_quiet()
        await house.recorded()
        contact = house.contact_of(call)
        ended = await house.stage.ask(f"contacts/{contact}")
        assert ended["visits"][-1]["end"] == "answered"
