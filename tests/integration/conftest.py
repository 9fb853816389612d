"""A running Asterisk for the tests that need a real one, and a house for those that need a whole contact center."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from config.lab import Installation, Lab, start
from tests.fakes.house import House


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """One lab for the whole session, nothing of ours connected to it; a test leaves no call and no object behind."""
    async with await start(tmp_path_factory.mktemp("lab") / "shared", installation=installation) as lab:
        yield lab


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One house for a file of tests."""
    async with House(tmp_path_factory.mktemp("house"), installation) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(shared: House) -> House:
    """The house at rest: no contact, nobody ready."""
    await shared.until_quiet()
    await shared.rest()
    return shared
