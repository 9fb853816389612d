"""The day so far, by queue and by quarter of an hour, counted from the records.

A visit belongs to the quarter in which it began, whatever became of it later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.models import Visit
from cti.records.today import count

STEP_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterFigures:
    """Visits of one queue that began in one quarter of an hour."""

    queue: str
    at: int
    """When the quarter begins, ms."""
    entered: int
    answered: int
    answered_within: int
    """Within the queue's target, from when the contact first wanted an agent."""
    abandoned: int
    abandoned_within: int


async def quarters(session: AsyncSession, *, since: int, targets_ms: Mapping[str, int]) -> Sequence[QuarterFigures]:
    """Every quarter with visits since then, oldest first; `targets_ms`: each queue that counts -> its target."""
    if not targets_ms:
        return []
    slot = (Visit.entered_at - since) // STEP_MS
    target = case(*((Visit.queue == queue, ms) for queue, ms in targets_ms.items()), else_=0)
    in_time = and_(Visit.ended_at.is_not(None), Visit.ended_at - Visit.since <= target)
    rows = await session.execute(
        select(
            Visit.queue,
            slot,
            func.count(),
            count(Visit.end == "answered"),
            count(and_(Visit.end == "answered", in_time)),
            count(Visit.end == "abandoned"),
            count(and_(Visit.end == "abandoned", in_time)),
        )
        .where(Visit.queue.in_(targets_ms), Visit.entered_at >= since)
        .group_by(Visit.queue, slot)
        .order_by(slot, Visit.queue)
    )
    return [
        QuarterFigures(
            queue=queue,
            at=since + int(number) * STEP_MS,
            entered=entered,
            answered=int(answered),
            answered_within=int(answered_within),
            abandoned=int(abandoned),
            abandoned_within=int(abandoned_within),
        )
        for queue, number, entered, answered, answered_within, abandoned, abandoned_within in rows
    ]
