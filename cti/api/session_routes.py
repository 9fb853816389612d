"""Signing in as a person: a session in a cookie that scripts of a page cannot read and other sites cannot send."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field

from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Public, SignedIn
from cti.api.sessions import Session
from cti.people.roles import RIGHTS, Role
from cti.people.users import User

PER_LOGIN = RateLimitItemPerMinute(5, namespace="login")
PER_ADDRESS = RateLimitItemPerMinute(30, namespace="address")
"""Failed sign-ins; right ones do not count, so a whole shift behind one address may sign in at once."""

router = APIRouter(tags=["session"])


class Credentials(BaseModel):
    """Login and password of a person."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


class Me(BaseModel):
    """The person signed in, and what he may do."""

    login: str
    name: str
    role: Role
    agent: str | None
    """工号, when he is an agent."""
    rights: list[str]


class FailedSignIns:
    """Counts failures, by login and by address, over the last minute.

    A try is let begin only while the failures and all tries under way stay below the limit together; others wait until
    it is known how those went. So tries at once get no further than tries one after the other.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._under_way: Counter[str] = Counter()
        self._one_over = asyncio.Event()

    @asynccontextmanager
    async def one_try(self, login: str, address: str) -> AsyncIterator[None]:
        """Inside, a try is made, and counted if it fails. Raises ApiProblem after too many failures."""
        while not self._has_room(login, address):
            await self._one_over.wait()
        tried = Counter(limit.key_for(who) for limit, who in _limits(login, address))
        self._under_way += tried
        try:
            yield
        finally:
            self._under_way -= tried
            self._one_over.set()
            self._one_over = asyncio.Event()

    def count(self, login: str, address: str) -> None:
        """One more failure."""
        for limit, who in _limits(login, address):
            self._window.hit(limit, who)

    def _has_room(self, login: str, address: str) -> bool:
        """Raises ApiProblem when either has failed too often."""
        room = True
        for limit, who in _limits(login, address):
            left = self._window.get_window_stats(limit, who).remaining
            if left <= 0:
                raise ApiProblem(Sorts.TOO_MANY_TRIES, "wait a minute, then try again", headers={"Retry-After": "60"})
            room = room and self._under_way[limit.key_for(who)] < left
        return room


def _limits(login: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
    return (PER_LOGIN, login), (PER_ADDRESS, address)


def me(user: User) -> Me:
    """What a person is told of himself."""
    rights = sorted(right.value for right in RIGHTS[user.role])
    return Me(login=user.login, name=user.name, role=user.role, agent=user.agent, rights=rights)


@router.post("/session", dependencies=[Depends(Public())])
async def sign_in(credentials: Credentials, request: Request, response: Response) -> Me:
    """Sign in; sets the session's cookie."""
    parts = parts_of(request)
    failed: FailedSignIns = request.app.state.failed_sign_ins
    users = parts.users
    sessions = parts.sessions
    login = credentials.login.strip().lower()
    address = request.client.host if request.client else ""
    async with failed.one_try(login, address):
        user = await users.signed_in(login, credentials.password)
        if user is None:
            failed.count(login, address)
    if user is None:
        raise ApiProblem(Sorts.WRONG_PASSWORD, "or this login is not let in")
    response.set_cookie(
        sessions.cookie,
        await sessions.begin(user),
        max_age=sessions.lasts_s,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.headers.get("origin", "").startswith("https://") or request.url.scheme == "https",
    )
    return me(user)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, session: Annotated[Session, Depends(SignedIn())]) -> None:
    """End this session; its open pages are closed. An agent stays signed in on the phone."""
    sessions = parts_of(request).sessions
    await sessions.end(session)
    response.delete_cookie(sessions.cookie, path="/")


@router.get("/me")
async def who_am_i(session: Annotated[Session, Depends(SignedIn())]) -> Me:
    """Who is signed in, and what he may do."""
    return me(session.user)
