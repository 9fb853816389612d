"""What the supplied flows look up is there for the invented customers, and fits the prompts that read it out."""

from datetime import date

from sqlalchemy import text

from cti.customers.demo_views import claim_number, create_demo_views, demo_views
from cti.customers.invented import AREAS, invented_customers
from cti.database.connection import Database
from cti.database.upgrade import check
from ivr.flow.digits import Check, right
from ivr.sources.view import ViewSource
from ivr.speech.kinds import Kind, parsed

TODAY = date(2026, 3, 4)


async def test_each_view_answers_for_its_customers_and_leaves_no_table_behind(database: Database) -> None:
    before = await check(database)
    await create_demo_views(database, TODAY)
    await create_demo_views(database, TODAY)
    try:
        bill = await ViewSource(database, "demo_bills").ask({"account": "10000001"})
        assert bill is not None
        assert (bill["balance"], bill["due"]) == ("21.10", "41.50")
        assert await ViewSource(database, "demo_bills").ask({"account": "1"}) is None
        assert await ViewSource(database, "demo_outages").ask({"area": "east"}) is not None
        assert await ViewSource(database, "demo_outages").ask({"area": "north"}) is None
        assert await ViewSource(database, "demo_claims").ask({"number": claim_number(3)}) is not None
        assert await ViewSource(database, "demo_orders").ask({"account": "10000004"}) is None
        assert await ViewSource(database, "demo_tickets").ask({"reference": "900001"}) is not None
        assert await check(database) == before
    finally:
        async with database.writing() as session:
            for name in demo_views(TODAY):
                await session.execute(text(f"DROP VIEW demo_{name}"))


def test_every_value_can_be_read_out() -> None:
    kinds = {"balance": Kind.MONEY, "due": Kind.MONEY, "pay_by": Kind.DAY, "share": Kind.PERCENT, "back_at": Kind.TIME}
    kinds |= {"begins": Kind.MOMENT, "ends": Kind.MOMENT, "amount": Kind.MONEY, "paid_on": Kind.DAY}
    kinds |= {"code": Kind.DIGITS, "shares": Kind.NUMBER, "done": Kind.NUMBER, "price": Kind.MONEY}
    for columns, rows in demo_views(TODAY).values():
        for row in rows:
            for name, cell in zip(columns, row, strict=True):
                if name in kinds and cell:
                    parsed(kinds[name], cell)


def test_claim_numbers_end_with_their_check_digit() -> None:
    numbers = [claim_number(n) for n in range(1, 61)]
    assert all(right(Check.LUHN, number) for number in numbers)
    assert len(set(numbers)) == 60


def test_every_area_has_customers() -> None:
    assert {customer.attributes["area"] for customer in invented_customers()} == set(AREAS)
