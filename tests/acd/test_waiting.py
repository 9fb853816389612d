"""Which contact goes first."""

import pytest

from acd.plan import AgentSpec, Queue, Tier
from tests.acd.shift import SERVICE, STANDARD, Shift, plan, skilled


def order_of_service(shift: Shift, agent: str, *contacts: str) -> list[str]:
    """Let one agent serve all who wait, a minute each; who was served after whom."""
    served = []
    shift.sign_in(agent)
    for _ in contacts:
        (contact,) = [each for each in contacts if shift.offered(each) is not None]
        shift.serve(contact)
        served.append(contact)
    return served


class TestFirstComeFirstServed:
    def test_equal_contacts_go_in_the_order_they_came(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("a", "b", "c")
        assert order_of_service(shift, "1001", "a", "b", "c") == ["a", "b", "c"]

    def test_contacts_of_one_millisecond_go_in_the_order_they_were_queued(self) -> None:
        shift = Shift(plan("1001"))
        for contact in ("c", "a", "b"):
            shift.call(contact)
        assert order_of_service(shift, "1001", "a", "b", "c") == ["c", "a", "b"]

    def test_the_wait_counts_from_when_it_first_wanted_an_agent_not_from_when_we_heard_of_it(self) -> None:
        shift = Shift(plan("1001"))
        shift.wait(60)
        shift.call("here")
        shift.start("from-the-fallback")
        shift.queue("from-the-fallback", since=10_000)
        assert order_of_service(shift, "1001", "here", "from-the-fallback") == ["from-the-fallback", "here"]

    def test_it_holds_over_all_queues_an_agent_serves(self) -> None:
        shift = Shift(plan("1001", queues=(SERVICE, Queue(name="billing"))))
        shift.call("a", queue="billing")
        shift.wait(1)
        shift.call("b", queue="service")
        shift.wait(1)
        shift.call("c", queue="billing")
        assert order_of_service(shift, "1001", "a", "b", "c") == ["a", "b", "c"]


class TestHeadStart:
    def test_a_vip_passes_ordinary_callers_who_came_before(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("a", "b")
        shift.call("vip", tier="vip")
        assert order_of_service(shift, "1001", "a", "b", "vip") == ["vip", "a", "b"]

    def test_who_waited_longer_than_the_head_start_goes_before_a_vip(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("patient")
        shift.wait(91)
        shift.call("late")
        shift.call("vip", tier="vip")
        assert order_of_service(shift, "1001", "patient", "late", "vip") == ["patient", "vip", "late"]

    def test_at_equal_scores_the_earlier_arrival_goes_first(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.wait(90)
        shift.call("vip", tier="vip")
        assert order_of_service(shift, "1001", "a", "vip") == ["a", "vip"]

    def test_urgency_is_a_head_start_of_the_contact_itself_and_adds_to_its_tiers(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("vip", tier="vip")
        shift.call("outage", urgency=91)
        shift.call("vip-outage", tier="vip", urgency=2)
        assert order_of_service(shift, "1001", "vip", "outage", "vip-outage") == ["vip-outage", "outage", "vip"]


class TestRank:
    TIERS = (Tier(name="diamond", rank=2), Tier(name="standard", rank=1, head_start_ms=3_600_000))

    def test_a_higher_rank_goes_first_whatever_the_wait_and_the_head_start(self) -> None:
        shift = Shift(plan("1001", tiers=self.TIERS))
        shift.call("a")
        shift.wait(7200)
        shift.call("d", tier="diamond")
        assert order_of_service(shift, "1001", "a", "d") == ["d", "a"]


class TestGrowth:
    TIERS = (Tier(name="fast", growth=3.0), Tier(name="standard", growth=1.0))

    @pytest.mark.parametrize(("seconds", "first"), [(29, "standard"), (31, "fast")])
    def test_three_times_the_growth_overtakes_at_a_third_of_the_wait(self, seconds: int, first: str) -> None:
        # standard waits 60 s longer: 3 w > w + 60 from w = 30 s on.
        shift = Shift(plan("1001", tiers=self.TIERS))
        shift.call("standard")
        shift.wait(60)
        shift.call("fast", tier="fast")
        shift.wait(seconds)
        shift.sign_in("1001")
        assert shift.offered(first) == "1001"

    def test_no_growth_lets_the_head_start_alone_decide_and_arrival_between_equals(self) -> None:
        tiers = (Tier(name="flat", growth=0.0, head_start_ms=1000), Tier(name="flatter", growth=0.0))
        shift = Shift(plan("1001", tiers=tiers))
        shift.call("a", tier="flatter")
        shift.wait(600)
        shift.call("b", tier="flat")
        shift.wait(1)
        shift.call("c", tier="flat")
        assert order_of_service(shift, "1001", "a", "b", "c") == ["b", "c", "a"]


class TestReservation:
    """`reserve_idle`: a contact of this tier starts only while more than that many able agents are idle."""

    TIERS = (Tier(name="vip", rank=1), Tier(name="standard", reserve_idle=1))

    def test_the_last_idle_agent_is_kept_for_those_who_reserve_less(self) -> None:
        shift = Shift(plan("1001", "1002", tiers=self.TIERS))
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.call("b")
        assert shift.offered("a") == "1001"
        assert shift.offered("b") is None
        shift.call("v", tier="vip")
        assert shift.offered("v") == "1002"

    def test_the_agent_just_freed_counts(self) -> None:
        shift = Shift(plan("1001", "1002", tiers=self.TIERS))
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.call("b")
        shift.serve("a")
        assert shift.offered("b") == "1002"

    def test_who_may_not_start_does_not_hold_up_those_behind(self) -> None:
        shift = Shift(plan("1001", tiers=(Tier(name="vip", rank=1, reserve_idle=1), STANDARD)))
        shift.call("v", tier="vip")
        shift.call("a")
        shift.sign_in("1001")
        assert shift.offered("a") == "1001"
        assert shift.offered("v") is None

    def test_only_agents_able_to_serve_the_contact_count(self) -> None:
        in_force = plan(skilled("1001", en=1), "1002", "1003", tiers=self.TIERS)
        shift = Shift(in_force)
        shift.sign_in("1001", "1002", "1003")
        shift.call("a", skills={"en": 1})
        assert shift.offered("a") is None

    def test_it_ends_when_the_contact_has_waited_so_long(self) -> None:
        kept = Tier(name="standard", reserve_idle=1, reserve_for_ms=18_000)
        shift = Shift(plan("1001", tiers=(kept,)))
        shift.sign_in("1001")
        shift.call("a")
        shift.wait(17)
        assert shift.offered("a") is None
        shift.wait(1)
        assert shift.offered("a") == "1001"


class TestTiersOfAQueue:
    """`Queue.tiers`: a tier as one queue has it, beside what it is everywhere else."""

    TIERS = (STANDARD, Tier(name="vip", head_start_ms=90_000))
    BILLING = Queue(name="billing", tiers={"vip": Tier(name="vip", head_start_ms=-5000)})

    def test_the_queue_s_own_is_what_its_contacts_are_ordered_by(self) -> None:
        shift = Shift(plan("1001", tiers=self.TIERS, queues=(SERVICE, self.BILLING)))
        shift.call("behind", queue="billing", tier="vip")
        shift.wait(1)
        shift.call("plain", queue="billing")
        shift.wait(1)
        shift.call("ahead", queue="service", tier="vip")
        assert order_of_service(shift, "1001", "behind", "plain", "ahead") == ["ahead", "plain", "behind"]


class TestSkills:
    def test_a_contact_waits_for_an_agent_who_has_the_skill_at_the_level(self) -> None:
        shift = Shift(plan(skilled("low", en=4), skilled("none", fr=9), skilled("high", en=5)))
        shift.sign_in("low", "none")
        shift.call("a", skills={"en": 5})
        assert shift.offered("a") is None
        shift.sign_in("high")
        assert shift.offered("a") == "high"

    def test_all_skills_asked_for_are_needed(self) -> None:
        shift = Shift(plan(skilled("1001", en=9), skilled("1002", en=1, card=1)))
        shift.sign_in("1001", "1002")
        shift.call("a", skills={"en": 1, "card": 1})
        assert shift.offered("a") == "1002"

    def test_what_the_queue_asks_of_everybody_and_what_the_contact_asks_add_up_to_the_higher_level(self) -> None:
        billing = Queue(name="billing", skills={"billing": 5})
        shift = Shift(plan(skilled("1001", billing=5), skilled("1002", billing=7), queues=(billing,)))
        shift.sign_in("1001", "1002")
        shift.call("asks-less", queue="billing", skills={"billing": 1})
        assert shift.offered("asks-less") == "1001"
        shift.serve("asks-less")
        shift.not_ready("1002")
        shift.call("asks-more", queue="billing", skills={"billing": 6})
        assert shift.offered("asks-more") is None
        shift.ready("1002")
        assert shift.offered("asks-more") == "1002"

    def test_an_agent_bound_to_queues_serves_no_other(self) -> None:
        queues = (SERVICE, Queue(name="billing"))
        shift = Shift(plan(AgentSpec(agent="1001", queues=("billing",)), queues=queues))
        shift.sign_in("1001")
        shift.call("a", queue="service")
        assert shift.offered("a") is None
        shift.call("b", queue="billing")
        assert shift.offered("b") == "1001"

    def test_who_waits_for_a_rare_skill_holds_up_nobody(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("rare", skills={"en": 1})
        shift.wait(1)
        shift.call("plain")
        shift.sign_in("1001")
        assert shift.offered("plain") == "1001"
