"""A simulated day with a rush hour and a closing time: who leaves by which rule, and how long the others wait.

Both days have the same people: everybody's patience and talk is drawn from a stream of his own.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from statistics import mean, quantiles

from acd import events as e
from acd.floor import Floor
from acd.ledger import VisitAccounts
from acd.plan import AgentSpec, Exit, Plan, Queue
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.rehearsal import Rehearsal
from tests.acd.shift import plan

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
OPENS, RUSH, CLOSES, LAST_CALL, END = 0, 6 * HOUR, 8 * HOUR, 8 * HOUR + 5 * MINUTE, 9 * HOUR
A_QUIET_HOUR, A_RUSH_HOUR, OF_THE_OTHER = 150, 300, 40
SERVICE = Queue(name="service", skills={"service": 1}, wrap_up_ms=10_000)
OTHER = Queue(name="other", skills={"other": 1}, wrap_up_ms=10_000)
RULES = {
    "closed": Exit(to="prompt:closed-now"),
    "full": Exit(to="prompt:queue-full", above=5),
    "max_wait": Exit(to="queue:other", after_ms=60 * SECOND),
}


@dataclass(frozen=True, slots=True)
class Day:
    """What came of it."""

    floor: Floor
    left: Counter[tuple[str, str]]
    """(queue, rule) = contacts that left so."""
    waits: Mapping[str, int]
    """Contact = how long who was answered, in whichever queue, had waited in all, ms."""

    def mean_s(self, queue: str) -> float:
        """The mean wait of those who came for a queue and were answered."""
        return mean([wait for contact, wait in self.waits.items() if contact.startswith(queue)]) / SECOND

    def ninth_tenth_s(self, queue: str) -> float:
        """Nine of ten of them waited no longer."""
        waits = [wait for contact, wait in self.waits.items() if contact.startswith(queue)]
        return quantiles(waits, n=10)[8] / SECOND

    def visits(self, queue: str) -> VisitAccounts:
        return self.floor.ledger.of(queue)


def ruled(*, rules: bool) -> Plan:
    """Six agents of one queue and three of another, to which the first may send."""
    agents = [
        AgentSpec(agent=str(number), skills={"service" if number <= 1006 else "other": 5})
        for number in range(1001, 1010)
    ]
    first = replace(SERVICE, exits=RULES) if rules else SERVICE
    return plan(*agents, queues=(first, OTHER))


def a_day(*, rules: bool) -> Day:
    def drawn(contact: str, what: str, mean_s: float) -> int:
        return int(Random(f"exits/{contact}/{what}").expovariate(1 / (mean_s * SECOND)))

    rehearsal = Rehearsal(Floor())
    talks = lambda contact, agent: Talk(ms=drawn(contact, "talk", 100), wrap_up_ms=8_000)  # noqa: E731
    Callers(rehearsal, lambda contact: drawn(contact, "patience", 240), talks)
    Agents(rehearsal, lambda contact, agent: Response(ms=2_000), talks)
    left: Counter[tuple[str, str]] = Counter()
    came: dict[str, int] = {}
    answered: dict[str, int] = {}

    def has_left(fact: e.ContactLeft) -> None:
        left[fact.queue, fact.rule.value] += 1

    def is_answered(fact: e.OfferAnswered) -> None:
        answered[rehearsal.floor.offers[fact.offer].contact] = fact.at

    rehearsal.on(e.ContactLeft, has_left)
    rehearsal.on(e.OfferAnswered, is_answered)
    in_force = ruled(rules=rules)
    rehearsal.enter(e.PlanChanged(at=OPENS, plan=in_force))
    for agent in in_force.agents:
        rehearsal.enter(e.AgentSignedIn(at=OPENS, agent=agent, extension=f"phone-{agent}"))
        rehearsal.enter(e.IntentChanged(at=OPENS, agent=agent, intent=e.Intent.READY))
    chances = Random("arrivals")
    for queue in ("service", "other"):
        at = 0.0
        while True:
            rush = at >= RUSH
            per_hour = OF_THE_OTHER if queue == "other" else A_RUSH_HOUR if rush else A_QUIET_HOUR
            at += chances.expovariate(per_hour / HOUR)
            if at >= LAST_CALL:
                break
            contact, when = f"{queue}-{len(came)}", int(at)
            came[contact] = when
            rehearsal.enter(e.ContactStarted(at=when, contact=contact, asterisk="", channel="", access="", caller=""))
            rehearsal.enter(e.ContactQueued(at=when, contact=contact, queue=queue, tier="standard", since=when))
    rehearsal.enter(e.QueueClosed(at=CLOSES, queue="service"))
    rehearsal.run(END)
    waits = {contact: at - came[contact] for contact, at in answered.items()}
    return Day(rehearsal.floor, left, waits)


def test_everybody_who_entered_left_by_one_way_and_the_rules_are_the_only_new_ways() -> None:
    without, within = a_day(rules=False), a_day(rules=True)
    for day in (without, within):
        assert not any(day.floor.ledger.imbalance(day.floor.contacts.values()).values())
        for queue in ("service", "other"):
            assert day.visits(queue).entered == day.visits(queue).ended
    assert without.left == Counter()
    service = within.visits("service")
    assert service.overflowed == within.left["service", "max_wait"] > 0
    assert service.shed == within.left["service", "full"] > 0
    assert service.closed_out == within.left["service", "closed"] > 0
    assert service.left == 0
    assert within.visits("other").entered == without.visits("other").entered + service.overflowed
    assert service.closed_out + service.shed + service.overflowed == sum(within.left.values())


def test_the_rules_make_the_rush_shorter_for_its_queue_and_cost_the_other_a_little() -> None:
    without, within = a_day(rules=False), a_day(rules=True)
    assert within.mean_s("service") < 0.7 * without.mean_s("service")
    assert within.ninth_tenth_s("service") < 0.7 * without.ninth_tenth_s("service")
    assert within.visits("service").abandoned < 0.7 * without.visits("service").abandoned
    assert without.mean_s("other") < within.mean_s("other") < 15
