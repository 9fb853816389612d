"""A floor whose facts reach records and capture."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from acd import events as e
from cti.database.connection import Database
from cti.records.writer import RecordWriter
from recordings.capture import Capture, Rule
from recordings.raw import pair_of
from recordings.shelf import Shelf
from tests.acd.shift import Shift, plan
from tests.recordings.tones import tone, write_raw

CALLER_HZ, AGENT_HZ = 440.0, 1000.0
NOW = 1_900_000_000_000


@dataclass(frozen=True)
class Sampling:
    seed: str = "seed-for-tests"
    share: float = 1.0
    agents: dict[str, float] = field(default_factory=dict)


class Floor:
    """A floor whose facts reach records and capture, and the raw folder its Asterisk writes to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.raw = folder / "raw"
        self.raw.mkdir()
        self.kept = folder / "recordings"
        self.shift = Shift(plan("1001", "1002"))
        self.sampling = Sampling()
        self._told = 0
        self.writer: RecordWriter
        self.capture: Capture

    async def start(self) -> None:
        """Begin, or begin again after a crash."""
        history = self.shift.history
        self.writer = RecordWriter(
            self.database, journal="test", facts_after=lambda n: iter(list(enumerate(history, 1))[n:])
        )
        await self.writer.start(len(history))
        self.capture = Capture(
            folders={"a": self.raw},
            shelf=Shelf(self.kept, self.database),
            records=self.writer,
            rule=lambda: Rule(self.sampling, 7),
            now=lambda: NOW,
        )
        self._told = len(history)
        await self.capture.start(len(history))

    async def stop(self) -> None:
        await self.capture.stop()
        await self.writer.stop()

    async def tell(self) -> None:
        """Let everybody know what has happened, and wait until the recordings are made."""
        history = self.shift.history
        for number in range(self._told + 1, len(history) + 1):
            self.writer.write(number, history[number - 1])
            self.capture.write(number, history[number - 1])
        self._told = len(history)
        await self.capture.settled()

    def talk(self, contact: str, seconds: float = 5) -> str:
        """A whole call on the floor; returns the agent."""
        self.shift.call(contact)
        agent = self.shift.answer(contact)
        self.shift.wait(seconds)
        self.shift.hang_up(contact)
        self.shift.save(contact, agent)
        return agent

    def talk_with_unheard_end(self, contact: str, seen_s: float, missed_s: float) -> int:
        """A call whose end is found out `missed_s` after it was last seen; returns when it began to talk (ms)."""
        self.shift.call(contact)
        agent = self.shift.answer(contact)
        began = self.shift.now
        self.shift.wait(seen_s)
        seen = self.shift.now
        self.shift.wait(missed_s)
        cause = e.EndCause.LOST
        self.shift.tell(e.ContactEnded(at=self.shift.now, contact=contact, cause=cause, seen_until=seen))
        self.shift.save(contact, agent)
        return began

    def record(self, contact: str, seconds: float = 5, *, closed: bool = True, sides: str = "caller agent") -> None:
        """The raw pair as Asterisk leaves it."""
        pair = pair_of(self.raw, contact)
        if "caller" in sides:
            write_raw(pair.caller, tone(CALLER_HZ, seconds), closed=closed)
        if "agent" in sides:
            write_raw(pair.agent, tone(AGENT_HZ, seconds), closed=closed)

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(table).order_by(table.contact)))

    def left(self) -> list[str]:
        """The raw files, by path under their folder."""
        return sorted(str(path.relative_to(self.raw)) for path in self.raw.rglob("*") if path.is_file())

    async def restart(self) -> None:
        """Stop, begin again, and let what was left undone be made."""
        await self.stop()
        await self.start()
        await self.capture.settled()
