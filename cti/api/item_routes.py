"""Items to call back: messages left and calls back asked for. See them, take one on, finish it, hear a message."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from acd.need import Need
from acd.plan import Plan
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.flows.items import Item, ItemKind, Items
from cti.people.audit import AuditEntry
from cti.people.roles import Right

router = APIRouter(tags=["items"])
CallingBack = Annotated[Session, Depends(Needs(Right.CALL_BACK))]


class ItemView(BaseModel):
    """An item; times are ms. Whoever calls back needs the number whole."""

    id: int
    reference: str
    """As the caller heard it."""
    kind: ItemKind
    contact: str
    number: str
    customer: str | None
    queue: str
    language: str
    at: int
    due: int
    late: bool
    seconds: float
    carried: dict[str, str]
    owner: str | None


class OwnerBody(BaseModel):
    """Whether to take it on, or give it back."""

    mine: bool


@router.get("/items")
async def items(request: Request, session: CallingBack) -> list[ItemView]:
    """Those not done yet, the one due first first: an agent's are those of the queues he serves."""
    parts = parts_of(request)
    return [_view(one, parts.loop.now()) for one in await Items(parts.database).open(_reach(parts, session))]


def served_queues(plan: Plan, agent: str) -> list[str]:
    """The queues an agent of the plan serves; none when it has no such agent."""
    spec = plan.agents.get(agent)
    needs = (Need(name, queue.skills, queue.any_of) for name, queue in plan.queues.items())
    return [] if spec is None else [need.queue for need in needs if need.is_met_by(spec)]


@router.put("/items/{item}/owner")
async def take(item: int, body: Annotated[OwnerBody, Body()], request: Request, session: CallingBack) -> ItemView:
    """Take it on, or give it back. Refused to an agent while another has it."""
    parts = parts_of(request)
    await _within_reach(parts, session, item)
    who = session.user.agent or session.user.login
    items = Items(parts.database)
    taken = await (items.take(item, who) if body.mine else items.give_back(item, session.user.agent))
    return _view(taken, parts.loop.now())


@router.post("/items/{item}/finish")
async def finish(item: int, request: Request, session: CallingBack) -> ItemView:
    """It has been dealt with. Refused to an agent while another has it."""
    parts = parts_of(request)
    await _within_reach(parts, session, item)
    done = await Items(parts.database).finish(item, session.user.login, parts.loop.now(), agent=session.user.agent)
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "finish_item", done.contact, done.reference))
    return _view(done, parts.loop.now())


@router.get("/items/{item}/message", response_class=FileResponse)
async def message(item: int, request: Request, session: CallingBack) -> FileResponse:
    """The message's audio. Each look is in the audit trail."""
    parts = parts_of(request)
    one = await _within_reach(parts, session, item)
    if not one.file:
        raise ApiProblem(Sorts.NOT_FOUND, f"item {item} has no message")
    folder = parts.message_folders.get(one.contact.rpartition("-")[0])
    file = None if folder is None else (folder / one.file).resolve()
    if folder is None or file is None or not file.is_relative_to(folder.resolve()):
        raise ApiProblem(Sorts.NOT_FOUND, f"the message of item {item} was left on an Asterisk we do not know")
    if not await asyncio.to_thread(file.is_file):
        raise ApiProblem(Sorts.NOT_FOUND, f"the file of item {item} is gone")
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "hear_message", one.contact, one.reference))
    return FileResponse(file, filename=f"{one.reference}{file.suffix}", content_disposition_type="inline")


def _reach(parts: Parts, session: Session) -> list[str] | None:
    """The queues whose items this person deals with; None: all."""
    return None if session.user.agent is None else served_queues(parts.loop.floor.plan, session.user.agent)


async def _within_reach(parts: Parts, session: Session, item: int) -> Item:
    """The item, for whoever deals with its queue; to others there is none: their numbers can be guessed."""
    one = await Items(parts.database).get(item)
    reach = _reach(parts, session)
    if one is None or (reach is not None and one.queue not in reach):
        raise ApiProblem(Sorts.NOT_FOUND, f"there is no item {item} for you")
    return one


def _view(item: Item, now: int) -> ItemView:
    return ItemView(
        id=item.id,
        reference=item.reference,
        kind=item.kind,
        contact=item.contact,
        number=item.number,
        customer=item.customer,
        queue=item.queue,
        language=item.language,
        at=item.at,
        due=item.due,
        late=item.due < now,
        seconds=item.seconds,
        carried=dict(item.carried),
        owner=item.owner,
    )
