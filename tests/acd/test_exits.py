"""Who leaves a queue without an agent: by which rule, when, where to, and in which account; what a key does."""

from dataclasses import replace

import pytest

from acd import commands as c
from acd import events as e
from acd.errors import IllegalEvent
from acd.plan import Exit, Plan, Queue, Telling
from tests.acd.shift import SERVICE, Shift, plan, skilled

BILLING = Queue(name="billing", skills={"b": 1}, music="calm")
MESSAGE = "flow:message"


def ruled(keys: dict[str, str] | None = None, telling: Telling | None = None, **exits: Exit) -> Plan:
    """Agent 1001 serves the queue service, which has these rules; 1002 serves billing too."""
    service = replace(SERVICE, exits=exits, keys=keys or {}, telling=telling)
    return plan("1001", skilled("1002", b=1), queues=(service, BILLING))


def accounts(shift: Shift, queue: str = "service") -> dict[str, int]:
    visits = shift.floor.ledger.of(queue)
    names = ("entered", "overflowed", "left", "closed_out", "shed")
    return {name: count for name in names if (count := getattr(visits, name))}


def left(shift: Shift) -> list[tuple[str, str, str]]:
    """(contact, rule, where to) of everybody who left."""
    return [(fact.contact, fact.rule.value, fact.to) for fact in shift.history if isinstance(fact, e.ContactLeft)]


def test_who_has_waited_for_the_longest_time_allowed_leaves_at_that_moment() -> None:
    shift = Shift(ruled(max_wait=Exit(to=MESSAGE, after_ms=60_000)))
    shift.call("a")
    assert shift.wait(59) == []
    assert shift.wait(1) == [c.SendAway(contact="a", to=MESSAGE)]
    assert (left(shift), shift.where("a")) == ([("a", "max_wait", MESSAGE)], "ivr")
    assert accounts(shift) == {"entered": 1, "left": 1}


def test_who_changes_his_mind_about_a_callback_is_back_in_front_of_who_came_after_him() -> None:
    shift = Shift(ruled(full=Exit(to=MESSAGE, above=1)))
    shift.call("a")
    shift.ask_back("a")
    shift.call("b")
    assert left(shift) == []
    again = e.ContactQueued(at=shift.now, contact="a", queue="service", tier="standard", since=shift.now)
    shift.tell(again)
    assert (left(shift), shift.where("a")) == ([("b", "full", MESSAGE)], "waiting")


def test_another_queue_takes_him_with_his_wait_and_the_ledgers_of_both_balance() -> None:
    shift = Shift(ruled(max_wait=Exit(to="queue:billing", after_ms=60_000)))
    shift.call("a")
    assert shift.wait(60) == [c.StartMusic(contact="a", music="calm")]
    assert (accounts(shift), accounts(shift, "billing")) == ({"entered": 1, "overflowed": 1}, {"entered": 1})
    assert (shift.contact("a").since, shift.contact("a").visits, shift.where("a")) == (0, 2, "waiting")
    shift.sign_in("1002")
    assert shift.offered("a") == "1002"


def test_an_offer_that_rings_is_finished_first() -> None:
    shift = Shift(ruled(max_wait=Exit(to=MESSAGE, after_ms=10_000)))
    shift.call("a")
    shift.wait(5)
    shift.sign_in("1001")
    shift.wait(6)
    assert shift.offered("a") == "1001"
    shift.wait(15)
    assert left(shift) == [("a", "max_wait", MESSAGE)]


def test_an_agent_who_is_free_at_that_moment_goes_before_the_rule() -> None:
    shift = Shift(ruled(logged_out=Exit(to=MESSAGE), max_wait=Exit(to=MESSAGE)))
    shift.sign_in("1001")
    shift.call("a")
    assert (shift.offered("a"), left(shift)) == ("1001", [])


def test_a_full_queue_turns_away_who_comes_next() -> None:
    shift = Shift(ruled(full=Exit(to="prompt:queue-full", above=2)))
    shift.calls("a", "b", "c")
    assert left(shift) == [("c", "full", "prompt:queue-full")]
    assert accounts(shift) == {"entered": 3, "shed": 1}


def test_a_shorter_queue_sends_away_those_who_came_last() -> None:
    shift = Shift(ruled())
    shift.calls("a", "b", "c", "d")
    shift.tell(e.PlanChanged(at=shift.now, plan=ruled(full=Exit(to=MESSAGE, above=2))))
    assert [contact for contact, _, _ in left(shift)] == ["c", "d"]


def test_a_rule_counts_for_those_who_wait_already() -> None:
    shift = Shift(ruled())
    shift.call("a")
    shift.wait(100)
    shift.tell(e.PlanChanged(at=shift.now, plan=ruled(max_wait=Exit(to=MESSAGE, after_ms=90_000))))
    assert left(shift) == [("a", "max_wait", MESSAGE)]


def test_closing_sends_away_who_waits_and_who_comes_then() -> None:
    shift = Shift(ruled(closed=Exit(to="prompt:closed")))
    shift.call("a")
    shift.tell(e.QueueClosed(at=shift.now, queue="service"))
    shift.call("b")
    assert [contact for contact, _, _ in left(shift)] == ["a", "b"]
    assert accounts(shift) == {"entered": 2, "closed_out": 2}
    shift.tell(e.QueueOpened(at=shift.now, queue="service"))
    shift.call("c")
    assert shift.where("c") == "waiting"


def test_each_way_of_nobody_being_there_has_its_own_exit() -> None:
    shift = Shift(
        ruled(
            logged_out=Exit(to="flow:logged-out"),
            on_break=Exit(to="flow:on-break"),
            unreachable=Exit(to="flow:unreachable"),
        )
    )
    shift.call("a")
    assert left(shift)[-1] == ("a", "logged_out", "flow:logged-out")
    shift.sign_in("1001", "1002", ready=False)
    shift.call("b")
    assert left(shift)[-1] == ("b", "on_break", "flow:on-break")
    shift.ready("1001")
    shift.call("c")
    shift.answer("c")
    shift.call("d")
    assert shift.where("d") == "waiting"
    shift.hang_up("c")
    shift.save("c", "1001")
    shift.fail("d", e.OfferFailure.BUSY)
    assert shift.where("d") == "ivr"
    # 1002 is on a break, so it is not that nobody can be reached.
    assert left(shift)[-1] == ("d", "on_break", "flow:on-break")
    shift.sign_out("1002")
    shift.call("f")
    assert left(shift)[-1] == ("f", "unreachable", "flow:unreachable")


def test_the_last_agent_who_leaves_takes_effect_for_those_who_wait() -> None:
    shift = Shift(ruled(on_break=Exit(to=MESSAGE), logged_out=Exit(to=MESSAGE, after_ms=30_000)))
    shift.sign_in("1001", "1002")
    shift.call("a")
    shift.answer("a")
    shift.call("b")
    shift.answer("b")
    shift.call("c")
    shift.not_ready("1001")
    assert shift.where("c") == "waiting"
    shift.not_ready("1002")
    assert left(shift) == [("c", "on_break", MESSAGE)]


def test_who_would_wait_too_long_is_sent_elsewhere_the_last_ones_first_when_agents_go() -> None:
    shift = Shift(ruled(long_wait=Exit(to=MESSAGE, above_ms=250_000)))
    shift.sign_in("1001", "1002")
    for number in range(20):
        shift.call(f"served-{number}")
        shift.serve(f"served-{number}", 100)
    for contact in ("x", "y"):
        shift.call(contact)
        shift.answer(contact)
    shift.calls("a", "b", "c", "d", "f")
    assert [contact for contact, _, _ in left(shift)] == ["f"]
    shift.not_ready("1002")
    gone = [contact for contact, _, _ in left(shift)]
    assert gone == ["f", "d", "c"]


def test_a_rule_sends_a_contact_away_once() -> None:
    shift = Shift(ruled(max_wait=Exit(to=MESSAGE, after_ms=10_000)))
    shift.call("a")
    shift.wait(10)
    shift.start("a", attempt=1)
    shift.queue("a", since=0)
    shift.wait(100)
    assert (shift.where("a"), len(left(shift))) == ("waiting", 1)


def test_queues_that_send_to_each_other_do_not_send_for_ever() -> None:
    service = replace(SERVICE, exits={"logged_out": Exit(to="queue:billing")})
    billing = replace(BILLING, exits={"logged_out": Exit(to="queue:service")})
    shift = Shift(plan("1001", queues=(service, billing)))
    shift.call("a")
    assert (len(left(shift)), shift.contact("a").queue) == (2, "service")


def test_a_key_leads_out_and_takes_an_offer_back() -> None:
    shift = Shift(ruled(keys={"1": MESSAGE, "2": "queue:billing", "3": "callback"}))
    shift.sign_in("1001")
    shift.call("a")
    offer = shift.offer("a")
    shift.tell(e.KeyPressed(at=0, contact="a", key="1"))
    assert shift.commands == [c.CancelRing(offer=offer), c.SendAway(contact="a", to=MESSAGE)]
    assert (shift.state("1001"), accounts(shift)) == ("idle", {"entered": 1, "left": 1})


def test_the_flow_s_keys_go_before_the_queue_s() -> None:
    shift = Shift(ruled(keys={"1": MESSAGE}))
    shift.start("a")
    queued = e.ContactQueued(at=0, contact="a", queue="service", tier="standard", since=0, keys={"1": "flow:other"})
    shift.tell(queued)
    shift.tell(e.KeyPressed(at=0, contact="a", key="1"))
    assert left(shift) == [("a", "key", "flow:other")]


@pytest.mark.parametrize("key", ["8", "3"])
def test_a_key_that_leads_nowhere_leaves_him_waiting(key: str) -> None:
    shift = Shift(ruled(keys={"3": "queue:service"}))
    shift.call("a")
    assert shift.tell(e.KeyPressed(at=0, contact="a", key=key)) == []
    assert shift.where("a") == "waiting"


def test_contacts_of_an_asterisk_out_of_reach_wait_until_it_is_back() -> None:
    shift = Shift(ruled(max_wait=Exit(to=MESSAGE, after_ms=10_000)))
    shift.call("a")
    shift.tell(e.LinkDown(at=0, asterisk="a"))
    shift.wait(20)
    assert left(shift) == []
    shift.tell(e.LinkUp(at=shift.now, asterisk="a"))
    assert left(shift) == [("a", "max_wait", MESSAGE)]


def test_a_plan_whose_rule_leads_to_no_queue_is_refused() -> None:
    with pytest.raises(IllegalEvent, match="queue 'nowhere'"):
        Shift(ruled(full=Exit(to="queue:nowhere")))
