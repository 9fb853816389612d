"""Requirements that ease while a contact waits, step after step."""

import pytest

from acd import events as e
from acd.plan import AgentSpec, Plan, Queue, Step
from acd.reasons import AtStep, at_step, why_waiting
from tests.acd.shift import Shift, plan, skilled

TIME, NOBODY = e.StepCause.TIME, e.StepCause.NOBODY
EASY = (Step(after_ms=30_000, skills={"billing": 2}), Step(after_ms=20_000, skills={"billing": 0}))


def billing(relaxation: str | None = "easy") -> Queue:
    return Queue(name="billing", skills={"billing": 5}, relaxation=relaxation)


def a_plan(*agents: str | AgentSpec, steps: tuple[Step, ...] = EASY, queues: tuple[Queue, ...] = ()) -> Plan:
    return plan(*agents, queues=(billing(), *queues), relaxations={"easy": steps})


EXPERT, JUNIOR, ANYBODY = skilled("1001", billing=7), skilled("1002", billing=2), "1003"


def busy(shift: Shift, *agents: str) -> None:
    """Let these agents come and talk, each with a contact of his own that no other could have had."""
    for agent in agents:
        shift.sign_in(agent)
        shift.call(f"of-{agent}", queue="billing")
        assert shift.answer(f"of-{agent}") == agent


def steps(shift: Shift, contact: str = "a") -> list[tuple[int, int, str]]:
    """(when, which step, why) of a contact, times in seconds."""
    return [
        (fact.at // 1000, fact.step, fact.cause.value)
        for fact in shift.history
        if isinstance(fact, e.StepTaken) and fact.contact == contact
    ]


class TestTime:
    def test_a_lower_level_is_enough_once_the_seconds_are_over_and_not_a_millisecond_before(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(29.999)
        assert shift.offered("a") is None
        shift.wait(0.001)
        assert shift.offered("a") == "1002"
        assert steps(shift) == [(30, 1, "time")]

    def test_each_step_lasts_its_own_seconds_after_the_one_before(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        busy(shift, "1001")
        shift.sign_in("1002", ready=False)
        shift.sign_in("1003")
        shift.call("a", queue="billing")
        shift.wait(60)
        assert steps(shift) == [(30, 1, "time"), (50, 2, "time")]
        assert shift.offered("a") == "1003"

    def test_the_wait_before_the_queue_counts(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.wait(31)
        shift.start("a")
        shift.queue("a", queue="billing", since=0)
        assert shift.offered("a") == "1002"

    def test_after_a_break_of_ours_every_step_stands_where_it_would_have_been(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        busy(shift, "1001")
        shift.sign_in("1002", "1003", ready=False)
        shift.call("a", queue="billing")
        shift.now = 70_000
        shift.tell(e.TimePassed(at=70_000))
        assert steps(shift) == [(70, 1, "time"), (70, 2, "time")]

    def test_who_was_able_stays_able(self) -> None:
        french = (Step(after_ms=10_000, skills={"english": 0, "french": 3}),)
        in_force = plan(
            skilled("1001", english=5),
            skilled("1002", french=5),
            queues=(Queue(name="service", skills={"english": 5}, relaxation="french"),),
            relaxations={"french": french},
        )
        shift = Shift(in_force)
        shift.sign_in("1001", "1002", ready=False)
        shift.call("a")
        shift.wait(10)
        shift.ready("1001")
        assert shift.offered("a") == "1001"


class TestWiderGroups:
    def test_agents_of_a_further_queue_who_have_what_the_contact_itself_asks_for(self) -> None:
        steps = (Step(after_ms=10_000, queues=("repair",)),)
        repair = Queue(name="repair", skills={"repair": 3})
        agents = (EXPERT, skilled("1002", repair=2, en=9), skilled("1003", repair=3), skilled("1004", repair=3, en=2))
        shift = Shift(a_plan(*agents, steps=steps, queues=(repair,)))
        shift.sign_in("1002", "1003", "1004")
        shift.sign_in("1001", ready=False)
        shift.call("a", queue="billing", skills={"en": 2})
        shift.wait(10)
        assert shift.offered("a") == "1004"

    def test_agents_of_a_group_whatever_their_skills(self) -> None:
        in_force = plan(
            EXPERT,
            "1002",
            "1003",
            queues=(billing(),),
            relaxations={"easy": (Step(after_ms=10_000, agents=("seniors",)),)},
            groups={"seniors": ("1003",)},
        )
        shift = Shift(in_force)
        shift.sign_in("1002", "1003")
        shift.sign_in("1001", ready=False)
        shift.call("a", queue="billing")
        shift.wait(10)
        assert shift.offered("a") == "1003"

    def test_groups_of_skills_are_replaced(self) -> None:
        steps = (Step(after_ms=10_000, any_of=({"english": 3, "german": 3},)),)
        queue = Queue(name="billing", any_of=({"english": 8},), relaxation="easy")
        in_force = plan(
            skilled("1001", german=3), skilled("1002", english=8), queues=(queue,), relaxations={"easy": steps}
        )
        shift = Shift(in_force)
        shift.sign_in("1001")
        shift.sign_in("1002", ready=False)
        shift.call("a", queue="billing")
        assert shift.offered("a") is None
        shift.wait(10)
        assert shift.offered("a") == "1001"


class TestNobody:
    def test_a_step_that_nobody_signed_in_can_serve_is_skipped_at_once(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        assert shift.offered("a") == "1002"
        assert steps(shift) == [(0, 1, "nobody")]

    def test_several_are_skipped_together(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        shift.sign_in("1003")
        shift.call("a", queue="billing")
        assert shift.offered("a") == "1003"
        assert steps(shift) == [(0, 2, "nobody")]

    def test_who_is_signed_in_and_busy_or_not_ready_is_waited_for(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        shift.sign_in("1001", ready=False)
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(29)
        assert shift.offered("a") is None

    def test_when_the_last_who_can_serve_it_signs_out_those_who_wait_go_on(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        shift.sign_in("1001", ready=False)
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(5)
        shift.sign_out("1001")
        assert shift.offered("a") == "1002"
        assert steps(shift) == [(5, 1, "nobody")]

    def test_a_skipped_step_does_not_shorten_the_next_one(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        shift.sign_in("1002", ready=False)
        shift.sign_in("1003", ready=False)
        shift.wait(5)
        shift.call("a", queue="billing")
        shift.wait(25)
        assert steps(shift) == [(5, 1, "nobody"), (25, 2, "time")]

    def test_an_empty_floor_eases_nothing_before_its_time(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        shift.call("a", queue="billing")
        shift.wait(5)
        shift.sign_in("1001")
        assert shift.offered("a") == "1001"
        assert steps(shift) == []

    def test_the_first_who_can_serve_a_later_step_is_gone_on_to_when_he_signs_in(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        shift.call("a", queue="billing")
        shift.wait(5)
        shift.sign_in("1003")
        assert shift.offered("a") == "1003"
        assert steps(shift) == [(5, 2, "nobody")]

    def test_a_certificate_that_ends_counts_as_leaving(self) -> None:
        expert = AgentSpec(agent="1001", skills={"billing": 7}, certificates={"billing": 8000})
        junior = AgentSpec(agent="1003", skills={})
        in_force = a_plan(expert, junior)
        shift = Shift(Plan(**{f: getattr(in_force, f) for f in in_force.__slots__} | {"certified": ("billing",)}))
        shift.sign_in("1001", ready=False)
        shift.sign_in("1003")
        shift.call("a", queue="billing")
        shift.wait(8)
        assert shift.offered("a") == "1003"
        assert steps(shift) == [(8, 2, "nobody")]


class TestWhileItRings:
    """Complaint: once a matching agent is rung and does not answer, later rules never apply."""

    def test_a_step_that_comes_due_while_an_offer_rings_is_taken_when_the_offer_is_over(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(20)
        shift.hang_up("of-1001")
        shift.save("of-1001", "1001")
        assert shift.offered("a") == "1001"
        shift.wait(14.999)
        assert steps(shift) == []
        shift.wait(0.001)
        assert steps(shift) == [(35, 1, "time")]
        assert shift.offered("a") == "1002"

    def test_its_next_step_counts_from_when_it_was_due(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, ANYBODY))
        shift.sign_in("1001")
        shift.wait(20)
        shift.call("a", queue="billing")
        shift.sign_in("1002", "1003", ready=False)
        shift.wait(15)
        shift.ready("1001")
        shift.wait(15)
        shift.ready("1001")
        assert shift.offered("a") == "1001"
        shift.wait(15)
        shift.ready("1003")
        shift.wait(5)
        assert steps(shift) == [(50, 1, "time"), (70, 2, "time")]
        assert shift.offered("a") == "1003"

    def test_a_contact_that_was_answered_takes_no_more_steps(self) -> None:
        shift = Shift(a_plan(EXPERT))
        shift.sign_in("1001")
        shift.call("a", queue="billing")
        shift.answer("a")
        shift.wait(100)
        assert steps(shift) == []
        assert shift.floor.next_deadline() is None


class TestEdits:
    def test_a_shorter_time_counts_for_those_who_wait(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(12)
        sooner = (Step(after_ms=10_000, skills={"billing": 2}),)
        shift.tell(e.PlanChanged(at=shift.now, plan=a_plan(EXPERT, JUNIOR, steps=sooner)))
        assert shift.offered("a") == "1002"

    def test_a_relaxation_given_to_a_queue_counts_for_those_who_wait(self) -> None:
        shift = Shift(plan(EXPERT, JUNIOR, queues=(billing(None),)))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(60)
        shift.tell(e.PlanChanged(at=shift.now, plan=a_plan(EXPERT, JUNIOR)))
        assert shift.offered("a") == "1002"

    def test_another_requirement_of_a_step_counts_for_those_who_are_at_it(self) -> None:
        shift = Shift(a_plan(EXPERT, skilled("1002", billing=1)))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        shift.wait(30)
        assert shift.offered("a") is None
        easier = (Step(after_ms=30_000, skills={"billing": 1}),)
        shift.tell(e.PlanChanged(at=shift.now, plan=a_plan(EXPERT, skilled("1002", billing=1), steps=easier)))
        assert shift.offered("a") == "1002"

    def test_one_that_is_taken_out_leaves_those_who_wait_with_what_is_left(self) -> None:
        shift = Shift(a_plan(EXPERT, ANYBODY))
        busy(shift, "1001")
        shift.call("a", queue="billing")
        shift.wait(60)
        shift.tell(e.PlanChanged(at=shift.now, plan=plan(EXPERT, ANYBODY, queues=(billing(None),))))
        shift.sign_in("1003")
        assert shift.offered("a") is None


class TestOfTheContact:
    def test_the_relaxation_a_contact_names_takes_the_place_of_its_queues(self) -> None:
        in_force = plan(
            EXPERT,
            JUNIOR,
            queues=(billing(),),
            relaxations={"easy": EASY, "soon": (Step(after_ms=5000, skills={"billing": 1}),)},
        )
        shift = Shift(in_force)
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing", relaxation="soon")
        shift.wait(5)
        assert shift.offered("a") == "1002"

    def test_what_the_contact_itself_asks_for_is_eased_where_a_step_names_it(self) -> None:
        steps = (Step(after_ms=10_000, skills={"english": 0}),)
        queue = Queue(name="billing", relaxation="easy")
        in_force = plan(skilled("1001", english=9), "1002", queues=(queue,), relaxations={"easy": steps})
        shift = Shift(in_force)
        shift.sign_in("1001", ready=False)
        shift.sign_in("1002")
        shift.call("a", queue="billing", skills={"english": 5})
        assert shift.offered("a") is None
        shift.wait(10)
        assert shift.offered("a") == "1002"


class TestOrder:
    def test_who_waits_longer_keeps_its_place_at_the_wider_step(self) -> None:
        """Complaint: rules and weights starve the lower queue."""
        shift = Shift(a_plan(EXPERT, JUNIOR, queues=(Queue(name="plain"),)))
        busy(shift, "1001")
        shift.sign_in("1002", ready=False)
        shift.call("a", queue="billing")
        shift.wait(20)
        shift.call("b", queue="plain")
        shift.wait(11)
        shift.ready("1002")
        assert (shift.offered("a"), shift.offered("b")) == ("1002", None)

    def test_a_steady_stream_of_others_passes_it_only_until_its_last_step(self) -> None:
        shift = Shift(a_plan(EXPERT, ANYBODY, queues=(Queue(name="plain", wrap_up_ms=0),)))
        busy(shift, "1001")
        shift.sign_in("1003")
        shift.call("a", queue="billing")
        passed = 0
        for number in range(30):
            shift.call(f"b{number}", queue="plain")
            if shift.offered("a"):
                break
            if shift.offered(f"b{number}"):
                shift.serve(f"b{number}", seconds=10)
                passed += 1
        assert shift.offered("a") == "1003"
        assert shift.now <= 60_000
        assert passed <= 6


class TestReasons:
    def test_who_may_have_it_later_is_told_from_who_never_may(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR, AgentSpec(agent="1004", queues=())))
        busy(shift, "1001")
        shift.sign_in("1002")
        shift.call("a", queue="billing")
        assert why_waiting(shift.floor, "a") == {"later_step": ("1002",), "no_skill": ("1004",), "talking": ("1001",)}

    def test_the_step_it_is_at_and_why(self) -> None:
        shift = Shift(a_plan(EXPERT, JUNIOR))
        busy(shift, "1001")
        shift.call("a", queue="billing")
        assert at_step(shift.floor, "a") == AtStep(0, 2, (), 0, None, 30_000)
        shift.wait(31)
        assert at_step(shift.floor, "a") == AtStep(1, 2, (), 30_000, TIME, 50_000)
        shift.wait(31)
        assert at_step(shift.floor, "a") == AtStep(2, 2, (), 50_000, TIME, None)

    def test_a_contact_with_one_step_only_has_none_to_tell(self) -> None:
        shift = Shift(plan("1001"))
        shift.call("a")
        assert at_step(shift.floor, "a") is None
        with pytest.raises(KeyError):
            at_step(shift.floor, "nobody")
