"""What must hold after every event of any sequence, sensible or not."""

import contextlib
import dataclasses
import json
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import acd.estimate
from acd import events as e
from acd.errors import IllegalEvent
from acd.floor import Floor
from acd.fold import FoldedFloor
from tests.acd.play import check_rest, play
from tests.acd.scripts import AGENTS, CONTACTS, Script, a_walk, events_of, scripts


@pytest.fixture(scope="module", autouse=True)
def little_is_enough() -> Iterator[None]:
    """Random walks handle few contacts: let estimates be made from them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acd.estimate, "LEAST_HANDLED", 1.0)
        yield


@given(scripts())
@settings(max_examples=150)
def test_every_choice_is_right_and_the_floor_is_at_rest_after_each_event(
    script: Script,
) -> None:
    play(script)


@given(scripts(), st.integers(0, 60))
@settings(max_examples=60)
def test_a_checkpoint_and_the_facts_after_it_give_the_floor_again(script: Script, cut: int) -> None:
    floor, facts, checkpoint = play(script, cut)
    rebuilt = FoldedFloor(checkpoint)
    for fact in facts[checkpoint.number :]:
        rebuilt.fold(fact)
    assert rebuilt.state == floor.state
    assert rebuilt.next_deadline() == floor.next_deadline()


@given(scripts(), st.integers(0, 60))
@settings(max_examples=60)
def test_a_floor_started_from_a_checkpoint_decides_what_the_first_one_decided_to_the_byte(
    script: Script, cut: int
) -> None:
    _, facts, checkpoint = play(script, cut)
    tail = facts[checkpoint.number :]
    again = Floor(checkpoint)
    decided: list[e.Fact] = []
    for fact in tail:
        if isinstance(fact, e.Event):
            again.apply(fact)
            decided += again.facts
    assert as_bytes(decided) == as_bytes(tail)


@given(scripts())
@settings(max_examples=60)
def test_left_alone_the_floor_comes_to_an_end_of_its_timers(script: Script) -> None:
    floor, _, _ = play(script)
    stop_what_never_ends(floor)
    before = floor.at
    for _ in range(4 * len(AGENTS) * (len(CONTACTS) + 1)):
        due = floor.next_deadline()
        if due is None:
            break
        assert due >= before
        before = due
        floor.apply(e.TimePassed(at=due))
        check_rest(floor)
    assert floor.next_deadline() is None
    assert not any(agent.state in ("reserved", "ringing", "wrap_up") for agent in floor.agents.values())


def stop_what_never_ends(floor: Floor) -> None:
    """Targets are compared for as long as the floor lives, and who waits is told something for as long as he waits."""
    silent = {name: dataclasses.replace(queue, telling=None) for name, queue in floor.plan.queues.items()}
    for event in (
        e.AdaptationTold(at=floor.at, order=e.AdaptationOrder.FREEZE, who="boss"),
        e.PlanChanged(at=floor.at, plan=dataclasses.replace(floor.plan, queues=silent)),
    ):
        with contextlib.suppress(IllegalEvent):
            floor.apply(event)


def test_a_journal_cut_off_anywhere_gives_a_floor_that_goes_on() -> None:
    _, facts, _ = play(a_walk(seed=7, steps=250))
    for cut in range(1, len(facts)):
        # A crash may leave an event behind without the decisions about it.
        floor = Floor()
        for fact in facts[:cut]:
            floor.fold(fact)
        at = floor.at
        for step in a_walk(seed=cut, steps=6):
            at += (0, 0, 500, 4000)[step[3]]
            for event in [e.TimePassed(at=at), *events_of(floor, step, at)]:
                with contextlib.suppress(IllegalEvent):
                    floor.apply(event)
        stop_what_never_ends(floor)
        while (due := floor.next_deadline()) is not None:
            floor.apply(e.TimePassed(at=max(due, floor.at)))
        check_rest(floor)
        assert not any(agent.state in ("reserved", "ringing", "wrap_up") for agent in floor.agents.values())


def test_long_walks_meet_every_kind_of_fact() -> None:
    met: set[type[e.Fact]] = set()
    for seed in range(60):
        _, facts, _ = play(a_walk(seed, steps=600))
        met.update(map(type, facts))
        if met == set(e.FACTS):
            return
    assert met == set(e.FACTS)


AROUND_CONSULTS = (0, 4, 8, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 20, 34, 34, 35, 35)
"""The kinds of steps from which consults come, and what may happen to them."""


def test_walks_around_consults_end_them_in_every_way() -> None:
    ends: Counter[str] = Counter()
    for seed in range(25):
        draw = random.Random(seed)
        script = [
            (draw.choice(AROUND_CONSULTS), draw.randrange(8), draw.randrange(8), draw.randrange(4)) for _ in range(250)
        ]
        floor = FoldedFloor()
        for fact in play(script)[1]:
            consulted = {offer.offer for offer in floor.offers.values() if offer.consult_of is not None}
            floor.fold(fact)
            for number in consulted:
                if number not in floor.offers:
                    ends[type(fact).__name__] += 1
                elif floor.offers[number].consult_of is None:
                    ends["handed over"] += 1
    assert set(ends) >= {"handed over", "OfferWithdrawn", "OfferExpired", "OfferFailed"}, ends


AROUND_CREWS = (0, 1, 4, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 16, 17, 20)
"""The kinds of steps from which phones come to ring together, and what may happen to them."""


def test_walks_around_crews_end_rings_beside_others_in_every_way() -> None:
    ends: Counter[str] = Counter()
    for seed in range(30):
        draw = random.Random(seed)
        script: Script = [(31, 0, 1, 1)]
        script += [
            (draw.choice(AROUND_CREWS), draw.randrange(8), draw.randrange(8), draw.randrange(4)) for _ in range(200)
        ]
        floor = FoldedFloor()
        beside: set[int] = set()
        for fact in play(script)[1]:
            floor.fold(fact)
            beside |= {fact.offer} if isinstance(fact, e.OfferMade) and fact.beside else set()
            for number in list(beside):
                offer = floor.offers.get(number)
                if offer is None or offer.answered_at is not None:
                    beside.remove(number)
                    ends[type(fact).__name__] += 1
    assert set(ends) >= {"OfferAnswered", "OfferExpired", "OfferFailed", "OfferWithdrawn"}, ends


def as_bytes(facts: list[e.Fact]) -> bytes:
    return json.dumps([[type(fact).__name__, dataclasses.asdict(fact)] for fact in facts]).encode()
