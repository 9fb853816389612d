"""What is pushed: the agent's desk and the supervisors' board; and the floor for whoever asks once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, WebSocket

from acd.errors import IllegalEvent
from cti.api.parts import parts_of
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.api.sockets import SESSION_OVER, TOO_MANY, Page
from cti.desk.days import Days
from cti.desk.frames import Ack
from cti.desk.onlookers import Onlookers
from cti.desk.views import FloorView
from cti.people.roles import Right

NO_AGENT = 4404
"""Close code: the person is no agent of the plan."""
MOST_PAGES = 32
"""Pages open at once in one session; a person has two or three."""

router = APIRouter(tags=["live"])


@router.get("/floor")
async def floor(request: Request, session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))]) -> FloorView:
    """Queues and agents now."""
    return parts_of(request).views.floor()


@router.websocket("/desk")
async def desk(
    socket: WebSocket,
    session: Annotated[Session, Depends(Needs(Right.WORK))],
    after: Annotated[int | None, Query(ge=0)] = None,
) -> None:
    """The agent's desk: a snapshot or what was missed since `after`, then every push; takes {"ack": offer}."""
    parts = parts_of(socket)
    agent = session.user.agent or ""
    await socket.accept()
    if agent not in parts.loop.floor.agents:
        await socket.close(NO_AGENT, "no agent of the plan")
        return
    if await _has_too_many(socket, session):
        return
    page = Page(socket)

    def receive(text: str) -> None:
        try:
            parts.desks.acknowledge(agent, Ack.model_validate_json(text).ack)
        except IllegalEvent as error:
            page.refuse(error.why)

    no_more = parts.sessions.when_ended(session, lambda: page.close(SESSION_OVER))
    key = parts.desks.open(agent, page.send, sees_numbers=session.user.may(Right.SEE_NUMBERS), after=after)
    try:
        await page.run(receive)
    finally:
        parts.desks.close(agent, key)
        no_more()


@router.websocket("/colleagues")
async def colleagues(socket: WebSocket, session: Annotated[Session, Depends(Needs(Right.WORK))]) -> None:
    """Who is on a phone: who is free to be consulted, and for which queues; all first, then what changed."""
    await _watch(socket, session, parts_of(socket).colleagues)


@router.websocket("/board")
async def board(socket: WebSocket, session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))]) -> None:
    """Queues and agents, everything first, then what changed, at most four times a second."""
    await _watch(socket, session, parts_of(socket).boards)


@router.websocket("/day")
async def day(socket: WebSocket, session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))]) -> None:
    """The day so far by queue and its curve, on opening and some seconds after it changed."""
    await _watch(socket, session, parts_of(socket).days)


async def _watch(socket: WebSocket, session: Session, pushed: Onlookers | Days) -> None:
    """Push to a page that only looks on, until it or its session goes."""
    await socket.accept()
    if await _has_too_many(socket, session):
        return
    page = Page(socket)
    no_more = parts_of(socket).sessions.when_ended(session, lambda: page.close(SESSION_OVER))
    key = pushed.open(page.send)
    try:
        await page.run()
    finally:
        pushed.close(key)
        no_more()


async def _has_too_many(socket: WebSocket, session: Session) -> bool:
    """Close one page more than a session may have open."""
    if parts_of(socket).sessions.pages_of(session) < MOST_PAGES:
        return False
    await socket.close(TOO_MANY, f"more than {MOST_PAGES} pages are open")
    return True
