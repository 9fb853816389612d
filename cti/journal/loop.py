"""The loop of the floor: one event in, applied, written down, its readers told, its commands released; then the next.

Everything that reaches the router comes through `FloorLoop.tell`, on the event loop's own thread. The order is what
makes a crash harmless: nothing leaves before it is in the journal.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import msgspec
import structlog

from acd.commands import Telephony
from acd.errors import IllegalEvent
from acd.events import Event, Fact, TimePassed
from acd.floor import Floor
from acd.fold import FoldedFloor
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.tail import JournalTail

CHECKPOINT_S = 60.0
FIRST_CHECKPOINT_S = 1.0
"""After a start: killed again and again within the minute, each start would have more to read than the one before."""
LOOK_BACK = 40_000
"""So many facts are folded at most to see the floor as it was: under a second of one core."""

Reader = Callable[[int, Fact], None]
"""Called with (number, fact) in order, right after the fact was written; must neither block nor raise."""

log = structlog.get_logger()


class FloorFailed(Exception):
    """An event broke the floor half-way; nothing more is taken in. The journal is whole up to the event before."""

    def __init__(self, event: Event, number: int) -> None:
        """`number`: the last fact the journal holds."""
        what = f"{type(event).__name__} broke it"
        super().__init__(f"floor after fact {number}: {what}; restart hotline and report the error in its log")
        self.event = event
        self.number = number


class FloorLoop:
    """The live floor. `floor` is for reading only."""

    def __init__(self, floor: Floor, journal: JournalFiles, clock: Clock) -> None:
        """`floor` as the journal gave it back."""
        self.floor = floor
        self.refused = 0
        """Events that did not fit the floor."""
        self.failed = asyncio.Event()
        """Set when the floor broke: whoever runs us ends the process, and the next start goes on from the journal."""
        self.tail = JournalTail(journal, floor.number)
        """How the facts come onto the disk. While it has a fault calls go on, with the facts kept in memory."""
        self._journal = journal
        self._clock = clock
        self._readers: list[Reader] = []
        self._telephony: Telephony | None = None
        self._waiting: deque[Event] = deque()
        self._busy = False
        self._failure: FloorFailed | None = None
        self._keeping_time = False
        self._timer: asyncio.TimerHandle | None = None
        self._checkpoint_due: asyncio.TimerHandle | None = None
        self._checkpoints: set[asyncio.Task[None]] = set()
        self._one_checkpoint = asyncio.Lock()
        self._one_look_back = asyncio.Lock()

    def release_to(self, telephony: Telephony) -> None:
        """Begin releasing commands. Time still stands: no offer expires before `keep_time`."""
        self._telephony = telephony

    def keep_time(self) -> None:
        """Let time pass from now on; what a crash left undecided is decided now. Begins to write checkpoints."""
        self._keeping_time = True
        self._checkpoint_in(FIRST_CHECKPOINT_S)
        self.tell(TimePassed(at=self.now()))

    def start(self, telephony: Telephony) -> None:
        """Release commands and keep time at once: for a telephony that need not be looked at first."""
        self.release_to(telephony)
        self.keep_time()

    def stop_time(self) -> None:
        """Let no offer expire any more. Events are still taken in and reach the disk."""
        self._keeping_time = False
        for due in (self._timer, self._checkpoint_due):
            if due is not None:
                due.cancel()
        self._timer = self._checkpoint_due = None

    async def stop(self) -> None:
        """Bring every fact onto the disk and write a checkpoint. The journal is left for its owner to close."""
        self.stop_time()
        await self.tail.stop()
        await self._write_checkpoint()

    def now(self) -> int:
        """The floor's time, ms; never goes back."""
        return self._clock.now()

    async def before(self, number: int) -> tuple[FoldedFloor, Fact] | None:
        """The floor as it was before a fact, and the fact, worked out anew; None when that is too long ago."""
        async with self._one_look_back:
            return await asyncio.to_thread(self._journal.floor_before, number, most=LOOK_BACK)

    def subscribe(self, reader: Reader) -> None:
        """Let a reader have every fact from now on."""
        self._readers.append(reader)

    def tell(self, event: Event) -> None:
        """Let an event take effect.

        Raises IllegalEvent, and changes nothing, when it does not fit the floor. An event told from inside a reader or
        a command waits its turn; if it does not fit then, that is logged. Raises FloorFailed once the floor is broken.
        """
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        if self._busy:
            self._waiting.append(event)
            return
        self._busy = True
        try:
            self._take(event)
            while self._waiting:
                try:
                    self._take(self._waiting.popleft())
                except IllegalEvent as error:
                    _log_refused(error)
        finally:
            self._busy = False
            self._set_timer()

    def tell_if_fits(self, event: Event) -> None:
        """Let an event take effect; one that does not fit the floor is logged. Raises FloorFailed as `tell` does."""
        try:
            self.tell(event)
        except IllegalEvent as error:
            _log_refused(error)

    def _take(self, event: Event) -> None:
        if event.at < self.floor.at:
            event = replace(event, at=self.floor.at)
        first = self.floor.number + 1
        try:
            commands = self.floor.apply(event)
            facts = self.floor.facts
            self.tail.take(facts)
        except IllegalEvent:
            self.refused += 1
            raise
        except Exception as error:
            # The floor may be half changed: to write on from it would leave a hole that no later start can read over.
            self._failure = FloorFailed(event, first - 1)
            self._waiting.clear()
            self.stop_time()
            self.failed.set()
            log.exception("the floor broke", event_type=type(event).__name__, number=first - 1)
            raise self._failure from error
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
        if not self._keeping_time or (due := self.floor.next_deadline()) is None:
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

    # --- checkpoints ---

    def _checkpoint_in(self, seconds: float) -> None:
        self._checkpoint_due = asyncio.get_running_loop().call_later(seconds, self._checkpoint)

    def _checkpoint(self) -> None:
        self._checkpoint_in(CHECKPOINT_S)
        task = asyncio.get_running_loop().create_task(self._write_checkpoint())
        self._checkpoints.add(task)
        task.add_done_callback(self._checkpoints.discard)

    async def _write_checkpoint(self) -> None:
        async with self._one_checkpoint:
            # A checkpoint ahead of the facts in the file would hide that they are missing.
            if self._failure is not None or not self.tail.write():
                return
            number = self.floor.number
            state = msgspec.json.encode(self.floor.state)
            try:
                await asyncio.to_thread(self._journal.write_checkpoint, number, state)
            except OSError as error:
                log.error("checkpoint not written", error=str(error), mend="free space on the disk of the var folder")


def _log_refused(error: IllegalEvent) -> None:
    log.warning("event refused", event_type=type(error.event).__name__, why=error.why)
