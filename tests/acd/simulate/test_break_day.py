"""Two simulated hours in which everybody wants his break at the same time, with a cap and without."""

import dataclasses
from functools import partial
from random import Random

from acd import events as e
from acd.plan import BreakCap, Plan, Reason
from acd.simulate.habits import Response, Talk
from tests.acd.shift import plan
from tests.acd.simulate.test_rehearsal import Watched

AGENTS = tuple(str(number) for number in range(1001, 1013))
MINUTE = 60_000
WANTED_AT = 60 * MINUTE
BREAK_MS = 10 * MINUTE
END = 150 * MINUTE


def in_time(in_force: Plan) -> tuple[float, int]:
    """The share answered within 20 s of those who came after the hour, and how many breaks were begun."""
    draws = Random("a day of breaks")
    watched = Watched(in_force, talk=Talk(ms=100_000, wrap_up_ms=10_000), response=Response(ms=2_000))
    watched.sign_in(*AGENTS)
    came: dict[str, int] = {}
    at = 0.0
    while at < END:
        at += draws.expovariate(210 / (60 * MINUTE))
        came[f"c{len(came)}"] = int(at)
        watched.call(f"c{len(came) - 1}", int(at))
    rehearsal = watched.rehearsal

    def wants(agent: str) -> None:
        if rehearsal.floor.breaks.admits(agent):
            not_ready = e.Intent.NOT_READY
            rehearsal.tell(e.IntentChanged(at=rehearsal.at, agent=agent, intent=not_ready, reason="break"))
        else:
            rehearsal.tell(e.BreakAsked(at=rehearsal.at, agent=agent, reason="break"))

    def begins(fact: e.BreakGranted) -> None:
        rehearsal.later(fact.at + 3_000, lambda: wants(fact.agent))

    def comes_back(fact: e.IntentChanged | e.IntentApplied) -> None:
        if fact.reason == "break":
            back = e.IntentChanged(at=fact.at + BREAK_MS, agent=fact.agent, intent=e.Intent.READY)
            rehearsal.later(fact.at + BREAK_MS, lambda: rehearsal.tell(back))

    rehearsal.on(e.BreakGranted, begins)
    rehearsal.on(e.IntentChanged, comes_back)
    rehearsal.on(e.IntentApplied, comes_back)
    for agent in AGENTS:
        rehearsal.later(WANTED_AT, partial(wants, agent))
    rehearsal.run(END)
    offers = {fact.offer: fact.contact for fact in watched.facts if isinstance(fact, e.OfferMade)}
    waits = {offers[fact.offer]: fact.at for fact in watched.facts if isinstance(fact, e.OfferAnswered)}
    late = [name for name, since in came.items() if WANTED_AT <= since < END - 10 * MINUTE]
    begun = [
        fact for fact in watched.facts if isinstance(fact, e.IntentChanged | e.IntentApplied) and fact.reason == "break"
    ]
    return sum(name in waits and waits[name] - came[name] <= 20_000 for name in late) / len(late), len(begun)


def test_a_cap_keeps_the_service_level_that_breaks_all_at_once_break_and_gives_everybody_his() -> None:
    reasons = {"break": Reason(is_break=True)}
    free = dataclasses.replace(plan(*AGENTS), reasons=reasons)
    capped = dataclasses.replace(free, break_caps=(BreakCap(most=2),))
    without, begun_without = in_time(free)
    within, begun_within = in_time(capped)
    assert begun_without == begun_within == len(AGENTS)
    assert within > without + 0.1
    assert within > 0.85
