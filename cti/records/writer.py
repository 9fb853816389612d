"""The records' reader of the fact stream: queues facts, folds them, writes the rows that changed.

Each batch is one transaction that also moves the number of the last fact applied, so every fact takes effect exactly
once, whatever dies when. A slow or absent database holds up nobody: facts wait here, or in the journal when there are
too many, and `lag` says how many.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from acd.events import Fact
from cti.database.connection import Database
from cti.problems import Problem, Refused
from cti.records.book import RecordBook
from cti.records.tables import Position, open_rows, write_batch

BATCH = 1_000
"""Facts in one transaction at most."""
ROOM = 50_000
"""Facts that wait in memory; beyond that they are read from the journal again."""
LINGER_S = 0.1
"""How long facts are gathered before they are written: ten transactions a second, however many calls."""
RETRY_S = (0.2, 10.0)
"""First and longest pause after a failure; doubled in between."""
STATEMENT_S = 60.0
"""A transaction that takes longer is given up and tried again."""
DISK_S = 2.0
"""How long the journal may take to reach the disk before that is trouble."""
STOP_S = 10.0

FactsAfter = Callable[[int], Iterator[tuple[int, Fact]]]
"""The journal from the fact after a number on, in order; it may block, it is read in a thread."""

OnDisk = Callable[[int], Awaitable[None]]
"""Returns once the journal holds this fact even after a power cut."""


async def at_once(number: int) -> None:
    """For facts read from a finished journal."""


log = structlog.get_logger()


class RecordsError(Refused):
    """Journal and tables do not belong together, or another process writes the same tables."""


class RecordWriter:
    """Writes the records of one journal. Subscribe `write` to the facts, then `start`."""

    def __init__(self, database: Database, *, journal: str, facts_after: FactsAfter, on_disk: OnDisk = at_once) -> None:
        """`journal`: a name that stays with the journal; two engines on one database have two.

        `on_disk` holds a fact back until the journal is sure to have it, so that a power cut never leaves the tables
        ahead of it.
        """
        self.applied = 0
        """The number of the last fact whose effects are in the tables."""
        self.failures = 0
        """Transactions that failed and were tried again."""
        self.lost = 0
        """Facts that the database had and forgot: it was restored, or lost in a crash what it had committed."""
        self.delayed: Callable[[bool], None] = lambda delayed: None
        """Told when the records begin to be late, and when they are no longer; must neither block nor raise."""
        self._trouble: str | None = None
        self._database = database
        self._journal = journal
        self._place = f"records of journal {journal!r}"
        self._facts_after = facts_after
        self._on_disk = on_disk
        self._book = RecordBook()
        self._position = Position(0, 0)
        self._waiting: deque[tuple[int, Fact]] = deque()
        self._given = 0
        self._catching_up: Iterator[tuple[int, Fact]] | None = None
        self._wake = asyncio.Event()
        self._progress = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing is being written just now; None when all is well."""
        return self._trouble

    @trouble.setter
    def trouble(self, why: str | None) -> None:
        before, self._trouble = self._trouble, why
        if (before is None) is not (why is None):
            self.delayed(why is not None)

    @property
    def lag(self) -> int:
        """Facts in the journal whose effects are not in the tables yet."""
        return max(0, self._given - self.applied)

    async def start(self, last: int) -> None:
        """Go on after the last fact applied; `last` is the number of the journal's last fact.

        Raises RecordsError when the tables hold more facts than the journal, or those of another one.
        """
        async with self._database.writing() as session:
            self._position = await open_rows(session, self._journal, self._book)
        self.applied = self._position.number
        self._given = max(self._given, last)
        await self._refuse_other_journal(last)
        if self.lag > BATCH:
            log.warning("the records are behind the journal and are written again", facts=self.lag, after=self.applied)
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._wake.set()

    async def _refuse_other_journal(self, last: int) -> None:
        found = self._position
        mend = "put the journal's folder back, or give this node another name"
        if found.number > last:
            what = f"they hold {found.number} facts, the journal only {last}: it was lost, cut or replaced"
            raise RecordsError(Problem(self._place, what, mend))
        if found.number == 0:
            return
        first = await asyncio.to_thread(next, self._facts_after(found.number - 1), None)
        if first is not None and first[0] == found.number and first[1].at != found.at:
            what = f"fact {found.number} of the journal is another one than theirs"
            raise RecordsError(Problem(self._place, what, mend))

    def write(self, number: int, fact: Fact) -> None:
        """Take a fact in; never blocks. Called in the order of the numbers."""
        self._given = number
        if len(self._waiting) < ROOM:
            self._waiting.append((number, fact))
        self._wake.set()

    async def reached(self, number: int) -> None:
        """Wait until the effects of this fact are in the tables. Raises RecordsError when writing has stopped."""
        while self.applied < number:
            if self._task is None or self._task.done():
                what = self.trouble or "nothing is being written"
                raise RecordsError(Problem(self._place, what, "see the log"))
            await self._progress.wait()

    async def stop(self) -> None:
        """Write what is left, for at most ten seconds, and stop; the journal keeps what could not be written."""
        self._stopping.set()
        self._wake.set()
        if self._task is not None:
            _, late = await asyncio.wait([self._task], timeout=STOP_S)
            if late:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)

    # --- the task ---

    async def _run(self) -> None:
        try:
            while not (self._stopping.is_set() and self.lag == 0):
                if self.lag == 0:
                    self._wake.clear()
                    await self._wake.wait()
                if self.lag < BATCH:
                    await self._pause(LINGER_S)
                if self.lag and not await self._write_next_batch():
                    return
        except Exception as error:
            # Whatever it is, calls go on without records; so it must be seen.
            self.trouble = str(error) or type(error).__name__
            log.exception("records are no longer written", why=self.trouble)
        finally:
            self._progress.set()

    async def _pause(self, seconds: float) -> None:
        """Let time pass; stopping cuts it short."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _write_next_batch(self) -> bool:
        """Write some facts; whether to go on."""
        batch = await self._next_batch()
        if not batch:
            return not self._stopping.is_set()
        for number, fact in batch:
            self._book.apply(number, fact)
        number, fact = batch[-1]
        await self._until_on_disk(number)
        goal = Position(number, fact.at)
        rows = self._book.take()
        memory = {"unreachable": sorted(self._book.agents.unreachable)}
        pause = RETRY_S[0]
        while True:
            try:
                async with asyncio.timeout(STATEMENT_S), self._database.writing() as session:
                    ours = await write_batch(session, self._journal, self._position, goal, rows, memory)
                if not ours:
                    await self._begin_again()
                    return True
                break
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                self.failures += 1
                self.trouble = _reason(error)
                log.warning("records not written", why=self.trouble, lag=self.lag, again_in_s=pause)
                if self._stopping.is_set():
                    return False
                await self._pause(pause)
                pause = min(2 * pause, RETRY_S[1])
        self.trouble = None
        self._position = goal
        self.applied = number
        self._progress.set()
        self._progress = asyncio.Event()
        return True

    async def _begin_again(self) -> None:
        """The tables are elsewhere than we left them. Set back, they are filled again from the journal."""
        book = RecordBook()
        async with asyncio.timeout(STATEMENT_S), self._database.writing() as session:
            found = await open_rows(session, self._journal, book)
        if found.number >= self._position.number:
            mend = "let only one engine run under this node name"
            raise RecordsError(Problem(self._place, "another process writes them too", mend))
        self.lost += self._position.number - found.number
        forgotten = f"facts {found.number + 1} to {self._position.number}"
        self.trouble = f"the database was set back and has forgotten {forgotten}; they are written again"
        mend = "look at what is not from facts (plan, people, customers, notes): see docs/reliability.md"
        log.error("the database was set back", why=self.trouble, mend=mend)
        self._book, self._position, self.applied = book, found, found.number
        self._waiting.clear()
        self._catching_up = None

    async def _until_on_disk(self, number: int) -> None:
        late = asyncio.get_running_loop().call_later(DISK_S, self._disk_is_late, number)
        try:
            await self._on_disk(number)
        finally:
            late.cancel()
        self.trouble = None

    def _disk_is_late(self, number: int) -> None:
        self.trouble = "the journal does not reach the disk"
        log.warning("records not written", why=self.trouble, fact=number, lag=self.lag)

    async def _next_batch(self) -> list[tuple[int, Fact]]:
        """The next facts in order: those that wait here, or from the journal when some are missing here."""
        following = self._position.number + 1
        while self._waiting and self._waiting[0][0] < following:
            self._waiting.popleft()
        if self._waiting and self._waiting[0][0] == following:
            self._catching_up = None
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            # A hole: facts that found no room. They come from the journal next time.
            return [item for i, item in enumerate(batch) if item[0] == following + i]
        fresh = self._catching_up is None
        source = self._catching_up = self._catching_up or self._facts_after(following - 1)
        batch = await asyncio.to_thread(lambda: list(islice(source, BATCH)))
        if not batch:
            self._catching_up = None
        if (batch and batch[0][0] != following) or (fresh and not batch):
            what = f"fact {following} is not in the journal any more"
            raise RecordsError(Problem(self._place, what, "put the journal's folder back from a backup"))
        return batch


def _reason(error: BaseException) -> str:
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    return (str(error) or type(error).__name__).splitlines()[0]
