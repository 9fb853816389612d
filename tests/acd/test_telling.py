"""What waiting callers are told: place and wait only where they improve, messages in turn, never too close together."""

from dataclasses import replace

from acd import commands as c
from acd import events as e
from acd.plan import Telling
from tests.acd.shift import SERVICE, Shift, plan
from tests.acd.test_estimate import busy

POSITION = Telling(position=True, first_ms=10_000, every_ms=30_000)
MESSAGES = Telling(messages=("one", "two"), message_ms=60_000)


def with_telling(telling: Telling, *agents: str) -> Shift:
    return Shift(plan(*agents, queues=(replace(SERVICE, telling=telling),)))


def told(shift: Shift, contact: str) -> list[tuple[int, int | None, str]]:
    """(second, how many ahead, message) of everything a caller was told."""
    facts = [fact for fact in shift.history if isinstance(fact, e.WaitTold) and fact.contact == contact]
    return [(fact.at // 1000, fact.ahead, fact.message) for fact in facts]


def ranges_told(shift: Shift, contact: str) -> list[tuple[int | None, int | None]]:
    facts = [fact for fact in shift.history if isinstance(fact, e.WaitTold) and fact.contact == contact]
    return [(fact.low_ms, fact.high_ms) for fact in facts]


def test_the_place_is_told_once_and_again_only_when_it_is_better() -> None:
    shift = with_telling(POSITION)
    shift.calls("a", "b", "c")
    shift.wait(100)
    assert told(shift, "c") == [(12, 2, "")]
    shift.hang_up("a")
    shift.wait(60)
    assert told(shift, "c") == [(12, 2, ""), (132, 1, "")]


def test_what_is_told_is_ordered_and_written_down() -> None:
    shift = with_telling(POSITION)
    shift.call("a")
    assert shift.wait(10) == [c.Tell(contact="a", ahead=0)]
    assert shift.floor.facts[-1] == e.WaitTold(at=10_000, contact="a", ahead=0)


def test_messages_come_in_turn_with_a_period_of_their_own() -> None:
    shift = with_telling(MESSAGES)
    shift.call("a")
    shift.wait(200)
    assert told(shift, "a") == [(60, None, "one"), (120, None, "two"), (180, None, "one")]


def test_the_flow_s_messages_take_the_place_of_the_queue_s() -> None:
    shift = with_telling(MESSAGES)
    shift.start("a")
    shift.tell(e.ContactQueued(at=0, contact="a", queue="service", tier="standard", since=0, messages=("own",)))
    shift.wait(60)
    assert told(shift, "a") == [(60, None, "own")]


def test_a_message_waits_until_the_gap_after_the_place_is_over() -> None:
    shift = with_telling(replace(POSITION, messages=("one",), message_ms=10_000, gap_ms=15_000))
    shift.call("a")
    shift.wait(30)
    assert told(shift, "a") == [(10, 0, ""), (25, None, "one")]


def test_nothing_is_told_while_an_offer_rings() -> None:
    shift = with_telling(POSITION, "1001")
    shift.sign_in("1001")
    shift.call("a")
    shift.wait(12)
    assert (shift.offered("a"), told(shift, "a")) == ("1001", [])


def test_the_wait_is_told_as_a_range_and_never_a_longer_one() -> None:
    shift = busy(agents=2)
    telling = Telling(wait=True, first_ms=10_000, every_ms=30_000)
    shift.tell(e.PlanChanged(at=shift.now, plan=plan("1001", "1002", queues=(replace(SERVICE, telling=telling),))))
    for contact in "abcd":
        shift.call(contact)
    shift.wait(300)
    ranges = ranges_told(shift, "d")
    assert len(ranges) == 1
    low, high = ranges[0]
    assert low is not None
    assert high is not None
    assert 0 < low < high
    shift.not_ready("1002")
    shift.wait(300)
    assert len(ranges_told(shift, "d")) == 1


def test_what_a_contact_may_expect_is_written_down_as_it_begins_to_wait() -> None:
    shift = busy(agents=2)
    shift.tell(e.PlanChanged(at=shift.now, plan=plan("1001", "1002", queues=(replace(SERVICE, estimates=True),))))
    shift.call("a")
    found = [fact for fact in shift.history if isinstance(fact, e.WaitEstimated)]
    assert [(fact.at, fact.ahead) for fact in found] == [(shift.now, 0)]
    assert shift.contact("a").expected_ms == (shift.now + found[0].low_ms, shift.now + found[0].high_ms)
