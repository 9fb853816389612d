"""How long a caller will wait: from the agents who can serve him and those before him, silent when little is known."""

import pytest

from acd import events as e
from acd.estimate import Range, ahead_of, estimate, estimate_next
from acd.plan import Queue
from tests.acd.shift import Shift, plan, skilled

LONG = Queue(name="service", wrap_up_ms=0, ring_ms=15_000)
BILLING = Queue(name="billing", skills={"b": 1}, wrap_up_ms=0)


def busy(agents: int = 2, talk_s: float = 100, served: int = 20) -> Shift:
    """A shift that has served contacts of equal talks; everybody talks now."""
    names = [f"100{number}" for number in range(1, agents + 1)]
    shift = Shift(plan(*names, queues=(LONG,)))
    shift.sign_in(*names)
    for number in range(served):
        shift.call(f"served-{number}")
        shift.serve(f"served-{number}", talk_s)
    for name in names:
        shift.call(f"talks-{name}")
        shift.answer(f"talks-{name}")
    return shift


def of(shift: Shift, contact: str) -> Range:
    found = estimate(shift.floor, contact)
    assert found is not None
    return found


def test_nothing_is_said_before_enough_was_seen() -> None:
    shift = busy(served=9)
    shift.call("a")
    assert estimate(shift.floor, "a") is None
    again = busy(served=12)
    again.call("a")
    assert estimate(again.floor, "a") is not None


def test_nothing_is_said_while_nobody_who_could_answer_is_on_duty() -> None:
    shift = busy(agents=1)
    shift.call("a")
    shift.not_ready("1001")
    assert estimate(shift.floor, "a") is None


def test_it_lies_about_the_work_ahead_over_the_agents() -> None:
    shift = busy(agents=2, talk_s=100)
    for contact in "abcd":
        shift.call(contact)
    low, high = of(shift, "d")
    # Four agents' gaps of 50 s each.
    assert low < 200_000 < high
    assert high - low < 400_000


def test_who_comes_later_waits_longer_and_more_agents_make_it_shorter() -> None:
    two, three = busy(agents=2), busy(agents=3)
    for contact in "abc":
        two.call(contact)
        three.call(contact)
    assert of(two, "a") < of(two, "b") < of(two, "c")
    assert of(three, "c") < of(two, "c")


def test_time_alone_never_lets_it_rise() -> None:
    shift = busy()
    for contact in "abc":
        shift.call(contact)
    before = of(shift, "c")
    for _ in range(30):
        shift.now += 60_000
        shift.tell(e.TimePassed(at=shift.now))
        assert of(shift, "c") == before


def test_those_who_give_up_ahead_make_it_shorter() -> None:
    patient, impatient = busy(), busy()
    for number in range(20):
        impatient.call(f"gone-{number}")
        impatient.wait(20)
        impatient.hang_up(f"gone-{number}")
    for contact in "abcdef":
        patient.call(contact)
        impatient.call(contact)
    assert of(impatient, "f") < of(patient, "f")


def test_a_vip_is_ahead_of_those_he_passes_only() -> None:
    shift = busy()
    shift.call("a")
    shift.wait(100)
    shift.call("b")
    shift.call("v", tier="vip")
    assert [ahead_of(shift.floor, contact) for contact in "avb"] == [0, 1, 2]


def test_contacts_of_another_need_count_as_far_as_they_compete_for_the_same_agents() -> None:
    shift = Shift(plan(skilled("1001", b=1), "1002", queues=(LONG, BILLING)))
    shift.sign_in("1001", "1002")
    for name in ("1001", "1002"):
        shift.call(f"talks-{name}")
        shift.answer(f"talks-{name}")
    for contact in "abcd":
        shift.call(contact)
    shift.call("x", queue="billing")
    # Of the two agents of the four before him one is his.
    assert ahead_of(shift.floor, "x") == 2


@pytest.mark.parametrize("contact", ["talks-1001", "nobody"])
def test_who_does_not_wait_has_no_place(contact: str) -> None:
    with pytest.raises(KeyError):
        ahead_of(busy().floor, contact)


def test_the_pace_folds_to_the_same_numbers() -> None:
    shift = busy()
    shift.call("a")
    assert shift.refolded().state.pace == shift.floor.state.pace
    assert estimate(shift.refolded(), "a") == estimate(shift.floor, "a")


def test_who_came_now_would_wait_as_who_does_come_now() -> None:
    shift = busy(agents=2)
    for contact in "abc":
        shift.call(contact)
    before = shift.floor.number
    expected = {tier: estimate_next(shift.floor, "service", tier) for tier in ("standard", "vip")}
    assert shift.floor.number == before
    for tier, found in expected.items():
        fresh = busy(agents=2)
        for contact in "abc":
            fresh.call(contact)
        fresh.call("new", tier)
        assert found is not None
        assert found == of(fresh, "new")
    assert expected["vip"] != expected["standard"]


def test_of_a_queue_in_which_nobody_has_waited_nothing_is_said_and_no_pool_is_made() -> None:
    shift = Shift(plan("1001", queues=(LONG, BILLING)))
    shift.sign_in("1001")
    assert estimate_next(shift.floor, "billing", "standard") is None
    assert not list(shift.floor.pools.pools_of("1001"))
