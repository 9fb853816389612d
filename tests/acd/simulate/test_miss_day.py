"""Two simulated hours: agents who miss a sixth of their rings, set aside at once or paused after two in a row; agents
who prolong their wrap-ups within a budget.
"""

import dataclasses
from collections import Counter
from random import Random

from acd import events as e
from acd.floor import Floor
from acd.plan import MissRule, Plan, WrapUpBudget
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from acd.words import MissReaction
from tests.acd.shift import plan

AGENTS = tuple(str(number) for number in range(1001, 1011))
MINUTE = 60_000
END = 120 * MINUTE
COMES_BACK_MS = 10 * MINUTE
"""When an agent who was set aside makes himself ready again."""
TALK = Talk(ms=2 * MINUTE, wrap_up_ms=10_000)


def day(in_force: Plan, talk: Talk = TALK, misses: float = 1 / 6) -> tuple[float, list[e.Fact]]:
    """The share answered within 20 s, and what happened."""
    draws = Random("a day of misses")
    rehearsal, facts = Rehearsal(Floor()), list[e.Fact]()
    for kind in e.FACTS:
        rehearsal.on(kind, facts.append)

    def response(contact: str, agent: str) -> Response:
        is_missed = Random(f"{contact} {agent}").random() < misses
        return Response(ms=None if is_missed else 2_000, returns_ms=COMES_BACK_MS)

    Callers(rehearsal, lambda contact: 3 * MINUTE, lambda contact, agent: talk)
    Agents(rehearsal, response, lambda contact, agent: talk)
    rehearsal.enter(e.PlanChanged(at=0, plan=in_force))
    for agent in AGENTS:
        rehearsal.enter(e.AgentSignedIn(at=0, agent=agent, extension=f"phone-{agent}"))
        rehearsal.enter(e.IntentChanged(at=0, agent=agent, intent=e.Intent.READY))
    came: dict[str, int] = {}
    at = 0.0
    while (at := at + draws.expovariate(180 / (60 * MINUTE))) < END:
        contact = f"c{len(came)}"
        came[contact] = int(at)
        now = int(at)
        rehearsal.enter(e.ContactStarted(at=now, contact=contact, asterisk="", channel="", access="", caller=""))
        rehearsal.enter(e.ContactQueued(at=now, contact=contact, queue="service", tier="standard", since=now))
    rehearsal.run(END)
    assert rehearsal.floor.imbalance() == {}
    offered = {fact.offer: fact.contact for fact in facts if isinstance(fact, e.OfferMade)}
    waits = {offered[fact.offer]: fact.at for fact in facts if isinstance(fact, e.OfferAnswered)}
    in_time = [contact for contact, since in came.items() if waits.get(contact, END * 2) - since <= 20_000]
    return len(in_time) / len(came), facts


def ruled(rule: MissRule) -> Plan:
    return dataclasses.replace(plan(*AGENTS), misses=rule)


PAUSED = ruled(MissRule(after=2, reaction=MissReaction.PAUSE, pause_ms=30_000))


def test_a_pause_after_two_in_a_row_keeps_more_callers_in_time_than_setting_aside_after_each() -> None:
    aside, facts = day(ruled(MissRule()))
    paused, facts_paused = day(PAUSED)
    missed = sum(isinstance(fact, e.OfferExpired) for fact in facts)
    assert missed == sum(isinstance(fact, e.AgentSetAside) for fact in facts) > 30
    assert sum(isinstance(fact, e.AsideEnded) for fact in facts_paused) > 3
    assert paused > aside + 0.1


def test_no_contact_is_offered_again_to_who_missed_it_all_day_long() -> None:
    _, facts = day(PAUSED)
    offers = {fact.offer: fact for fact in facts if isinstance(fact, e.OfferMade)}
    missed: set[tuple[str, str]] = set()
    for fact in facts:
        if isinstance(fact, e.OfferMade):
            assert (fact.contact, fact.agent) not in missed
        elif isinstance(fact, e.OfferExpired):
            missed.add((offers[fact.offer].contact, offers[fact.offer].agent))
    assert len(missed) > 30


def test_prolonged_wrap_ups_stay_within_the_budget_of_the_shift_and_cost_what_they_last() -> None:
    budget = WrapUpBudget(step_ms=30_000, contact_ms=30_000, shift_ms=5 * MINUTE)
    asked = dataclasses.replace(TALK, wrap_up_ms=50_000, prolonged=((5_000, ""),))
    short, _ = day(plan(*AGENTS), misses=0)
    free, facts = day(dataclasses.replace(plan(*AGENTS), wrap_up_budget=budget), talk=asked, misses=0)
    by_agent = Counter(fact.agent for fact in facts if isinstance(fact, e.WrapUpProlonged))
    assert set(by_agent) == set(AGENTS)
    assert max(by_agent.values()) == 10, "five minutes of a shift are ten times half a minute"
    assert free < short
