"""A past for a chaos run: so many facts of simulated calls in the journal, and what they come to in the tables.

It is made once for each plan, number of facts and state of the program, and kept: making a million takes minutes.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import insert, literal, select

from acd import events as e
from acd.contact import ContactState
from acd.floor import Floor
from acd.simulate.rehearsal import Rehearsal
from acd.simulate.what_if import PeopleSeen, rehearsed
from config.language import said
from config.planned_day import planned_day
from cti.database.connection import Database
from cti.database.models import RecordingGap, Talk
from cti.database.upgrade import upgrade
from cti.journal.files import JournalFiles
from cti.journal.line import write_line
from cti.plan.read import read_file
from cti.records.writer import RecordWriter

KEPT = Path("var/past")
_JOURNAL, _DATABASE, _LAST = "journal", "hotline.db", "last"
_HOUSE = Path(__file__).parents[3]
FACTS_A_CALL = 9
"""So many are written of most calls."""
TALK_S = 60.0
BUSY = 0.8
"""Share of the agents' time."""
_AT_ONCE = 10_000
_LOOK_S = 0.5


async def past_in(
    engine: Path, plan: Path, name: str, facts: int, report: Callable[[str], None], kept: Path = KEPT
) -> int:
    """Give a hotline of this name that is still to be started a past under the plan, in its folder `engine`.

    Returns how many facts it has. `kept`: where pasts are kept; there is one, the newest.
    """
    here = kept / _key(plan, name, facts)
    if not here.exists():
        shutil.rmtree(kept, ignore_errors=True)
        part = here.with_suffix(".part")
        part.mkdir(parents=True)
        await _make(part, plan, name, facts, report)
        part.rename(here)
    await asyncio.to_thread(shutil.copytree, here / _JOURNAL, engine / _JOURNAL)
    await asyncio.to_thread(shutil.copy, here / _DATABASE, engine / _DATABASE)
    return int((here / _LAST).read_text())


def _key(plan: Path, name: str, facts: int) -> str:
    """What the past depends on."""
    digest = hashlib.sha256(f"{name} {facts} ".encode() + plan.read_bytes())
    sources = (path for part in ("acd", "cti", "config/lab/chaos") for path in (_HOUSE / part).rglob("*.py"))
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


async def _make(folder: Path, plan: Path, name: str, facts: int, report: Callable[[str], None]) -> None:
    report(said(f"writing a past of about {facts} facts, which is kept", f"写入约 {facts} 条历史事实，将予保留"))
    last = await asyncio.to_thread(live_through, plan, folder / _JOURNAL, facts)
    report(said(f"writing the records of {last} facts", f"写入 {last} 条事实的记录"))
    database = Database(f"sqlite+aiosqlite:///{folder / _DATABASE}")
    try:
        await upgrade(database)
        await write_records(database, name, folder / _JOURNAL, last)
    finally:
        await database.close()
    (folder / _LAST).write_text(str(last))


def live_through(plan: Path, journal: Path, facts: int) -> int:
    """Write a day of about so many facts under the plan into an empty journal, with the checkpoint after it.

    Returns how many facts it became. In the end nobody is there any more.
    """
    document = read_file(plan)
    per_hour = 3600 * BUSY * len(document.agents) / TALK_S
    calls = {
        "queue": "service",
        "tier": "standard",
        "per_hour": per_hour,
        "service": {"dist": "lognormal", "mean_s": TALK_S, "cv": 0.8},
        "patience": {"dist": "exponential", "mean_s": 2 * TALK_S},
    }
    day = planned_day(document, {"horizon_s": 3600 * facts / FACTS_A_CALL / per_hour, "calls": [calls]}, 0)
    files = JournalFiles(journal)
    try:
        files.open()
        kept = _Kept(files)
        rehearsed(day, PeopleSeen(day), "past", habits=[kept.follow])
        return kept.close()
    finally:
        files.close()


class _Kept:
    """What happens in a rehearsal, written down as it would be live."""

    def __init__(self, files: JournalFiles) -> None:
        self._files = files
        self._number = 0
        self._lines: list[bytes] = []
        self._rehearsal: Rehearsal | None = None

    def follow(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        for kind in e.FACTS:
            rehearsal.on(kind, self._take)

    def _take(self, fact: e.Fact) -> None:
        self._number += 1
        self._lines.append(write_line(self._number, fact))
        if len(self._lines) == _AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._files.append(self._number - len(self._lines) + 1, self._lines)
        self._lines = []

    def close(self) -> int:
        """Let everybody go, and write the checkpoint; how many facts there are."""
        assert self._rehearsal is not None
        rehearsal, floor = self._rehearsal, self._rehearsal.floor
        for contact in list(floor.contacts.values()):
            if contact.state is not ContactState.ENDED:
                rehearsal.tell(e.ContactEnded(at=floor.at, contact=contact.contact, cause=e.EndCause.HUNG_UP))
        rehearsal.run(floor.at + 3_600_000)
        for agent in list(floor.agents.values()):
            if agent.extension is not None:
                rehearsal.tell(e.AgentSignedOut(at=floor.at, agent=agent.agent))
        self._write()
        self._files.sync()
        assert floor.number == self._number
        self._files.write_checkpoint(self._number, _state_of(floor))
        return self._number


def _state_of(floor: Floor) -> bytes:
    return msgspec.json.encode(floor.state)


async def write_records(database: Database, name: str, journal: Path, facts: int) -> None:
    """Bring the tables up to the journal, whose name is the engine's."""
    files = JournalFiles(journal)
    writer = RecordWriter(database, journal=name, facts_after=files.read)
    try:
        await writer.start(facts)
        while writer.lag:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)
        await writer.stop()
        # Of simulated talks there is no sound: named here, or the first start would do so, a talk at a time.
        columns = ("contact", "cause", "seconds", "detail", "at")
        rows = select(
            Talk.contact, literal("missing"), literal(0.0), literal("a simulated call"), literal(0)
        ).distinct()
        async with database.writing() as session:
            await session.execute(insert(RecordingGap).from_select(columns, rows))
    finally:
        files.close()
