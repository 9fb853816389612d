"""What SIP peers really do: one house, every case at once on a line of its own, each contact ends once and rightly.

The cases are in `sip/`, beside the scenarios that sipp plays. Each begins when the module does; its test waits for its
end.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from config.lab import Installation
from tests.fakes.house import House
from tests.fakes.sip_scene import IMPATIENT, Line, Scene, plan_of, push
from tests.fakes.sipp import Sipps
from tests.integration.sip import callers as callers
from tests.integration.sip import headers as headers
from tests.integration.sip import phones as phones
from tests.integration.sip.cases import CASES

pytestmark = pytest.mark.timeout(180)
LINES = 8


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("sip")
    lines = [Line(11 + n) for n in range(LINES)]
    pair = (Line(19), Line(20, helps=19))
    everybody = [*lines, *pair]
    async with House(
        folder / "house",
        installation,
        [line.agent for line in everybody],
        plan=plan_of(folder / "plan.toml", everybody),
    ) as house:
        sipps = Sipps(folder / "sipp", house.stage.sip)
        await push(house, IMPATIENT)
        yield Scene(house, sipps, lines, pair)
        await sipps.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(scene: Scene, request: pytest.FixtureRequest) -> AsyncIterator[dict[str, asyncio.Task[None]]]:
    """Every case that was asked for, begun."""
    asked = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    tasks = {name: asyncio.ensure_future(run(scene)) for name, run in CASES.items() if name in asked}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("name", CASES)
async def test_case(name: str, running: dict[str, asyncio.Task[None]]) -> None:
    await running[name]


async def test_the_ledger_balances_and_asterisk_holds_no_channel(
    scene: Scene, running: dict[str, asyncio.Task[None]]
) -> None:
    await asyncio.gather(*running.values(), return_exceptions=True)
    await scene.house.until_quiet()
    balance = (await scene.house.stage.ask("ledger"))["balance"]
    accounts = [balance["contacts"], *balance["visits"].values()]
    assert [account["difference"] for account in accounts] == [0] * len(accounts)
    assert "0 active channels" in await scene.house.stage.lab.command("core show channels count")
