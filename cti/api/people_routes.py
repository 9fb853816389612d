"""The people who may sign in, and what they did that is watched over."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.people.audit import AuditEntry
from cti.people.roles import Right, Role
from cti.people.users import User

router = APIRouter(tags=["people"])


class UserView(BaseModel):
    """A person, without the password. `created_at` is ms; `second_factor`: whether he has set one up."""

    login: str
    name: str
    role: Role
    agent: str | None
    enabled: bool
    created_at: int
    second_factor: bool


class NewUser(BaseModel):
    """A person to be let in; an agent's login is his 工号."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=64)
    name: str = Field("", max_length=64)
    role: Role
    password: str = Field(min_length=1, max_length=200)


class AuditView(BaseModel):
    """One entry of the audit trail: when (ms), who, what, on what."""

    at: int
    who: str
    act: str
    subject: str
    detail: str


def user_view(user: User, *, second_factor: bool) -> UserView:
    """A person as the API tells of him."""
    return UserView(
        login=user.login,
        name=user.name,
        role=user.role,
        agent=user.agent,
        enabled=user.enabled,
        created_at=user.created_at,
        second_factor=second_factor,
    )


@router.get("/users")
async def users(request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_PEOPLE))]) -> list[UserView]:
    """Everybody who has a login, by login."""
    parts = parts_of(request)
    whose = await parts.second_factors.whose()
    return [user_view(user, second_factor=user.login in whose) for user in await parts.users.list()]


@router.post("/users", status_code=201)
async def add_user(
    new: NewUser, request: Request, session: Annotated[Session, Depends(Needs(Right.CHANGE_PEOPLE))]
) -> UserView:
    """Let somebody in."""
    parts = parts_of(request)
    now = parts.loop.now()
    user = await parts.users.add(new.login, name=new.name, role=new.role, password=new.password, at=now)
    await parts.audit.add(AuditEntry(now, session.user.login, "add_user", user.login, user.role.value))
    return user_view(user, second_factor=False)


@router.delete("/users/{login}/second-factor", status_code=204)
async def reset_second_factor(
    login: Annotated[str, Path(max_length=64)],
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.CHANGE_PEOPLE))],
) -> None:
    """Take it from somebody who lost it; ends his sessions, and the password alone lets him in until he has another."""
    parts = parts_of(request)
    login = login.strip().lower()
    if not await parts.second_factors.forget(login):
        raise ApiProblem(Sorts.NOT_FOUND, "this login has no second factor")
    now = parts.loop.now()
    await parts.audit.add(AuditEntry(now, session.user.login, "reset_second_factor", login))
    await parts.users.end_sessions(login, at=now)
    await parts.sessions.end_all_of(login)


@router.get("/audit")
async def audit(
    request: Request,
    session: Annotated[Session, Depends(Needs(Right.SEE_AUDIT))],
    who: Annotated[str | None, Query(max_length=64)] = None,
    subject: Annotated[str | None, Query(max_length=255)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditView]:
    """Who looked at or changed what, newest first."""
    entries = await parts_of(request).audit.newest(who=who, subject=subject, limit=limit)
    return [AuditView(at=one.at, who=one.who, act=one.act, subject=one.subject, detail=one.detail) for one in entries]
