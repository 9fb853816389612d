"""Which agent is offered a contact."""

import pytest

from acd.order import ORDER
from acd.plan import AgentSpec, QueueTerms
from tests.acd.shift import Shift, plan, skilled


def chosen(shift: Shift, contact: str, skills: dict[str, int] | None = None) -> str | None:
    shift.call(contact, skills=skills)
    return shift.offered(contact)


class TestLongestIdle:
    def test_who_has_been_idle_longest_goes_first(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1002")
        shift.wait(5)
        shift.sign_in("1001")
        assert chosen(shift, "a") == "1002"

    def test_a_talk_sends_him_to_the_end(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.call("a")
        shift.serve("a")
        assert chosen(shift, "b") == "1002"

    def test_equally_idle_agents_go_as_the_plan_lists_them(self) -> None:
        shift = Shift(plan("1003", "1001", "1002"))
        shift.sign_in("1001", "1002", "1003")
        assert chosen(shift, "a") == "1003"

    def test_a_break_ends_the_idle_time(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.wait(10)
        shift.not_ready("1001")
        shift.wait(10)
        shift.ready("1001")
        assert chosen(shift, "a") == "1002"

    def test_saying_ready_again_while_idle_changes_nothing(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.wait(10)
        shift.ready("1001")
        assert chosen(shift, "a") == "1001"

    def test_a_caller_who_hangs_up_while_it_rings_does_not_cost_the_agent_his_turn(self) -> None:
        shift = Shift(plan("1001", "1002"))
        shift.sign_in("1001", "1002")
        shift.wait(10)
        assert chosen(shift, "a") == "1001"
        shift.wait(5)
        shift.hang_up("a")
        assert chosen(shift, "b") == "1001"


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("fewest_skills", "simple"),
        ("primary_first", "english"),
        ("highest_level", "expert"),
        ("lowest_level", "novice"),
        ("listed", "expert"),
    ],
)
def test_each_key_puts_its_own_agent_first(key: str, first: str) -> None:
    agents = (
        skilled("expert", en=9, fr=9),
        skilled("english", primary="en", en=5, fr=5),
        skilled("novice", en=2, fr=2),
        skilled("simple", en=4),
    )
    shift = Shift(plan(*agents, order=(key, "longest_idle")))
    shift.sign_in("simple", "novice", "english", "expert")
    assert chosen(shift, "a", {"en": 1}) == first


def test_the_agent_with_the_fewest_contacts_since_he_signed_in_goes_first() -> None:
    shift = Shift(plan("1001", "1002", order=("fewest_contacts",)))
    shift.sign_in("1001")
    shift.call("a")
    shift.serve("a")
    shift.sign_in("1002")
    for contact in ("b", "c"):
        assert chosen(shift, contact) == ("1002" if contact == "b" else "1001")
        shift.serve(contact)


def test_the_least_occupied_agent_goes_first_by_the_share_of_his_time_that_he_was_busy() -> None:
    shift = Shift(plan("1001", "1002", order=("least_occupied",)))
    shift.sign_in("1001")
    shift.call("a")
    shift.serve("a", seconds=100)
    shift.wait(900)
    shift.sign_in("1002")
    shift.not_ready("1001")
    shift.call("b")
    shift.serve("b", seconds=50)
    shift.wait(50)
    shift.ready("1001")
    # 1001 was busy 100 s of 1100 s, 1002 50 s of the 50 s he had been there when he became idle.
    assert (shift.agent("1001").busy_ms, shift.agent("1002").busy_share) == (100_000, 1.0)
    assert chosen(shift, "c") == "1001"


def test_wrap_up_counts_as_busy_and_a_new_sign_in_begins_at_nothing() -> None:
    shift = Shift(plan("1001"))
    shift.sign_in("1001")
    shift.call("a")
    shift.answer("a")
    shift.wait(10)
    shift.hang_up("a")
    shift.wait(20)
    shift.save("a", "1001")
    assert (shift.agent("1001").busy_ms, shift.agent("1001").busy_share) == (30_000, 1.0)
    shift.sign_out("1001")
    shift.sign_in("1001")
    assert (shift.agent("1001").busy_ms, shift.agent("1001").busy_share) == (0, 0.0)


def test_keys_are_compared_left_to_right() -> None:
    agents = (skilled("1001", en=5), skilled("1002", en=5), skilled("1003", en=1))
    shift = Shift(plan(*agents, order=("highest_level", "longest_idle")))
    shift.sign_in("1003")
    shift.wait(5)
    shift.sign_in("1002")
    shift.wait(5)
    shift.sign_in("1001")
    assert chosen(shift, "a", {"en": 1}) == "1002"


def test_levels_are_summed_over_the_skills_the_contact_needs_and_no_others() -> None:
    agents = (skilled("1001", en=5, fr=9, card=1), skilled("1002", en=4, card=3))
    shift = Shift(plan(*agents, order=("highest_level",)))
    shift.sign_in("1001", "1002")
    assert chosen(shift, "a", {"en": 1, "card": 1}) == "1002"


def test_the_decision_names_the_runners_up_and_counts_the_left_out_by_reason() -> None:
    agents = [AgentSpec(agent=name, skills={"en": 1}) for name in ("1001", "1002", "1003", "1004", "1005")]
    shift = Shift(plan(*agents, "9001"))
    shift.sign_in("1001", "1002", "1003", "9001")
    shift.sign_in("1004", ready=False)
    shift.call("busy", skills={"en": 1})
    shift.answer("busy")
    shift.call("a", skills={"en": 1})
    decision = shift.floor.facts[1]
    assert decision.agent == "1002"  # type: ignore[attr-defined]
    assert decision.over_agents == ("1003",)  # type: ignore[attr-defined]
    left_out = {"logged_out": 1, "no_skill": 1, "not_ready": 1, "talking": 1}
    assert decision.left_out == left_out  # type: ignore[attr-defined]
    assert list(decision.left_out) == sorted(left_out)  # type: ignore[attr-defined]


def test_the_decision_names_the_contacts_this_agent_could_have_had_instead() -> None:
    shift = Shift(plan("1001"))
    for contact in ("a", "b", "c", "d", "e", "f", "g"):
        shift.call(contact)
        shift.wait(1)
    shift.sign_in("1001")
    decision = shift.floor.facts[-2]
    assert decision.contact == "a"  # type: ignore[attr-defined]
    assert decision.over_contacts == (("b", 6000), ("c", 5000), ("d", 4000), ("e", 3000), ("f", 2000))  # type: ignore[attr-defined]


def test_every_key_is_reachable_by_the_name_the_plan_uses() -> None:
    assert all(key.__name__ == name and key.__doc__ for name, key in ORDER.items())


def test_least_cost_takes_whom_the_other_queues_miss_least() -> None:
    dear = AgentSpec(agent="1001", terms={"service": QueueTerms(cost=2.5)})
    shift = Shift(plan(dear, "1002", order=("least_cost", "longest_idle")))
    shift.sign_in("1001", "1002")
    assert [chosen(shift, name) for name in "ab"] == ["1002", "1001"]
