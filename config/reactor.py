"""Twisted's reactor on the asyncio loop that runs."""

import asyncio
from typing import Any


def installed_reactor() -> Any:
    """Install it and return it; nothing may have imported Twisted's own before."""
    from twisted.internet import asyncioreactor

    asyncioreactor.install(asyncio.get_running_loop())  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    started: Any = reactor
    started.startRunning(installSignalHandlers=False)
    return started
