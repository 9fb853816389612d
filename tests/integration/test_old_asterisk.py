"""Asterisks before 22.4 take requests over HTTP only: that way forced on a new one, a whole call goes as well."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(120)


@pytest_asyncio.fixture(loop_scope="session")
async def house(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("http"), installation, ("1001",), ari_rest="http") as house:
        yield house


async def test_a_call_is_offered_answered_held_and_ended_over_http(house: House) -> None:
    since = house.mark()
    call = await house.call()
    await house.until_waiting("service", 1)
    await house.ready("1001")
    await call.wait_for("heard", deadline_s=20)
    await house.stage.agents.wait_for("heard", deadline_s=20, since=since, contact=house.contact_of(call))
    offer = house.facts_of(e.OfferMade)[-1].offer
    await house.stage.desks["1001"].hold(offer, on=True)
    await house.until_agent("1001", "hold")
    await house.stage.desks["1001"].hold(offer, on=False)
    await house.until_agent("1001", "talking")
    await call.hang_up()
    await house.until_quiet()
    ready = await house.ready_checks()
    assert ready["ari-asterisk"] == "up"
