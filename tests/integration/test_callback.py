"""A caller asks by key to be called back, on a real Asterisk whose trunk only receives: nobody can be reached."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from acd import events as e
from config.lab import Installation
from tests.fakes.house import House

pytestmark = pytest.mark.timeout(180)
FAR = 20.0
CUSTOMER = "+8613900000001"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House(tmp_path_factory.mktemp("callback"), installation) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> AsyncIterator[House]:
    await shared.until_quiet()
    await shared.rest()
    yield shared


async def called_back(house: House, **terms: Any) -> str:
    """The contact of a caller who has asked to be called back and was let go."""

    def change(plan: dict[str, Any]) -> None:
        plan["queues"]["service"] |= {"keys": {"9": "callback"}, "callback": terms}

    await house.change_plan(change)
    call = await house.call()
    await house.until_waiting("service", 1)
    await call.send_digits("9")
    await call.wait_for("remote_hung_up", deadline_s=FAR)
    return house.contact_of(call)


async def account(house: House, contact: str) -> tuple[str, str]:
    kept = await house.stage.ask(f"contacts/{contact}")
    (visit,) = kept["visits"]
    return visit["queue"], visit["end"]


@pytest.mark.parametrize("first", ["agent", "customer"])
async def test_a_caller_who_cannot_be_reached_is_tried_again_and_given_up(house: House, first: str) -> None:
    contact = await called_back(house, first=first, tries=2, gap_s=1)
    await house.ready("1001")
    await house.until_quiet()
    tried = [fact for fact in house.facts_of(e.CallbackDialled) if fact.contact == contact]
    assert [(fact.number, fact.attempt) for fact in tried] == [(CUSTOMER, 1), (CUSTOMER, 2)]
    assert await account(house, contact) == ("service", "callback_given_up")
    (over,) = [fact for fact in house.facts_of(e.CallbackGivenUp) if fact.contact == contact]
    assert over.cause is e.CallbackEnd.TRIES
