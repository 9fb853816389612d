"""What is known of a caller beyond the floor: fetched when a contact starts and when it is queued, kept at hand.

A pop leaves in the loop turn of the decision, so it cannot wait for the database; it takes what is here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from cti.desk.frames import CustomerView, PastContact

CONTACTS_KEPT = 10_000
LAST_CONTACTS = 5
AT_ONCE = 8
"""Contacts looked up at the same time; the others wait their turn."""

log = structlog.get_logger()


class BackgroundSource(Protocol):
    """Where customers and their history are looked up."""

    async def customer(self, customer: str) -> CustomerView | None:
        """The customer with this id."""

    async def customer_of(self, number: str) -> CustomerView | None:
        """The one customer who calls from this number; None when nobody or several do."""

    async def last_contacts(self, *, customer: str | None, number: str, limit: int) -> Sequence[PastContact]:
        """The newest contacts of the customer, or of the number when the customer is not known."""


@dataclass(slots=True)
class Known:
    """What was found out about one contact's caller."""

    customer: CustomerView | None = None
    last_contacts: Sequence[PastContact] = ()
    nobody: bool = False
    """Whether the number was asked for and nobody has it."""
    forgotten: bool = False
    """Nobody wants it any more: what has not been asked yet is not asked."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Background:
    """Lookups under way and their results, by contact."""

    def __init__(self, source: BackgroundSource) -> None:
        self._source = source
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, *, contact: str, number: str, customer: str | None) -> None:
        """Begin to look up the caller of this contact; again when the flow has learned who he is."""
        known = self._known.setdefault(contact, Known())
        self._known.move_to_end(contact)
        if len(self._known) > CONTACTS_KEPT:
            self._known.popitem(last=False)[1].forgotten = True
        if customer is not None and known.customer is not None and known.customer.customer == customer:
            return
        if customer is None and (known.tasks or known.customer is not None or known.nobody or not number):
            return
        task = asyncio.get_running_loop().create_task(self._look_up(contact, known, number, customer))
        for tasks in (known.tasks, self._tasks):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    def forget(self, contact: str) -> None:
        """Let go what is known of a contact that is over; what has not been asked yet is not asked."""
        # A question broken off would cost the database's connection, which is begun anew for the next one.
        self._known.pop(contact, Known()).forgotten = True

    def known(self, contact: str) -> Known:
        """What is known by now; empty when nothing is."""
        return self._known.get(contact) or Known()

    def when_known(self, contact: str, then: Callable[[], None]) -> None:
        """Call `then` after each lookup that is under way for this contact; never when none is."""
        for task in self.known(contact).tasks:
            task.add_done_callback(lambda done: None if done.cancelled() else then())

    async def stop(self) -> None:
        """End the lookups under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look_up(self, contact: str, known: Known, number: str, customer: str | None) -> None:
        try:
            async with self._room:
                if known.forgotten:
                    return
                if customer is not None:
                    found = await self._source.customer(customer)
                else:
                    found = await self._source.customer_of(number)
                if found is not None or customer is not None:
                    known.customer = found
                known.last_contacts = [
                    past
                    for past in await self._source.last_contacts(
                        customer=found.customer if found else None, number=number, limit=LAST_CONTACTS + 1
                    )
                    if past.contact != contact
                ][:LAST_CONTACTS]
                known.nobody = found is None and customer is None
        except Exception as error:
            # The database may be slow or gone: the pop then says less, the call goes on.
            log.warning("caller not looked up", contact=contact, error=str(error))
