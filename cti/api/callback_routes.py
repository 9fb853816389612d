"""Callbacks: who waits to be called back; ask for one, move it to another number or time, cancel it."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from acd import events as e
from acd.contact import Contact, ContactState
from acd.pending import is_pending
from cti.api.item_routes import served_queues
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.desk.callbacks import CallbackView, callback_view, pending_callbacks
from cti.people.audit import AuditEntry
from cti.people.roles import Right
from cti.problems import Problem, Refused

router = APIRouter(tags=["callbacks"])
CallingBack = Annotated[Session, Depends(Needs(Right.CALL_BACK))]
Number = Annotated[str, Field(min_length=2, max_length=32)]
Moment = Annotated[int, Field(ge=0, le=2**53)]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class CallbackRefused(Refused):
    """A wish that names nobody who could be called, or nothing of the plan."""


class CallbackWish(BaseModel):
    """Whom to call back: a contact that is live, or a number for an access number."""

    model_config = ConfigDict(extra="forbid")

    contact: Annotated[str, Field(max_length=255)] | None = None
    """It waits, or is in its flow; with a queue it enters that one."""
    number: Number | None = None
    """As it is dialled; null: the number from which the contact calls."""
    access: Word | None = None
    """The access number for which he is called, where there is no contact: its number is what he sees."""
    queue: Word | None = None
    """Null: the access number's, like the tier and the language."""
    tier: Word | None = None
    language: Word | None = None
    customer: Word | None = None
    not_before: Moment = 0
    """He is not dialled before then, ms; 0: as soon as it is his turn."""


class CallbackMove(BaseModel):
    """Another number, or another time, or both; its place stays."""

    model_config = ConfigDict(extra="forbid")

    number: Number | None = None
    not_before: Moment | None = None


@router.get("/callbacks")
async def callbacks(
    request: Request, session: CallingBack, queue: Word | None = None, whole: bool = False
) -> list[CallbackView]:
    """Pending ones, the oldest place first: an agent's are those of the queues he serves.

    `whole`: with numbers unmasked, for whoever may see them; that look is on record.
    """
    parts = parts_of(request)
    if whole and not session.user.may(Right.SEE_NUMBERS):
        raise ApiProblem(Sorts.NOT_ALLOWED, f"{session.user.login} lacks the right {Right.SEE_NUMBERS.value}")
    found = [
        one
        for one in pending_callbacks(parts.loop.floor, whole=whole)
        if queue in (None, one.queue) and _reaches(parts, session, one.queue)
    ]
    if whole and found:
        contacts = " ".join(one.contact for one in found)
        await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "see_number", "callbacks", contacts))
    return found


@router.post("/callbacks", status_code=201)
async def ask(wish: Annotated[CallbackWish, Body()], request: Request, session: CallingBack) -> CallbackView:
    """Let a customer be called back: the live contact, at the place it has, or a number, whose wait begins now."""
    parts = parts_of(request)
    asked = _of_contact(parts, wish, session) if wish.contact is not None else _of_number(parts, wish, session)
    queue = asked.queue or parts.loop.floor.contacts[asked.contact].queue
    if not _reaches(parts, session, queue):
        raise ApiProblem(Sorts.REFUSED, f"agent {session.user.agent} does not serve queue {queue!r}")
    parts.loop.tell(asked)
    contact = parts.loop.floor.contacts[asked.contact]
    await parts.audit.add(AuditEntry(asked.at, session.user.login, "ask_callback", contact.contact, contact.queue))
    if not is_pending(contact):
        raise ApiProblem(Sorts.REFUSED, "another callback of this number or customer is pending: it stands")
    return callback_view(parts.loop.floor, contact)


@router.put("/callbacks/{contact}")
async def move(
    contact: str, wish: Annotated[CallbackMove, Body()], request: Request, session: CallingBack
) -> CallbackView:
    """Another number or time for a pending one. Refused while it is his turn. It is on record."""
    parts = parts_of(request)
    _pending(parts, session, contact)
    number = "" if wish.number is None else _normal(parts, wish.number)
    now, login = parts.loop.now(), session.user.login
    parts.loop.tell(e.CallbackMoved(at=now, contact=contact, number=number, not_before=wish.not_before, who=login))
    view = callback_view(parts.loop.floor, parts.loop.floor.contacts[contact])
    changed = [name for name, value in (("number", wish.number), ("time", wish.not_before)) if value is not None]
    await parts.audit.add(AuditEntry(now, login, "move_callback", contact, " ".join(changed)))
    return view


@router.delete("/callbacks/{contact}", status_code=204)
async def cancel(contact: str, request: Request, session: CallingBack) -> Response:
    """He is not called back after all; a dial in flight ends. It is on record."""
    parts = parts_of(request)
    queue = _pending(parts, session, contact).queue
    now, login = parts.loop.now(), session.user.login
    parts.loop.tell(e.CallbackCancelled(at=now, contact=contact, cause=e.CancelCause.DESK, who=login))
    await parts.audit.add(AuditEntry(now, login, "cancel_callback", contact, queue))
    return Response(status_code=204)


def _of_contact(parts: Parts, wish: CallbackWish, session: Session) -> e.CallbackAsked:
    contact = parts.loop.floor.contacts.get(wish.contact or "")
    if contact is None:
        raise ApiProblem(Sorts.NOT_FOUND, f"no contact {wish.contact!r} is live: give number and access instead")
    return e.CallbackAsked(
        at=parts.loop.now(),
        contact=contact.contact,
        number=contact.caller if wish.number is None else _normal(parts, wish.number),
        not_before=wish.not_before,
        queue=(wish.queue or "") if contact.state is ContactState.IVR else "",
        tier=wish.tier or contact.tier or _tier_of(parts, contact.access),
        language=wish.language or contact.language,
        customer=wish.customer or contact.customer,
        who=session.user.login,
    )


def _tier_of(parts: Parts, access: str) -> str:
    known = parts.plan().access_numbers.get(access)
    return known.tier if known is not None else ""


def _of_number(parts: Parts, wish: CallbackWish, session: Session) -> e.CallbackAsked:
    if wish.number is None:
        raise CallbackRefused(Problem("number", "neither a contact nor a number", "give one of the two"))
    numbers = parts.plan().access_numbers
    access = numbers.get(wish.access or "")
    if access is None:
        mend = f"give the one for which he is called: {', '.join(numbers)}"
        raise CallbackRefused(Problem("access", f"{wish.access!r} is no access number of the plan", mend))
    floor, now = parts.loop.floor, parts.loop.now()
    down = floor.state.links_down
    asterisk = next((name for name in parts.asterisks if name not in down), None)
    if asterisk is None:
        raise ApiProblem(Sorts.REFUSED, "no Asterisk answers just now")
    return e.CallbackAsked(
        at=now,
        contact=f"{asterisk}-callback.{now}.{floor.number}",
        number=_normal(parts, wish.number),
        not_before=wish.not_before,
        asterisk=asterisk,
        access=wish.access or "",
        queue=wish.queue or access.queue,
        tier=wish.tier or access.tier,
        language=wish.language or access.language,
        customer=wish.customer,
        who=session.user.login,
    )


def _normal(parts: Parts, number: str) -> str:
    found = parts.normal_number(number)
    if not found:
        raise CallbackRefused(Problem("number", f"{number!r} is no telephone number", "write it as 13800000001"))
    return found


def _pending(parts: Parts, session: Session, contact: str) -> Contact:
    """A pending callback that this person may deal with."""
    found = parts.loop.floor.contacts.get(contact)
    if found is None or not is_pending(found) or not _reaches(parts, session, found.queue):
        raise ApiProblem(Sorts.NOT_FOUND, f"no callback of contact {contact!r} is pending")
    return found


def _reaches(parts: Parts, session: Session, queue: str) -> bool:
    """Whether a person deals with this queue's callbacks: an agent with those of the queues he serves."""
    agent = session.user.agent
    return agent is None or queue in served_queues(parts.loop.floor.plan, agent)
