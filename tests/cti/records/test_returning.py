"""Who comes again: with whom he talked last, whom his record names, what he has waited in vain."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from acd import events as e
from acd.plan import Preferred
from cti.customers.book import CustomerBook
from cti.customers.customer import Customer
from cti.database.connection import Database
from cti.plan.read import read_text
from cti.records.returning import Returning, ReturningCallers, without_doubles
from tests.acd.shift import SERVICE, Shift, plan
from tests.cti.records.test_queries import keep

PLAN = (Path(__file__).parents[1] / "plan" / "plan.toml").read_text(encoding="utf-8")
PREFER = """[queues.service]
prefer = [
  { who = ["last_agent"], for_s = 20, within_s = 600 },
  { who = ["account_managers"], for_s = 10 },
  { who = ["1011"], within_s = 60 },
]"""
NUMBER = "+8613800000000"

Ask = Callable[..., Awaitable[Returning]]


@pytest.fixture
def ask(database: Database) -> Ask:
    """(shift, after seconds, customer, number) -> what counts for this caller then."""

    async def ask(
        shift: Shift, after: float = 10, customer: str | None = None, number: str = NUMBER, credit_s: float = 300
    ) -> Returning:
        await keep(database, shift.history)
        text = PLAN.replace("[queues.service]", PREFER, 1)
        document = read_text(text.replace("pop_ms", f"credit_within_s = {credit_s}\npop_ms", 1), "plan.toml")
        at = shift.now + round(after * 1000)
        return await ReturningCallers(database, lambda: document, lambda: at).of("service", customer, number)

    return ask


def a_shift() -> Shift:
    return Shift(plan("1001", "1002", queues=(SERVICE,)))


def caller(shift: Shift, contact: str, number: str = NUMBER, customer: str | None = None, credit: int = 0) -> None:
    """Somebody calls and wants an agent."""
    at = shift.now
    shift.tell(e.ContactStarted(at=at, contact=contact, asterisk="a", channel="c", access="95000", caller=number))
    shift.tell(
        e.ContactQueued(
            at=at,
            contact=contact,
            queue="service",
            tier="standard",
            since=at,
            customer=customer,
            credit_ms=credit,
        )
    )


def talked(number: str = NUMBER, customer: str | None = None) -> Shift:
    """1001 talked with this caller for a minute."""
    shift = a_shift()
    shift.sign_in("1001")
    caller(shift, "a", number, customer)
    shift.serve("a")
    return shift


def gave_up(customer: str | None = None, credit: int = 0) -> Shift:
    """A caller hung up after 42 s in the queue."""
    shift = a_shift()
    caller(shift, "a", customer=customer, credit=credit)
    shift.wait(42)
    shift.hang_up("a")
    return shift


class TestPreferred:
    async def test_the_last_agent_within_the_time_of_the_rule(self, ask: Ask) -> None:
        assert (await ask(talked(), 100)).preferred == (Preferred(agents=("1001",), for_ms=20_000),)

    async def test_a_specialist_for_who_comes_again_very_soon(self, ask: Ask) -> None:
        assert (await ask(talked(), 59)).preferred[-1] == Preferred(agents=("1011",), for_ms=20_000)

    async def test_not_after_it(self, ask: Ask) -> None:
        assert (await ask(talked(), 601)).preferred == ()

    async def test_a_strange_or_withheld_number_has_none(self, ask: Ask) -> None:
        assert (await ask(talked(), number="+8613900000000")).preferred == ()
        assert (await ask(talked(), number="")).preferred == ()

    async def test_a_customer_is_known_whatever_number_he_calls_from(self, ask: Ask) -> None:
        shift = talked(customer="C1")
        assert (await ask(shift, customer="C1", number="+8613900000000")).preferred[0].agents == ("1001",)

    async def test_another_customer_of_the_same_number_is_another_caller(self, ask: Ask) -> None:
        assert (await ask(talked(customer="C1"), customer="C2")).preferred == ()

    async def test_account_managers_each_in_turn(self, ask: Ask, database: Database) -> None:
        known = Customer(id="C1", name="测试客户甲", tier="vip", managers=("1003", "seniors"))
        await CustomerBook(database).put([known])
        found = await ask(a_shift(), customer="C1")
        assert [stage.agents for stage in found.preferred] == [("1003",), ("seniors",)]
        assert await CustomerBook(database).by_id("C1") == known

    def test_a_stage_that_adds_nobody_is_left_out(self) -> None:
        stages = [Preferred(agents=(*names,), for_ms=1) for names in ("a", "ab", "b", "c")]
        assert [stage.agents for stage in without_doubles(stages)] == [("a",), ("a", "b"), ("c",)]


class TestCredit:
    """Complaint: re-entry loses the place."""

    async def test_who_gave_up_and_comes_again_keeps_what_he_had_waited(self, ask: Ask) -> None:
        assert (await ask(gave_up())).credit_ms == 42_000

    async def test_who_was_cut_off_through_a_fault_too(self, ask: Ask) -> None:
        shift = a_shift()
        caller(shift, "a")
        shift.wait(42)
        shift.hang_up("a", e.EndCause.LOST)
        assert (await ask(shift)).credit_ms == 42_000

    async def test_and_who_was_cut_off_in_his_talk_keeps_what_he_had_waited_before_it(self, ask: Ask) -> None:
        shift = a_shift()
        caller(shift, "a")
        shift.wait(42)
        shift.sign_in("1001")
        shift.answer("a")
        shift.wait(100)
        shift.hang_up("a", e.EndCause.LOST)
        assert (await ask(shift)).credit_ms == 42_000

    async def test_what_was_credited_then_counts_again(self, ask: Ask) -> None:
        assert (await ask(gave_up(credit=30_000))).credit_ms == 72_000

    async def test_not_when_he_comes_too_late(self, ask: Ask) -> None:
        assert (await ask(gave_up(), 300)).credit_ms == 0

    async def test_not_when_the_plan_has_none(self, ask: Ask) -> None:
        assert (await ask(gave_up(), credit_s=0)).credit_ms == 0

    async def test_not_when_he_was_answered_since(self, ask: Ask) -> None:
        shift = gave_up()
        shift.sign_in("1001")
        shift.wait(5)
        caller(shift, "b")
        shift.serve("b")
        assert (await ask(shift)).credit_ms == 0

    async def test_not_for_another_customer_of_the_same_number(self, ask: Ask) -> None:
        assert (await ask(gave_up(customer="C1"), customer="C2")).credit_ms == 0

    async def test_but_for_a_customer_who_was_not_known_then(self, ask: Ask) -> None:
        assert (await ask(gave_up(), customer="C2")).credit_ms == 42_000
