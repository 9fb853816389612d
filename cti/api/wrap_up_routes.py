"""Wrap-ups: an agent prolongs his own out of his budget, a supervisor prolongs or ends anybody's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from acd import events as e
from cti.api.leading import Leading, lead
from cti.api.parts import parts_of
from cti.api.rights import Needs, agent_of
from cti.api.sessions import Session
from cti.desk.views import AgentView
from cti.people.roles import Right

router = APIRouter(tags=["agent"])


@router.post("/agents/me/wrap-up/more")
async def more_for_me(request: Request, session: Annotated[Session, Depends(Needs(Right.WORK))]) -> AgentView:
    """话后延时: more time for one's wrap-up, out of what is left (`wrap_up_left_ms`)."""
    parts = parts_of(request)
    agent = agent_of(session)
    parts.loop.tell(e.WrapUpProlonged(at=parts.loop.now(), agent=agent))
    return parts.views.agent(agent)


@router.post("/agents/{agent}/wrap-up/more")
async def more(agent: str, request: Request, session: Leading) -> AgentView:
    """More time for an agent's wrap-up, out of nobody's budget. It is on record."""
    told = e.WrapUpProlonged(at=parts_of(request).loop.now(), agent=agent, by=session.user.login)
    return await lead(request, session, told, "prolong wrap-up")


@router.post("/agents/{agent}/wrap-up/end")
async def end(agent: str, request: Request, session: Leading) -> AgentView:
    """End an agent's wrap-up; what he did not save joins his missing outcomes. It is on record."""
    told = e.WrapUpCut(at=parts_of(request).loop.now(), agent=agent, by=session.user.login)
    return await lead(request, session, told, "end wrap-up")
