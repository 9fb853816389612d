"""What a route needs of the person who calls it. Every route carries exactly one of these, a test makes sure."""

from typing import TYPE_CHECKING

from fastapi import WebSocketException
from starlette.requests import HTTPConnection, Request
from starlette.websockets import WebSocket

from acd.agent import Agent
from acd.floor import Floor
from cti.api.problem import ApiProblem, Sorts
from cti.api.sessions import Session, Sessions
from cti.people.roles import Right

if TYPE_CHECKING:
    from fastapi.routing import APIRoute, APIWebSocketRoute

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
"""Close codes of WebSockets, after the status codes."""


class Public:
    """Anybody may call."""

    right: Right | None = None

    def __call__(self) -> None:
        """Nothing to check."""


class SignedIn:
    """Whoever is signed in may call."""

    right: Right | None = None
    confined_too = False

    async def __call__(self, connection: HTTPConnection) -> Session:
        """The caller's session."""
        sessions: Sessions = connection.app.state.parts.sessions
        token = connection.cookies.get(sessions.cookie)
        session = sessions.find(token) if token else None
        if session is None:
            raise _refusal(connection, NOT_SIGNED_IN, Sorts.NOT_SIGNED_IN, "no session, or it is over")
        if sessions.is_confined(session) and not self.confined_too:
            detail = f"{session.user.role.value} {session.user.login} signed in without one"
            raise _refusal(connection, NOT_ALLOWED, Sorts.SECOND_FACTOR_DUE, detail)
        if self.right is not None and not session.user.may(self.right):
            detail = f"{session.user.role.value} {session.user.login} lacks the right {self.right.value}"
            raise _refusal(connection, NOT_ALLOWED, Sorts.NOT_ALLOWED, detail)
        return session


class ConfinedToo(SignedIn):
    """Whoever is signed in may call, also who must first set up a second factor."""

    confined_too = True


class Needs(SignedIn):
    """Whoever is signed in and has the right may call."""

    def __init__(self, right: Right) -> None:
        self.right = right

    def __hash__(self) -> int:
        """Equal needs are one dependency, checked once a request."""
        return hash((Needs, self.right))

    def __eq__(self, other: object) -> bool:
        """By the right."""
        return isinstance(other, Needs) and other.right is self.right


def agent_of(session: Session) -> str:
    """The 工号 of the person. Raises ApiProblem when he is no agent."""
    if session.user.agent is None:
        raise ApiProblem(Sorts.NO_AGENT, f"{session.user.login} takes no contacts")
    return session.user.agent


def standing_of(session: Session, floor: Floor) -> Agent:
    """How the floor has the person. Raises ApiProblem when he is no agent of the plan in force."""
    found = floor.agents.get(agent_of(session))
    if found is None:
        raise ApiProblem(Sorts.NO_AGENT, f"the plan in force has no agent {agent_of(session)}")
    return found


def need_of(route: "APIRoute | APIWebSocketRoute") -> Public | SignedIn | None:
    """What a route needs; None when it forgot to say."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return next((call for call in calls if isinstance(call, Public | SignedIn)), None)


def _refusal(connection: HTTPConnection, code: int, sort: Sorts, detail: str) -> Exception:
    if isinstance(connection, WebSocket):
        return WebSocketException(code, detail)
    assert isinstance(connection, Request)
    return ApiProblem(sort, detail)
