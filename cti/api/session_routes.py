"""Signing in as a person: a session in a cookie that scripts of a page cannot read and other sites cannot send."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from cti.api.failed_sign_ins import FailedSignIns
from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Public, SignedIn
from cti.api.sessions import Session
from cti.people.audit import AuditEntry
from cti.people.roles import RIGHTS, Role
from cti.people.users import User

router = APIRouter(tags=["session"])
log = structlog.get_logger()
Here = Annotated[Session, Depends(SignedIn())]


class Credentials(BaseModel):
    """Login and password of a person."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


class OwnPassword(BaseModel):
    """The password one has, and the one to have from now on."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=200)


class Me(BaseModel):
    """The person signed in, and what he may do."""

    login: str
    name: str
    role: Role
    agent: str | None
    """工号, when he is an agent."""
    rights: list[str]


def me(user: User) -> Me:
    """What a person is told of himself."""
    rights = sorted(right.value for right in RIGHTS[user.role])
    return Me(login=user.login, name=user.name, role=user.role, agent=user.agent, rights=rights)


@router.post("/session", dependencies=[Depends(Public())])
async def sign_in(credentials: Credentials, request: Request, response: Response) -> Me:
    """Sign in; sets the session's cookie. A session that this browser had before is over."""
    sessions = parts_of(request).sessions
    user = await _proved(request, credentials.login.strip().lower(), credentials.password)
    before = sessions.find(request.cookies.get(sessions.cookie, ""))
    if before is not None:
        await sessions.end(before)
    await _begin(request, response, user)
    return me(user)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, session: Here) -> None:
    """End this session; its open pages are closed. An agent stays signed in on the phone."""
    sessions = parts_of(request).sessions
    await sessions.end(session)
    response.delete_cookie(sessions.cookie, path="/")


@router.delete("/sessions", status_code=204)
async def sign_out_everywhere(request: Request, response: Response, session: Here) -> None:
    """End every session of one's own, in whatever browser; their open pages are closed."""
    sessions = parts_of(request).sessions
    await sessions.end_all_of(session.user.login)
    response.delete_cookie(sessions.cookie, path="/")


@router.get("/me")
async def who_am_i(session: Here) -> Me:
    """Who is signed in, and what he may do."""
    return me(session.user)


@router.put("/me/password", status_code=204)
async def change_password(body: OwnPassword, request: Request, response: Response, session: Here) -> None:
    """Another password of one's own; every session before is over, this browser gets a new one."""
    parts = parts_of(request)
    login = session.user.login
    await _proved(request, login, body.current)
    user = await parts.users.set_password(login, body.new, at=parts.loop.now())
    await parts.audit.add(AuditEntry(parts.loop.now(), login, "set_password", login))
    await parts.sessions.end_all_of(login)
    await _begin(request, response, user)


async def _proved(request: Request, login: str, password: str) -> User:
    """The person whose password this is. Raises ApiProblem when it is wrong, or was too often."""
    failed: FailedSignIns = request.app.state.failed_sign_ins
    address = request.client.host if request.client else ""
    async with failed.one_try(login, address):
        user = await parts_of(request).users.signed_in(login, password)
        if user is None:
            failed.count(login, address)
    if user is None:
        log.warning("sign-in failed", login=login, address=address)
        raise ApiProblem(Sorts.WRONG_PASSWORD, "or this login is not let in")
    failed.remember(login, address)
    log.info("password proved", login=login, address=address)
    return user


async def _begin(request: Request, response: Response, user: User) -> None:
    sessions = parts_of(request).sessions
    response.set_cookie(
        sessions.cookie,
        await sessions.begin(user),
        max_age=sessions.lasts_s,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.headers.get("origin", "").startswith("https://") or request.url.scheme == "https",
    )
