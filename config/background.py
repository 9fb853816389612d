"""Where the desks learn who is calling: the book of customers and the records of earlier contacts."""

from collections.abc import Sequence

from cti.customers.book import CustomerBook
from cti.customers.customer import Customer
from cti.desk.frames import CustomerView, PastContact
from cti.records.queries import RecordQueries


class CallerBackground:
    """Implements `cti.desk.background.BackgroundSource`."""

    def __init__(self, customers: CustomerBook, records: RecordQueries) -> None:
        self._customers = customers
        self._records = records

    async def customer(self, customer: str) -> CustomerView | None:
        """The customer with this id."""
        return _view(await self._customers.by_id(customer))

    async def customer_of(self, number: str) -> CustomerView | None:
        """The one customer who calls from this number; None when nobody or several do."""
        return _view(await self._customers.by_number(number))

    async def last_contacts(self, *, customer: str | None, number: str, limit: int) -> Sequence[PastContact]:
        """The newest contacts of the customer, or of the number when the customer is not known."""
        earlier = await self._records.last_contacts(customer=customer, number=number, limit=limit)
        return [
            PastContact(
                contact=one.contact, at=one.at, end=one.end, queue=one.queue, agent=one.agent, outcome=one.outcome
            )
            for one in earlier
        ]


def _view(customer: Customer | None) -> CustomerView | None:
    if customer is None:
        return None
    return CustomerView(
        customer=customer.id,
        name=customer.name,
        tier=customer.tier,
        language=customer.language,
        attributes=dict(customer.attributes),
    )
