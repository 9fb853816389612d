"""Signing in as a person: a session in a cookie that scripts of a page cannot read and other sites cannot send."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from cti.api.parts import parts_of
from cti.api.rights import ConfinedToo, Public
from cti.api.sessions import Session
from cti.api.signing_in import Me, begin, me, prove_factor, prove_password

router = APIRouter(tags=["session"])
Here = Annotated[Session, Depends(ConfinedToo())]


class Credentials(BaseModel):
    """Login and password of a person, and a code where there is a second factor."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)
    code: str = Field("", max_length=40)


@router.post("/session", dependencies=[Depends(Public())])
async def sign_in(credentials: Credentials, request: Request, response: Response) -> Me:
    """Sign in; sets the session's cookie. A session that this browser had before is over."""
    sessions = parts_of(request).sessions
    user = await prove_password(request, credentials.login.strip().lower(), credentials.password)
    proven = await prove_factor(request, user.login, credentials.code.strip())
    before = sessions.find(request.cookies.get(sessions.cookie, ""))
    if before is not None:
        await sessions.end(before)
    return me(await begin(request, response, user, proven=proven), sessions)


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
