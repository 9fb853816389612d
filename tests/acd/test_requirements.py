"""What a contact may ask for: all of, any of, a level at least, a skill that needs a valid certificate."""

import pytest

from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import AgentSpec, Plan, Queue
from acd.reasons import why_waiting
from tests.acd.shift import Shift, plan, skilled


class TestAnyOf:
    def test_one_skill_of_the_group_at_its_level_is_enough(self) -> None:
        shift = Shift(plan(skilled("1001", en=4), skilled("1002", fr=3)))
        shift.sign_in("1001", "1002")
        shift.call("a", any_of=({"en": 5, "fr": 3},))
        assert shift.offered("a") == "1002"

    def test_every_group_must_be_met_and_all_of_as_well(self) -> None:
        agents = (skilled("1001", en=5, card=5), skilled("1002", fr=5, loan=5), skilled("1003", en=5, loan=5, vip=1))
        shift = Shift(plan(*agents))
        shift.sign_in("1001", "1002", "1003")
        shift.call("a", skills={"vip": 1}, any_of=({"en": 1, "fr": 1}, {"card": 1, "loan": 1}))
        assert shift.offered("a") == "1003"

    def test_a_queue_may_ask_it_of_everybody(self) -> None:
        queue = Queue(name="service", any_of=({"en": 1, "fr": 1},))
        shift = Shift(plan("1001", skilled("1002", fr=1), queues=(queue,)))
        shift.sign_in("1001", "1002")
        shift.call("a")
        assert shift.offered("a") == "1002"

    def test_the_best_sufficient_level_of_the_group_counts_when_levels_order_agents(self) -> None:
        agents = (skilled("1001", en=2, fr=6), skilled("1002", en=5))
        shift = Shift(plan(*agents, order=("highest_level",)))
        shift.sign_in("1001", "1002")
        shift.call("a", any_of=({"en": 1, "fr": 7},))
        assert shift.offered("a") == "1002"

    def test_a_skill_of_the_group_is_asked_for_when_primary_skills_order_agents(self) -> None:
        agents = (skilled("1001", primary="fr", en=5, fr=5), skilled("1002", primary="en", en=5))
        shift = Shift(plan(*agents, order=("primary_first", "listed")))
        shift.sign_in("1001", "1002")
        shift.call("a", any_of=({"en": 1, "de": 1},))
        assert shift.offered("a") == "1002"


def test_a_level_of_nothing_asks_for_nothing() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a", skills={"en": 0})
    assert shift.offered("a") == "1001"


class TestCertificates:
    @staticmethod
    def in_force(until: int | None) -> Plan:
        certificates = {} if until is None else {"funds": until}
        spec = AgentSpec(agent="1001", skills={"funds": 5}, certificates=certificates)
        base = plan(spec)
        return Plan(tiers=base.tiers, queues=base.queues, agents=base.agents, certified=("funds",))

    def test_a_skill_that_needs_one_counts_while_it_is_valid(self) -> None:
        shift = Shift(self.in_force(until=60_000))
        shift.sign_in("1001")
        shift.call("a", skills={"funds": 1})
        assert shift.offered("a") == "1001"

    @pytest.mark.parametrize("until", [None, 0])
    def test_and_not_without_one_or_after_its_end(self, until: int | None) -> None:
        shift = Shift(self.in_force(until))
        shift.sign_in("1001")
        shift.call("a", skills={"funds": 1})
        assert shift.offered("a") is None
        assert why_waiting(shift.floor, "a") == {"no_skill": ("1001",)}

    def test_it_ends_to_the_millisecond_while_others_wait(self) -> None:
        shift = Shift(self.in_force(until=60_000))
        shift.sign_in("1001")
        shift.call("a", skills={"funds": 1})
        shift.answer("a")
        shift.wait(59.999)
        shift.hang_up("a")
        shift.call("b", skills={"funds": 1})
        shift.wait(0.001)
        shift.save("a", "1001")
        assert shift.state("1001") == "idle"
        assert shift.offered("b") is None

    def test_a_floor_rebuilt_after_its_end_agrees(self) -> None:
        shift = Shift(self.in_force(until=60_000))
        shift.sign_in("1001")
        shift.wait(61)
        shift.call("a", skills={"funds": 1})
        rebuilt = shift.refolded()
        assert rebuilt.state == shift.floor.state
        assert rebuilt.next_deadline() == shift.floor.next_deadline()


class TestPriority:
    def test_a_waiting_contact_takes_its_new_place_at_once(self) -> None:
        shift = Shift(plan("1001"))
        shift.calls("a", "b", "c")
        shift.tell(e.PriorityChanged(at=shift.now, contact="b", tier="vip"))
        shift.tell(e.PriorityChanged(at=shift.now, contact="c", tier="standard", urgency_ms=100_000))
        shift.sign_in("1001")
        shift.serve("c")
        shift.serve("b")
        assert shift.offered("a") == "1001"

    def test_a_contact_that_may_start_now_starts(self) -> None:
        from acd.plan import Tier

        shift = Shift(plan("1001", tiers=(Tier(name="standard", reserve_idle=1), Tier(name="vip"))))
        shift.sign_in("1001")
        shift.call("a")
        assert shift.offered("a") is None
        shift.tell(e.PriorityChanged(at=0, contact="a", tier="vip"))
        assert shift.offered("a") == "1001"

    def test_an_offer_stands_and_the_new_place_counts_if_it_comes_back(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.call("a")
        shift.call("b", urgency=10)
        shift.tell(e.PriorityChanged(at=0, contact="a", tier="vip"))
        assert shift.offered("a") == "1001"
        shift.wait(15)
        shift.sign_in("1002")
        assert shift.offered("a") == "1002"

    @pytest.mark.parametrize("state", ["ivr", "talking"])
    def test_only_who_waits_has_a_priority(self, state: str) -> None:
        shift = Shift(plan("1001"))
        shift.start("a")
        if state == "talking":
            shift.sign_in("1001")
            shift.queue("a")
            shift.answer("a")
        with pytest.raises(IllegalEvent, match=f"contact 'a' is {state}"):
            shift.tell(e.PriorityChanged(at=0, contact="a", tier="vip"))

    def test_a_tier_the_plan_does_not_have_is_refused(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        with pytest.raises(IllegalEvent, match="the plan has no tier 'gould'"):
            shift.tell(e.PriorityChanged(at=0, contact="a", tier="gould"))


class TestCredit:
    def test_earlier_time_counts_as_waiting_for_the_order(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        shift.wait(10)
        shift.call("menu", credit=11)
        shift.sign_in("1001")
        assert shift.offered("menu") == "1001"
        (made,) = shift.decided(e.OfferMade)
        assert isinstance(made, e.OfferMade)
        assert made.score == 11_000

    def test_and_not_as_waiting_in_the_figures(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("menu", credit=11)
        assert shift.contact("menu").since == shift.now

    def test_it_grows_with_the_tier(self) -> None:
        from acd.plan import Tier

        shift = Shift(plan("1001", tiers=(Tier(name="fast", growth=3.0),)))
        shift.call("a", tier="fast", credit=10)
        shift.sign_in("1001")
        (made,) = shift.decided(e.OfferMade)
        assert isinstance(made, e.OfferMade)
        assert made.score == 30_000

    def test_a_negative_one_is_refused(self) -> None:
        shift = Shift(plan("1001"))
        with pytest.raises(IllegalEvent, match="a credit of -1000 ms would take waiting time away"):
            shift.call("a", credit=-1)
