"""The ledger as it is exported: every contact of a period with what became of it, and the balance over all of them.

Unit: a visit to a queue. entered = the sum of all ends + open; contacts likewise. What does not add up is `difference`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.events import EndCause
from acd.ledger import CUT_OFF
from cti.database.models import Contact, Outcome, PartyTalk, Recording, RecordingGap, Talk, Visit
from cti.records.book import VISIT_ENDS
from cti.records.log import of_contacts

AT_ONCE = 500
CONTACT_ENDS = ("ended_in_ivr", "refused", "shed", "ended_after_visits", "lost", "fallback")

Json = dict[str, Any]


async def ledger(session: AsyncSession, *, since: int = 0, until: int | None = None) -> Json:
    """Contacts that started from `since` to before `until` (ms), oldest first:

    {"balance": {"visits": {queue: {entered, answered, ..., open, difference}}, "contacts": {started, ..., difference}},
    "contacts": [{contact, sip_call_id, caller, access, started_at, ended_at, end, visits, talks, party_talks,
    recordings, gaps, outcome}]}. Times are ms; numbers are whole: whoever shows them to people masks them.
    """
    contacts: list[Json] = []
    place = (since, "")
    while True:
        wanted = select(Contact).where(
            or_(Contact.started_at > place[0], and_(Contact.started_at == place[0], Contact.contact > place[1]))
        )
        if until is not None:
            wanted = wanted.where(Contact.started_at < until)
        wanted = wanted.order_by(Contact.started_at, Contact.contact).limit(AT_ONCE)
        found = (await session.scalars(wanted)).all()
        contacts += await _exported(session, found)
        if len(found) < AT_ONCE:
            return {"balance": balance(contacts), "contacts": contacts}
        place = (found[-1].started_at, found[-1].contact)
        session.expunge_all()


async def _exported(session: AsyncSession, contacts: Sequence[Contact]) -> list[Json]:
    ids = [row.contact for row in contacts]
    visits = await of_contacts(session, Visit, ids, Visit.visit)
    talks = await of_contacts(session, Talk, ids, Talk.from_at)
    party_talks = await of_contacts(session, PartyTalk, ids, PartyTalk.from_at)
    outcomes = await of_contacts(session, Outcome, ids, Outcome.at)
    recordings = await of_contacts(session, Recording, ids, Recording.made_at)
    gaps = await of_contacts(session, RecordingGap, ids, RecordingGap.id)
    return [
        {
            "contact": row.contact,
            "sip_call_id": row.sip_call_id,
            "caller": row.caller,
            "access": row.access,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "end": row.end,
            "visits": [_visit(one) for one in visits.get(row.contact, [])],
            "talks": [
                {"agent": one.agent, "extension": one.extension, "from": one.from_at, "to": one.to_at}
                for one in talks.get(row.contact, [])
            ],
            "party_talks": [
                {"party": one.party, "from": one.from_at, "to": one.to_at} for one in party_talks.get(row.contact, [])
            ],
            "recordings": [
                {"file": one.file, "channels": one.channels, "seconds": one.seconds}
                for one in recordings.get(row.contact, [])
            ],
            "gaps": [{"cause": one.cause, "seconds": one.seconds} for one in gaps.get(row.contact, [])],
            "outcome": outcomes[row.contact][-1].outcome if row.contact in outcomes else None,
        }
        for row in contacts
    ]


def _visit(visit: Visit) -> Json:
    return {
        "queue": visit.queue,
        "tier": visit.tier,
        "entered_at": visit.entered_at,
        "since": visit.since,
        "ended_at": visit.ended_at,
        "end": visit.end,
        "agent": visit.agent,
        "answered_at": visit.ended_at if visit.end == "answered" else None,
    }


def balance(contacts: Sequence[Json]) -> Json:
    """The accounts of exported contacts."""
    ends: dict[str, Counter[str | None]] = {}
    started: Counter[str] = Counter()
    for contact in contacts:
        started[_account(contact)] += 1
        for visit in contact["visits"]:
            ends.setdefault(visit["queue"], Counter())[visit["end"]] += 1
    return {
        "visits": {
            queue: _balanced("entered", counts.total(), {end: counts[end] for end in VISIT_ENDS}, counts[None], "open")
            for queue, counts in sorted(ends.items())
        },
        "contacts": _balanced(
            "started", len(contacts), {end: started[end] for end in CONTACT_ENDS}, started["live"], "live"
        ),
    }


def _balanced(name: str, total: int, ends: dict[str, int], still: int, still_name: str) -> dict[str, int]:
    return {name: total, **ends, still_name: still, "difference": total - sum(ends.values()) - still}


def _account(contact: Json) -> str:
    """The account of the ledger that a contact is in, as `acd.ledger.ContactAccounts` has them."""
    if contact["ended_at"] is None:
        return "live"
    if contact["end"] in CUT_OFF:
        return str(contact["end"])
    if contact["visits"]:
        return "ended_after_visits"
    return str(contact["end"]) if contact["end"] in (EndCause.REFUSED, EndCause.SHED) else "ended_in_ivr"
