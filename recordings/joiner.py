"""Joins recordings in a process of its own, one after the other: audio work holds up neither loop nor interpreter.

What that process does is in `recordings.joining`.
"""

import asyncio
import os
import sys
from pathlib import Path
from subprocess import PIPE

import msgspec

from recordings.joined import Joined
from recordings.raw import BadWav, RawPair

_LINE_BYTES = 1 << 20


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A pair and where its recording belongs."""

    contact: str
    caller: str
    agent: str
    target: str
    parent: int
    """The process that asks."""


class Answer(msgspec.Struct, frozen=True):
    """What came of it; `joined` None without `bad` or `failed`: there is nothing to join."""

    joined: Joined | None = None
    bad: str | None = None
    """The text of a BadWav."""
    failed: tuple[int, str] | None = None
    """Of an OSError."""


class Joiner:
    """The process, begun when it is first needed, and again when it was killed."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()

    async def join(self, pair: RawPair, target: Path) -> Joined | None:
        """As `recordings.join.join`; what a finished file says where the pair is gone, None without one.

        Raises BadWav, OSError; that too when the process was killed over it.
        """
        async with self._one:
            child = self._child = await self._alive()
            assert child.stdin is not None
            assert child.stdout is not None
            caller, agent, to = (str(path.absolute()) for path in (pair.caller, pair.agent, target))
            order = Order(contact=pair.contact, caller=caller, agent=agent, target=to, parent=os.getpid())
            try:
                child.stdin.write(msgspec.json.encode(order) + b"\n")
                await child.stdin.drain()
                line = await child.stdout.readline()
            except asyncio.CancelledError:
                # Its answer would be taken for that of the next.
                self._end()
                raise
            if not line:
                self._end()
                raise ChildProcessError(f"the process that joins recordings ended over {pair.contact}")
        answer = msgspec.json.decode(line, type=Answer)
        if answer.bad is not None:
            raise BadWav(answer.bad)
        if answer.failed is not None:
            raise OSError(*answer.failed)
        return answer.joined

    async def stop(self) -> None:
        """End it."""
        child = self._child
        self._end()
        if child is not None:
            await child.wait()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            child.kill()

    async def _alive(self) -> asyncio.subprocess.Process:
        if self._child is not None and self._child.returncode is None:
            return self._child
        house = str(Path(__file__).parents[1])
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "recordings.joining", stdin=PIPE, stdout=PIPE, cwd=house, limit=_LINE_BYTES
        )
