"""Callers who come again: with whom they talked last, and how long they waited in vain.

The plan says what follows: agents they are offered to first, waiting that counts for them. Found by customer; by number
where the customer is not known, or was not known then. A number that several people share stands for all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.events import EndCause
from acd.plan import Preferred
from cti.database.connection import Database
from cti.database.models import Contact, Talk, Visit
from cti.database.models import Customer as CustomerRow
from cti.plan.document import PlanDocument
from cti.plan.routing import milliseconds
from cti.plan.steps import ACCOUNT_MANAGERS, LAST_AGENT, PreferPart
from cti.records.book import ABANDONED, LOST


@dataclass(frozen=True, slots=True)
class Returning:
    """What counts for a caller because of what was before."""

    preferred: tuple[Preferred, ...] = ()
    credit_ms: int = 0


class ReturningCallers:
    """Asks the records; `plan` is the plan in force, `now` the floor's time in ms."""

    def __init__(self, database: Database, plan: Callable[[], PlanDocument], now: Callable[[], int]) -> None:
        self._database = database
        self._plan = plan
        self._now = now

    async def of(self, queue: str, customer: str | None, number: str) -> Returning:
        """Whom a caller is offered to first in a queue, and the waiting that counts for him.

        `customer`: his id when he is known; `number`: in normal form, '' when withheld.
        """
        plan, now = self._plan(), self._now()
        rules = plan.queues[queue].prefer if queue in plan.queues else ()
        async with self._database.reading() as session:
            talk: Talk | None = None
            credit_ms = 0
            if (same := _same_caller(customer, number)) is not None:
                if within := [rule.within_s for rule in rules if rule.within_s is not None]:
                    talk = await _last_talk(session, same, now - milliseconds(max(within)))
                credit_ms = await _credit_ms(session, same, now - milliseconds(plan.credit_within_s))
            managers = ""
            if customer is not None and any(ACCOUNT_MANAGERS in rule.who for rule in rules):
                managers = await session.scalar(select(CustomerRow.managers).where(CustomerRow.id == customer)) or ""
        return Returning(tuple(_stages(rules, talk, managers.split(), now)), credit_ms)


def _same_caller(customer: str | None, number: str) -> Any:
    if customer is None:
        return Contact.caller == number if number else None
    known = Contact.customer == customer
    return or_(known, and_(Contact.caller == number, Contact.customer.is_(None))) if number else known


async def _last_talk(session: AsyncSession, same: Any, since: int) -> Talk | None:
    wanted = (
        select(Talk)
        .join(Contact, Contact.contact == Talk.contact)
        .where(same, or_(Talk.to_at >= since, Talk.to_at.is_(None)))
        .order_by(Talk.from_at.desc())
        .limit(1)
    )
    return (await session.scalars(wanted)).first()


async def _credit_ms(session: AsyncSession, same: Any, since: int) -> int:
    """What the newest contact of a caller had waited, if it ended since then without an agent, or through a fault."""
    newest = (
        select(Contact)
        .where(same, Contact.ended_at > since, Contact.visits > 0)
        .order_by(Contact.ended_at.desc())
        .limit(1)
    )
    contact = (await session.scalars(newest)).first()
    if contact is None:
        return 0
    visit = await session.get(Visit, (contact.contact, contact.visits))
    if visit is None or visit.ended_at is None:
        return 0
    if visit.end not in (ABANDONED, LOST) and contact.end != EndCause.LOST:
        return 0
    return max(0, visit.ended_at - visit.since) + visit.credit_ms


def _stages(rules: Sequence[PreferPart], talk: Talk | None, managers: Sequence[str], now: int) -> Iterator[Preferred]:
    for rule in rules:
        if rule.within_s is not None:
            since = now - milliseconds(rule.within_s)
            if talk is None or (talk.to_at is not None and talk.to_at < since):
                continue
        named = [who for who in rule.who if who not in (LAST_AGENT, ACCOUNT_MANAGERS)]
        if LAST_AGENT in rule.who and talk is not None:
            named.insert(0, talk.agent)
        alone = [[*named, manager] for manager in managers] if ACCOUNT_MANAGERS in rule.who else []
        for agents in alone or [named]:
            if agents:
                yield Preferred(agents=tuple(agents), for_ms=milliseconds(rule.for_s))


def without_doubles(stages: Iterable[Preferred]) -> tuple[Preferred, ...]:
    """The stages, without those that add nobody to the ones before."""
    seen: set[str] = set()
    kept = []
    for stage in stages:
        if not seen.issuperset(stage.agents):
            seen.update(stage.agents)
            kept.append(stage)
    return tuple(kept)
