"""Wrap-up: a state everybody sees, that ends when the outcome is saved or at its cap, and what moves the cap."""

import dataclasses

import pytest

from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Plan, WrapUpBudget
from acd.wrap_up import left_ms
from tests.acd.shift import Shift, plan

BUDGET = WrapUpBudget(step_ms=20_000, contact_ms=30_000, shift_ms=40_000)


def wrapping_up(in_force: Plan | None = None) -> Shift:
    """A shift on which 1001 wraps up contact "a"; its cap is in 30 s."""
    shift = Shift(in_force or dataclasses.replace(plan("1001"), wrap_up_budget=BUDGET))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.hang_up("a")
    return shift


def prolong(shift: Shift, by: str = "") -> None:
    shift.tell(e.WrapUpProlonged(at=shift.now, agent="1001", by=by))


class TestItsEnd:
    def test_is_the_outcome_saved(self) -> None:
        shift = wrapping_up()
        shift.save("a", "1001")
        assert shift.state("1001") == "idle"

    def test_or_its_cap_and_the_outcome_is_missing(self) -> None:
        shift = wrapping_up()
        shift.wait(29.999)
        assert shift.state("1001") == "wrap_up"
        shift.wait(0.001)
        assert (shift.state("1001"), shift.contact("a").owed) == ("idle", True)

    def test_or_a_supervisors_word_and_the_outcome_is_missing(self) -> None:
        shift = wrapping_up()
        shift.tell(e.WrapUpCut(at=shift.now, agent="1001", by="boss"))
        assert (shift.state("1001"), shift.contact("a").owed) == ("idle", True)
        assert shift.decided(e.WrapUpEnded)[-1] == e.WrapUpEnded(
            at=shift.now, agent="1001", contact="a", end=e.WrapUpEnd.CUT
        )

    def test_no_earlier_call_of_his_ends_it(self) -> None:
        # Complaint: a wrap-up counted from a last call shared between queues, or set back, ended early or was skipped.
        shift = wrapping_up()
        shift.save("a", "1001")
        shift.wait(29)
        shift.call("b")
        shift.answer("b")
        shift.hang_up("b")
        shift.wait(29)
        assert shift.state("1001") == "wrap_up"


class TestProlonging:
    def test_adds_a_step_then_what_is_left_for_the_contact(self) -> None:
        shift = wrapping_up()
        prolong(shift)
        assert shift.agent("1001").wrap_up_until == 50_000
        prolong(shift)
        assert shift.agent("1001").wrap_up_until == 60_000
        with pytest.raises(IllegalEvent, match="used up"):
            prolong(shift)
        shift.wait(60)
        assert shift.state("1001") == "idle"

    def test_the_shift_has_a_budget_too(self) -> None:
        shift = wrapping_up()
        prolong(shift)
        prolong(shift)
        shift.save("a", "1001")
        shift.call("b")
        shift.answer("b")
        shift.hang_up("b")
        assert left_ms(shift.agent("1001"), BUDGET) == 10_000
        prolong(shift)
        assert left_ms(shift.agent("1001"), BUDGET) == 0

    def test_signing_in_again_begins_a_shift(self) -> None:
        shift = wrapping_up()
        prolong(shift)
        shift.save("a", "1001")
        shift.sign_out("1001")
        shift.sign_in("1001")
        assert shift.agent("1001").prolonged_shift_ms == 0

    def test_a_supervisor_prolongs_out_of_nobodys_budget(self) -> None:
        shift = wrapping_up(plan("1001"))
        with pytest.raises(IllegalEvent, match="used up"):
            prolong(shift)
        prolong(shift, by="boss")
        assert shift.agent("1001").wrap_up_until == 60_000
        assert shift.agent("1001").prolonged_shift_ms == 0

    def test_only_a_wrap_up_can_be(self) -> None:
        shift = wrapping_up()
        shift.save("a", "1001")
        with pytest.raises(IllegalEvent, match="not in wrap-up"):
            prolong(shift)
