"""The plan: read it, change it, see who changed what."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel

from cti.api.parts import Parts, parts_of
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.masking import masked
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.plan.document import PlanDocument
from cti.plan.read import PlanError, read_values, values_of

router = APIRouter(tags=["plan"])


class PlanChangeView(BaseModel):
    """One line of the plan's history."""

    version: int
    at: int
    who: str
    what: str


class PlanRehearsalView(BaseModel):
    """What would change."""

    version: int
    """The one in force."""
    changes: list[str]
    """One line for each key that differs: `queues.service.ring_s: 15 -> 20`."""


@router.get("/plan", response_model=dict[str, Any], responses={200: {"model": PlanDocument}})
async def plan(request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_PLAN))]) -> dict[str, Any]:
    """The plan in force; the sampling seed and agents' numbers outside only for those who may change it."""
    values = values_of(parts_of(request).plan())
    if not session.user.may(Right.CHANGE_PLAN):
        del values["sampling"]
        for agent in values["agents"].values():
            agent["numbers"] = [masked(number) for number in agent.get("numbers", ())]
    return values


@router.put("/plan", response_model=dict[str, Any], responses={200: {"model": PlanDocument}})
async def change_plan(
    values: Annotated[dict[str, Any], Body()],
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.CHANGE_PLAN))],
) -> dict[str, Any]:
    """Put a plan in force, for those who wait too; its `version` is the one it was made from."""
    parts = parts_of(request)
    saved = await parts.plan.change(_usable(values, parts), who=session.user.login)
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "change_plan", f"version {saved.version}"))
    return values_of(saved)


@router.post("/plan/changes", dependencies=[Depends(Needs(Right.CHANGE_PLAN))])
async def rehearse_change(values: Annotated[dict[str, Any], Body()], request: Request) -> PlanRehearsalView:
    """What a plan would change; refused as the change itself would be. Nothing is changed."""
    parts = parts_of(request)
    wanted = _usable(values, parts)
    return PlanRehearsalView(version=wanted.version, changes=parts.plan.rehearse(wanted))


def _usable(values: dict[str, Any], parts: Parts) -> PlanDocument:
    """A plan that says nothing wrong and lacks nothing that the flows in force name. Raises PlanError."""
    wanted = read_values(values, "plan", parts.flows())
    if lacking := parts.lacking(wanted):
        raise PlanError(*lacking)
    return wanted


@router.get("/plan/history")
async def history(
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.CHANGE_PLAN))],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[PlanChangeView]:
    """Who changed what and when, newest first."""
    changes = await parts_of(request).plan.store.history(limit)
    return [PlanChangeView(version=one.version, at=one.at, who=one.who, what=one.what) for one in changes]
