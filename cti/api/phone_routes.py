"""The agents' phones: which there are, and what a page needs to be one itself."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from acd.floor import Floor
from cti.api.parts import parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs, standing_of
from cti.api.sessions import Session
from cti.masking import masked
from cti.people.phones import phone_secrets
from cti.people.roles import Right
from cti.plan.document import PlanDocument

router = APIRouter(tags=["phones"])
Working = Annotated[Session, Depends(Needs(Right.WORK))]

PhoneKind = Literal["sip", "browser", "outside"]


class PhoneLine(BaseModel):
    """One phone on which an agent may sign in: an extension (分机) of the plan, or a number of his outside."""

    extension: str
    kind: PhoneKind
    """A SIP phone of its own, the browser's page, or a number outside."""
    taken_by: str | None
    """工号 of the agent who is signed in on it."""
    reachable: bool
    """Whether it is registered; a page registers once its agent has signed in."""


class MyPhone(BaseModel):
    """The phone an agent is signed in on; what a page needs to be it is empty unless it is the browser's."""

    extension: str
    kind: PhoneKind
    sip_uri: str = ""
    ws_url: str = ""
    """Where its SIP WebSocket goes: to Asterisk or the proxy before it, never through hotline."""
    user: str = ""
    password: str = ""


@router.get("/phones")
async def phones(request: Request, session: Working) -> list[PhoneLine]:
    """Every phone of the plan and every number outside of one's own, and who has it."""
    parts = parts_of(request)
    floor, plan = parts.loop.floor, parts.plan()
    own = plan.agents.get(session.user.agent or "")
    numbers = own.numbers if own is not None else ()
    return [
        *(
            PhoneLine(
                extension=number,
                kind="outside",
                taken_by=floor.agent_on[number].agent if number in floor.agent_on else None,
                reachable=True,
            )
            for number in numbers
        ),
        *_of_plan(floor, plan),
    ]


def _of_plan(floor: Floor, plan: PlanDocument) -> list[PhoneLine]:
    return [
        PhoneLine(
            extension=extension,
            kind="browser" if extension in plan.browser_phones else "sip",
            taken_by=floor.agent_on[extension].agent if extension in floor.agent_on else None,
            reachable=extension not in floor.state.unreachable,
        )
        for extension in plan.phones
    ]


@router.get("/agents/me/phone")
async def my_phone(request: Request, session: Working) -> MyPhone:
    """The phone one is signed in on, with what the page needs to register as it when it is the browser's."""
    parts = parts_of(request)
    agent = standing_of(session, parts.loop.floor)
    extension = agent.extension
    if extension is None:
        raise ApiProblem(Sorts.REFUSED, "sign in on a phone first")
    if agent.outside:
        return MyPhone(extension=masked(extension), kind="outside")
    if extension not in parts.plan().browser_phones:
        return MyPhone(extension=extension, kind="sip")
    if not parts.phone_sockets:
        raise ApiProblem(Sorts.REFUSED, "no Asterisk is named that browsers' phones could register with")
    secrets = await phone_secrets(parts.database, [extension])
    ws_url = parts.phone_sockets[0]
    return MyPhone(
        extension=extension,
        kind="browser",
        sip_uri=f"sip:{extension}@{urlsplit(ws_url).hostname}",
        ws_url=ws_url,
        user=extension,
        password=secrets[extension],
    )
