"""The adaptation: how the head starts lean just now and why; freeze it, let it go on, undo it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel

from acd import events as e
from acd.floor import Floor
from acd.plan import Target
from acd.state import Lean
from cti.api.parts import parts_of
from cti.api.problem import language_of
from cti.api.rights import Needs
from cti.api.sessions import Session
from cti.people.audit import AuditEntry
from cti.people.roles import Right

router = APIRouter(tags=["adaptation"])
Languages = Annotated[str, Header(alias="accept-language")]
TEXT: dict[str, dict[str, str]] = {
    "en": {
        "unknown": "Too few contacts yet to say.",
        "ahead": "Reached {share:.0%} of the promised {target:.0%} in {within:g} s: {ahead:g} s further ahead.",
        "back": "Reached {share:.0%} of the promised {target:.0%} in {within:g} s: {ahead:g} s further back.",
        "none": "Reached {share:.0%} of the promised {target:.0%} in {within:g} s: as the plan has it.",
    },
    "zh-CN": {
        "unknown": "联系太少，尚无结论。",
        "ahead": "承诺 {within:g} 秒内接听 {target:.0%}，近期 {share:.0%}：另提前 {ahead:g} 秒。",
        "back": "承诺 {within:g} 秒内接听 {target:.0%}，近期 {share:.0%}：另退后 {ahead:g} 秒。",
        "none": "承诺 {within:g} 秒内接听 {target:.0%}，近期 {share:.0%}：与方案一致。",
    },
}


class LeanView(BaseModel):
    """A queue and tier with its target; ms."""

    queue: str
    tier: str
    within_ms: int
    target: float
    share: float | None
    """What the last comparison found; null: too few contacts."""
    ahead_ms: int
    """By how much its head start leaves the plan's."""
    text: str


class AdaptationView(BaseModel):
    """What adapts, within which bounds; ms. `on`: the plan asks for it."""

    on: bool
    frozen: bool
    every_ms: int
    reach_ms: int
    """No head start leaves the plan's by more."""
    step_ms: int
    leans: list[LeanView]


class Order(BaseModel):
    """What it is told."""

    order: e.AdaptationOrder


@router.get("/adaptation")
async def adaptation(
    request: Request,
    response: Response,
    session: Annotated[Session, Depends(Needs(Right.SEE_FLOOR))],
    languages: Languages = "",
) -> AdaptationView:
    """How the head starts lean just now and why, in the language asked for."""
    language = language_of(languages)
    response.headers["content-language"] = language
    return _view(parts_of(request).loop.floor, language)


@router.put("/adaptation")
async def tell(
    order: Order,
    request: Request,
    response: Response,
    session: Annotated[Session, Depends(Needs(Right.CHANGE_PLAN))],
    languages: Languages = "",
) -> AdaptationView:
    """Freeze it, let it go on, or undo what it did and freeze it."""
    parts = parts_of(request)
    parts.loop.tell(e.AdaptationTold(at=parts.loop.now(), order=order.order, who=session.user.login))
    await parts.audit.add(AuditEntry(parts.loop.now(), session.user.login, "adaptation", order.order.value))
    language = language_of(languages)
    response.headers["content-language"] = language
    return _view(parts.loop.floor, language)


def _view(floor: Floor, language: str) -> AdaptationView:
    terms = floor.plan.adaptation
    return AdaptationView(
        on=terms.every_ms > 0,
        frozen=floor.state.adaptation_frozen,
        every_ms=terms.every_ms,
        reach_ms=terms.reach_ms,
        step_ms=terms.step_ms,
        leans=[
            _lean(name, tier, target, floor.state.leans.get(name, {}).get(tier, Lean()), language)
            for name, queue in floor.plan.queues.items()
            for tier, target in queue.targets.items()
        ],
    )


def _lean(queue: str, tier: str, target: Target, lean: Lean, language: str) -> LeanView:
    which = "ahead" if lean.ahead_ms > 0 else "back" if lean.ahead_ms < 0 else "none"
    text = TEXT[language]["unknown" if lean.share is None else which]
    return LeanView(
        queue=queue,
        tier=tier,
        within_ms=target.within_ms,
        target=target.share,
        share=lean.share,
        ahead_ms=lean.ahead_ms,
        text=text.format(
            share=lean.share or 0.0,
            target=target.share,
            within=target.within_ms / 1000,
            ahead=abs(lean.ahead_ms) / 1000,
        ),
    )
