"""One's own account: who one is, the password, the second factor, where one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import ConfinedToo, SignedIn
from cti.api.sessions import Session
from cti.api.signing_in import Me, begin, me, prove_factor, prove_password
from cti.people.audit import AuditEntry
from cti.people.second_factors import CodeWrong, OfferOver

router = APIRouter(tags=["account"])
Here = Annotated[Session, Depends(SignedIn())]
ConfinedHere = Annotated[Session, Depends(ConfinedToo())]


class OwnPassword(BaseModel):
    """The password one has, and the one to have from now on."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=200)


class Proof(BaseModel):
    """The password, and a code where there is a second factor already."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(min_length=1, max_length=200)
    code: str = Field("", max_length=40)


class OfferView(BaseModel):
    """A secret for one's app. `picture`: its QR code, a data: address. `offer` goes back with the first code."""

    secret: str
    uri: str
    picture: str
    offer: str


class FirstCode(BaseModel):
    """What was offered, and the first code that the app makes of it."""

    model_config = ConfigDict(extra="forbid")

    offer: str = Field(max_length=2000)
    code: str = Field(min_length=1, max_length=40)


class RecoveryCodes(BaseModel):
    """Each signs in once in the app's stead; they are not shown again."""

    codes: list[str]


class SessionView(BaseModel):
    """One of one's sessions. `begun_at`, `used_at` are ms."""

    session: str
    begun_at: int
    used_at: int
    address: str
    browser: str
    """What the browser calls itself (User-Agent)."""
    here: bool
    """Whether it is the one that asks."""


@router.get("/me")
async def who_am_i(request: Request, session: ConfinedHere) -> Me:
    """Who is signed in, and what he may do."""
    return me(session, parts_of(request).sessions)


@router.put("/me/password", status_code=204)
async def change_password(body: OwnPassword, request: Request, response: Response, session: Here) -> None:
    """Another password of one's own; every session before is over, this browser gets a new one."""
    parts = parts_of(request)
    login = session.user.login
    await prove_password(request, login, body.current)
    user = await parts.users.set_password(login, body.new, at=parts.loop.now())
    await parts.audit.add(AuditEntry(parts.loop.now(), login, "set_password", login))
    await parts.sessions.end_all_of(login)
    await begin(request, response, user, proven=session.proven)


@router.post("/me/second-factor")
async def offer_second_factor(body: Proof, request: Request, session: ConfinedHere) -> OfferView:
    """A secret for one's app; nothing changes before its first code. In place of one that one has, with its code."""
    parts = parts_of(request)
    login = session.user.login
    await prove_password(request, login, body.password)
    await prove_factor(request, login, body.code.strip())
    offer = parts.second_factors.offer(login, at=parts.loop.now())
    return OfferView(secret=offer.secret, uri=offer.uri, picture=offer.picture, offer=offer.sealed)


@router.put("/me/second-factor")
async def set_second_factor(
    body: FirstCode, request: Request, response: Response, session: ConfinedHere
) -> RecoveryCodes:
    """Sign in with it from now on; every session before is over, this browser gets a new one."""
    parts = parts_of(request)
    user, now = session.user, parts.loop.now()
    try:
        codes = await parts.second_factors.set_up(user.login, body.offer, body.code, at=now)
    except CodeWrong as error:
        raise ApiProblem(Sorts.WRONG_CODE, str(error)) from None
    except OfferOver as error:
        raise ApiProblem(Sorts.OFFER_OVER, str(error)) from None
    await parts.audit.add(AuditEntry(now, user.login, "set_second_factor", user.login))
    await parts.sessions.end_all_of(user.login)
    await begin(request, response, user, proven=True)
    return RecoveryCodes(codes=list(codes))


@router.get("/me/sessions")
async def own_sessions(request: Request, session: Here) -> list[SessionView]:
    """Where one is signed in, the latest first."""
    sessions = parts_of(request).sessions
    return [
        SessionView(
            session=one.name,
            begun_at=one.begun_at,
            used_at=sessions.used_at(one),
            address=one.address,
            browser=one.browser,
            here=one.digest == session.digest,
        )
        for one in sessions.of(session.user.login)
    ]


@router.delete("/me/sessions/{name}", status_code=204)
async def end_session(name: Annotated[str, Path(max_length=16)], request: Request, session: Here) -> None:
    """End one of one's own sessions; its open pages are closed."""
    sessions = parts_of(request).sessions
    mine = next((one for one in sessions.of(session.user.login) if one.name == name), None)
    if mine is None:
        raise ApiProblem(Sorts.NOT_FOUND, "no session of yours is called so, or it is over")
    await sessions.end(mine)
