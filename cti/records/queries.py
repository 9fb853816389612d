"""The questions that the API, the desk and the command line ask of the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from cti.database.connection import Database
from cti.database.models import (
    Contact,
    Hold,
    MissingOutcome,
    Note,
    Offer,
    Outcome,
    PartyTalk,
    Recording,
    RecordingGap,
    Sample,
    Talk,
    Visit,
)
from cti.records.day import QuarterFigures, quarters
from cti.records.ledger import ledger
from cti.records.log import LogFilter, LogPage, log_page
from cti.records.today import AgentFigures, QueueFigures, agent_figures, queue_figures


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeContact:
    """A contact with everything that is kept of it. The rows are for reading."""

    contact: Contact
    visits: Sequence[Visit]
    offers: Sequence[Offer]
    talks: Sequence[Talk]
    holds: Sequence[Hold]
    party_talks: Sequence[PartyTalk]
    outcomes: Sequence[Outcome]
    notes: Sequence[Note]
    missing_outcomes: Sequence[MissingOutcome]
    recordings: Sequence[Recording]
    gaps: Sequence[RecordingGap]
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedOutcome:
    """An outcome that an agent still owes (待补小结)."""

    contact: str
    agent: str
    since: int
    """When the wrap-up ended, ms."""
    started_at: int
    caller: str
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierContact:
    """A contact of the past, as the pop shows it."""

    contact: str
    at: int
    end: str | None
    queue: str | None
    agent: str | None
    outcome: str | None


class RecordQueries:
    """Looks things up in the tables that `RecordWriter` writes; keeps agents' notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ledger(self, *, since: int = 0, until: int | None = None) -> dict[str, Any]:
        """The ledger of the contacts that started in this time; the shape is `cti.records.ledger.ledger`'s."""
        async with self._database.reading() as session:
            return await ledger(session, since=since, until=until)

    async def log(self, wanted: LogFilter, *, before: tuple[int, str] | None = None, limit: int = 50) -> LogPage:
        """A page of the call log, newest first; `before` is the `next` of the page before."""
        async with self._database.reading() as session:
            return await log_page(session, wanted, before=before, limit=limit)

    async def contact(self, contact: str) -> WholeContact | None:
        """Everything that is kept of a contact."""
        async with self._database.reading() as session:
            found = await session.get(Contact, contact)
            if found is None:
                return None

            async def rows(table: Any, order: Any) -> Sequence[Any]:
                return (await session.scalars(select(table).where(table.contact == contact).order_by(order))).all()

            return WholeContact(
                contact=found,
                visits=await rows(Visit, Visit.visit),
                offers=await rows(Offer, Offer.offer),
                talks=await rows(Talk, Talk.from_at),
                holds=await rows(Hold, Hold.from_at),
                party_talks=await rows(PartyTalk, PartyTalk.from_at),
                outcomes=await rows(Outcome, Outcome.at),
                notes=await rows(Note, Note.at),
                missing_outcomes=await rows(MissingOutcome, MissingOutcome.at),
                recordings=await rows(Recording, Recording.made_at),
                gaps=await rows(RecordingGap, RecordingGap.id),
                samples=await rows(Sample, Sample.agent),
            )

    async def missing_outcomes(self, agent: str | None = None, *, limit: int = 200) -> Sequence[OwedOutcome]:
        """Outcomes still owed, by one agent or by all, oldest first."""
        paid = exists().where(Outcome.contact == MissingOutcome.contact, Outcome.agent == MissingOutcome.agent)
        wanted = (
            select(MissingOutcome, Contact)
            .join(Contact, Contact.contact == MissingOutcome.contact)
            .where(~paid)
            .order_by(MissingOutcome.at, MissingOutcome.contact)
            .limit(limit)
        )
        if agent is not None:
            wanted = wanted.where(MissingOutcome.agent == agent)
        async with self._database.reading() as session:
            return [
                OwedOutcome(
                    contact=owed.contact,
                    agent=owed.agent,
                    since=owed.at,
                    started_at=contact.started_at,
                    caller=contact.caller,
                    customer=contact.customer,
                )
                for owed, contact in await session.execute(wanted)
            ]

    async def last_contacts(
        self, *, customer: str | None = None, number: str = "", limit: int = 5
    ) -> Sequence[EarlierContact]:
        """The newest contacts of the customer, or of the number when the customer is not known; newest first."""
        if customer is None and not number:
            return []
        wanted = LogFilter(customer=customer) if customer is not None else LogFilter(caller=number)
        page = await self.log(wanted, limit=limit)
        return [
            EarlierContact(
                contact=line.contact,
                at=line.started_at,
                end=line.end,
                queue=line.queue,
                agent=line.agents[-1] if line.agents else None,
                outcome=line.outcome,
            )
            for line in page.lines
        ]

    async def queues(self, *, since: int, until: int, targets_ms: Mapping[str, int]) -> Sequence[QueueFigures]:
        """Each queue's figures of a period; `targets_ms`: queue -> wait within which a contact should be answered."""
        async with self._database.reading() as session:
            return await queue_figures(session, since=since, until=until, targets_ms=targets_ms)

    async def day(self, *, since: int, targets_ms: Mapping[str, int]) -> Sequence[QuarterFigures]:
        """Each quarter of an hour since then, by queue; the queues are those of `targets_ms`."""
        async with self._database.reading() as session:
            return await quarters(session, since=since, targets_ms=targets_ms)

    async def agents(self, *, since: int, until: int, agent: str | None = None) -> Sequence[AgentFigures]:
        """Each agent's figures of a period, or one agent's."""
        async with self._database.reading() as session:
            return await agent_figures(session, since=since, until=until, agent=agent)

    async def save_note(self, *, contact: str, agent: str, note: str, at: int) -> None:
        """Keep what an agent wrote about a contact; replaces what he wrote before."""
        async with self._database.writing() as session:
            await session.merge(Note(contact=contact, agent=agent, note=note.replace("\x00", ""), at=at))
