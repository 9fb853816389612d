"""Days of callers who go step by step, beside what must come out: queues of so many servers, first come first served.

A relaxation without a wait makes one queue of all its agents, one that never comes leaves the narrow queue, a
preference without an end makes a queue of each agent: each of these waits can be worked out by itself, to the ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from random import Random
from statistics import mean

import pytest

from acd import events as e
from acd.floor import Floor
from acd.plan import Plan, Preferred, Queue, Step
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from tests.acd.shift import plan, skilled

EXPERTS, JUNIORS = ("1001", "1002", "1003", "1004"), ("1005", "1006")
NEVER_S = 1_000_000
CALLS, EVERY_S, TALK_S = 1500, 31.0, 100.0


@dataclass(frozen=True)
class Call:
    """When it comes, how long it talks, whom it likes best; ms."""

    at: int
    talk: int
    likes: str


def calls(seed: int) -> list[Call]:
    """Poisson calls, exponential talks."""
    draw, at, found = Random(seed), 0.0, []
    for _ in range(CALLS):
        at += draw.expovariate(1 / EVERY_S) * 1000
        found.append(Call(round(at), round(draw.expovariate(1 / TALK_S) * 1000) + 1, draw.choice(EXPERTS)))
    return found


def waits(those: Sequence[Call], servers: int) -> list[int]:
    """First come, first served: whoever is free first takes the next."""
    free = [0] * servers
    heapify(free)
    found = []
    for call in those:
        start = max(call.at, free[0])
        heapreplace(free, start + call.talk)
        found.append(start - call.at)
    return found


def play(in_force: Plan, those: Sequence[Call], likes_s: float = 0) -> list[tuple[int, str]]:
    """The (wait, agent) of each call, in their order, on the router's own floor."""
    rehearsal = Rehearsal(Floor())
    answered: dict[str, tuple[int, str]] = {}

    def talk(contact: str, agent: str) -> Talk:
        return Talk(ms=those[int(contact)].talk)

    def note(fact: e.OfferAnswered) -> None:
        offer = rehearsal.floor.offers[fact.offer]
        answered[offer.contact] = (fact.at - those[int(offer.contact)].at, offer.agent)

    rehearsal.on(e.OfferAnswered, note)
    Callers(rehearsal, lambda contact: None, talk)
    Agents(rehearsal, lambda contact, agent: Response(), talk)
    rehearsal.enter(e.PlanChanged(at=0, plan=in_force))
    for agent in in_force.agents:
        rehearsal.enter(e.AgentSignedIn(at=0, agent=agent, extension=agent))
        rehearsal.enter(e.IntentChanged(at=0, agent=agent, intent=e.Intent.READY))
    for number, call in enumerate(those):
        contact = str(number)
        rehearsal.enter(e.ContactStarted(at=call.at, contact=contact, asterisk="", channel="", access="", caller=""))
        preferred = (Preferred(agents=(call.likes,), for_ms=round(likes_s * 1000)),) if likes_s else ()
        rehearsal.enter(
            e.ContactQueued(
                at=call.at, contact=contact, queue="service", tier="standard", since=call.at, preferred=preferred
            )
        )
    rehearsal.run(those[-1].at + 10**8)
    assert not rehearsal.refused
    assert rehearsal.floor.imbalance() == {}
    return [answered[str(number)] for number in range(len(those))]


def relaxing(after_s: float) -> Plan:
    """Experts first, juniors too after so many seconds."""
    agents = [*(skilled(name, service=8) for name in EXPERTS), *(skilled(name, service=2) for name in JUNIORS)]
    queue = Queue(name="service", skills={"service": 5}, wrap_up_ms=0, relaxation="easy")
    easy = (Step(after_ms=round(after_s * 1000), skills={"service": 1}),)
    return plan(*agents, queues=(queue,), relaxations={"easy": easy})


PREFERRING = plan(*EXPERTS, queues=(Queue(name="service", wrap_up_ms=0),))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("after_s", "servers"), [(0, len(EXPERTS) + len(JUNIORS)), (NEVER_S, len(EXPERTS))])
def test_the_ends_of_a_relaxation_are_the_wide_and_the_narrow_queue(seed: int, after_s: float, servers: int) -> None:
    those = calls(seed)
    assert [wait for wait, _ in play(relaxing(after_s), those)] == waits(those, servers)


@pytest.mark.parametrize("seed", [1, 2])
def test_between_them_juniors_take_only_who_waited_and_the_longer_they_hold_back_the_longer_all_wait(seed: int) -> None:
    those = calls(seed)
    means = []
    for after_s in (10, 60, 300):
        found = play(relaxing(after_s), those)
        assert all(wait >= after_s * 1000 for wait, agent in found if agent in JUNIORS)
        assert any(agent in JUNIORS for _, agent in found)
        means.append(mean(wait for wait, _ in found))
    assert mean(waits(those, 6)) < means[0] < means[1] < means[2] < mean(waits(those, 4))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_preference_without_an_end_makes_a_queue_of_each_agent(seed: int) -> None:
    those = calls(seed)
    found = play(PREFERRING, those, likes_s=NEVER_S)
    for agent in EXPERTS:
        own = [place for place, call in enumerate(those) if call.likes == agent]
        assert [found[place] for place in own] == [(wait, agent) for wait in waits([those[p] for p in own], 1)]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_preference_of_some_seconds_costs_some_of_them_and_brings_more_callers_to_whom_they_like(seed: int) -> None:
    those = calls(seed)
    found = {likes_s: play(PREFERRING, those, likes_s) for likes_s in (0, 20, 120)}
    waited = {likes_s: mean(wait for wait, _ in each) for likes_s, each in found.items()}
    liked = {
        likes_s: mean(agent == call.likes for (_, agent), call in zip(each, those, strict=True))
        for likes_s, each in found.items()
    }
    assert waited[0] == mean(waits(those, len(EXPERTS)))
    assert waited[0] < waited[20] < waited[120]
    assert liked[0] < 0.3 < liked[20] < liked[120]
