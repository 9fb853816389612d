"""Processes by their kernel handle: waiting for the end of one, child or not, as an event, and signalling exactly that one."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path


def started_at(pid: int) -> int | None:
    """When process `pid` started, in clock ticks since boot: together with the pid it names one process. None if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The second field is the name in parentheses, which may itself hold spaces; state is the third, the start time the 22nd.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def is_alive(pid: int, started: int) -> bool:
    """Whether the process that had `pid` and started at `started` still runs."""
    return started_at(pid) == started


async def ended(pid: int) -> None:
    """Return when process `pid` has ended; at once if there is none."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    gone = loop.create_future()
    loop.add_reader(handle, lambda: gone.done() or gone.set_result(None))
    try:
        await gone
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def end(pid: int, started: int, *, grace: float = 10.0) -> None:
    """End that process and wait until it is gone: TERM first, KILL after `grace` seconds. Nothing happens if it is gone already."""
    for order, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, None)):
        if not is_alive(pid, started):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, order)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await ended(pid)
