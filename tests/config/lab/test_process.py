"""Ending one process, and no other."""

import asyncio
import subprocess
import sys

from config.lab.process import end, ended, is_alive, started_at

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


def run(program: str) -> tuple[subprocess.Popen[str], int]:
    """A Python process that has said it is ready, and when it started."""
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    started = started_at(child.pid)
    assert started is not None
    return child, started


async def test_the_end_of_a_process_is_an_event() -> None:
    child, started = run("print('ready', flush=True); input()")
    assert is_alive(child.pid, started)
    waiting = asyncio.create_task(ended(child.pid))
    child.kill()
    async with asyncio.timeout(10):
        await waiting
    assert not is_alive(child.pid, started)
    child.communicate()


async def test_one_that_does_not_listen_is_killed() -> None:
    child, started = run(STUBBORN)
    async with asyncio.timeout(10):
        await end(child.pid, started, grace=0.1)
    child.communicate()
    assert child.returncode == -9


async def test_a_process_that_only_has_the_same_number_is_left_alone() -> None:
    child, started = run("print('ready', flush=True); input()")
    await end(child.pid, started + 1)
    assert is_alive(child.pid, started)
    child.kill()
    child.communicate()


async def test_one_that_is_gone_has_ended() -> None:
    child, started = run("print('ready', flush=True); input()")
    child.communicate("\n")
    await ended(child.pid)
    await end(child.pid, started)
    assert started_at(child.pid) is None
