"""Agents whom a contact wants first: the last one, its account managers, their group; then whoever the queue finds."""

from acd import events as e
from acd.overtaking import Allowance, Overtaking, allowance_of
from acd.plan import AgentSpec, MissRule, Preferred, Queue, QueueTerms, Step, Tier
from acd.reasons import AtStep, at_step, why_chosen, why_waiting
from tests.acd.shift import SERVICE, Shift, plan, skilled
from tests.acd.test_reasons import before_the_last_offer
from tests.acd.test_relaxation import steps

TIME, NOBODY = e.StepCause.TIME, e.StepCause.NOBODY


def first(*agents: str, seconds: float = 20) -> Preferred:
    return Preferred(agents=agents, for_ms=round(seconds * 1000))


def talking(shift: Shift, *agents: str) -> None:
    """Let agents come and talk."""
    for agent in agents:
        shift.sign_in(agent)
        shift.call(f"of-{agent}")
        assert shift.answer(f"of-{agent}") == agent


def free(shift: Shift, agent: str) -> None:
    shift.hang_up(f"of-{agent}")
    shift.save(f"of-{agent}", agent)


class TestFirst:
    def test_an_idle_preferred_agent_gets_it_although_others_have_been_idle_longer(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001")
        shift.wait(60)
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1002"),))
        assert shift.offered("a") == "1002"

    def test_a_busy_one_is_waited_for_as_long_as_his_seconds_while_others_are_idle(self) -> None:
        shift = Shift(plan("1001", "1002"))
        talking(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        shift.wait(19.999)
        assert shift.offered("a") is None
        shift.wait(0.001)
        assert shift.offered("a") == "1002"

    def test_one_who_becomes_idle_within_his_seconds_gets_it(self) -> None:
        shift = Shift(plan("1001", "1002"))
        talking(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        shift.wait(10)
        free(shift, "1001")
        assert shift.offered("a") == "1001"

    def test_stage_follows_stage_and_who_was_wanted_before_is_wanted_still(self) -> None:
        shift = Shift(plan("1001", "1002", "1003", "1004", groups={"seniors": ("1003", "1004")}))
        talking(shift, "1001", "1002", "1003", "1004")
        shift.call("a", preferred=(first("1001", seconds=10), first("1002", seconds=10), first("seniors", seconds=10)))
        shift.wait(10)
        assert at_step(shift.floor, "a") == AtStep(-2, 0, ("1001", "1002"), 10_000, TIME, 20_000)
        shift.wait(10)
        assert at_step(shift.floor, "a") == AtStep(-1, 0, ("1001", "1002", "1003", "1004"), 20_000, TIME, 30_000)
        free(shift, "1001")
        assert shift.offered("a") == "1001"

    def test_after_the_last_stage_the_queues_own_relaxation_begins(self) -> None:
        easy = {"easy": (Step(after_ms=30_000, skills={"billing": 0}),)}
        queue = Queue(name="service", skills={"billing": 5}, relaxation="easy")
        shift = Shift(plan(skilled("1001", billing=5), skilled("1002", billing=5), queues=(queue,), relaxations=easy))
        talking(shift, "1001", "1002")
        shift.call("a", preferred=(first("1001"),))
        shift.wait(60)
        assert steps(shift) == [(20, 0, "time"), (50, 1, "time")]


class TestSkipped:
    def test_one_who_is_signed_out_is_skipped_at_once(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        assert shift.offered("a") == "1002"
        assert steps(shift) == [(0, 0, "nobody")]

    def test_so_is_one_who_is_not_ready_for_whom_waiting_is_in_vain(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", ready=False)
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        assert shift.offered("a") == "1002"

    def test_so_is_one_whom_the_plan_does_not_know_or_who_is_not_able(self) -> None:
        shift = Shift(plan("1001", AgentSpec(agent="1002", queues=("other",))))
        shift.sign_in("1001", "1002")
        shift.call("a", preferred=(first("1999"), first("1002")))
        assert shift.offered("a") == "1001"
        assert steps(shift) == [(0, -1, "nobody"), (0, 0, "nobody")]

    def test_one_who_leaves_duty_while_he_is_waited_for_is_waited_for_no_longer(self) -> None:
        shift = Shift(plan("1001", "1002"))
        talking(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        shift.wait(5)
        shift.not_ready("1001")
        assert shift.offered("a") == "1002"

    def test_of_a_group_one_on_duty_is_enough_to_wait(self) -> None:
        shift = Shift(plan("1001", "1002", "1003", groups={"seniors": ("1001", "1002")}))
        talking(shift, "1001")
        shift.sign_in("1003")
        shift.call("a", preferred=(first("seniors"),))
        shift.wait(19)
        assert shift.offered("a") is None


class TestMissed:
    def test_one_who_does_not_answer_gives_the_place_back_and_the_next_stage_follows(self) -> None:
        shift = Shift(plan("1001", "1002", "1003"))
        shift.sign_in("1001", "1002", "1003")
        shift.call("a", preferred=(first("1001", seconds=60), first("1002", seconds=60)))
        since = shift.contact("a").since
        shift.wait(15)
        assert shift.offered("a") == "1002"
        shift.wait(15)
        assert shift.offered("a") == "1003"
        assert steps(shift) == [(15, -1, "nobody"), (30, 0, "nobody")]
        assert shift.contact("a").since == since

    def test_his_seconds_may_end_while_his_phone_rings(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a", preferred=(first("1001", seconds=5),))
        shift.wait(14)
        assert (shift.offered("a"), steps(shift)) == ("1001", [])
        shift.wait(1)
        assert (shift.offered("a"), steps(shift)) == ("1002", [(15, 0, "time")])

    def test_a_refusal_moves_on_too(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a", preferred=(first("1001"),))
        shift.fail("a", e.OfferFailure.REJECTED)
        assert shift.offered("a") == "1002"

    def test_one_made_ready_again_at_once_does_not_get_it_twice(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a", preferred=(first("1001", seconds=60),))
        shift.wait(15)
        shift.ready("1001")
        assert shift.offered("a") == "1002"

    def test_one_who_stays_on_duty_after_a_miss_is_not_asked_a_second_time(self) -> None:
        lenient = Queue(name="service", misses=MissRule(after=3))
        shift = Shift(plan("1001", "1002", queues=(lenient,)))
        shift.sign_in("1001", "1002")
        shift.call("a", preferred=(first("1001", seconds=60),))
        shift.wait(15)
        assert shift.state("1001") == "idle"
        assert (shift.offered("a"), steps(shift)) == ("1002", [(15, 0, "nobody")])


class TestBesideOthers:
    def test_waiting_for_a_preferred_agent_passes_nobody(self) -> None:
        shift = Shift(plan("1001"))
        talking(shift, "1001")
        shift.call("a")
        shift.wait(1)
        shift.call("b", preferred=(first("1001"),))
        free(shift, "1001")
        assert (shift.offered("a"), shift.offered("b")) == ("1001", None)

    def test_it_keeps_its_place_when_its_seconds_are_over(self) -> None:
        """Complaint: re-entry loses the place."""
        shift = Shift(plan("1001", "1002"))
        talking(shift, "1001", "1002")
        shift.call("a", preferred=(first("1001"),))
        shift.wait(10)
        shift.call("b")
        shift.wait(15)
        free(shift, "1002")
        assert (shift.offered("a"), shift.offered("b")) == ("1002", None)

    def test_an_agents_delay_and_a_tiers_reservation_do_not_keep_a_preferred_agent(self) -> None:
        late = AgentSpec(agent="1001", terms={"service": QueueTerms(delay_ms=60_000)})
        shift = Shift(plan(late, "1002", tiers=(Tier(name="standard", reserve_idle=1),)))
        shift.sign_in("1001")
        shift.call("a", preferred=(first("1001"),))
        assert shift.offered("a") == "1001"

    def test_the_bound_on_overtaking_takes_in_how_long_it_waits_and_its_relaxation(self) -> None:
        in_force = plan("1001", relaxations={"easy": (Step(after_ms=30_000), Step(after_ms=10_000))})
        shift = Shift(in_force)
        talking(shift, "1001")
        assert Overtaking(in_force).bound_ms("standard", "standard") == 40_000
        shift.call("a", preferred=(first("1001"), first("1001", seconds=5)))
        allowance = allowance_of(shift.floor.contacts)
        assert allowance == Allowance(preferred_ms=25_000)
        assert Overtaking(in_force).bound_ms("standard", "standard", allowance) == 65_000
        assert Overtaking(in_force).bound_ms("standard", "vip", allowance) == 90_000

    def test_pools_of_preferred_agents_do_not_pile_up(self) -> None:
        shift = Shift(plan(*(str(1000 + number) for number in range(20)), queues=(SERVICE,)))
        talking(shift, *(str(1000 + number) for number in range(20)))
        before = len(shift.floor.pools.pools_of("1001"))
        for number in range(200):
            wanted = (first(str(1000 + number % 20), str(1000 + number // 20)), first("1001"))
            shift.call(f"a{number}", preferred=wanted)
            shift.wait(1)
            if number >= 5:
                shift.hang_up(f"a{number - 5}")
        for number in range(195, 200):
            shift.hang_up(f"a{number}")
        assert len(shift.floor.pools.pools_of("1001")) <= before + 1


class TestReasons:
    def test_who_is_not_preferred_is_kept_by_that(self) -> None:
        shift = Shift(plan("1001", "1002", "1003"))
        talking(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", preferred=(first("1001"),))
        assert why_waiting(shift.floor, "a") == {"not_preferred": ("1002", "1003"), "talking": ("1001",)}

    def test_the_choice_says_so_and_counts_so(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1002", "1001")
        shift.call("a", preferred=(first("1001"),))
        floor, made = before_the_last_offer(shift)
        assert made.left_out == {"not_preferred": 1}
        assert why_chosen(floor, made) == {"chosen": ("1001",), "not_preferred": ("1002",)}
