"""An agent's own order of queues, and queues he serves only after a delay."""

from acd import events as e
from acd.plan import AgentSpec, Queue, QueueTerms
from acd.reasons import why_waiting
from tests.acd.shift import Shift, plan

SERVICE = Queue(name="service")
BILLING = Queue(name="billing")


def agent(name: str, **terms: QueueTerms) -> AgentSpec:
    return AgentSpec(agent=name, terms=terms)


class TestOrderOfQueues:
    def test_a_queue_that_is_ahead_at_this_agent_goes_first(self) -> None:
        shift = Shift(plan(agent("1001", billing=QueueTerms(head_start_ms=60_000)), queues=(SERVICE, BILLING)))
        shift.call("s", queue="service")
        shift.wait(59)
        shift.call("b", queue="billing")
        shift.sign_in("1001")
        assert shift.offered("b") == "1001"

    def test_the_other_queue_does_not_starve(self) -> None:
        shift = Shift(plan(agent("1001", billing=QueueTerms(head_start_ms=60_000)), queues=(SERVICE, BILLING)))
        shift.call("s", queue="service")
        shift.wait(61)
        shift.call("b", queue="billing")
        shift.sign_in("1001")
        assert shift.offered("s") == "1001"

    def test_another_agent_has_his_own_order(self) -> None:
        agents = (
            agent("1001", billing=QueueTerms(head_start_ms=60_000)),
            agent("1002", service=QueueTerms(head_start_ms=60_000)),
        )
        shift = Shift(plan(*agents, queues=(SERVICE, BILLING)))
        shift.call("b", queue="billing")
        shift.wait(1)
        shift.call("s", queue="service")
        shift.sign_in("1002")
        shift.sign_in("1001")
        assert (shift.offered("s"), shift.offered("b")) == ("1002", "1001")

    def test_the_decision_shows_scores_with_what_each_queue_has_ahead(self) -> None:
        shift = Shift(plan(agent("1001", billing=QueueTerms(head_start_ms=60_000)), queues=(SERVICE, BILLING)))
        shift.call("s", queue="service")
        shift.call("b", queue="billing")
        shift.wait(5)
        shift.sign_in("1001")
        (made,) = shift.decided(e.OfferMade)
        assert isinstance(made, e.OfferMade)
        assert (made.score, made.over_contacts) == (65_000, (("s", 5000),))


class TestDelay:
    SHIFT = plan("1001", agent("1002", service=QueueTerms(delay_ms=30_000)), queues=(SERVICE,))

    def test_he_gets_the_contact_when_it_has_waited_long_enough_and_not_a_millisecond_before(self) -> None:
        shift = Shift(self.SHIFT)
        shift.sign_in("1002")
        shift.call("a")
        assert shift.floor.next_deadline() == 30_000
        shift.wait(29.999)
        assert shift.offered("a") is None
        assert why_waiting(shift.floor, "a") == {"delay": ("1002",), "logged_out": ("1001",)}
        shift.wait(0.001)
        assert shift.offered("a") == "1002"

    def test_who_serves_the_queue_at_once_is_tried_first(self) -> None:
        shift = Shift(self.SHIFT)
        shift.call("a")
        shift.wait(60)
        shift.sign_in("1002", "1001", ready=False)
        shift.tell(e.PlanChanged(at=shift.now, plan=self.SHIFT))
        shift.ready("1002")
        assert shift.offered("a") == "1002"
        shift.sign_out("1002")
        shift.hang_up("a")
        shift.sign_in("1002")
        shift.wait(1)
        shift.ready("1001")
        shift.start("b")
        shift.queue("b", since=0)
        assert shift.offered("b") == "1001"

    def test_a_younger_contact_with_a_higher_score_does_not_hide_an_older_one_from_him(self) -> None:
        shift = Shift(self.SHIFT)
        shift.call("old")
        shift.wait(29)
        shift.call("vip", tier="vip")
        shift.sign_in("1002")
        assert (shift.offered("old"), shift.offered("vip")) == (None, None)
        shift.wait(1)
        assert (shift.offered("old"), shift.offered("vip")) == ("1002", None)

    def test_a_contact_that_left_before_wakes_nobody(self) -> None:
        shift = Shift(self.SHIFT)
        shift.sign_in("1002")
        shift.call("a")
        shift.hang_up("a")
        assert shift.floor.next_deadline() is None

    def test_who_missed_a_contact_gets_it_again_rather_than_one_whose_delay_it_has_not_waited(self) -> None:
        shift = Shift(self.SHIFT)
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.wait(15)
        shift.ready("1001")
        assert shift.offered("a") == "1001"
