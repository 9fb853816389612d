"""Breaks under caps: an agent asks, waits for his turn, gives it back; a supervisor allows one or strikes one off."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from acd import events as e
from cti.api.leading import Leading, lead
from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs, agent_of
from cti.api.sessions import Session
from cti.desk.views import AgentView
from cti.people.roles import Right

router = APIRouter(tags=["agent"])
Working = Annotated[Session, Depends(Needs(Right.WORK))]


class BreakWish(BaseModel):
    """Which break: a reason of the plan that counts as one."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=64)


@router.post("/agents/me/break")
async def ask(wish: BreakWish, request: Request, session: Working) -> AgentView:
    """小休: begin it at once where there is room or one's turn has come, else go on the list (`break_place`)."""
    parts = parts_of(request)
    agent = agent_of(session)
    floor, now = parts.loop.floor, parts.loop.now()
    if not floor.breaks.is_break(wish.reason):
        known = ", ".join(name for name, reason in parts.plan().reasons.items() if reason.is_break)
        raise ApiProblem(Sorts.REFUSED, f"{wish.reason!r} is no break; the plan has {known or 'none'}")
    if floor.breaks.admits(agent):
        begun = e.IntentChanged(at=now, agent=agent, intent=e.Intent.NOT_READY, reason=wish.reason)
        parts.loop.tell(begun)
    else:
        parts.loop.tell(e.BreakAsked(at=now, agent=agent, reason=wish.reason))
    return parts.views.agent(agent)


@router.delete("/agents/me/break")
async def give_up(request: Request, session: Working) -> AgentView:
    """Leave the list of breaks, or give a granted one back."""
    parts = parts_of(request)
    agent = agent_of(session)
    parts.loop.tell(e.BreakTakenBack(at=parts.loop.now(), agent=agent))
    return parts.views.agent(agent)


@router.post("/agents/{agent}/break/allow")
async def allow(agent: str, request: Request, session: Leading) -> AgentView:
    """Let an agent on the list have his break, cap or not: at once, or when his contact is done. It is on record."""
    told = e.BreakAllowed(at=parts_of(request).loop.now(), agent=agent, by=session.user.login)
    return await lead(request, session, told, "allow break")


@router.delete("/agents/{agent}/break")
async def strike_off(agent: str, request: Request, session: Leading) -> AgentView:
    """Take an agent off the list of breaks. It is on record."""
    told = e.BreakTakenBack(at=parts_of(request).loop.now(), agent=agent, by=session.user.login)
    return await lead(request, session, told, "strike off break")
