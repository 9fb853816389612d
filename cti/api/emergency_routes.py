"""The emergency switch: what is prepared for each queue and what is on, a drill, and the switch itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from acd import events as e
from acd.events import EmergencyWay
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.desk.emergencies import Doubt, DrillView, EmergencyView, drill, emergency_view
from cti.people.audit import AuditEntry
from cti.people.roles import Right

router = APIRouter(tags=["emergency"])
Name = Annotated[str, Path(max_length=64)]


class SwitchBody(BaseModel):
    """Over, or back; without `to` over to the first way that is prepared."""

    model_config = ConfigDict(extra="forbid")

    on: bool
    to: EmergencyWay | None = None
    why: str = Field(default="", max_length=200)


@router.get("/emergency")
async def emergencies(
    request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))]
) -> list[EmergencyView]:
    """Every queue with a way for an emergency, or that is switched over."""
    parts = parts_of(request)
    floor = parts.loop.floor
    views = (emergency_view(floor, parts.plan(), name) for name in floor.plan.queues)
    return [view for view in views if view.ways or view.switched]


@router.get("/emergency/{queue}/drill")
async def rehearse(
    queue: Name,
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))],
    on: Annotated[bool, Query()] = True,
    to: Annotated[EmergencyWay | None, Query()] = None,
) -> DrillView:
    """What the switch would do now, without moving anybody (演练)."""
    parts = parts_of(request)
    view = _view(parts, queue)
    if not on:
        return drill(parts.loop.floor, view, _way_back(view), on=False, warnings=[])
    way = _way(view, to)
    return drill(parts.loop.floor, view, way, on=True, warnings=_warnings(parts, view, way))


@router.put("/emergency/{queue}")
async def switch(
    queue: Name,
    body: SwitchBody,
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.SWITCH_OVER))],
) -> EmergencyView:
    """Move a queue, whole, or bring it back. It is on record."""
    parts = parts_of(request)
    view, who, now = _view(parts, queue), session.user.login, parts.loop.now()
    if body.on:
        to = _way(view, body.to)
        parts.loop.tell(e.EmergencySwitchedOn(at=now, queue=queue, to=to, who=who, why=body.why))
        did = f"on: {to.value}"
    else:
        did = f"off: {_way_back(view).value}"
        parts.loop.tell(e.EmergencySwitchedOff(at=now, queue=queue, who=who, why=body.why))
    await parts.audit.add(AuditEntry(now, who, "emergency", queue, f"{did} {body.why}".strip()))
    return _view(parts, queue)


def _view(parts: Parts, queue: str) -> EmergencyView:
    floor = parts.loop.floor
    if queue not in floor.plan.queues:
        raise ApiProblem(Sorts.NOT_FOUND, f"the plan has no queue {queue!r}")
    return emergency_view(floor, parts.plan(), queue)


def _way(view: EmergencyView, to: EmergencyWay | None) -> EmergencyWay:
    if (to or EmergencyWay.MOBILES) not in view.ways and (to is not None or not view.ways):
        known = ", ".join(way.value for way in view.ways) or "none"
        mend = f"prepare it in [queues.{view.queue}.emergency] of the plan"
        raise ApiProblem(Sorts.REFUSED, f"queue {view.queue!r} has no way {to.value if to else ''!r} ({known}): {mend}")
    return to or view.ways[0]


def _way_back(view: EmergencyView) -> EmergencyWay:
    if view.switched is None:
        raise ApiProblem(Sorts.REFUSED, f"queue {view.queue!r} is not switched over")
    return view.switched.to


def _warnings(parts: Parts, view: EmergencyView, to: EmergencyWay) -> list[Doubt]:
    if to is EmergencyWay.MOBILES:
        return ["all_busy"] if all(one.busy for one in view.crew) else []
    if to is EmergencyWay.QUEUE:
        return ["nobody_there"] if not parts.views.on_duty(view.target or "") else []
    kind, _, name = (view.announcement or "").partition(":")
    return ["no_sound"] if kind == "prompt" and parts.silent_prompts([name]) else []
