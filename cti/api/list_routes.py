"""Black, grey and white lists of callers."""

import re
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, Field

from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.flows.lists import CallerLists, Colour, ListEntry, Match
from cti.masking import masked
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.problems import Problem, Refused

router = APIRouter(tags=["lists"])
FORMS = {
    Match.NUMBER: re.compile(r"\+?[0-9]{2,20}"),
    Match.PREFIX: re.compile(r"\+?[0-9]{1,19}"),
    Match.REGION: re.compile(r"[A-Z]{2}"),
}


class ListRefused(Refused):
    """An entry that would match nobody, or everybody."""


class ListEntryBody(BaseModel):
    """Whom to list, why, until when (ms; null: until taken off)."""

    colour: Colour
    match: Match
    pattern: Annotated[str, Field(max_length=32)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    until: int | None = None


class ListEntryView(ListEntryBody):
    """An entry; `approver` put it there. Whole numbers are masked."""

    id: int
    approver: str
    at: int


@router.get("/lists")
async def entries(
    request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_CUSTOMERS))]
) -> list[ListEntryView]:
    """Every entry, ended ones too, the newest first."""
    return [_view(one) for one in await CallerLists(parts_of(request).database).all()]


@router.post("/lists", status_code=201)
async def add(
    body: Annotated[ListEntryBody, Body()],
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.CHANGE_CUSTOMERS))],
) -> ListEntryView:
    """List a number, a prefix or a country; whoever asks is the approver."""
    if not FORMS[body.match].fullmatch(body.pattern):
        mend = "write a number as +8613800000001, a prefix as +8610, a region as US"
        raise ListRefused(Problem("pattern", f"{body.pattern!r} is no {body.match}", mend))
    parts = parts_of(request)
    entry = ListEntry(**body.model_dump(), approver=session.user.login, at=parts.loop.now())
    number = await CallerLists(parts.database).add(entry)
    detail = f"{body.colour} {body.match}: {body.reason}"
    await parts.audit.add(AuditEntry(entry.at, entry.approver, "list_caller", str(number), detail))
    return _view(ListEntry(**{**asdict(entry), "id": number}))


@router.delete("/lists/{entry}", status_code=204)
async def remove(
    entry: int, request: Request, session: Annotated[Session, Depends(Needs(Right.CHANGE_CUSTOMERS))]
) -> Response:
    """Take an entry off."""
    parts = parts_of(request)
    if not await CallerLists(parts.database).remove(entry):
        raise ApiProblem(Sorts.NOT_FOUND, f"there is no entry {entry}")
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "unlist_caller", str(entry), ""))
    return Response(status_code=204)


def _view(entry: ListEntry) -> ListEntryView:
    values = asdict(entry)
    if entry.match is Match.NUMBER:
        values["pattern"] = masked(entry.pattern)
    return ListEntryView(**values)
