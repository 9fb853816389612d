"""Processes: the end of one, child or not, as an event, and ending exactly that one."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path


def started_at(pid: int) -> int | None:
    """When process `pid` started, in clock ticks since boot; with the pid it names one process. None if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The second field is the name in parentheses, which may hold spaces; the third is the state, the 22nd the start.
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
    gone = asyncio.Event()
    loop.add_reader(handle, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def end(pid: int, started: int, *, grace: float = 10.0) -> None:
    """End that process, if it is there, and wait until it is gone: TERM first, KILL after `grace` seconds."""
    for order, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, None)):
        if not is_alive(pid, started):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, order)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await ended(pid)
