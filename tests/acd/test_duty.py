"""Signing in and out, intent, phones, entering the flow again, and a plan that changes under those who wait."""

import dataclasses

import pytest

from acd import events as e
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.plan import AgentSpec, Queue, Tier
from tests.acd.shift import SERVICE, Shift, plan, skilled


class TestSigningIn:
    def test_he_is_not_ready_until_he_says_so(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.sign_in("1001", ready=False)
        assert shift.state("1001") == "not_ready"
        shift.ready("1001")
        assert shift.offered("a") == "1001"

    def test_a_phone_belongs_to_one_agent(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        with pytest.raises(IllegalEvent, match="phone phone-1001 is taken by agent '1001'"):
            shift.tell(e.AgentSignedIn(at=0, agent="1002", extension="phone-1001"))

    def test_a_phone_on_which_a_talk_goes_on_is_still_taken_when_its_agent_has_signed_out(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        shift.sign_out("1001")
        with pytest.raises(IllegalEvent, match="phone phone-1001 is taken by agent '1001'"):
            shift.tell(e.AgentSignedIn(at=0, agent="1002", extension="phone-1001"))
        shift.hang_up("a")
        shift.tell(e.AgentSignedIn(at=0, agent="1002", extension="phone-1001"))

    def test_an_agent_takes_another_phone_when_he_is_free_and_leaves_the_first_to_others(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.tell(e.AgentSignedIn(at=0, agent="1001", extension="phone-9"))
        shift.tell(e.AgentSignedIn(at=0, agent="1002", extension="phone-1001"))
        shift.ready("1001")
        shift.call("a")
        assert shift.floor.offers[shift.offer("a")].extension == "phone-9"

    def test_not_while_he_is_bound(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        with pytest.raises(IllegalEvent, match="agent '1001' is ringing on phone phone-1001"):
            shift.tell(e.AgentSignedIn(at=0, agent="1001", extension="phone-9"))

    def test_signing_in_again_on_the_same_phone_changes_nothing_but_the_desk(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.serve("a")
        shift.tell(e.AgentSignedIn(at=shift.now, agent="1001", extension="phone-1001", desk=True))
        agent = shift.agent("1001")
        assert (agent.standing, agent.contacts, agent.desk) == ("idle", 1, True)

    def test_a_stranger_is_refused(self) -> None:
        shift = Shift(plan("1001"))
        with pytest.raises(IllegalEvent, match="the plan has no agent '4711'"):
            shift.sign_in("4711")

    @pytest.mark.parametrize("act", ["ready", "not_ready", "sign_out"])
    def test_nothing_else_before_it(self, act: str) -> None:
        shift = Shift(plan("1001"))
        with pytest.raises(IllegalEvent, match="agent '1001' is not signed in"):
            getattr(shift, act)("1001")

    def test_signing_out_is_not_an_intent_among_others(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        with pytest.raises(IllegalEvent, match="signing out is an event of its own"):
            shift.tell(e.IntentChanged(at=0, agent="1001", intent=e.Intent.LOGGED_OUT))


class TestPhones:
    def test_an_agent_whose_phone_is_lost_gets_no_offers_and_is_back_with_the_phone(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
        assert shift.state("1001") == "unreachable"
        shift.call("a")
        assert shift.offered("a") is None
        shift.tell(e.PhoneReachable(at=0, extension="phone-1001"))
        assert shift.offered("a") == "1001"

    def test_a_phone_lost_before_anybody_signed_in_on_it_counts_too(self) -> None:
        shift = Shift(plan("1001"))
        shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
        shift.sign_in("1001")
        assert shift.state("1001") == "unreachable"

    def test_a_talk_goes_on_when_the_phone_is_reported_lost(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
        assert shift.state("1001") == "talking"
        shift.hang_up("a")
        shift.save("a", "1001")
        assert shift.state("1001") == "unreachable"

    def test_reports_that_come_twice_change_nothing(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        for _ in range(2):
            shift.tell(e.PhoneUnreachable(at=0, extension="phone-1001"))
        for _ in range(2):
            shift.tell(e.PhoneReachable(at=0, extension="phone-1001"))
        assert shift.state("1001") == "idle"


class TestEnteringTheFlowAgain:
    """`ContactStarted` again: the AGI session broke, or the dead-man's time sent the caller round."""

    def test_in_the_flow_it_is_the_same_contact(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        shift.start("a", attempt=1)
        assert shift.floor.ledger.contacts.started == 1

    def test_from_the_queue_it_ends_the_visit_and_the_next_keeps_the_wait(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.wait(10)
        shift.call("b")
        shift.start("a", attempt=1)
        shift.queue("a", since=0)
        shift.sign_in("1001")
        assert shift.offered("a") == "1001"
        accounts = shift.floor.ledger.of("service")
        assert (accounts.entered, accounts.withdrawn) == (3, 1)

    def test_while_it_rings_the_offer_is_taken_back(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        shift.start("a", attempt=1)
        assert (shift.state("1001"), shift.where("a")) == ("idle", "ivr")
        shift.queue("a")
        assert shift.offered("a") == "1001"

    def test_a_doubled_wish_for_an_agent_is_one_wish(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.queue("a")
        assert shift.commands == []
        assert shift.floor.ledger.of("service").entered == 1
        shift.sign_in("1001")
        shift.queue("a")
        assert shift.offered("a") == "1001"


class TestWhatTheFloorRefuses:
    def test_a_queue_the_plan_does_not_have(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        with pytest.raises(IllegalEvent, match="the plan has no queue 'nowhere'"):
            shift.queue("a", queue="nowhere")

    def test_a_tier_the_plan_does_not_have(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        with pytest.raises(IllegalEvent, match="the plan has no tier 'gould'"):
            shift.queue("a", tier="gould")

    def test_a_wait_that_begins_in_the_future(self) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        with pytest.raises(IllegalEvent, match="it would wait since 5, which is still to come"):
            shift.queue("a", since=5)

    def test_time_that_goes_back(self) -> None:
        shift = Shift(plan("1001"))
        shift.wait(10)
        shift.start("a")
        with pytest.raises(IllegalEvent, match="its time 9999 is before the floor's, 10000"):
            shift.tell(e.TimePassed(at=9999))


class TestPlanChange:
    def test_those_who_wait_are_ordered_anew(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("a")
        shift.call("b", tier="vip")
        flat = plan("1001", tiers=(Tier(name="standard"), Tier(name="vip")), version=2)
        shift.tell(e.PlanChanged(at=shift.now, plan=flat))
        shift.sign_in("1001")
        assert shift.offered("a") == "1001"

    def test_a_new_skill_brings_those_who_wait_for_it_to_the_agent_at_once(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a", skills={"en": 1})
        shift.tell(e.PlanChanged(at=0, plan=plan(skilled("1001", en=3), version=2)))
        assert shift.offered("a") == "1001"

    def test_an_agent_taken_out_gets_nothing_more_but_ends_what_he_does(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        shift.tell(e.PlanChanged(at=0, plan=plan("1002", version=2)))
        assert shift.state("1001") == "talking"
        shift.hang_up("a")
        shift.save("a", "1001")
        shift.call("b")
        assert shift.offered("b") is None

    def test_an_agent_taken_out_can_still_sign_out_and_give_the_phone_free(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.tell(e.PlanChanged(at=0, plan=plan("1002", version=2)))
        shift.sign_out("1001")
        shift.tell(e.AgentSignedIn(at=0, agent="1002", extension="phone-1001"))
        assert shift.state("1002") == "not_ready"

    def test_a_plan_without_the_queue_somebody_waits_in_is_refused_and_changes_nothing(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        with pytest.raises(IllegalEvent, match="contacts wait in queue 'service', which the new plan does not have"):
            shift.tell(e.PlanChanged(at=0, plan=plan("1001", queues=(Queue(name="billing"),))))
        assert shift.floor.plan.queues.keys() == {"service"}

    def test_a_plan_without_the_tier_of_somebody_who_waits_is_refused(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        with pytest.raises(IllegalEvent, match="contacts of tier 'standard' wait, which the new plan does not have"):
            shift.tell(e.PlanChanged(at=0, plan=plan("1001", tiers=(Tier(name="vip"),))))

    def test_a_plan_with_an_order_the_router_does_not_know_is_refused_and_changes_nothing(self) -> None:
        shift = Shift(plan("1001"))
        before = shift.floor.number
        with pytest.raises(IllegalEvent, match="no agent order 'prettiest': known are fewest_contacts, "):
            shift.tell(e.PlanChanged(at=0, plan=plan("1001", order=("prettiest",))))
        assert shift.floor.number == before

    def test_while_it_rings_the_offer_stands(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        longer = dataclasses.replace(SERVICE, ring_ms=60_000)
        shift.tell(e.PlanChanged(at=0, plan=plan("1001", queues=(longer,), version=2)))
        assert shift.offered("a") == "1001"
        shift.wait(15)
        assert shift.state("1001") == "set_aside"

    def test_an_agent_bound_to_a_queue_the_plan_adds_later_serves_it_from_then_on(self) -> None:
        billing = Queue(name="billing")
        shift = Shift(plan(AgentSpec(agent="1001", queues=("billing",))))
        shift.sign_in("1001")
        shift.tell(
            e.PlanChanged(
                at=0, plan=plan(AgentSpec(agent="1001", queues=("billing",)), queues=(SERVICE, billing), version=2)
            )
        )
        shift.call("a", queue="billing")
        assert shift.offered("a") == "1001"


class TestAfterACrash:
    """The journal may end with an event whose decisions were not written any more."""

    @staticmethod
    def cut(shift: Shift, facts: int) -> Shift:
        """The shift as it goes on from all its facts but the last so many."""
        again = Shift(shift.floor.plan)
        again.floor = Floor()
        for fact in shift.history[:-facts]:
            again.floor.fold(fact)
        again.history = shift.history[:-facts]
        again.now = shift.now
        return again

    def test_an_offer_that_was_to_ring_rings(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        again = self.cut(shift, 1)
        assert again.state("1001") == "reserved"
        again.wait(0)
        assert again.state("1001") == "ringing"

    def test_an_offer_whose_contact_went_back_into_the_flow_is_not_answered_and_ends_by_itself(self) -> None:
        shift = Shift(plan("1001"))
        shift.sign_in("1001")
        shift.call("a")
        offer = shift.offer("a")
        shift.start("a", attempt=1)
        again = self.cut(shift, 1)
        again.tell(e.OfferAnswered(at=again.now, offer=offer))
        assert (again.state("1001"), again.where("a")) == ("ringing", "ivr")
        again.queue("a")
        again.wait(15)
        assert (again.state("1001"), again.where("a")) == ("set_aside", "waiting")
        assert again.contact("a").missed == []

    def test_a_wrap_up_that_was_to_be_skipped_ends(self) -> None:
        shift = Shift(plan("1001", queues=(Queue(name="service", wrap_up_ms=0),)))
        shift.sign_in("1001")
        shift.call("a")
        shift.answer("a")
        shift.hang_up("a")
        again = self.cut(shift, 1)
        again.wait(0)
        assert again.state("1001") == "idle"
