"""What an agent looks back on: his own contacts, their recordings, his own figures."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from sqlalchemy import exists, select

from cti.api.contact_routes import AgentFiguresView, contact_page
from cti.api.contact_views import ContactPage
from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.recording_routes import send_recording
from cti.api.rights import Needs, agent_of
from cti.api.sessions import Session
from cti.database.models import Recording, Talk
from cti.people.roles import Right
from cti.records.log import LogFilter

router = APIRouter(tags=["agent"])
Working = Annotated[Session, Depends(Needs(Right.WORK))]


@router.get("/agents/me/contacts")
async def my_contacts(
    request: Request,
    session: Working,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> ContactPage:
    """The contacts one talked with, newest first; numbers are masked."""
    return await contact_page(parts_of(request), LogFilter(agent=agent_of(session)), before=before, limit=limit)


@router.get("/agents/me/recordings/{recording}", response_class=FileResponse)
async def my_recording(recording: str, request: Request, session: Working) -> FileResponse:
    """The audio of a contact one talked with: caller left, agent right. Each look is on record."""
    parts = parts_of(request)
    own = exists().where(Talk.contact == Recording.contact, Talk.agent == agent_of(session))
    async with parts.database.reading() as reading:
        row = await reading.scalar(select(Recording).where(Recording.id == recording, own))
    if row is None:
        raise ApiProblem(Sorts.NOT_FOUND, "no recording of yours of this id")
    return await send_recording(parts, row, session.user.login)


@router.get("/agents/me/figures")
async def my_figures(request: Request, session: Working, since: Annotated[int, Query(ge=0)]) -> AgentFiguresView:
    """One's own figures since then."""
    parts = parts_of(request)
    agent = agent_of(session)
    found = await parts.records.agents(since=since, until=parts.loop.now(), agent=agent)
    return AgentFiguresView.model_validate(asdict(found[0])) if found else AgentFiguresView(agent=agent)
