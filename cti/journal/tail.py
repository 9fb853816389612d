"""The journal's tail: facts told but not written yet, and facts written but not on the disk yet.

Writing happens on the loop and ends in the kernel; a power cut is outlived only after a sync, which runs in a thread.
While the disk refuses, lines wait here, encoded once, and are tried again once a second.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from acd.events import Fact
from cti.journal.files import JournalFiles
from cti.journal.line import write_line

SYNC_S = 0.05
RETRY_S = 1.0

WRITE_MEND = "free space on the disk of the var folder"
SYNC_MEND = "look after the disk of the var folder"

log = structlog.get_logger()


class JournalTail:
    """Takes facts in order; they reach the file at once, the disk soon after."""

    def __init__(self, journal: JournalFiles, last: int) -> None:
        """`last`: the number of the last fact the journal holds."""
        self.synced: Callable[[float], None] = _unheard
        """Told how long each sync took, seconds; from a thread."""
        self._journal = journal
        self._last = last
        self._unwritten: list[bytes] = []
        self._write_fault: str | None = None
        self._sync_fault: str | None = None
        self._write_due: asyncio.TimerHandle | None = None
        self._sync_due: asyncio.TimerHandle | None = None
        self._syncing: asyncio.Task[None] | None = None
        self._stopped = False
        self._on_disk = last
        self._reached_disk = asyncio.Event()

    @property
    def fault(self) -> str | None:
        """What is wrong with keeping facts just now, and the mend; None when all is well."""
        if self._write_fault is not None:
            return f"facts are kept in memory only: {self._write_fault}: {WRITE_MEND}"
        if self._sync_fault is not None:
            return f"a power cut would lose facts: {self._sync_fault}: {SYNC_MEND}"
        return None

    @property
    def backlog(self) -> int:
        """Facts told that are not on the disk yet."""
        return self._last - self._on_disk

    def take(self, facts: Sequence[Fact]) -> None:
        """Write facts, or keep them until the disk allows it.

        Raises what encoding raises when a fact cannot be a line; then none of them was taken.
        """
        lines = [write_line(number, fact) for number, fact in enumerate(facts, start=self._last + 1)]
        self._last += len(lines)
        self._unwritten += lines
        if self._write_due is None:
            self.write()

    def write(self) -> bool:
        """Try to write what waits; whether the file now holds every fact."""
        if not self._unwritten:
            return True
        try:
            self._journal.append(self._last - len(self._unwritten) + 1, self._unwritten)
        except OSError as error:
            if self._write_fault is None:
                log.error("journal not written", error=str(error), mend=WRITE_MEND)
            self._write_fault = str(error)
            self._write_again()
            return False
        self._unwritten = []
        self._write_fault = None
        if self._write_due is not None:
            self._write_due.cancel()
            self._write_due = None
        self._sync_after(SYNC_S)
        return True

    def _write_again(self) -> None:
        if self._write_due is None and not self._stopped:
            self._write_due = asyncio.get_running_loop().call_later(RETRY_S, self._retry)

    def _retry(self) -> None:
        self._write_due = None
        self.write()

    # --- onto the disk ---

    def _sync_after(self, seconds: float) -> None:
        if self._sync_due is None and not self._stopped:
            self._sync_due = asyncio.get_running_loop().call_later(seconds, self._sync)

    def _sync(self) -> None:
        self._sync_due = None
        if self._syncing is not None and not self._syncing.done():
            self._sync_after(SYNC_S)
            return
        self._syncing = asyncio.get_running_loop().create_task(self._bring_to_disk())

    async def _bring_to_disk(self) -> None:
        number = self._last - len(self._unwritten)
        try:
            await asyncio.to_thread(self._timed_sync)
        except OSError as error:
            if self._sync_fault is None:
                log.error("journal not brought onto the disk", error=str(error), mend=SYNC_MEND)
            self._sync_fault = str(error)
            self._sync_after(RETRY_S)
            return
        self._sync_fault = None
        self._is_on_disk(number)

    def _timed_sync(self) -> None:
        began = time.perf_counter()
        self._journal.sync()
        self.synced(time.perf_counter() - began)

    def _is_on_disk(self, number: int) -> None:
        self._on_disk = max(self._on_disk, number)
        self._reached_disk.set()
        self._reached_disk = asyncio.Event()

    async def on_disk(self, number: int) -> None:
        """Wait until the journal holds this fact even after a power cut; whoever keeps facts elsewhere waits for it."""
        while self._on_disk < number:
            await self._reached_disk.wait()

    async def stop(self) -> None:
        """Bring what was told so far onto the disk, as far as it lets us, and try nothing again after that."""
        self._stopped = True
        for due in (self._write_due, self._sync_due):
            if due is not None:
                due.cancel()
        self._write_due = self._sync_due = None
        if self._syncing is not None:
            await asyncio.wait([self._syncing])
        if not self.write():
            log.error("facts lost", facts=len(self._unwritten), error=self._write_fault, mend=WRITE_MEND)
        await self._bring_to_disk()


def _unheard(seconds: float) -> None:
    """Nobody listens."""
