"""The draw is fair, keeps to each agent's share, and comes out the same whenever it is made again."""

import random
from dataclasses import dataclass, field
from math import sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.sampling import draw


@dataclass(frozen=True)
class Rule:
    seed: str = "seed-for-tests"
    share: float = 0.1
    agents: dict[str, float] = field(default_factory=dict)


ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
shares = st.floats(0, 1)


@given(ids, ids, shares)
def test_drawing_again_gives_the_same(contact: str, agent: str, share: float) -> None:
    rule = Rule(share=share)
    first = draw(rule, contact, agent)
    assert draw(Rule(share=share), contact, agent) == first
    assert 0 <= first.value < 1
    assert first.drawn == (first.value < share)


@given(st.lists(st.tuples(ids, ids), unique=True, max_size=40), st.randoms(use_true_random=False))
def test_the_order_in_which_contacts_end_does_not_matter(calls: list[tuple[str, str]], chance: random.Random) -> None:
    drawn = {call for call in calls if draw(Rule(share=0.5), *call).drawn}
    chance.shuffle(calls)
    assert {call for call in calls if draw(Rule(share=0.5), *call).drawn} == drawn


@given(ids, ids, shares, shares)
def test_a_larger_share_draws_what_the_smaller_one_drew_and_more(contact: str, agent: str, a: float, b: float) -> None:
    small, large = sorted((a, b))
    if draw(Rule(share=small), contact, agent).drawn:
        assert draw(Rule(share=large), contact, agent).drawn


@given(st.text(min_size=8, max_size=20), st.floats(0.01, 0.99), st.integers(0, 10**6))
@settings(max_examples=30)
def test_every_agents_share_is_met_as_nearly_as_chance_allows(seed: str, share: float, first: int) -> None:
    rule = Rule(seed=seed.encode("utf-8", "replace").decode(), share=0.0, agents={"1001": share})
    count = 3000
    hits = sum(draw(rule, f"lab-{first + i}.{i}", "1001").drawn for i in range(count))
    # Five standard deviations: once in two million runs of fair draws.
    assert abs(hits - count * share) <= 5 * sqrt(count * share * (1 - share)) + 1


def test_nothing_or_everything_can_be_drawn() -> None:
    contacts = [f"c{i}" for i in range(500)]
    assert not any(draw(Rule(share=0.0), contact, "1001").drawn for contact in contacts)
    assert all(draw(Rule(share=1.0), contact, "1001").drawn for contact in contacts)


def test_an_agent_may_have_a_share_of_his_own() -> None:
    rule = Rule(share=0.0, agents={"1002": 1.0})
    assert not draw(rule, "c", "1001").drawn
    assert draw(rule, "c", "1002").drawn
    assert draw(rule, "c", "1002").share == 1.0


def test_another_seed_draws_others() -> None:
    contacts = [f"c{i}" for i in range(1000)]
    one, other = (
        {contact for contact in contacts if draw(Rule(seed=seed, share=0.5), contact, "1001").drawn}
        for seed in ("seed-one", "seed-two")
    )
    assert 150 < len(one & other) < 350


def test_the_two_agents_of_a_transferred_contact_are_drawn_apart() -> None:
    contacts = [f"c{i}" for i in range(1000)]
    both = sum(draw(Rule(share=0.5), c, "1001").drawn and draw(Rule(share=0.5), c, "1002").drawn for c in contacts)
    assert 180 < both < 320


def test_contact_and_agent_cannot_be_shifted_into_each_other() -> None:
    assert draw(Rule(), "a:b", "c").value != draw(Rule(), "a", "b:c").value
