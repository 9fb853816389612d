"""Where finished recordings stand: a folder a day, names nobody can guess, and the rows that tell of them."""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, exists, func, or_, select, union, update

from acd.events import EndCause
from cti.database.connection import Database
from cti.database.models import AgentInterval, Contact, Offer, PartyTalk, Recording, RecordingGap, Sample, Talk
from recordings.gaps import GapCause
from recordings.join import CHANNELS, Joined
from recordings.sampling import Draw

KEY_FILE = ".key"
KEY_BYTES = 32
NAME_BYTES = 24


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

    async def holds(self, contact: str) -> bool:
        """Whether the contact's recording is kept already."""
        async with self._database.reading() as session:
            return bool(await session.scalar(select(exists().where(Recording.contact == contact))))

    async def misses(self, contact: str) -> bool:
        """Whether something missing of the contact's recording has been named."""
        async with self._database.reading() as session:
            return bool(await session.scalar(select(exists().where(RecordingGap.contact == contact))))

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

    async def contact(self, contact: str) -> tuple[Contact | None, Sequence[Talk]]:
        """The contact and its talks in order, as far as the records know."""
        async with self._database.reading() as session:
            talks = select(Talk).where(Talk.contact == contact).order_by(Talk.from_at)
            return await session.get(Contact, contact), (await session.scalars(talks)).all()

    async def party_s(self, contact: str) -> float:
        """Seconds that the contact talked with parties that its flow dialled."""
        length = func.coalesce(PartyTalk.to_at, PartyTalk.from_at) - PartyTalk.from_at
        wanted = select(func.coalesce(func.sum(length), 0)).where(PartyTalk.contact == contact)
        async with self._database.reading() as session:
            return float(await session.scalar(wanted) or 0) / 1000

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

    async def known_over_at(self, talk: Talk) -> int | None:
        """When it was known that the talk was over (ms): later than its end when nobody heard that."""
        wanted = select(Offer.ended_at).where(Offer.contact == talk.contact, Offer.offer == talk.offer)
        async with self._database.reading() as session:
            return await session.scalar(wanted)

    async def keep(
        self,
        contact: str,
        *,
        file: Path | None,
        joined: Joined | None,
        gaps: Sequence[tuple[GapCause, float, str]],
        talk_ends: Mapping[int, int],
        draws: Sequence[Draw],
        plan_version: int,
        at: int,
    ) -> None:
        """Write what became of a contact's recording, in one transaction: the file, its gaps, the samples drawn.

        Gaps named before, when the files were not there or could not be read, give way to these. `talk_ends`: offer ->
        when its talk ended (ms), where the recording knows better than the records.
        """
        recording = self.name_of(contact)
        async with self._database.writing() as session:
            await session.execute(delete(RecordingGap).where(RecordingGap.contact == contact))
            for offer, end in talk_ends.items():
                of_offer = update(Talk).where(Talk.contact == contact, Talk.offer == offer)
                await session.execute(of_offer.values(to_at=end))
            if joined is not None and file is not None:
                session.add(
                    Recording(
                        id=recording,
                        contact=contact,
                        file=file.as_posix(),
                        seconds=joined.seconds,
                        channels=CHANNELS,
                        rate=joined.rate,
                        sha256=joined.sha256,
                        repaired=joined.repaired,
                        caller_talk=joined.sound.caller.voice,
                        agent_talk=joined.sound.agent.voice,
                        checks=joined.sound.values(),
                        made_at=at,
                    )
                )
            for cause, seconds, detail in gaps:
                session.add(
                    RecordingGap(contact=contact, cause=cause.value, seconds=seconds, detail=detail[:1000], at=at)
                )
            for one in draws:
                if one.drawn:
                    session.add(
                        Sample(
                            contact=contact,
                            agent=one.agent,
                            recording=recording,
                            share=one.share,
                            value=one.value,
                            plan_version=plan_version,
                            at=at,
                        )
                    )


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
