"""Callers who were cut off by a fault of ours or of Asterisk: put on the list of those to be called back.

The rule: whoever waited for a person or talked with one, and whose number is known.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from acd import events as e
from acd.contact import Contact
from cti.flows.items import ItemKind, NewItem
from cti.problems import Refused

DUE_MS = 30 * 60_000
"""When they are to be called back at the latest, after they were lost."""
RETRY_S = 5.0

log = structlog.get_logger()


class LostCallers:
    """A reader of facts. What it has to note waits for a database that is away."""

    def __init__(self, add: Callable[[NewItem], Awaitable[str]], live: Iterable[Contact]) -> None:
        """`add` keeps an item; `live`: the contacts on the floor before the first fact that is read."""
        self._add = add
        self._callers = {one.contact: one.caller for one in live}
        self._queued = {
            one.contact: (one.queue, one.customer, one.language) for one in live if one.queue and one.caller
        }
        self._noting: set[asyncio.Task[None]] = set()

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact."""
        match fact:
            case e.ContactStarted():
                self._callers[fact.contact] = fact.caller
            case e.ContactQueued():
                self._queued[fact.contact] = (fact.queue, fact.customer, fact.language)
            case e.ContactEnded():
                self._over(fact)

    def _over(self, fact: e.ContactEnded) -> None:
        caller = self._callers.pop(fact.contact, "")
        wanted = self._queued.pop(fact.contact, None)
        if fact.cause is not e.EndCause.LOST or wanted is None or not caller:
            return
        queue, customer, language = wanted
        item = NewItem(
            kind=ItemKind.CALLBACK,
            contact=fact.contact,
            number=caller,
            customer=customer,
            queue=queue,
            language=language,
            at=fact.at,
            due=fact.at + DUE_MS,
            carried={"lost": fact.detail},
        )
        task = asyncio.get_running_loop().create_task(self._note(item), name=f"lost {fact.contact}")
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _note(self, item: NewItem) -> None:
        while True:
            try:
                await self._add(item)
                return
            except (SQLAlchemyError, Refused, OSError) as error:
                log.warning("a lost caller is not on the list yet", contact=item.contact, error=str(error))
                await asyncio.sleep(RETRY_S)

    async def stop(self) -> None:
        """Give up what the database still does not take; it is logged."""
        for task in self._noting:
            log.error("a lost caller is not on the list", task=task.get_name(), mend="call back by the ledger's `lost`")
            task.cancel()
        await asyncio.gather(*self._noting, return_exceptions=True)
