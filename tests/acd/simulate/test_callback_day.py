"""A simulated day with two rush hours: what callbacks change for those who accept one, and for those who do not.

Both days have the same people: everybody's patience, talk and wish is drawn from a stream of his own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from statistics import mean, quantiles

import pytest

from acd import events as e
from acd.floor import Floor
from acd.ledger import VisitAccounts
from acd.plan import AgentSpec, CallbackTerms, Queue
from acd.simulate.called_back import CalledBack
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from tests.acd.shift import plan

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
RUSH, CALM, LAST_CALL, END = 2 * HOUR, 4 * HOUR, 8 * HOUR, 9 * HOUR
A_QUIET_HOUR, A_RUSH_HOUR = 130, 230
ASKS_AFTER, ACCEPTS, BUSY = 45 * SECOND, 0.5, 0.15


@dataclass(frozen=True, slots=True)
class Day:
    """What came of it; `waits` are of those who talked, on the line or until they were called back, in ms."""

    floor: Floor
    on_the_line: Mapping[str, int]
    called_back: Mapping[str, int]

    @property
    def visits(self) -> VisitAccounts:
        return self.floor.ledger.of("service")


def mean_s(waits: Mapping[str, int]) -> float:
    return mean(waits.values()) / SECOND


def ninth_tenth_s(waits: Mapping[str, int]) -> float:
    return quantiles(waits.values(), n=10)[8] / SECOND


@cache
def a_day(accepts: float, *, customer_first: bool = False) -> Day:
    def stream(contact: str, what: str) -> Random:
        return Random(f"callbacks/{contact}/{what}")

    def drawn(contact: str, what: str, mean_s: float) -> int:
        return int(stream(contact, what).expovariate(1 / (mean_s * SECOND)))

    def asks(contact: str) -> int | None:
        return ASKS_AFTER if stream(contact, "accepts").random() < accepts else None

    def picks_up(contact: str, attempt: int) -> int | None:
        return None if stream(contact, f"busy {attempt}").random() < BUSY else 8 * SECOND

    rehearsal = Rehearsal(Floor())
    talks = lambda contact, agent: Talk(ms=drawn(contact, "talk", 100), wrap_up_ms=8_000)  # noqa: E731
    Callers(rehearsal, lambda contact: drawn(contact, "patience", 240), talks)
    CalledBack(rehearsal, asks, picks_up)
    Agents(rehearsal, lambda contact, agent: Response(ms=2_000), talks)
    came: dict[str, int] = {}
    on_the_line: dict[str, int] = {}
    called_back: dict[str, int] = {}

    def connected(fact: e.TalkConnected) -> None:
        contact = rehearsal.floor.contacts[rehearsal.floor.offers[fact.offer].contact]
        (on_the_line if contact.callback is None else called_back)[contact.contact] = fact.at - came[contact.contact]

    rehearsal.on(e.TalkConnected, connected)
    service = Queue(
        name="service", skills={"service": 1}, wrap_up_ms=10_000, callback=CallbackTerms(customer_first=customer_first)
    )
    agents = [AgentSpec(agent=str(number), skills={"service": 5}) for number in range(1001, 1007)]
    in_force = plan(*agents, queues=(service,))
    rehearsal.enter(e.PlanChanged(at=0, plan=in_force))
    for agent in in_force.agents:
        rehearsal.enter(e.AgentSignedIn(at=0, agent=agent, extension=f"phone-{agent}"))
        rehearsal.enter(e.IntentChanged(at=0, agent=agent, intent=e.Intent.READY))
    chances, at = Random("arrivals"), 0.0
    while True:
        at += chances.expovariate((A_RUSH_HOUR if RUSH <= at < CALM else A_QUIET_HOUR) / HOUR)
        if at >= LAST_CALL:
            break
        contact, when = f"c{len(came)}", int(at)
        came[contact] = when
        rehearsal.enter(e.ContactStarted(at=when, contact=contact, asterisk="", channel="", access="", caller=""))
        rehearsal.enter(e.ContactQueued(at=when, contact=contact, queue="service", tier="standard", since=when))
    rehearsal.run(END)
    assert not rehearsal.refused.keys() & {"CallbackAnswered", "TalkConnected", "CallbackAsked"}
    return Day(rehearsal.floor, on_the_line, called_back)


@pytest.mark.parametrize("customer_first", [False, True])
def test_everybody_who_accepted_talks_or_is_given_up_and_the_ledger_balances(customer_first: bool) -> None:
    day = a_day(ACCEPTS, customer_first=customer_first)
    assert not any(day.floor.ledger.imbalance(day.floor.contacts.values()).values())
    assert day.visits.entered == day.visits.ended
    assert day.visits.callback_done == len(day.called_back) > 50
    assert day.visits.callback_given_up < 0.05 * day.visits.callback_done
    assert day.visits.answered == len(day.on_the_line)


def test_who_accepts_is_served_and_those_who_stay_on_the_line_pay_for_it() -> None:
    """A callback keeps its place, so it adds no agent: who no longer gives up is served in somebody's stead."""
    without, within = a_day(0.0), a_day(ACCEPTS)
    asked = within.called_back.keys()
    assert len(asked & without.on_the_line.keys()) < 0.85 * len(asked)
    assert len(within.on_the_line) < len(without.on_the_line.keys() - asked)
    assert within.visits.answered + within.visits.callback_done >= without.visits.answered
