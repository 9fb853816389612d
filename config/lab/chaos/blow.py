"""One blow: a fault that is inflicted for some seconds while calls flow, and how long the house took to be ready."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config.demo.stage import Stage
from config.lab.proxy import TcpProxy


class Fault(StrEnum):
    """What is done to the house."""

    KILL = "kill"
    """kill -9 of the hotline; its keeper starts it again afterwards."""
    KILL_ALL = "kill_all"
    """kill -9 of the keeper too: a cold start."""
    KILL_ASTERISK = "kill_asterisk"
    """kill -9 of Asterisk, and its start: every live call is lost, and has to be closed as that."""
    FREEZE = "freeze"
    """SIGSTOP of the hotline, then SIGCONT."""
    CUT_ARI = "cut_ari"
    STALL_ARI = "stall_ari"
    """The link stays, and nothing passes on it."""
    CUT_AMI = "cut_ami"
    LOCK_DATABASE = "lock_database"
    """Another process holds the tables for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """What was done when, and what it met. `census`: contacts, or agents, by state at that moment."""

    fault: Fault
    at: int
    """Epoch ms at which it began; of a kill, at which the process was gone."""
    seconds: float
    live: int
    census: dict[str, int]
    callers_hung_up: int
    agents_hung_up: int
    ready_s: float
    """From the end of the fault until calls are taken again; of a kill, from when it may be started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What can be hit."""

    stage: Stage
    ari: TcpProxy
    ami: TcpProxy

    @asynccontextmanager
    async def hit(self, fault: Fault) -> AsyncIterator[None]:
        """Inflict it for as long as the block lasts; of a kill, what was killed runs again when this returns."""
        engine = self.stage.engine
        match fault:
            case Fault.KILL:
                await engine.strike()
                yield
                await engine.let_go()
            case Fault.KILL_ALL:
                await engine.kill()
                yield
                await engine.start()
            case Fault.KILL_ASTERISK:
                await self.stage.lab.kill()
                yield
                await self.stage.start_asterisk()
            case Fault.FREEZE:
                os.kill(engine.pid, signal.SIGSTOP)
                try:
                    yield
                finally:
                    os.kill(engine.pid, signal.SIGCONT)
            case Fault.CUT_ARI | Fault.CUT_AMI:
                line = self.ari if fault is Fault.CUT_ARI else self.ami
                line.shut()
                yield
                line.reopen()
            case Fault.STALL_ARI:
                self.ari.stall()
                yield
                self.ari.cut()
            case Fault.LOCK_DATABASE:
                holder = await asyncio.to_thread(_lock, engine.settings.parent / "hotline.db")
                yield
                holder.close()


def _lock(database: Path) -> sqlite3.Connection:
    holder = sqlite3.connect(database, isolation_level=None, check_same_thread=False, timeout=30)
    holder.execute("BEGIN IMMEDIATE")
    return holder
