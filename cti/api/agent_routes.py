"""An agent's own work: sign in on a phone, intent, pop, hold, outcome."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from acd import events as e
from acd.errors import IllegalEvent
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts
from cti.api.rights import Needs, agent_of, standing_of
from cti.api.sessions import Session
from cti.database.connection import DatabaseUnreachable
from cti.desk.frames import MissingOutcome
from cti.desk.views import AgentView
from cti.people.roles import Right
from cti.records.drafts import Draft

router = APIRouter(tags=["agent"])
log = structlog.get_logger()
_OfTalk = e.HoldStarted | e.HoldEnded | e.ConsultAsked | e.ConsultEnded | e.AgentHungUp
Working = Annotated[Session, Depends(Needs(Right.WORK))]


class Body(BaseModel):
    """What a request carries: no unknown keys."""

    model_config = ConfigDict(extra="forbid")


class PhoneChoice(Body):
    """The phone to work on: an extension (分机) of the plan, or one of the agent's numbers outside."""

    extension: str = Field(pattern=r"^\+?[0-9]{2,20}$")


class IntentChoice(Body):
    """What the agent wants to be; a reason of the plan goes with not being ready; signed out: after the contact."""

    intent: e.Intent
    reason: str = Field("", max_length=64)


class AutoAnswerChoice(Body):
    """Whether the phone is to answer by itself."""

    on: bool


class HoldChoice(Body):
    """Whether the caller is to be on hold."""

    on: bool


class Colleague(Body):
    """Whom to consult: an agent by his 工号, or whoever is free in a queue; one of the two."""

    agent: str = Field("", max_length=64)
    queue: str = Field("", max_length=64)


class OutcomeChosen(Body):
    """How the contact ended: `group.outcome` of the plan, and words of the agent's own."""

    outcome: str = Field(min_length=1, max_length=65)
    note: str = Field("", max_length=4000)


class DraftBegun(Body):
    """An outcome chosen but not saved, "" when none is, and the words beside it."""

    outcome: str = Field("", max_length=65)
    note: str = Field("", max_length=4000)


@router.post("/agents/me/sign-in")
async def sign_in(choice: PhoneChoice, request: Request, session: Working) -> AgentView:
    """签入: take a phone. Not ready until he says so."""
    parts = parts_of(request)
    agent = agent_of(session)
    part = parts.plan().agents.get(agent)
    outside = part is not None and choice.extension in part.numbers
    if not outside and choice.extension not in parts.plan().phones:
        known = ", ".join(parts.plan().phones[:8])
        raise ApiProblem(Sorts.REFUSED, f"the plan has no phone {choice.extension} for you; it has {known} …")
    desk = parts.desks.is_open(agent)
    parts.loop.tell(
        e.AgentSignedIn(at=parts.loop.now(), agent=agent, extension=choice.extension, desk=desk, outside=outside)
    )
    return parts.views.agent(agent)


@router.post("/agents/me/sign-out")
async def sign_out(request: Request, session: Working) -> AgentView:
    """签出: give the phone back. A talk or a wrap-up goes on to its end."""
    parts = parts_of(request)
    agent = agent_of(session)
    parts.loop.tell(e.AgentSignedOut(at=parts.loop.now(), agent=agent))
    return parts.views.agent(agent)


@router.put("/agents/me/intent")
async def set_intent(choice: IntentChoice, request: Request, session: Working) -> AgentView:
    """置闲 or 置忙, while busy for afterwards, then also 签出. Being made ready ends being set aside."""
    parts = parts_of(request)
    agent = agent_of(session)
    if choice.intent is not e.Intent.NOT_READY:
        reason = ""
    elif choice.reason in parts.plan().reasons:
        reason = choice.reason
    else:
        known = ", ".join(parts.plan().reasons)
        raise ApiProblem(Sorts.REFUSED, f"no reason {choice.reason!r}; the plan has {known}")
    parts.loop.tell(e.IntentChanged(at=parts.loop.now(), agent=agent, intent=choice.intent, reason=reason))
    return parts.views.agent(agent)


@router.put("/agents/me/auto-answer")
async def set_auto_answer(choice: AutoAnswerChoice, request: Request, session: Working) -> AgentView:
    """自动接听: whether one's phone answers offers by itself, from the next ring on."""
    parts = parts_of(request)
    agent = agent_of(session)
    parts.loop.tell(e.AutoAnswerChosen(at=parts.loop.now(), agent=agent, on=choice.on))
    return parts.views.agent(agent)


@router.post("/offers/{offer}/pop", status_code=204)
async def acknowledge(offer: int, request: Request, session: Working) -> None:
    """The customer is on the screen. The desk's WebSocket takes {"ack": offer} for the same."""
    parts_of(request).desks.acknowledge(agent_of(session), offer)


@router.put("/offers/{offer}/hold")
async def hold(offer: int, choice: HoldChoice, request: Request, session: Working) -> AgentView:
    """保持: put the caller on hold or take him back."""
    parts = parts_of(request)
    kind = e.HoldStarted if choice.on else e.HoldEnded
    return _in_talk(parts, agent_of(session), kind(at=parts.loop.now(), offer=offer))


@router.post("/offers/{offer}/consult")
async def consult(offer: int, colleague: Colleague, request: Request, session: Working) -> AgentView:
    """询转: ring an idle colleague, while the caller hears music. Who picks up speaks with the agent alone."""
    if bool(colleague.agent) == bool(colleague.queue):
        raise ApiProblem(Sorts.REFUSED, "name an agent or a queue, one of the two")
    parts = parts_of(request)
    to = f"agent:{colleague.agent}" if colleague.agent else f"queue:{colleague.queue}"
    return _in_talk(parts, agent_of(session), e.ConsultAsked(at=parts.loop.now(), offer=offer, to=to))


@router.delete("/offers/{offer}/consult")
async def end_consult(offer: int, request: Request, session: Working) -> AgentView:
    """Let the colleague go, whether he picked up or not. The caller is on hold until he is taken back."""
    parts = parts_of(request)
    return _in_talk(parts, agent_of(session), e.ConsultEnded(at=parts.loop.now(), offer=offer))


@router.post("/offers/{offer}/handover")
async def hand_over(offer: int, request: Request, session: Working) -> AgentView:
    """转接: the caller goes on with the colleague who picked up, and the agent's wrap-up begins."""
    parts = parts_of(request)
    event = e.AgentHungUp(at=parts.loop.now(), offer=offer, to=e.CONSULTED)
    offers = parts.loop.floor.offers
    colleague = offers.get(offers[offer].consult or 0) if offer in offers else None
    if colleague is None or colleague.answered_at is None:
        raise IllegalEvent(event, f"no colleague is there with whom the caller of offer {offer} could go on")
    return _in_talk(parts, agent_of(session), event)


def _in_talk(parts: Parts, agent: str, event: _OfTalk) -> AgentView:
    known = parts.loop.floor.offers.get(event.offer)
    if known is None or known.agent != agent:
        raise IllegalEvent(event, f"offer {event.offer} is no talk of agent {agent!r}")
    parts.loop.tell(event)
    return parts.views.agent(agent)


@router.post("/agents/me/rejoin")
async def rejoin(request: Request, session: Working) -> AgentView:
    """Come back into the talk on a new leg, after the page was loaded anew or the leg was lost.

    The phone must be registered; it is called with the header X-Hotline-Rejoin and is to answer at once.
    """
    parts = parts_of(request)
    agent = agent_of(session)
    offer = standing_of(session, parts.loop.floor).offer
    if offer is None:
        raise ApiProblem(Sorts.REFUSED, "there is no talk to rejoin")
    parts.loop.tell(e.RejoinAsked(at=parts.loop.now(), offer=offer))
    return parts.views.agent(agent)


@router.post("/contacts/{contact}/outcome")
async def save_outcome(contact: str, chosen: OutcomeChosen, request: Request, session: Working) -> AgentView:
    """小结: close a contact of one's own; ends its wrap-up. A later one replaces it."""
    parts = parts_of(request)
    agent = agent_of(session)
    if chosen.outcome not in parts.plan().outcome_codes():
        raise ApiProblem(Sorts.REFUSED, f"the plan has no outcome {chosen.outcome!r}")
    event = e.OutcomeSaved(at=parts.loop.now(), contact=contact, agent=agent, outcome=chosen.outcome)
    await _save(parts, event, chosen.note)
    return parts.views.agent(agent)


async def _save(parts: Parts, event: e.OutcomeSaved, note: str) -> None:
    # The note first: should the database be down, the agent is told and the wrap-up goes on.
    if note:
        known = parts.loop.floor.contacts.get(event.contact)
        if known is None or known.agent != event.agent:
            raise IllegalEvent(event, f"agent {event.agent!r} owes no outcome for contact {event.contact!r}")
        await parts.records.save_note(contact=event.contact, agent=event.agent, note=note, at=event.at)
    parts.loop.tell(event)
    try:
        await parts.drafts.drop(event.contact, event.agent)
    except (SQLAlchemyError, ConnectionError, DatabaseUnreachable) as error:
        # The outcome is in the journal; a draft left over is asked for by nobody.
        log.warning("draft not dropped", contact=event.contact, error=str(error))


@router.put("/contacts/{contact}/draft", status_code=204)
async def keep_draft(contact: str, begun: DraftBegun, request: Request, session: Working) -> None:
    """Keep what was begun about a contact of one's own, until its outcome is saved."""
    parts = parts_of(request)
    agent = agent_of(session)
    known = parts.loop.floor.contacts.get(contact)
    if known is None or known.agent != agent or (known.outcome is not None and not known.owed):
        raise ApiProblem(Sorts.REFUSED, f"agent {agent!r} owes no outcome for contact {contact!r}")
    await parts.drafts.keep(contact, agent, Draft(outcome=begun.outcome, note=begun.note), at=parts.loop.now())


@router.get("/contacts/{contact}/draft")
async def draft(contact: str, request: Request, session: Working) -> DraftBegun:
    """What was begun about a contact; empty when nothing was."""
    kept = await parts_of(request).drafts.of(contact, agent_of(session))
    return DraftBegun(outcome=kept.outcome, note=kept.note)


@router.get("/agents/me/missing-outcomes")
async def missing_outcomes(request: Request, session: Working) -> list[MissingOutcome]:
    """待补小结: contacts whose wrap-up ended at its cap, oldest first."""
    return parts_of(request).desks.missing(agent_of(session))
