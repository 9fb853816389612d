"""The records: call log, one contact with everything, ledger, figures of a period."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from cti.api.contact_views import ContactLine, ContactPage, ContactWhole, whole
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.masking import masked
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.plan.routing import targets_ms
from cti.records.log import LogFilter

router = APIRouter(tags=["records"])
Seeing = Annotated[Session, Depends(Needs(Right.SEE_CONTACTS))]
Ms = Annotated[int | None, Query(ge=0)]
Word = Annotated[str | None, Query(min_length=1, max_length=128)]


@router.get("/contacts")
async def contacts(
    request: Request,
    session: Seeing,
    since: Ms = None,
    until: Ms = None,
    caller: Word = None,
    customer: Word = None,
    access: Word = None,
    queue: Word = None,
    agent: Word = None,
    end: Word = None,
    outcome: Word = None,
    live: bool | None = None,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> ContactPage:
    """The call log, newest first; numbers are masked here, one contact shows its own. `caller`: a whole number."""
    wanted = LogFilter(
        since=since,
        until=until,
        caller=caller,
        customer=customer,
        access=access,
        queue=queue,
        agent=agent,
        end=end,
        outcome=outcome,
        live=live,
    )
    return await contact_page(parts_of(request), wanted, before=before, limit=limit)


async def contact_page(parts: Parts, wanted: LogFilter, *, before: str | None, limit: int) -> ContactPage:
    """A page of the call log with masked numbers; `before` is the `next` of the page before."""
    page = await parts.records.log(wanted, before=_place(before) if before else None, limit=limit)
    lines = [
        ContactLine.model_validate({**asdict(line), "agents": list(line.agents), "caller": masked(line.caller)})
        for line in page.lines
    ]
    return ContactPage(contacts=lines, next=f"{page.next[0]}~{page.next[1]}" if page.next else None)


def _place(before: str) -> tuple[int, str]:
    at, _, contact = before.partition("~")
    if not at.isdecimal() or not at.isascii() or not contact:
        raise ApiProblem(Sorts.INVALID, "query.before: is not a place in the log: give the `next` of the page before")
    return min(int(at), 2**62), contact


@router.get("/contacts/{contact}")
async def contact(contact: str, request: Request, session: Seeing) -> ContactWhole:
    """One contact with everything that is kept of it; a look at its whole number is on record."""
    parts = parts_of(request)
    found = await parts.records.contact(contact)
    if found is None:
        raise ApiProblem(Sorts.NOT_FOUND, f"no contact {contact!r} in the records")
    with_numbers = session.user.may(Right.SEE_NUMBERS)
    if with_numbers and (found.contact.caller or found.party_talks):
        await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "see_number", contact))
    return whole(found, with_numbers=with_numbers)


@router.get("/ledger", response_model=dict[str, Any])
async def ledger(
    request: Request, session: Seeing, since: Annotated[int, Query(ge=0)] = 0, until: Ms = None
) -> Response:
    """Every contact that started in the period with what became of it, and the balance over them; on record."""
    parts = parts_of(request)
    exported = await parts.records.ledger(since=since, until=until)
    if session.user.may(Right.SEE_NUMBERS):
        period = f"{since} to {until if until is not None else 'now'}"
        await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "export_ledger", period))
    else:
        for one in exported["contacts"]:
            one["caller"] = masked(one["caller"])
            for talk in one["party_talks"]:
                talk["party"] = masked(talk["party"])
    return Response(msgspec.json.encode(exported), media_type="application/json")


class QueueFiguresView(BaseModel):
    """One queue in a period; entered = the sum of `ends` + open.

    Waits count from when a contact first wanted an agent.
    """

    queue: str
    entered: int
    open: int
    ends: dict[str, int]
    answered_within: int
    abandoned_within: int
    answer_wait_ms: int
    longest_wait_ms: int


class AgentFiguresView(BaseModel):
    """One agent in a period."""

    agent: str
    offers: int = 0
    answered: int = 0
    missed: int = 0
    failed: int = 0
    signed_in_ms: int = 0
    idle_ms: int = 0
    ring_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    not_ready_ms: int = 0
    reasons_ms: dict[str, int] = {}
    """Reason = time away for it; together `not_ready_ms`."""


class Figures(BaseModel):
    """Queues and agents in a period."""

    since: int
    until: int
    queues: list[QueueFiguresView]
    agents: list[AgentFiguresView]


@router.get("/figures")
async def figures(
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))],
    since: Annotated[int, Query(ge=0)],
    until: Ms = None,
) -> Figures:
    """Figures of a period by queue and agent; `within` is each queue's service level target."""
    parts = parts_of(request)
    end = until if until is not None else parts.loop.now()
    queues = await parts.records.queues(since=since, until=end, targets_ms=targets_ms(parts.plan()))
    agents = await parts.records.agents(since=since, until=end)
    return Figures(
        since=since,
        until=end,
        queues=[QueueFiguresView.model_validate(one) for one in _plain(queues)],
        agents=[AgentFiguresView.model_validate(one) for one in _plain(agents)],
    )


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]
