"""What was drawn for QA (抽检), newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from cti.database.models import Contact, Recording, Sample

Place = tuple[int, str, str]
"""Where a page begins: the (at, contact, agent) of the sample before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSample:
    """A recording drawn, and why: the digest's `value` lay below the agent's `share`. Times are ms."""

    contact: str
    agent: str
    recording: str
    file: str
    """Path under the recordings folder."""
    seconds: float
    share: float
    value: float
    plan_version: int
    at: int
    started_at: int


async def samples_page(
    session: AsyncSession,
    *,
    agent: str | None = None,
    since: int = 0,
    until: int | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> tuple[Sequence[DrawnSample], Place | None]:
    """Samples drawn from `since` to before `until` (ms), and where the next page begins; None after the last one."""
    place = (Sample.at, Sample.contact, Sample.agent)
    wanted = (
        select(Sample, Contact.started_at, Recording.file, Recording.seconds)
        .join(Contact, Contact.contact == Sample.contact)
        .join(Recording, Recording.id == Sample.recording)
        .where(Sample.at >= since)
        .order_by(*(column.desc() for column in place))
        .limit(limit + 1)
    )
    if until is not None:
        wanted = wanted.where(Sample.at < until)
    if agent is not None:
        wanted = wanted.where(Sample.agent == agent)
    if before is not None:
        wanted = wanted.where(tuple_(*place) < before)
    rows = (await session.execute(wanted)).all()
    drawn = [
        DrawnSample(
            contact=sample.contact,
            agent=sample.agent,
            recording=sample.recording,
            file=file,
            seconds=seconds,
            share=sample.share,
            value=sample.value,
            plan_version=sample.plan_version,
            at=sample.at,
            started_at=started_at,
        )
        for sample, started_at, file, seconds in rows[:limit]
    ]
    last = drawn[-1] if len(rows) > limit else None
    return drawn, (last.at, last.contact, last.agent) if last else None
