"""Where finished recordings stand: a folder a day, names nobody can guess, and the rows that tell of them."""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.events import EndCause
from cti.database.connection import Database
from cti.database.models import AgentInterval, Contact, Offer, PartyTalk, Recording, RecordingGap, Sample, Talk
from recordings.gaps import GapCause
from recordings.joined import CHANNELS, Joined
from recordings.sampling import Draw

KEY_FILE = ".key"
KEY_BYTES = 32
NAME_BYTES = 24


@dataclass(slots=True)
class Known:
    """What the records know of a contact's talks and recording."""

    contact: Contact | None = None
    talks: list[Talk] = field(default_factory=list)
    """In order."""
    party_s: float = 0.0
    """Seconds that it talked with parties its flow dialled."""
    known_over: dict[int, int | None] = field(default_factory=dict)
    """Offer -> when it was known to be over (ms): later than its talk's end when nobody heard that."""
    is_held: bool = False
    """Whether its recording is kept already."""
    has_gap: bool = False
    """Whether something missing of it has been named."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finished:
    """What became of one contact's recording."""

    contact: str
    file: Path
    """Where it stands, relative to the folder, if it was `joined`."""
    joined: Joined | None
    gaps: Sequence[tuple[GapCause, float, str]]
    talk_ends: Mapping[int, int]
    """Offer -> when its talk ended (ms), where the recording knows better than the records."""
    draws: Sequence[Draw]
    plan_version: int
    at: int


class Shelf:
    """The folder `YYYY/MM/DD/` (UTC days of the contact's start) and the tables `recordings`, `samples`, gaps.

    A recording's name is a keyed digest of the contact: the same after a crash, so that nothing is kept twice, and not
    to be worked out without the key, which stands beside the recordings.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        """Makes the folder and its key, if need be."""
        self.folder = folder
        self._database = database
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key = _key(folder / KEY_FILE)

    def name_of(self, contact: str) -> str:
        """The id of the contact's recording."""
        digest = hmac.digest(self._key, contact.encode(), hashlib.sha256)
        return urlsafe_b64encode(digest[:NAME_BYTES]).decode()

    def file_of(self, contact: str, started_at: int) -> Path:
        """Where the recording of a contact belongs, relative to the folder; `started_at` in ms."""
        day = datetime.fromtimestamp(started_at / 1000, UTC)
        return Path(f"{day:%Y/%m/%d}") / f"{self.name_of(contact)}.wav"

    async def unrecorded(self) -> Sequence[str]:
        """Contacts that ended after a talk of which neither a recording nor a gap tells."""
        talked = union(select(Talk.contact), select(PartyTalk.contact)).subquery().c.contact
        wanted = (
            select(talked)
            .join(Contact, Contact.contact == talked)
            .where(
                Contact.ended_at.is_not(None),
                ~exists().where(Recording.contact == talked),
                ~exists().where(RecordingGap.contact == talked),
            )
            .order_by(talked)
        )
        async with self._database.reading() as session:
            return (await session.scalars(wanted)).all()

    async def known(self, contacts: Sequence[str]) -> dict[str, Known]:
        """What the records know of each."""
        async with self._database.reading() as session:

            async def rows(table: Any, order: Any) -> Sequence[Any]:
                return (await session.scalars(select(table).where(table.contact.in_(contacts)).order_by(order))).all()

            known = {contact: Known() for contact in contacts}
            for contact in await rows(Contact, Contact.contact):
                known[contact.contact].contact = contact
            for talk in await rows(Talk, Talk.from_at):
                known[talk.contact].talks.append(talk)
            for party in await rows(PartyTalk, PartyTalk.from_at):
                known[party.contact].party_s += ((party.to_at or party.from_at) - party.from_at) / 1000
            offers = select(Offer.contact, Offer.offer, Offer.ended_at).where(Offer.contact.in_(contacts))
            for name, offer, ended_at in await session.execute(offers):
                known[name].known_over[offer] = ended_at
            for name in await session.scalars(select(Recording.contact).where(Recording.contact.in_(contacts))):
                known[name].is_held = True
            for name in await session.scalars(select(RecordingGap.contact).where(RecordingGap.contact.in_(contacts))):
                known[name].has_gap = True
        return known

    async def fallback_agents(self, contact: str) -> Sequence[str]:
        """Agents who were signed in on the phone that Asterisk's fallback rang for the contact when it was answered."""
        wanted = (
            select(AgentInterval.agent)
            .join(PartyTalk, PartyTalk.party == AgentInterval.extension)
            .join(Contact, Contact.contact == PartyTalk.contact)
            .where(
                PartyTalk.contact == contact,
                Contact.end == EndCause.FALLBACK.value,
                AgentInterval.from_at <= PartyTalk.from_at,
                or_(AgentInterval.to_at.is_(None), AgentInterval.to_at > PartyTalk.from_at),
            )
            .distinct()
        )
        async with self._database.reading() as session:
            return (await session.scalars(wanted)).all()

    async def keep(self, many: Sequence[Finished]) -> dict[Finished, None]:
        """Write what became of some contacts' recordings, in one transaction: the files, their gaps, the samples drawn.

        Gaps named before, when the files were not there or could not be read, give way to these.
        """
        async with self._database.writing() as session:
            contacts = [one.contact for one in many]
            await session.execute(delete(RecordingGap).where(RecordingGap.contact.in_(contacts)))
            for one in many:
                for offer, end in one.talk_ends.items():
                    of_offer = update(Talk).where(Talk.contact == one.contact, Talk.offer == offer)
                    await session.execute(of_offer.values(to_at=end))
            await _insert(session, Recording, (row for one in many for row in self._recording(one)))
            await _insert(session, RecordingGap, (row for one in many for row in _gap_rows(one)))
            await _insert(session, Sample, (row for one in many for row in self._samples(one)))
        return dict.fromkeys(many)

    def _recording(self, one: Finished) -> Iterator[dict[str, Any]]:
        if one.joined is not None:
            yield {
                "id": self.name_of(one.contact),
                "contact": one.contact,
                "file": one.file.as_posix(),
                "seconds": one.joined.seconds,
                "channels": CHANNELS,
                "rate": one.joined.rate,
                "sha256": one.joined.sha256,
                "repaired": one.joined.repaired,
                "caller_talk": one.joined.sound.caller.voice,
                "agent_talk": one.joined.sound.agent.voice,
                "checks": one.joined.sound.values(),
                "made_at": one.at,
            }

    def _samples(self, one: Finished) -> Iterator[dict[str, Any]]:
        for draw in one.draws:
            if draw.drawn:
                yield {
                    "contact": one.contact,
                    "agent": draw.agent,
                    "recording": self.name_of(one.contact),
                    "share": draw.share,
                    "value": draw.value,
                    "plan_version": one.plan_version,
                    "at": one.at,
                }


def _gap_rows(one: Finished) -> Iterator[dict[str, Any]]:
    for cause, seconds, detail in one.gaps:
        what = {"cause": cause.value, "seconds": seconds, "detail": detail[:1000]}
        yield {"contact": one.contact, "at": one.at, **what}


async def _insert(session: AsyncSession, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    if values := list(rows):
        await session.execute(insert(table), values)


def _key(path: Path) -> bytes:
    """The folder's key, made by chance when there is none; whole or not at all."""
    if not path.exists():
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    return path.read_bytes()
