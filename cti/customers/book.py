"""The book of customers: look-up by number and account, adding and replacing."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.customers.customer import Customer
from cti.database.connection import Database
from cti.database.models import Customer as Row
from cti.database.models import CustomerNumber
from cti.problems import Problem, Refused

AT_ONCE = 500
"""Customers written, or numbers asked for, in one statement: SQLite bounds the parameters."""


class CustomerRefused(Refused):
    """A customer cannot be kept so."""


class CustomerBook:
    """The customers in the database. Flows look callers up here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_number(self, number: str) -> Customer | None:
        """The customer who calls from this number (normal form); None when nobody or more than one does."""
        if not number:
            return None
        ids = select(CustomerNumber.customer).where(CustomerNumber.number == number).limit(2)
        async with self._database.reading() as session:
            found = (await session.scalars(ids)).all()
            return await _whole(session, found[0]) if len(found) == 1 else None

    async def by_account(self, account: str) -> Customer | None:
        """The customer with these account digits."""
        if not account:
            return None
        async with self._database.reading() as session:
            found = await session.scalar(select(Row.id).where(Row.account == account))
            return await _whole(session, found) if found else None

    async def by_id(self, customer: str) -> Customer | None:
        """The customer with this id."""
        async with self._database.reading() as session:
            return await _whole(session, customer)

    async def list(self, *, after: str = "", limit: int = 100) -> Sequence[Customer]:
        """Customers by id, those after the given one."""
        ids = select(Row.id).where(Row.id > after).order_by(Row.id).limit(limit)
        async with self._database.reading() as session:
            found = [await _whole(session, customer) for customer in (await session.scalars(ids)).all()]
        return [customer for customer in found if customer is not None]

    async def put(self, customers: Iterable[Customer]) -> int:
        """Add or replace customers by id, all or none; returns how many.

        Raises CustomerRefused when two of them, or one of them and one in the book, share account digits.
        """
        wanted = {customer.id: customer for customer in customers}
        async with self._database.writing() as session:
            await self._refuse_taken_accounts(session, wanted)
            ids = list(wanted)
            for start in range(0, len(ids), AT_ONCE):
                part = ids[start : start + AT_ONCE]
                await session.execute(delete(CustomerNumber).where(CustomerNumber.customer.in_(part)))
                await session.execute(delete(Row).where(Row.id.in_(part)))
                session.add_all(_row(wanted[one]) for one in part)
                await session.flush()
                session.add_all(
                    CustomerNumber(number=number, customer=one)
                    for one in part
                    for number in dict.fromkeys(wanted[one].numbers)
                )
        return len(wanted)

    async def remove(self, customer: str) -> bool:
        """Take a customer out; whether he was there. His contacts stay."""
        async with self._database.writing() as session:
            row = await session.get(Row, customer)
            if row is not None:
                await session.delete(row)
        return row is not None

    async def _refuse_taken_accounts(self, session: AsyncSession, wanted: dict[str, Customer]) -> None:
        owners: dict[str, str] = {}
        accounts = [customer.account for customer in wanted.values() if customer.account]
        for start in range(0, len(accounts), AT_ONCE):
            taken = select(Row.account, Row.id).where(Row.account.in_(accounts[start : start + AT_ONCE]))
            rows = (await session.execute(taken)).all()
            owners |= {str(account): owner for account, owner in rows if owner not in wanted}
        for customer in wanted.values():
            if customer.account and owners.setdefault(customer.account, customer.id) != customer.id:
                what = f"account {customer.account} is customer {owners[customer.account]}'s already"
                raise CustomerRefused(
                    Problem(f"customer {customer.id}", what, "give each customer an account of his own")
                )


async def _whole(session: AsyncSession, customer: str) -> Customer | None:
    row = await session.get(Row, customer)
    if row is None:
        return None
    numbers = select(CustomerNumber.number).where(CustomerNumber.customer == customer).order_by(CustomerNumber.number)
    return Customer(
        id=row.id,
        name=row.name,
        tier=row.tier,
        language=row.language,
        account=row.account,
        numbers=tuple((await session.scalars(numbers)).all()),
        managers=tuple(row.managers.split()),
        attributes=row.attributes,
    )


def _row(customer: Customer) -> Row:
    return Row(
        id=customer.id,
        name=customer.name,
        account=customer.account,
        tier=customer.tier,
        language=customer.language,
        managers=" ".join(customer.managers),
        attributes=dict(customer.attributes),
    )
