"""Twisted's reactor on the asyncio loop that runs."""

import asyncio
from typing import Any

# It does not import the reactor itself.
from twisted.internet import asyncioreactor


def installed_reactor() -> Any:
    """Install it and return it; nothing may have imported Twisted's own before."""
    asyncioreactor.install(asyncio.get_running_loop())  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    started: Any = reactor
    started.startRunning(installSignalHandlers=False)
    return started
