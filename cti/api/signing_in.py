"""What a person proves, and the session that comes of it."""

import structlog
from fastapi import Request, Response
from pydantic import BaseModel

from cti.api.failed_sign_ins import FailedSignIns
from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.sessions import Session, Sessions
from cti.people.roles import RIGHTS, Role
from cti.people.users import User

log = structlog.get_logger()


class Me(BaseModel):
    """The person signed in, and what he may do."""

    login: str
    name: str
    role: Role
    agent: str | None
    """工号, when he is an agent."""
    rights: list[str]
    second_factor: bool
    """Whether he signed in with one, or has set one up since."""
    second_factor_due: bool
    """Whether he must set one up before anything else."""


def me(session: Session, sessions: Sessions) -> Me:
    """What a person is told of himself."""
    user = session.user
    return Me(
        login=user.login,
        name=user.name,
        role=user.role,
        agent=user.agent,
        rights=sorted(right.value for right in RIGHTS[user.role]),
        second_factor=session.proven,
        second_factor_due=sessions.is_confined(session),
    )


async def prove_password(request: Request, login: str, password: str) -> User:
    """The person whose password this is. Raises ApiProblem when it is wrong, or was too often."""
    failed, address = _failed(request), address_of(request)
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


async def prove_factor(request: Request, login: str, code: str) -> bool:
    """Whether the person has a second factor; then this was its code. Call it once the password was proved.

    Raises ApiProblem when the code is missing or wrong, or was too often.
    """
    parts = parts_of(request)
    if not await parts.second_factors.has(login):
        return False
    if not code:
        raise ApiProblem(Sorts.CODE_NEEDED, "six digits, or a recovery code")
    failed = _failed(request)
    async with failed.one_code(login):
        right = await parts.second_factors.is_right(login, code, at=parts.loop.now())
        if not right:
            failed.count_code(login)
    if not right:
        log.warning("second factor failed", login=login, address=address_of(request))
        raise ApiProblem(Sorts.WRONG_CODE, "type the one that the app shows now")
    log.info("second factor proved", login=login, address=address_of(request))
    return True


async def begin(request: Request, response: Response, user: User, *, proven: bool) -> Session:
    """A session, and its cookie."""
    sessions = parts_of(request).sessions
    browser = request.headers.get("user-agent", "")
    token = await sessions.begin(user, proven=proven, address=address_of(request), browser=browser)
    response.set_cookie(
        sessions.cookie,
        token,
        max_age=sessions.lasts_s,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.headers.get("origin", "").startswith("https://") or request.url.scheme == "https",
    )
    begun = sessions.find(token)
    assert begun is not None
    return begun


def address_of(request: Request) -> str:
    """From where it comes."""
    return request.client.host if request.client else ""


def _failed(request: Request) -> FailedSignIns:
    failed: FailedSignIns = request.app.state.failed_sign_ins
    return failed
