"""What is compared: a thing that queues callers for agents on an Asterisk of its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

NUMBER = "95000"
"""What callers dial, on every side."""


class Side(Protocol):
    """One of the compared. It is up, its phones are known to its Asterisk, nobody is ready yet."""

    name: str
    settings: str
    """What matters of how it was set up, in a line."""

    @property
    def folder(self) -> Path:
        """Its own folder."""
        ...

    @property
    def server(self) -> str:
        """HOST:PORT of its Asterisk's SIP."""
        ...

    @property
    def phones(self) -> Mapping[str, str]:
        """The password of each agent's extension."""
        ...

    @property
    def pids(self) -> Mapping[str, int]:
        """Its processes by name: `asterisk`, and what else serves its calls."""
        ...

    async def reachable(self) -> None:
        """Return when every agent could be given a call if he were ready. Raises LabError."""
        ...

    async def waiting(self, callers: int) -> None:
        """Return when so many callers wait. Raises LabError."""
        ...

    async def ready(self, *, on: bool) -> None:
        """Make every agent ready, or none."""
        ...

    async def lag_counts(self) -> Mapping[float, float]:
        """How many of its event loop's timers were late by at most so many seconds; empty where there is no loop."""
        ...


def agent_numbers(count: int) -> dict[str, str]:
    """The extension of each agent by his 工号."""
    return {f"1{n:03}": f"8{n:03}" for n in range(1, count + 1)}


def processor_s(pid: int) -> float:
    """Processor time that this process and those it has begun and not ended yet have used, seconds."""
    own = Path(f"/proc/{pid}")
    stat = (own / "stat").read_text(encoding="ascii", errors="replace")
    # Behind the name in parentheses: user and system time are the 14th and 15th field of the line.
    fields = stat.rpartition(")")[2].split()
    children = (child for task in own.glob("task/*/children") for child in task.read_text(encoding="ascii").split())
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(processor_s(int(c)) for c in children)
