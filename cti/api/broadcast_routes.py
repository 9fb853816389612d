"""Broadcasts: see them, switch one on or off."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request
from pydantic import BaseModel, Field

from cti.api.parts import parts_of
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.flows.broadcasts import Broadcast, Broadcasts
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.problems import Problem, Refused

router = APIRouter(tags=["broadcasts"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
PromptId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class BroadcastRefused(Refused):
    """A broadcast that could not be said."""


class BroadcastView(BaseModel):
    """One broadcast; times are ms, `areas` empty: for everybody."""

    name: str
    on: bool
    prompts: list[str]
    areas: list[str]
    until: int | None
    who: str
    at: int


class BroadcastBody(BaseModel):
    """What is said, to whom, whether now."""

    on: bool
    prompts: Annotated[list[PromptId], Field(min_length=1, max_length=10)]
    areas: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=200)] = []
    until: int | None = None


@router.get("/broadcasts")
async def broadcasts(
    request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_PLAN))]
) -> list[BroadcastView]:
    """Every broadcast, those that are off too."""
    return [BroadcastView(**asdict(one)) for one in await Broadcasts(parts_of(request).database).all()]


@router.put("/broadcasts/{name}")
async def switch(
    name: Name,
    body: Annotated[BroadcastBody, Body()],
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.ANNOUNCE))],
) -> BroadcastView:
    """Switch a broadcast on or off; it counts from the next call on. Refused when a prompt has no sound."""
    parts = parts_of(request)
    missing = parts.silent_prompts(body.prompts)
    if missing:
        mend = "record it, or name another (hotline prompts list)"
        raise BroadcastRefused(
            *(Problem(f"broadcast {name}", f"the prompt {one!r} has no sound", mend) for one in missing)
        )
    one = Broadcast(
        name=name,
        on=body.on,
        prompts=tuple(body.prompts),
        areas=tuple(body.areas),
        until=body.until,
        who=session.user.login,
        at=parts.loop.now(),
    )
    await Broadcasts(parts.database).put(one)
    did = "on" if body.on else "off"
    await parts.audit.add(AuditEntry(one.at, one.who, "announce", name, f"{did}: {' '.join(one.prompts)}"))
    return BroadcastView(**asdict(one))
