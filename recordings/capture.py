"""From the end of a contact to its finished recording: a reader of the facts, and a process for the audio.

When a contact has ended and the records know its talks, the raw pair is joined, checked, put on the shelf and only then
removed; what is missing is named, what cannot be read is moved aside. Whatever a crash or a missing folder left undone
is found again at the start, from the tables and the folders.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from acd.events import ContactEnded, EndCause, Fact
from cti.database.models import Contact
from cti.database.together import Together
from recordings.gaps import LEAST_TALK_S, GapCause, short_by
from recordings.joined import Joined
from recordings.joiner import Joiner
from recordings.raw import BadWav, RawPair, pair_of, pairs_in, read_head
from recordings.sampling import SamplingRule, draw
from recordings.shelf import Finished, Known, Shelf

CLOSE_S = 5.0
"""How long a raw file may neither grow nor be closed before Asterisk is taken to have died over it."""
AT_ONCE = 10_000
"""Contacts whose recordings are being made or wait for it; more are found in the tables once these are done."""
KEEP_S = 0.1
"""How long finished recordings are gathered before they are written: ten transactions a second, however many."""
LOOK_S = (0.02, 0.5)
"""First and longest pause between two looks at a file; doubled in between."""
RETRY_S = (1.0, 60.0)
"""First and longest pause after the database failed."""

_REFUSED = (DataError, IntegrityError, ProgrammingError)
"""What is wrong with a row, not with the database."""

T = TypeVar("T")
log = structlog.get_logger()


class RecordsReached(Protocol):
    """Whoever writes the records (`cti.records.writer.RecordWriter`)."""

    async def reached(self, number: int) -> None:
        """Wait until the effects of this fact are in the tables."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The sampling rule in force, and the version of the plan it is from."""

    sampling: SamplingRule
    plan_version: int


class Capture:
    """Makes recordings. Subscribe `write` to the facts, then `start`."""

    def __init__(
        self,
        *,
        folders: Mapping[str, Path],
        shelf: Shelf,
        records: RecordsReached,
        rule: Callable[[], Rule],
        now: Callable[[], int],
    ) -> None:
        """`folders`: name of each Asterisk -> where it writes raw files; `now`: ms."""
        self.made = 0
        """Recordings made since the start."""
        self.gaps = 0
        """Gaps named since the start."""
        self.trouble: str | None = None
        """Why the last attempt failed; None when all is well."""
        self.strays: Sequence[Path] = ()
        """Raw files found at the start that belong to no contact we know; they are left alone."""
        self._folders = folders
        self._shelf = shelf
        self._records = records
        self._rule = rule
        self._now = now
        self._looked_up = Together(shelf.known)
        self._kept = Together(shelf.keep, linger_s=KEEP_S)
        self._joiner = Joiner()
        self._worker = ThreadPoolExecutor(1, "recordings")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._taking_up: asyncio.Task[None] | None = None
        self._stopping = False
        self._left_out = 0
        """The newest fact that ended a contact for which there was no room; 0: none."""

    @property
    def pending(self) -> int:
        """Contacts whose recording is being made."""
        return len(self._tasks)

    def write(self, number: int, fact: Fact) -> None:
        """Take a fact in; never blocks."""
        if isinstance(fact, ContactEnded):
            self._begin(fact.contact, number)

    async def start(self, number: int) -> None:
        """Begin to take up what was left undone before fact `number`, the last one there is; nobody waits for it."""
        self._taking_up = asyncio.get_running_loop().create_task(self._take_up(number))

    async def _take_up(self, number: int) -> None:
        try:
            await self._records.reached(number)
            unrecorded = set(await self._shelf.unrecorded())
            strays: list[Path] = []
            for folder in self._folders.values():
                pairs = await self._in_thread(lambda here: list(pairs_in(here)), folder)
                known = await asyncio.gather(*(self._looked_up.of(pair.contact) for pair in pairs))
                for pair, contact in zip(pairs, (one.contact for one in known), strict=True):
                    if contact is None:
                        # Younger ones are of callers who have come just now, of whom the tables are yet to hear.
                        strays += await self._in_thread(_at_rest, pair)
                    elif contact.ended_at is not None:
                        unrecorded.add(pair.contact)
        except Exception as error:
            # The next start tries again; what ends from now on is recorded all the same.
            self.trouble = f"recordings left undone were not looked for: {error}"
            log.exception("recordings left undone were not looked for", error=str(error))
            return
        self.strays = tuple(strays)
        if strays:
            log.warning("raw recordings of no known contact", count=len(strays), first=str(strays[0]))
        for contact_id in sorted(unrecorded):
            self._begin(contact_id, number)

    async def settled(self) -> None:
        """Wait until no recording is being made."""
        while busy := [one for one in (self._taking_up, *self._tasks.values()) if one is not None and not one.done()]:
            await asyncio.wait(busy)
            # What a task's end brings with it comes after it.
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Finish the file at hand and stop; the rest is taken up at the next start."""
        self._stopping = True
        tasks = [*self._tasks.values(), *([self._taking_up] if self._taking_up else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._joiner.stop()
        await asyncio.gather(self._looked_up.settled(), self._kept.settled())
        await asyncio.to_thread(self._worker.shutdown)

    def _begin(self, contact: str, number: int) -> None:
        if len(self._tasks) >= AT_ONCE:
            self._left_out = number
        elif contact not in self._tasks and not self._stopping:
            task = asyncio.get_running_loop().create_task(self._persist(contact, number))
            self._tasks[contact] = task
            task.add_done_callback(lambda done: self._over(contact, done))

    def _over(self, contact: str, task: asyncio.Task[None]) -> None:
        del self._tasks[contact]
        if self._left_out and not self._tasks and not self._stopping:
            number, self._left_out = self._left_out, 0
            self._taking_up = asyncio.get_running_loop().create_task(self._take_up(number))
        if not task.cancelled() and (error := task.exception()) is not None:
            self.trouble = f"{contact}: {error}"
            log.error("recording not made", contact=contact, error=str(error), exc_info=error)

    async def _persist(self, contact: str, number: int) -> None:
        """Make the recording, again and again while the database is away.

        What the database refuses it would refuse for ever: that is said, the raw pair kept, the next start tries again.
        """
        await self._records.reached(number)
        pause = RETRY_S[0]
        while True:
            try:
                await self._make(contact)
            except _REFUSED:
                raise
            except (SQLAlchemyError, OSError) as error:
                self.trouble = f"{contact}: {error}"
                log.warning("recording not made", contact=contact, error=str(error), again_in_s=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, RETRY_S[1])
            else:
                self.trouble = None
                return

    async def _make(self, contact: str) -> None:
        known = await self._looked_up.of(contact)
        if known.contact is None or known.contact.ended_at is None:
            return
        folder = self._folders.get(known.contact.asterisk)
        pair = pair_of(folder, contact) if folder is not None else None
        if pair is not None:
            await self._closed(pair)
        is_known = bool(known.talks or known.party_s)
        is_spent = known.is_held or not (is_known or await self._in_thread(_talked, pair))
        is_spent = is_spent or await self._put_on_shelf(known.contact, known, pair)
        if is_spent and pair is not None:
            await self._in_thread(pair.remove)

    async def _put_on_shelf(self, contact: Contact, known: Known, pair: RawPair | None) -> bool:
        """Keep the recording or name what is missing; whether the raw files are needed no more."""
        file = self._shelf.file_of(contact.contact, contact.started_at)
        joined, why = None, (GapCause.MISSING, f"no Asterisk {contact.asterisk!r} is set up here")
        is_silent = False
        if pair is not None:
            try:
                joined = await self._joiner.join(pair, self._shelf.folder / file)
                is_silent = joined is None and await self._in_thread(lambda: bool(pair.present))
                why = (GapCause.MISSING, "the files hold no sound" if is_silent else f"no file in {pair.caller.parent}")
            except BadWav as error:
                why = (GapCause.UNREADABLE, f"{error}; kept in {pair.aside}")
        if joined is None and why[0] is GapCause.MISSING and known.has_gap:
            return is_silent
        talks = known.talks
        ends = {talk.offer: talk.to_at for talk in talks if talk.to_at is not None}
        ends |= (talk_ends := _ends_heard(known, joined))
        talk_s = known.party_s + sum(ends[talk.offer] - talk.from_at for talk in talks if talk.offer in ends) / 1000
        if is_silent and not short_by(talk_s, 0.0):
            # Both were in one bridge for less than a packet: there is nothing to keep, and nothing lacks.
            return True
        gaps = _gaps(talk_s, joined) if joined is not None else [(why[0], talk_s, why[1])]
        if joined is not None and not (talks or known.party_s):
            gaps.append((GapCause.NO_TALK, round(joined.seconds, 3), "nobody is known to have talked"))
        rule = self._rule()
        agents = [talk.agent for talk in talks]
        if contact.end == EndCause.FALLBACK:
            agents += await self._shelf.fallback_agents(contact.contact)
        draws = [draw(rule.sampling, contact.contact, agent) for agent in dict.fromkeys(agents)]
        finished = Finished(
            contact=contact.contact,
            file=file,
            joined=joined,
            gaps=gaps,
            talk_ends=talk_ends,
            draws=draws if joined is not None else [],
            plan_version=rule.plan_version,
            at=self._now(),
        )
        await self._kept.of(finished)
        self.made += joined is not None
        self.gaps += len(gaps)
        for cause, seconds, detail in gaps:
            log.warning(
                "gap in a recording", contact=contact.contact, cause=cause.value, seconds=seconds, detail=detail
            )
        if pair is not None and why[0] is GapCause.UNREADABLE:
            await self._in_thread(pair.set_aside)
        return joined is not None or is_silent

    async def _closed(self, pair: RawPair) -> None:
        """Wait until Asterisk has closed the raw files, which it does a moment after the caller hung up.

        Asterisk tells nobody, so the files themselves are looked at: a few times, since their end is a matter of
        milliseconds, and no longer than they keep growing. Those that do neither were left behind by an Asterisk that
        died.
        """
        loop = asyncio.get_running_loop()
        pause, size, patience_until = LOOK_S[0], -1, loop.time() + CLOSE_S
        while True:
            found = await self._in_thread(_look, pair)
            if found.closed:
                return
            if found.size != size:
                size, patience_until = found.size, loop.time() + CLOSE_S
            elif loop.time() > patience_until:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LOOK_S[1])

    def _in_thread(self, work: Callable[..., T], *words: Any) -> Coroutine[Any, Any, T]:
        async def wait() -> T:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work, *words)

        return wait()


def _at_rest(pair: RawPair) -> list[Path]:
    """The files that nobody has written to for a while."""
    return [path for path in pair.present if time.time() - path.stat().st_mtime > CLOSE_S]


@dataclass(frozen=True, slots=True)
class _Look:
    size: int
    closed: bool


def _look(pair: RawPair) -> _Look:
    """How the raw files of a contact stand, taken together; a file that is not there counts as closed."""
    size, closed = 0, True
    for path in (pair.caller, pair.agent):
        try:
            size += path.stat().st_size
            closed &= read_head(path).closed
        except FileNotFoundError:
            continue
        except BadWav:
            closed = False
    return _Look(size, closed)


def _talked(pair: RawPair | None) -> bool:
    """Whether a pair holds more than a moment, or cannot be read, of which nobody knows."""
    try:
        heads = [read_head(path) for path in pair.present] if pair is not None else []
    except BadWav:
        return True
    return any(head.frames > LEAST_TALK_S * head.rate for head in heads)


def _ends_heard(known: Known, joined: Joined | None) -> dict[int, int]:
    """Offer -> when its talk ended (ms): of a talk that nobody heard end and whose recording goes on from there.

    Only of a single talk: in a recording of several, nothing tells where one ended. Never later than its end was
    found out.
    """
    if joined is None or len(known.talks) != 1 or known.party_s:
        return {}
    (talk,) = known.talks
    known_over = known.known_over.get(talk.offer)
    if talk.to_at is None or known_over is None:
        return {}
    end = min(talk.from_at + round(1000 * joined.seconds), known_over)
    return {talk.offer: end} if end > talk.to_at else {}


def _gaps(talk_s: float, joined: Joined) -> list[tuple[GapCause, float, str]]:
    gaps: list[tuple[GapCause, float, str]] = []
    for there, cause in zip(joined.sides, (GapCause.CALLER_MISSING, GapCause.AGENT_MISSING), strict=True):
        if not there:
            gaps.append((cause, round(joined.seconds, 3), "the file of this side is not there"))
    lacking = short_by(talk_s, joined.seconds)
    if lacking:
        gaps.append((GapCause.SHORT, lacking, f"talk {talk_s:.3f} s, recording {joined.seconds:.3f} s"))
    return gaps
