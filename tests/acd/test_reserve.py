"""Reserve agents: they take contacts that have waited long enough, or are expected to wait too long."""

from acd import events as e
from acd.floor import Floor
from acd.plan import AgentSpec, Plan, Queue, Step
from acd.reasons import why_waiting
from tests.acd.shift import Shift, plan
from tests.acd.test_relaxation import steps

RESERVE = AgentSpec(agent="1009", queues=("other",))
OPENED = (Step(after_ms=60_000, expected_ms=45_000, agents=("reserve",)),)


def a_plan(*agents: str, opened: tuple[Step, ...] = OPENED) -> Plan:
    return plan(
        *agents,
        RESERVE,
        queues=(Queue(name="service", wrap_up_ms=0, relaxation="reserve"), Queue(name="other")),
        relaxations={"reserve": opened},
        groups={"reserve": ("1009",)},
    )


def a_shift(in_force: Plan, served: int = 20, talk_s: float = 50) -> Shift:
    """Both agents of the queue talk; so many contacts have shown how long a talk takes."""
    shift = Shift(in_force)
    shift.sign_in("1001", "1002")
    for number in range(served):
        shift.call(f"served-{number}")
        shift.serve(f"served-{number}", talk_s)
    for number in range(2):
        shift.call(f"talks-{number}")
        shift.answer(f"talks-{number}")
    return shift


def test_they_open_at_once_for_who_is_expected_to_wait_longer() -> None:
    shift = a_shift(a_plan("1001", "1002"))
    # Somebody becomes free every 25 s: the first expects to wait so long, the second twice as long.
    shift.call("first")
    shift.call("second")
    shift.sign_in("1009")
    assert (shift.offered("first"), shift.offered("second")) == (None, "1009")
    assert [cause for _, _, cause in steps(shift, "second")] == ["expected"]


def test_until_they_open_the_reason_says_that_they_may_come_later() -> None:
    shift = a_shift(a_plan("1001", "1002"))
    shift.sign_in("1009")
    shift.call("first")
    assert why_waiting(shift.floor, "first")["later_step"] == ("1009",)


def test_they_open_at_a_wait_however_short_the_rest_is_expected_to_be() -> None:
    shift = a_shift(a_plan("1001", "1002"))
    shift.sign_in("1009")
    shift.call("first")
    shift.wait(59.999)
    assert shift.offered("first") is None
    shift.wait(0.001)
    assert shift.offered("first") == "1009"


def test_nothing_is_expected_of_a_floor_that_has_shown_too_little() -> None:
    shift = a_shift(a_plan("1001", "1002"), served=0)
    shift.sign_in("1009")
    for contact in "abcdef":
        shift.call(contact)
    assert not shift.decided(e.StepTaken)


def test_the_expected_wait_is_looked_at_again_while_a_contact_waits() -> None:
    shift = a_shift(a_plan("1001", "1002"))
    shift.sign_in("1009")
    shift.call("first")
    before = shift.now
    shift.wait(1)
    shift.sign_out("1002")
    for number in range(2):
        shift.call(f"urgent-{number}", urgency=600)
    shift.wait(5)
    assert shift.contact("first").step == 1
    assert (shift.now - before) <= 6000


def test_a_floor_started_from_a_checkpoint_looks_when_the_first_one_looked() -> None:
    shift = a_shift(a_plan("1001", "1002"))
    shift.call("first")
    shift.call("second")
    shift.wait(2)
    again = Floor(shift.refolded().state)
    for event in (
        e.PhoneRinging(at=shift.now, offer=1),
        e.AgentSignedOut(at=shift.now + 10, agent="1002"),
        e.PhoneRinging(at=shift.now + 20, offer=1),
        e.TimePassed(at=shift.now + 3000),
    ):
        shift.floor.apply(event)
        again.apply(event)
        assert again.facts == shift.floor.facts
        assert again.next_deadline() == shift.floor.next_deadline()
