"""Figures of a period, by queue and by agent, counted from the records.

A visit belongs to the period in which it began; an agent's time is cut at the period's edges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.agent import AgentState
from acd.events import Intent, OfferFailure
from cti.database.models import AgentInterval, Offer, Visit
from cti.records.book import VISIT_ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """One queue. Waits count from when the contact first wanted an agent."""

    queue: str
    entered: int
    open: int
    """Not answered and not ended yet."""
    ends: Mapping[str, int]
    """Account of the ledger -> visits; entered = the sum of these + open."""
    answered_within: int
    """Answered within the queue's target."""
    abandoned_within: int
    """Given up within the queue's target: some service levels leave these out."""
    answer_wait_ms: int
    """Sum of the waits of the answered ones."""
    longest_wait_ms: int
    """Of those that ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigures:
    """One agent. Times are ms."""

    agent: str
    offers: int
    answered: int
    missed: int
    """Offers that expired (久振未接)."""
    failed: int
    """Offers that his phone refused or that did not reach it."""
    signed_in_ms: int
    idle_ms: int
    ring_ms: int
    talk_ms: int
    """Holds not counted."""
    hold_ms: int
    wrap_up_ms: int
    not_ready_ms: int
    """Away with the intent not ready."""
    reasons_ms: Mapping[str, int]
    """Reason = time away for it; their sum is `not_ready_ms`."""


def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def queue_figures(
    session: AsyncSession, *, since: int, until: int, targets_ms: Mapping[str, int]
) -> Sequence[QueueFigures]:
    """Each queue that was visited; `targets_ms`: queue -> wait within which a contact should be answered."""
    wait = Visit.ended_at - Visit.since
    target = case(*((Visit.queue == queue, ms) for queue, ms in targets_ms.items()), else_=0) if targets_ms else 0
    in_time = and_(Visit.ended_at.is_not(None), wait <= target)
    rows = await session.execute(
        select(
            Visit.queue,
            func.count(),
            count(Visit.end.is_(None)),
            count(and_(Visit.end == "answered", in_time)),
            count(and_(Visit.end == "abandoned", in_time)),
            func.coalesce(func.sum(case((Visit.end == "answered", wait), else_=0)), 0),
            func.coalesce(func.max(wait), 0),
            *(count(Visit.end == end) for end in VISIT_ENDS),
        )
        .where(Visit.entered_at >= since, Visit.entered_at < until)
        .group_by(Visit.queue)
        .order_by(Visit.queue)
    )
    return [
        QueueFigures(
            queue=queue,
            entered=entered,
            open=still,
            answered_within=answered_within,
            abandoned_within=abandoned_within,
            answer_wait_ms=int(answer_wait),
            longest_wait_ms=int(longest),
            ends=dict(zip(VISIT_ENDS, (int(count) for count in ends), strict=True)),
        )
        for queue, entered, still, answered_within, abandoned_within, answer_wait, longest, *ends in rows
    ]


async def agent_figures(
    session: AsyncSession, *, since: int, until: int, agent: str | None = None
) -> Sequence[AgentFigures]:
    """Each agent who was signed in or was offered something, by 工号; or this one alone."""
    only = (Offer.agent == agent,) if agent is not None else ()
    offers = await session.execute(
        select(
            Offer.agent,
            func.count(),
            count(Offer.end == "answered"),
            count(Offer.end == "expired"),
            count(Offer.end.in_([cause.value for cause in OfferFailure])),
        )
        .where(Offer.made_at >= since, Offer.made_at < until, *only)
        .group_by(Offer.agent)
    )
    offered = {
        one: (int(made), int(answered), int(missed), int(failed)) for one, made, answered, missed, failed in offers
    }
    times = await _times(session, since, until, agent)
    reasons = await _reasons(session, since, until, agent)
    return [
        AgentFigures(
            agent=one,
            **dict(zip(("offers", "answered", "missed", "failed"), offered.get(one, (0, 0, 0, 0)), strict=True)),
            **times.get(one, dict.fromkeys(_TIMES, 0)),
            reasons_ms=reasons.get(one, {}),
        )
        for one in sorted(offered.keys() | times.keys())
    ]


_TIMES: dict[str, ColumnElement[bool]] = {
    "signed_in_ms": AgentInterval.extension.is_not(None),
    "idle_ms": AgentInterval.state == AgentState.IDLE.value,
    "ring_ms": AgentInterval.state.in_([AgentState.RESERVED.value, AgentState.RINGING.value]),
    "talk_ms": AgentInterval.state == AgentState.TALKING.value,
    "hold_ms": AgentInterval.state == AgentState.HOLD.value,
    "wrap_up_ms": AgentInterval.state == AgentState.WRAP_UP.value,
    "not_ready_ms": and_(AgentInterval.state == AgentState.AWAY.value, AgentInterval.intent == Intent.NOT_READY.value),
}


async def _times(session: AsyncSession, since: int, until: int, agent: str | None) -> dict[str, dict[str, Any]]:
    length, within = _cut(since, until, agent)
    rows = await session.execute(
        select(
            AgentInterval.agent,
            *(func.sum(case((condition, length), else_=0)) for condition in _TIMES.values()),
        )
        .where(*within)
        .group_by(AgentInterval.agent)
    )
    found = {one: dict(zip(_TIMES, (int(ms) for ms in sums), strict=True)) for one, *sums in rows}
    return {one: times for one, times in found.items() if times["signed_in_ms"]}


async def _reasons(session: AsyncSession, since: int, until: int, agent: str | None) -> dict[str, dict[str, int]]:
    length, within = _cut(since, until, agent)
    rows = await session.execute(
        select(AgentInterval.agent, AgentInterval.reason, func.sum(length))
        .where(_TIMES["not_ready_ms"], *within)
        .group_by(AgentInterval.agent, AgentInterval.reason)
        .order_by(AgentInterval.agent, AgentInterval.reason)
    )
    found: dict[str, dict[str, int]] = {}
    for one, reason, ms in rows:
        found.setdefault(one, {})[reason] = int(ms)
    return found


def _cut(since: int, until: int, agent: str | None) -> tuple[ColumnElement[int], list[ColumnElement[bool]]]:
    """An interval's length within the period, and which intervals lie in it."""
    began = case((AgentInterval.from_at < since, since), else_=AgentInterval.from_at)
    ended = case(
        (AgentInterval.to_at.is_(None), until), (AgentInterval.to_at > until, until), else_=AgentInterval.to_at
    )
    within = [AgentInterval.from_at < until, func.coalesce(AgentInterval.to_at, until) > since]
    return ended - began, within + ([AgentInterval.agent == agent] if agent is not None else [])
