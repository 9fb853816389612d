"""Why a contact waits, why an agent was chosen and the others were not, why an agent gets no contact."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel

from acd import events as e
from acd.contact import ContactState
from acd.estimate import Range, estimate
from acd.reasons import AtStep, Reasons, at_step, contacts_ahead, why_chosen, why_waiting, why_without
from acd.words import StepCause
from cti.api.parts import Parts, parts_of
from cti.api.problem import ApiProblem, Sorts, language_of
from cti.api.rights import Needs, agent_of
from cti.api.sessions import Session
from cti.database.models import Offer
from cti.people.roles import Right
from cti.reasons import of_agent, of_contact, of_step, of_waiting, why

WHOLE = 3
"""The newest choices of a contact are shown with everybody; of the others the record is enough."""

router = APIRouter(tags=["reasons"])
Languages = Annotated[str, Header(alias="accept-language")]


class Reason(BaseModel):
    """One reason, in one word and in the reader's language, and whom it keeps away."""

    reason: str
    text: str
    count: int
    who: list[str]
    """Agents, or contacts where an agent is asked about; empty when only their number is known."""


class PassedOver(BaseModel):
    """A waiting contact that the agent could have had instead."""

    contact: str
    score_ms: float


class Choice(BaseModel):
    """One offer: whom it went to, and why not to anybody else."""

    offer: int
    at: int
    agent: str
    score_ms: float
    """Of the contact: head start plus growth times wait."""
    over_contacts: list[PassedOver]
    """Up to five that waited for the same agent, best first."""
    over_agents: list[str]
    """Up to five idle agents who would have been tried after him."""
    agents: list[Reason]
    """Everybody of the plan; of a choice long ago only how many each reason left out."""


class StepNow(BaseModel):
    """At which step of its way a contact is, and why."""

    step: int
    """Below 0 a stage of its preferred agents, 0 what its queue asks for, from 1 on the steps of its relaxation."""
    steps: int
    """How many its relaxation has."""
    agents: list[str]
    """The preferred agents it waits for alone; empty at other steps."""
    since: int
    cause: StepCause | None
    """Why it took this step; null: it began here."""
    next_at: int | None
    """When time brings the next one, ms; null: it is the last."""
    text: str


class ContactReasons(BaseModel):
    """Why a contact waits, or has whom it has."""

    contact: str
    state: ContactState | None
    """Where it is on the floor; null when it is gone from there."""
    text: str
    ahead: int | None
    """While it waits: how many of the same need go before it."""
    waiting: list[Reason]
    """While it waits: what keeps each agent from it."""
    choices: list[Choice]
    """Every offer of it, first to last."""
    step: StepNow | None = None
    """While it waits or is offered; null when it has one step only."""
    expected_low_ms: int | None = None
    """While it waits: between this and `expected_high_ms` it will wait still; null when too little is known."""
    expected_high_ms: int | None = None


class AgentReasons(BaseModel):
    """Why an agent gets a contact, or none."""

    agent: str
    standing: str
    text: str
    waiting: list[Reason]
    """What keeps him from each contact that waits."""


@router.get("/contacts/{contact}/reasons")
async def contact_reasons(
    contact: str,
    request: Request,
    response: Response,
    session: Annotated[Session, Depends(Needs(Right.SEE_CONTACTS))],
    languages: Languages = "",
) -> ContactReasons:
    """Why it waits, why this agent, and why the others were passed over, in the language asked for."""
    language = _language(response, languages)
    parts = parts_of(request)
    floor = parts.loop.floor
    known = floor.contacts.get(contact)
    found = await parts.records.contact(contact)
    if known is None and found is None:
        raise ApiProblem(Sorts.NOT_FOUND, f"no contact {contact!r}, neither live nor in the records")
    reasons: Reasons = {}
    ahead: int | None = None
    expected: Range | None = None
    if known is not None and known.state in (ContactState.WAITING, ContactState.CALLBACK):
        reasons, ahead = why_waiting(floor, contact), contacts_ahead(floor, contact)
        text = of_waiting(reasons, ahead, language)
        expected = estimate(floor, contact)
    else:
        text = of_contact(floor, contact, language)
    at = at_step(floor, contact) if known is not None else None
    offers = found.offers if found is not None else ()
    return ContactReasons(
        contact=contact,
        state=known.state if known is not None else None,
        text=text,
        ahead=ahead,
        waiting=_told(reasons, language),
        choices=[
            await _choice(parts, offer, language, whole=place <= WHOLE)
            for place, offer in zip(range(len(offers), 0, -1), offers, strict=True)
        ],
        step=_step(at, parts.loop.now(), language) if at is not None else None,
        expected_low_ms=expected.low_ms if expected is not None else None,
        expected_high_ms=expected.high_ms if expected is not None else None,
    )


def _step(at: AtStep, now: int, language: str) -> StepNow:
    return StepNow(
        step=at.step,
        steps=at.steps,
        agents=list(at.agents),
        since=at.since,
        cause=at.cause,
        next_at=at.next_at,
        text=of_step(at, now, language),
    )


@router.get("/agents/me/reasons")
async def my_reasons(
    request: Request,
    response: Response,
    session: Annotated[Session, Depends(Needs(Right.WORK))],
    languages: Languages = "",
) -> AgentReasons:
    """Why one gets no contact, or whose contact one has, in the language asked for."""
    return _agent_reasons(parts_of(request), agent_of(session), _language(response, languages))


@router.get("/agents/{agent}/reasons")
async def agent_reasons(
    agent: str,
    request: Request,
    response: Response,
    session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))],
    languages: Languages = "",
) -> AgentReasons:
    """Why an agent gets no contact, or whose contact he has, in the language asked for."""
    return _agent_reasons(parts_of(request), agent, _language(response, languages))


def _agent_reasons(parts: Parts, agent: str, language: str) -> AgentReasons:
    floor = parts.loop.floor
    if agent not in floor.agents:
        raise ApiProblem(Sorts.NOT_FOUND, f"the plan has no agent {agent!r}")
    reasons = why_without(floor, agent)
    return AgentReasons(
        agent=agent,
        standing=floor.agents[agent].standing,
        text=of_agent(floor, agent, reasons, language),
        waiting=_told(reasons, language),
    )


async def _choice(parts: Parts, offer: Offer, language: str, *, whole: bool) -> Choice:
    """What was chosen and over whom: from the floor as it was then, or from the record where that is too long ago."""
    choice = Choice(
        offer=offer.offer,
        at=offer.made_at,
        agent=offer.agent,
        score_ms=offer.score,
        over_contacts=[],
        over_agents=[],
        agents=[
            Reason(reason=reason, text=why(reason, language), count=count, who=[])
            for reason, count in offer.left_out.items()
        ],
    )
    then = await parts.loop.before(offer.offer) if whole else None
    if then is None:
        return choice
    floor, made = then
    if not isinstance(made, e.OfferMade) or made.beside:
        return choice
    return choice.model_copy(
        update={
            "over_contacts": [PassedOver(contact=name, score_ms=score) for name, score in made.over_contacts],
            "over_agents": list(made.over_agents),
            "agents": _told(why_chosen(floor, made), language),
        }
    )


def _told(reasons: Reasons, language: str) -> list[Reason]:
    return [
        Reason(reason=reason, text=why(reason, language), count=len(who), who=list(who))
        for reason, who in reasons.items()
    ]


def _language(response: Response, languages: str) -> str:
    language = language_of(languages)
    response.headers["Content-Language"] = language
    return language
