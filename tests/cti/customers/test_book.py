"""Callers are known by the number they call from or the account they type, but only when there is no doubt."""

import pytest

from cti.customers.book import CustomerBook, CustomerRefused
from cti.customers.customer import Customer
from cti.customers.invented import invented_customers
from cti.database.connection import Database


def customer(identity: str, *numbers: str, account: str | None = None, tier: str = "standard") -> Customer:
    return Customer(id=identity, name=f"Test Customer {identity}", tier=tier, numbers=numbers, account=account)


@pytest.fixture
def book(database: Database) -> CustomerBook:
    return CustomerBook(database)


async def test_a_customer_is_found_by_each_number_account_and_id(book: CustomerBook) -> None:
    known = Customer(
        id="C1",
        name="测试客户甲",
        tier="vip",
        language="zh-CN",
        account="12345678",
        numbers=("+861058880001", "+8613800000001"),
        attributes={"meter": "7"},
    )
    await book.put([known, customer("C2", "+8613800000002")])
    assert await book.by_number("+8613800000001") == known
    assert await book.by_number("+861058880001") == known
    assert await book.by_account("12345678") == known
    assert await book.by_id("C1") == known


async def test_nobody_is_found_by_a_strange_or_withheld_number(book: CustomerBook) -> None:
    await book.put([customer("C1", "+8613800000001")])
    for number in ("", "+8613899999999", "' OR 1=1 --"):
        assert await book.by_number(number) is None
        assert await book.by_account(number) is None
    assert await book.by_id("ghost") is None


async def test_a_number_shared_by_two_identifies_neither(book: CustomerBook) -> None:
    await book.put([customer("C1", "+861058880001"), customer("C2", "+861058880001", "+8613800000002")])
    assert await book.by_number("+861058880001") is None
    assert await book.by_number("+8613800000002") is not None


async def test_putting_a_customer_again_replaces_him_and_his_numbers(book: CustomerBook) -> None:
    await book.put([customer("C1", "+8613800000001", account="1")])
    changed = customer("C1", "+8613800000009", account="2", tier="gold")
    assert await book.put([changed]) == 1
    assert await book.by_number("+8613800000001") is None
    assert await book.by_account("1") is None
    assert await book.by_number("+8613800000009") == changed


async def test_an_account_is_one_customers_only_and_then_none_is_taken(book: CustomerBook) -> None:
    await book.put([customer("C1", account="1")])
    with pytest.raises(CustomerRefused, match="customer C3: account 1 is customer C1's already"):
        await book.put([customer("C2", account="2"), customer("C3", account="1")])
    with pytest.raises(CustomerRefused, match="customer C5: account 9 is customer C4's already"):
        await book.put([customer("C4", account="9"), customer("C5", account="9")])
    assert [one.id for one in await book.list()] == ["C1"]


async def test_accounts_may_change_hands_in_one_go(book: CustomerBook) -> None:
    await book.put([customer("C1", account="1"), customer("C2", account="2")])
    await book.put([customer("C1", account="2"), customer("C2", account="1")])
    found = await book.by_account("1")
    assert found is not None
    assert found.id == "C2"


async def test_a_customer_can_be_taken_out(book: CustomerBook) -> None:
    await book.put([customer("C1", "+8613800000001")])
    assert await book.remove("C1")
    assert not await book.remove("C1")
    assert await book.by_number("+8613800000001") is None


async def test_many_customers_go_in_at_once_and_are_listed_in_pages(book: CustomerBook) -> None:
    assert await book.put(invented_customers(1200)) == 1200
    first = await book.list(limit=2)
    assert [one.id for one in first] == ["C0001", "C0002"]
    assert [one.id for one in await book.list(after="C0002", limit=1)] == ["C0003"]


def test_invented_customers_are_always_the_same_and_of_every_tier() -> None:
    customers = invented_customers(60)
    assert customers[:10] == invented_customers(10)
    assert customers[0].numbers == ("+8613800000001",)
    assert customers[0].name == "测试客户甲1"
    assert {one.tier for one in customers} == {"standard", "silver", "gold", "vip"}
    assert {one.language for one in customers} == {"zh-CN", "en"}
    assert len({one.account for one in customers}) == 60
