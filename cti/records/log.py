"""The call log: contacts newest first, filtered, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.models import Contact, Outcome, Recording, Talk, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which contacts; what is None does not matter. Times are ms, `until` is exclusive."""

    since: int | None = None
    until: int | None = None
    caller: str | None = None
    customer: str | None = None
    access: str | None = None
    queue: str | None = None
    """It visited this queue."""
    agent: str | None = None
    """This agent talked with the caller: he answered, or it was handed over to him."""
    end: str | None = None
    outcome: str | None = None
    live: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One contact in a line. Durations are ms."""

    contact: str
    started_at: int
    ended_at: int | None
    caller: str
    access: str
    customer: str | None
    language: str
    end: str | None
    queue: str | None
    """Of the last visit, like the next three."""
    tier: str | None
    visit_end: str | None
    wait_ms: int | None
    """From when it first wanted an agent to the end of that visit; None while it waits."""
    agents: tuple[str, ...]
    """Who talked with it, in order."""
    talk_ms: int
    outcome: str | None
    """The last one saved."""
    recording: str | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines, and what to give as `before` for the next ones; None after the last."""

    lines: Sequence[LogLine]
    next: tuple[int, str] | None


async def log_page(
    session: AsyncSession, wanted: LogFilter, *, before: tuple[int, str] | None = None, limit: int = 50
) -> LogPage:
    """A page of the log: contacts that started before (ms, contact id), newest first."""
    contacts = select(Contact).where(*_conditions(wanted))
    if before is not None:
        at, contact = before
        contacts = contacts.where(
            or_(Contact.started_at < at, and_(Contact.started_at == at, Contact.contact < contact))
        )
    contacts = contacts.order_by(Contact.started_at.desc(), Contact.contact.desc()).limit(limit + 1)
    found = (await session.scalars(contacts)).all()
    lines = await _lines(session, found[:limit])
    last = lines[-1] if len(found) > limit else None
    return LogPage(lines, (last.started_at, last.contact) if last else None)


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(Contact.started_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Contact.started_at < wanted.until)
    if wanted.live is not None:
        conditions.append(Contact.ended_at.is_(None) if wanted.live else Contact.ended_at.is_not(None))
    for column, value in (
        (Contact.caller, wanted.caller),
        (Contact.customer, wanted.customer),
        (Contact.access, wanted.access),
        (Contact.end, wanted.end),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.queue is not None:
        conditions.append(exists().where(Visit.contact == Contact.contact, Visit.queue == wanted.queue))
    if wanted.agent is not None:
        conditions.append(exists().where(Talk.contact == Contact.contact, Talk.agent == wanted.agent))
    if wanted.outcome is not None:
        conditions.append(exists().where(Outcome.contact == Contact.contact, Outcome.outcome == wanted.outcome))
    return conditions


async def _lines(session: AsyncSession, contacts: Sequence[Contact]) -> list[LogLine]:
    ids = [row.contact for row in contacts]
    visits = await of_contacts(session, Visit, ids, Visit.visit)
    talks = await of_contacts(session, Talk, ids, Talk.from_at)
    outcomes = await of_contacts(session, Outcome, ids, Outcome.at)
    recordings = await of_contacts(session, Recording, ids, Recording.made_at)
    return [
        _line(
            row,
            visits.get(row.contact, []),
            talks.get(row.contact, []),
            outcomes.get(row.contact, []),
            recordings.get(row.contact, []),
        )
        for row in contacts
    ]


def _line(
    contact: Contact, visits: list[Visit], talks: list[Talk], outcomes: list[Outcome], recordings: list[Recording]
) -> LogLine:
    visit = visits[-1] if visits else None
    return LogLine(
        contact=contact.contact,
        started_at=contact.started_at,
        ended_at=contact.ended_at,
        caller=contact.caller,
        access=contact.access,
        customer=contact.customer,
        language=contact.language,
        end=contact.end,
        queue=visit.queue if visit else None,
        tier=visit.tier if visit else None,
        visit_end=visit.end if visit else None,
        wait_ms=visit.ended_at - visit.since if visit and visit.ended_at is not None else None,
        agents=tuple(dict.fromkeys(talk.agent for talk in talks)),
        talk_ms=sum(talk.to_at - talk.from_at for talk in talks if talk.to_at is not None),
        outcome=outcomes[-1].outcome if outcomes else None,
        recording=recordings[0].id if recordings else None,
    )


async def of_contacts(session: AsyncSession, table: Any, ids: Collection[str], order: Any) -> dict[str, list[Any]]:
    """The rows of a table that belong to these contacts, by contact, in order."""
    grouped: dict[str, list[Any]] = {}
    if ids:
        for row in await session.scalars(select(table).where(table.contact.in_(ids)).order_by(order)):
            grouped.setdefault(row.contact, []).append(row)
    return grouped
