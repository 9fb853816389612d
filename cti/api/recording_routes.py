"""Recordings and the samples drawn from them. Every look at a recording is on record before it is heard."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.database.models import Recording
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.records.samples import Place, samples_page

router = APIRouter(tags=["recordings"])


@router.get("/recordings/{recording}", response_class=FileResponse)
async def recording(
    recording: str, request: Request, session: Annotated[Session, Depends(Needs(Right.HEAR_RECORDINGS))]
) -> FileResponse:
    """The audio: caller left, agent right. Ranges are served."""
    parts = parts_of(request)
    async with parts.database.reading() as reading:
        row = await reading.get(Recording, recording)
    if row is None:
        raise ApiProblem(Sorts.NOT_FOUND, "no recording of this id")
    return await send_recording(parts, row, session.user.login)


async def send_recording(parts: Parts, row: Recording, login: str) -> FileResponse:
    """The file of a recording; that this person hears it is on record first. Raises ApiProblem when it is gone."""
    file = (parts.recordings / row.file).resolve()
    if not file.is_relative_to(parts.recordings.resolve()) or not await asyncio.to_thread(file.is_file):
        raise ApiProblem(Sorts.NOT_FOUND, f"the file of recording {row.id} is gone from the recordings folder")
    entry = AuditEntry(parts.loop.now(), login, "hear_recording", row.contact, row.id)
    await parts.audit.add(entry)
    return FileResponse(file, filename=f"{row.contact}{file.suffix}", content_disposition_type="inline")


class SampleView(BaseModel):
    """A recording drawn for QA (抽检), and why: the digest's `value` lay below the agent's `share`. Times are ms."""

    contact: str
    agent: str
    recording: str
    share: float
    value: float
    plan_version: int
    at: int
    started_at: int
    seconds: float


class SamplePage(BaseModel):
    """Samples, newest first; `next` goes into `before` for the page after, null after the last."""

    samples: list[SampleView]
    next: str | None


@router.get("/samples")
async def samples(
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.SEE_SAMPLES))],
    agent: Annotated[str | None, Query(max_length=16)] = None,
    since: Annotated[int, Query(ge=0)] = 0,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> SamplePage:
    """What was drawn for QA, newest first."""
    place = _place(before) if before is not None else None
    async with parts_of(request).database.reading() as reading:
        drawn, following = await samples_page(reading, agent=agent, since=since, before=place, limit=limit)
    views = [SampleView.model_validate(sample, from_attributes=True) for sample in drawn]
    return SamplePage(samples=views, next="~".join(map(str, following)) if following else None)


def _place(before: str) -> Place:
    at, *rest = before.split("~")
    if not (at.isascii() and at.isdecimal()) or len(rest) != 2:
        raise ApiProblem(Sorts.INVALID, "query.before: is not a place in the list: give the `next` of the page before")
    return min(int(at), 2**62), rest[0], rest[1]
