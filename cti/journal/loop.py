"""The loop of the floor: one event in, applied, written down, its readers told, its commands released; then the next.

Everything that reaches the router comes through `FloorLoop.tell`, on the event loop's own thread. The order is what
makes a crash harmless: nothing leaves before it is in the journal.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import msgspec
import structlog

from acd.commands import Telephony
from acd.errors import IllegalEvent
from acd.events import Event, Fact, TimePassed
from acd.floor import Floor
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles

SYNC_MS = 50
CHECKPOINT_S = 60.0

Reader = Callable[[int, Fact], None]
"""Called with (number, fact) in order, right after the fact was written; must neither block nor raise."""

log = structlog.get_logger()


class FloorLoop:
    """The live floor. `floor` is for reading only."""

    def __init__(self, floor: Floor, journal: JournalFiles, clock: Clock) -> None:
        """`floor` as the journal gave it back."""
        self.floor = floor
        self.refused = 0
        """Events that did not fit the floor."""
        self.journal_fault: str | None = None
        """Why facts cannot be written just now. Calls go on; the facts are kept and written when it works again."""
        self.synced: Callable[[float], None] = _unheard
        """Told how long each sync of the journal took, seconds; from a thread."""
        self._unwritten: list[Fact] = []
        self._journal = journal
        self._clock = clock
        self._readers: list[Reader] = []
        self._telephony: Telephony | None = None
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._sync_due: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._checkpoint_due: asyncio.TimerHandle | None = None
        self._stopped = False
        self._on_disk = floor.number
        self._reached_disk = asyncio.Event()

    def start(self, telephony: Telephony) -> None:
        """Begin releasing commands and keeping time; what a crash left undecided is decided now."""
        self._telephony = telephony
        self._checkpoint_later()
        self.tell(TimePassed(at=self.now()))

    async def stop(self) -> None:
        """Write a checkpoint and stop keeping time. The journal is left for its owner to close."""
        self._stopped = True
        for handle in (self._timer, self._sync_due, self._checkpoint_due):
            if handle is not None:
                handle.cancel()
        if self._writing is not None:
            await asyncio.wait([self._writing])
        await self._write_checkpoint()

    def now(self) -> int:
        """The floor's time, ms; never goes back."""
        return self._clock.now()

    def subscribe(self, reader: Reader) -> None:
        """Let a reader have every fact from now on."""
        self._readers.append(reader)

    def tell(self, event: Event) -> None:
        """Let an event take effect.

        Raises IllegalEvent, and changes nothing, when it does not fit the floor. An event told from inside a reader or
        a command waits its turn; if it does not fit then, that is logged.
        """
        if self._busy:
            self._waiting.append(event)
            return
        self._busy = True
        try:
            self._take(event)
            while self._waiting:
                later = self._waiting.popleft()
                try:
                    self._take(later)
                except IllegalEvent as error:
                    log.warning("event refused", event_type=type(later).__name__, why=error.why)
        finally:
            self._busy = False
            self._set_timer()

    def _take(self, event: Event) -> None:
        if event.at < self.floor.at:
            event = replace(event, at=self.floor.at)
        first = self.floor.number + 1
        try:
            commands = self.floor.apply(event)
        except IllegalEvent:
            self.refused += 1
            raise
        facts = self.floor.facts
        self._write(facts)
        for number, fact in enumerate(facts, start=first):
            for reader in self._readers:
                try:
                    reader(number, fact)
                except Exception:
                    log.exception("a reader of facts failed", fact=type(fact).__name__, number=number)
        if commands and self._telephony is not None:
            self._telephony.release(commands)

    # --- time ---

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.floor.next_deadline()
        if due is None or self._telephony is None or self._stopped:
            return
        delay_s = max(0.0, (due - self.now()) / 1000)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._time_passed)

    def _time_passed(self) -> None:
        self._timer = None
        due = self.floor.next_deadline()
        if due is not None and due <= self.now():
            self.tell(TimePassed(at=self.now()))
        else:
            self._set_timer()

    # --- the disk ---

    def _write(self, facts: list[Fact]) -> None:
        self._unwritten += facts
        try:
            self._journal.append(self.floor.number - len(self._unwritten) + 1, self._unwritten)
        except OSError as error:
            if self.journal_fault is None:
                log.error("journal not written", error=str(error), mend="free space on the disk of the var folder")
            self.journal_fault = str(error)
            return
        self._unwritten = []
        self.journal_fault = None
        self._sync_later()

    def _sync_later(self) -> None:
        if self._sync_due is None and not self._stopped:
            self._sync_due = asyncio.get_running_loop().call_later(SYNC_MS / 1000, self._sync)

    def _sync(self) -> None:
        self._sync_due = None
        if self._writing is not None and not self._writing.done():
            self._sync_later()
            return
        self._writing = asyncio.get_running_loop().create_task(self._bring_to_disk())
        self._writing.add_done_callback(_log_failure)

    async def _bring_to_disk(self) -> None:
        number = self.floor.number - len(self._unwritten)
        await asyncio.to_thread(self._timed_sync)
        self._is_on_disk(number)

    def _is_on_disk(self, number: int) -> None:
        self._on_disk = max(self._on_disk, number)
        self._reached_disk.set()
        self._reached_disk = asyncio.Event()

    async def on_disk(self, number: int) -> None:
        """Wait until the journal holds this fact even after a power cut; whoever keeps facts elsewhere waits for it."""
        while self._on_disk < number:
            await self._reached_disk.wait()

    def _timed_sync(self) -> None:
        began = time.perf_counter()
        self._journal.sync()
        self.synced(time.perf_counter() - began)

    def _checkpoint_later(self) -> None:
        self._checkpoint_due = asyncio.get_running_loop().call_later(CHECKPOINT_S, self._checkpoint)

    def _checkpoint(self) -> None:
        self._checkpoint_later()
        task = asyncio.get_running_loop().create_task(self._write_checkpoint())
        task.add_done_callback(_log_failure)

    async def _write_checkpoint(self) -> None:
        number = self.floor.number
        state = msgspec.json.encode(self.floor.state)
        await asyncio.to_thread(self._journal.write_checkpoint, number, state)
        self._is_on_disk(number)


def _unheard(seconds: float) -> None:
    """Nobody listens."""


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("journal not written", error=str(error), mend="free space on the disk of the var folder")
