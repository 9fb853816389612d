"""What an agent wants to be next, chosen while busy and kept apart from his state; how long he is away for a reason."""

import dataclasses

from acd import commands as c
from acd import events as e
from acd.plan import AgentSpec, Plan, Reason
from tests.acd.shift import Shift, plan


def talking(in_force: Plan | None = None) -> Shift:
    shift = Shift(in_force or plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    return shift


def intend(shift: Shift, intent: e.Intent, reason: str = "") -> None:
    shift.tell(e.IntentChanged(at=shift.now, agent="1001", intent=intent, reason=reason))


class TestChosenWhileBusy:
    def test_not_ready_after_this_call(self) -> None:
        shift = talking()
        intend(shift, e.Intent.NOT_READY, "form")
        assert (shift.state("1001"), shift.agent("1001").intent) == ("talking", e.Intent.NOT_READY)
        shift.hang_up("a")
        assert shift.state("1001") == "wrap_up"
        shift.save("a", "1001")
        assert (shift.state("1001"), shift.agent("1001").reason) == ("not_ready", "form")

    def test_the_last_choice_counts(self) -> None:
        shift = talking()
        intend(shift, e.Intent.NOT_READY, "form")
        intend(shift, e.Intent.LOGGED_OUT)
        intend(shift, e.Intent.READY)
        shift.hang_up("a")
        shift.save("a", "1001")
        assert shift.state("1001") == "idle"

    def test_signing_out_after_this_call_waits_for_the_wrap_up(self) -> None:
        shift = talking()
        intend(shift, e.Intent.LOGGED_OUT)
        assert shift.agent("1001").extension == "phone-1001"
        shift.hang_up("a")
        assert shift.state("1001") == "wrap_up"
        shift.wait(30)
        assert (shift.state("1001"), shift.agent("1001").extension) == ("logged_out", None)
        (applied,) = shift.decided(e.IntentApplied)
        assert isinstance(applied, e.IntentApplied)
        assert applied.cause is e.IntentCause.CHOSEN
        assert shift.refolded().state == shift.floor.state

    def test_no_contact_slips_in_between(self) -> None:
        shift = talking()
        shift.call("b")
        intend(shift, e.Intent.LOGGED_OUT)
        shift.hang_up("a")
        shift.save("a", "1001")
        assert (shift.offered("b"), shift.state("1001")) == (None, "logged_out")

    def test_an_agent_in_a_call_gets_no_other(self) -> None:
        # Complaint: an agent in a call still gets calls; a state that flips on its own.
        shift = talking()
        shift.call("b")
        intend(shift, e.Intent.READY)
        assert (shift.state("1001"), shift.offered("b")) == ("talking", None)


class TestTheTimeOfAReason:
    PLAN = dataclasses.replace(plan("1001"), reasons={"form": Reason(longest_ms=60_000), "meal": Reason()})

    def test_counts_from_when_he_is_away_and_not_from_when_he_chose_it(self) -> None:
        shift = talking(self.PLAN)
        intend(shift, e.Intent.NOT_READY, "form")
        shift.wait(300)
        shift.hang_up("a")
        shift.save("a", "1001")
        assert shift.agent("1001").reason_since == 300_000

    def test_another_reason_counts_anew_and_the_same_goes_on(self) -> None:
        shift = Shift(self.PLAN)
        shift.sign_in("1001", ready=False)
        shift.not_ready("1001", "form")
        shift.wait(10)
        shift.not_ready("1001", "form")
        assert shift.agent("1001").reason_since == 0
        shift.not_ready("1001", "meal")
        assert shift.agent("1001").reason_since == 10_000

    def test_longer_than_the_plan_allows_is_told_once(self) -> None:
        shift = Shift(self.PLAN)
        shift.sign_in("1001", ready=False)
        shift.not_ready("1001", "form")
        shift.wait(59)
        assert not shift.agent("1001").overrun
        shift.wait(600)
        assert shift.decided(e.ReasonOverrun) == [e.ReasonOverrun(at=60_000, agent="1001", reason="form")]
        assert shift.agent("1001").overrun
        shift.ready("1001")
        assert not shift.agent("1001").overrun

    def test_who_comes_back_in_time_is_not_over(self) -> None:
        shift = Shift(self.PLAN)
        shift.sign_in("1001", ready=False)
        shift.not_ready("1001", "form")
        shift.wait(59)
        shift.ready("1001")
        shift.wait(600)
        assert not shift.decided(e.ReasonOverrun)


class TestHowItsPhoneIsRung:
    def test_it_answers_by_itself_when_the_plan_says_so_or_the_agent_chose_it(self) -> None:
        shift = Shift(plan(AgentSpec(agent="1001", auto_answer=True), "1002"))
        shift.sign_in("1001")
        shift.call("a")
        assert [command.auto for command in shift.commands if isinstance(command, c.RingAgent)] == [True]
        shift.tell(e.AutoAnswerChosen(at=0, agent="1002", on=True))
        shift.sign_in("1002")
        assert not shift.agent("1002").auto_answer, "a sign-in begins as the plan says"
        shift.tell(e.AutoAnswerChosen(at=0, agent="1002", on=True))
        shift.call("b")
        assert [command.auto for command in shift.commands if isinstance(command, c.RingAgent)] == [True]

    def test_a_number_outside_rings_longer_and_is_never_answered_by_itself(self) -> None:
        shift = Shift(plan(AgentSpec(agent="1001", auto_answer=True)))
        shift.tell(e.AgentSignedIn(at=0, agent="1001", extension="13900000000", outside=True))
        shift.ready("1001")
        shift.call("a")
        (ring,) = [command for command in shift.commands if isinstance(command, c.RingAgent)]
        assert (ring.extension, ring.outside, ring.auto, ring.expires_at) == ("13900000000", True, False, 25_000)
