"""A running Asterisk for the tests that need a real one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from config.lab import Installation, Lab, start


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """One lab for the whole session, nothing of ours connected to it; a test leaves no call and no object behind."""
    async with await start(tmp_path_factory.mktemp("lab") / "shared", installation=installation) as lab:
        yield lab
