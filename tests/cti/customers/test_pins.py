"""PINs: right, wrong, and locked after too many wrong ones, whatever calls they come in."""

import pytest
from argon2 import PasswordHasher

from cti.customers import pins
from cti.customers.book import CustomerBook
from cti.customers.customer import Customer
from cti.customers.pins import LOCKED_MS, MOST_WRONG, PinBook, PinVerdict
from cti.database.connection import Database
from cti.people import passwords


class Now:
    at = 1_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(pins, "_hasher", quick)
    monkeypatch.setattr(passwords, "_hasher", quick)
    return Now()


async def known(database: Database, now: Now) -> PinBook:
    await CustomerBook(database).put([Customer(id="C1", name="甲", tier="vip")])
    book = PinBook(database, now)
    await book.set("C1", "246801")
    return book


async def test_the_right_pin_is_right_and_forgives_wrong_ones(database: Database, now: Now) -> None:
    book = await known(database, now)
    for _ in range(3):
        assert [await book.check("C1", "111111") for _ in range(MOST_WRONG - 1)] == [PinVerdict.WRONG] * 4
        assert await book.check("C1", "246801") is PinVerdict.RIGHT


async def test_too_many_wrong_ones_lock_it_for_a_while(database: Database, now: Now) -> None:
    book = await known(database, now)
    verdicts = [await book.check("C1", "111111") for _ in range(MOST_WRONG)]
    assert verdicts == [PinVerdict.WRONG] * (MOST_WRONG - 1) + [PinVerdict.LOCKED]
    assert await book.check("C1", "246801") is PinVerdict.LOCKED
    now.at += LOCKED_MS
    assert await book.check("C1", "111111") is PinVerdict.WRONG
    assert await book.check("C1", "246801") is PinVerdict.RIGHT


async def test_a_new_pin_unlocks(database: Database, now: Now) -> None:
    book = await known(database, now)
    for _ in range(MOST_WRONG):
        await book.check("C1", "111111")
    await book.set("C1", "135790")
    assert await book.check("C1", "135790") is PinVerdict.RIGHT


async def test_a_customer_without_a_pin_has_no_right_one(database: Database, now: Now) -> None:
    assert await PinBook(database, now).check("C9", "246801") is PinVerdict.WRONG
