"""What is known of a caller is fetched before it is needed; a broken database costs the pop only its details."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from cti.desk.background import CONTACTS_KEPT, LAST_CONTACTS, Background
from cti.desk.frames import CustomerView, PastContact

A = CustomerView(customer="C1", name="测试客户甲", tier="gold")
B = CustomerView(customer="C2", name="测试客户乙", tier="vip")


@dataclass
class Source:
    """Knows A by number and B by id; `open` holds every look-up back."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None
    past: Sequence[PastContact] = ()

    async def customer(self, customer: str) -> CustomerView | None:
        await self._ask(f"customer {customer}")
        return B if customer == "C2" else A if customer == "C1" else None

    async def customer_of(self, number: str) -> CustomerView | None:
        await self._ask(f"number {number}")
        return A if number == "13800005678" else None

    async def last_contacts(self, *, customer: str | None, number: str, limit: int) -> Sequence[PastContact]:
        return self.past[:limit]

    async def _ask(self, what: str) -> None:
        self.asked.append(what)
        self.begun.set()
        await self.open.wait()
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def background(source: Source) -> Background:
    return Background(source)


async def known(background: Background, contact: str = "c") -> None:
    """Wait until nothing is being looked up for the contact."""
    await asyncio.gather(*background.known(contact).tasks)


async def test_a_number_leads_to_its_customer(source: Source, background: Background) -> None:
    source.open.set()
    background.expect(contact="c", number="13800005678", customer=None)
    await known(background)
    assert background.known("c").customer == A


async def test_what_the_flow_learned_later_wins(source: Source, background: Background) -> None:
    source.open.set()
    background.expect(contact="c", number="13800005678", customer=None)
    await known(background)
    background.expect(contact="c", number="13800005678", customer="C2")
    await known(background)
    assert background.known("c").customer == B


async def test_nothing_is_asked_twice(source: Source, background: Background) -> None:
    source.open.set()
    background.expect(contact="c", number="13800005678", customer=None)
    background.expect(contact="c", number="13800005678", customer=None)
    await known(background)
    background.expect(contact="c", number="13800005678", customer="C1")
    assert source.asked == ["number 13800005678"]


async def test_a_number_that_nobody_has_is_asked_for_once_and_again_after_a_failure(
    source: Source, background: Background
) -> None:
    source.open.set()
    source.fault = ConnectionRefusedError("no database")
    background.expect(contact="c", number="13900000000", customer=None)
    await known(background)
    source.fault = None
    for _ in range(3):
        background.expect(contact="c", number="13900000000", customer=None)
        await known(background)
    assert source.asked == ["number 13900000000"] * 2


async def test_a_withheld_number_is_not_looked_up(source: Source, background: Background) -> None:
    background.expect(contact="c", number="", customer=None)
    assert background.known("c").tasks == set()


async def test_the_contact_itself_is_none_of_its_earlier_ones(source: Source, background: Background) -> None:
    source.open.set()
    source.past = [PastContact(contact=name, at=1) for name in ("c", *(f"old-{n}" for n in range(9)))]
    background.expect(contact="c", number="13800005678", customer=None)
    await known(background)
    assert [one.contact for one in background.known("c").last_contacts] == [f"old-{n}" for n in range(LAST_CONTACTS)]


async def test_who_asks_is_told_when_it_is_there(source: Source, background: Background) -> None:
    told = asyncio.Event()
    background.expect(contact="c", number="13800005678", customer=None)
    background.when_known("c", told.set)
    background.when_known("nobody", told.clear)
    assert background.known("c").customer is None
    source.open.set()
    async with asyncio.timeout(5):
        await told.wait()
    assert background.known("c").customer == A


async def test_a_database_that_fails_leaves_the_pop_without_details(source: Source, background: Background) -> None:
    source.open.set()
    source.fault = ConnectionRefusedError("no database")
    background.expect(contact="c", number="13800005678", customer=None)
    await known(background)
    assert background.known("c").customer is None


async def test_only_so_much_is_kept(source: Source, background: Background) -> None:
    for n in range(CONTACTS_KEPT + 10):
        background.expect(contact=f"c{n}", number="", customer=None)
    assert len(background._known) == CONTACTS_KEPT


async def test_stopping_ends_what_is_under_way(source: Source, background: Background) -> None:
    background.expect(contact="c", number="13800005678", customer=None)
    (task,) = background.known("c").tasks
    await background.stop()
    assert task.cancelled()


async def test_of_a_contact_that_is_over_nothing_is_kept_and_nothing_asked(
    source: Source, background: Background
) -> None:
    background.expect(contact="c", number="13800005678", customer=None)
    (task,) = background.known("c").tasks
    background.forget("c")
    await task
    assert source.asked == []
    assert background.known("c").customer is None
    background.forget("never heard of")


async def test_a_question_that_the_database_has_is_let_finish(source: Source, background: Background) -> None:
    background.expect(contact="c", number="13800005678", customer=None)
    (task,) = background.known("c").tasks
    await asyncio.wait_for(source.begun.wait(), 5)
    background.forget("c")
    source.open.set()
    await task
    assert background.known("c").customer is None


async def test_stopping_ends_what_is_asked_for_a_contact_that_is_over(source: Source, background: Background) -> None:
    background.expect(contact="c", number="13800005678", customer=None)
    (task,) = background.known("c").tasks
    await asyncio.wait_for(source.begun.wait(), 5)
    background.forget("c")
    await background.stop()
    assert task.cancelled()
