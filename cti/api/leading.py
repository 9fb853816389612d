"""A supervisor's word about an agent: told to the floor, and on record."""

from typing import Annotated

from fastapi import Depends, Request

from acd import events as e
from cti.api.parts import parts_of
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.desk.views import AgentView
from cti.people.audit import AuditEntry
from cti.people.roles import Right

Leading = Annotated[Session, Depends(Needs(Right.LEAD_AGENTS))]


async def lead(
    request: Request,
    session: Session,
    event: e.WrapUpProlonged | e.WrapUpCut | e.BreakAllowed | e.BreakTakenBack,
    act: str,
) -> AgentView:
    """Tell the event, write the act down, and show the agent. Raises IllegalEvent."""
    parts = parts_of(request)
    parts.loop.tell(event)
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, act, event.agent))
    return parts.views.agent(event.agent)
