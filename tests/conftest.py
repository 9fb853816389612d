"""One event loop for the whole test session, with Twisted's asyncio reactor installed on it; the Asterisk program."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, settings

from config.lab import Installation, find

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("hotline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hotline")

CACHE = Path(__file__).parents[1] / "var" / "asterisk"


@pytest_asyncio.fixture(scope="session", autouse=True, loop_scope="session")
async def reactor() -> AsyncIterator[Any]:
    """The running reactor; installed before anything can import Twisted's default one."""
    assert "twisted.internet.reactor" not in sys.modules, "a module imported the reactor before the tests installed one"
    from twisted.internet import asyncioreactor

    asyncioreactor.install(asyncio.get_running_loop())  # type: ignore[no-untyped-call]
    from twisted.internet import reactor as installed

    running: Any = installed
    running.startRunning(installSignalHandlers=False)
    yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def installation() -> Installation:
    """The Asterisk program; unpacked under `var/asterisk` once when none is installed."""
    return await asyncio.to_thread(find, CACHE, print)
