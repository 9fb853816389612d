"""The figures for Prometheus: counted from facts as they happen, or read from the floor when asked.

Names begin with `hotline_`; times are seconds. Counts of contacts and visits are the ledger's own, so they go on over a
restart; the others begin at the start of the process.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client import Counter as Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from acd import events as e
from acd.agent import AgentState
from acd.contact import ContactState
from acd.events import Party
from acd.ledger import ContactAccounts, VisitAccounts
from cti.desk.views import FloorViews
from cti.journal.loop import FloorLoop

LAG_EVERY_S = 0.25
FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5)
WAIT_S = (1, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200)
"""15 and 20 s are the thresholds that Chinese hotlines report."""
OPEN_OFFERS = 20_000

LinkFigures = Callable[[], Mapping[str, float]]
"""Counters of one link by name (events, requests, late, reconnects, unknown ...), and `up` as 0 or 1."""

Repairs = Callable[[], Mapping[tuple[str, str], int]]
"""Differences mended since the start, by telephone system and by what they were."""


class Metrics:
    """All figures of this process, in a registry of their own."""

    def __init__(self, loop: FloorLoop) -> None:
        """Call `start` to begin counting."""
        self.registry = CollectorRegistry()
        self._loop = loop
        self._links: dict[str, LinkFigures] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._made_at: OrderedDict[int, int] = OrderedDict()
        self._answered_at: OrderedDict[int, int] = OrderedDict()
        self._lag: asyncio.TimerHandle | None = None
        self._offers_made = self._count("offers_made", "Contacts reserved for an agent.", "queue")
        self._offers_ended = self._count("offers_ended", "Offers by how they ended.", "end")
        self._rings = self._count("rings", "Rings ordered, by whether the pop was on the screen before.", "pop")
        self._pop_seconds = self._times("pop_acknowledged", "From the decision to the desk's acknowledgement.")
        self._ring_seconds = self._times("ring_ordered", "From the decision to the order to ring.")
        self._connect_seconds = self._times(
            "answer_connected", "From the agent's answer to caller and agent in one bridge."
        )
        self._legs_lost = self._count("legs_lost", "Agents' legs that broke off in a talk.")
        self._audio_missing = self._count(
            "audio_missing", "Talks in which nothing was heard of one side for ten seconds.", "party"
        )
        self._rejoins = self._count("rejoins", "Agents on their way back into a talk, by how it ended.", "end")
        self._wait = self._times("wait", "Wait of answered contacts.", "queue", "tier", buckets=WAIT_S)
        self._left = self._count("visits_left", "Visits that a rule or a key ended.", "queue", "rule")
        self._shed = self._count("contacts_shed", "New contacts refused by an overload's rule.", "limit", "tier")
        self._expected = self._count(
            "wait_estimates", "Answered contacts whose wait was estimated as it began.", "queue", "result"
        )
        self._estimate_error = self._times(
            "wait_estimate_error", "How far the wait was outside the estimated range.", "queue", buckets=WAIT_S
        )
        self._loop_lag = self._times("loop_lag", "How late a timer of the event loop was.")
        self._sync = self._times("journal_sync", "Time of bringing the journal onto the disk.")
        ProcessCollector(namespace="hotline", registry=self.registry)
        self.registry.register(_FloorFigures(loop, self._links, self._gauges))
        self._repairs: list[Repairs] = []
        self.registry.register(_RepairFigures(self._repairs))

    def _count(self, name: str, text: str, *labels: str) -> Count:
        return Count(f"hotline_{name}", text, labels, registry=self.registry)

    def _times(self, name: str, text: str, *labels: str, buckets: tuple[float, ...] = FAST_S) -> Histogram:
        return Histogram(f"hotline_{name}_seconds", text, labels, registry=self.registry, buckets=buckets)

    # --- what is counted ---

    def start(self) -> None:
        """Begin reading facts and measuring the loop."""
        self._loop.subscribe(self.read)
        self._expect_timer()

    def stop(self) -> None:
        """Measure the loop no more."""
        if self._lag is not None:
            self._lag.cancel()

    def add_link(self, name: str, figures: LinkFigures) -> None:
        """Export the counters of a link (an ARI, an AMI, the FastAGI server)."""
        self._links[name] = figures

    def add_repairs(self, counts: Repairs) -> None:
        """Export what was mended between the floor and a telephone system."""
        self._repairs.append(counts)

    def add_gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Export a number of another part as `hotline_NAME`."""
        self._gauges[f"hotline_{name}"] = (text, value)

    def journal_synced(self, seconds: float) -> None:
        """The journal was brought onto the disk; callable from any thread."""
        self._sync.observe(seconds)

    def text(self) -> bytes:
        """Prometheus' text format, UTF-8."""
        return generate_latest(self.registry)

    def _expect_timer(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + LAG_EVERY_S
        self._lag = loop.call_at(due, self._timer_came, due)

    def _timer_came(self, due: float) -> None:
        self._loop_lag.observe(max(0.0, asyncio.get_running_loop().time() - due))
        self._expect_timer()

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact into the figures."""
        react = _READERS.get(type(fact))
        if react is not None:
            react(self, fact)

    def _on_made(self, fact: e.OfferMade) -> None:
        self._offers_made.labels(fact.queue).inc()
        _remember(self._made_at, fact.offer, fact.at)

    def _on_pop(self, fact: e.PopAcknowledged) -> None:
        if fact.offer in self._made_at:
            self._pop_seconds.observe((fact.at - self._made_at[fact.offer]) / 1000)

    def _on_ring(self, fact: e.RingStarted) -> None:
        self._rings.labels(fact.pop.value).inc()
        if fact.offer in self._made_at:
            self._ring_seconds.observe((fact.at - self._made_at[fact.offer]) / 1000)

    def _on_answered(self, fact: e.OfferAnswered) -> None:
        offer = self._loop.floor.offers.get(fact.offer)
        if fact.offer in self._answered_at or offer is None or self._made_at.pop(fact.offer, None) is None:
            return
        _remember(self._answered_at, fact.offer, fact.at)
        self._offers_ended.labels("answered").inc()
        contact = self._loop.floor.contacts[offer.contact]
        self._wait.labels(contact.queue, contact.tier).observe((fact.at - contact.since) / 1000)
        if contact.expected_ms is not None:
            self._compare(contact.queue, fact.at, *contact.expected_ms)

    def _compare(self, queue: str, at: int, low: int, high: int) -> None:
        result = "inside" if low <= at <= high else "sooner" if at < low else "later"
        self._expected.labels(queue, result).inc()
        self._estimate_error.labels(queue).observe(max(0, low - at, at - high) / 1000)

    def _on_left(self, fact: e.ContactLeft) -> None:
        self._left.labels(fact.queue, fact.rule.value).inc()

    def _on_shed(self, fact: e.ContactShed) -> None:
        self._shed.labels(fact.limit, fact.tier).inc()

    def _on_connected(self, fact: e.TalkConnected) -> None:
        answered = self._answered_at.pop(fact.offer, None)
        if answered is not None:
            self._connect_seconds.observe((fact.began - answered) / 1000)

    def _on_leg_lost(self, fact: e.AgentLegLost) -> None:
        self._legs_lost.inc()

    def _on_audio_missing(self, fact: e.AudioMissing) -> None:
        self._audio_missing.labels(fact.party.value).inc()

    def _on_rejoin(self, fact: e.RejoinAnswered | e.RejoinFailed | e.AgentGivenUp) -> None:
        self._rejoins.labels(_REJOINS[type(fact)]).inc()

    def _on_over(self, fact: e.OfferExpired | e.OfferWithdrawn | e.OfferFailed) -> None:
        if self._made_at.pop(fact.offer, None) is not None:
            end = fact.cause.value if isinstance(fact, e.OfferFailed) else _ENDS[type(fact)]
            self._offers_ended.labels(end).inc()


def _remember(moments: OrderedDict[int, int], offer: int, at: int) -> None:
    moments[offer] = at
    if len(moments) > OPEN_OFFERS:
        moments.popitem(last=False)


_ENDS: dict[type[e.Fact], str] = {e.OfferExpired: "expired", e.OfferWithdrawn: "withdrawn"}
_REJOINS: dict[type[e.Fact], str] = {
    e.RejoinAnswered: "answered",
    e.RejoinFailed: "failed",
    e.AgentGivenUp: "given_up",
}
_READERS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.OfferMade: Metrics._on_made,
    e.PopAcknowledged: Metrics._on_pop,
    e.RingStarted: Metrics._on_ring,
    e.OfferAnswered: Metrics._on_answered,
    e.TalkConnected: Metrics._on_connected,
    e.ContactLeft: Metrics._on_left,
    e.ContactShed: Metrics._on_shed,
    e.OfferExpired: Metrics._on_over,
    e.OfferWithdrawn: Metrics._on_over,
    e.OfferFailed: Metrics._on_over,
    e.AgentLegLost: Metrics._on_leg_lost,
    e.AudioMissing: Metrics._on_audio_missing,
    e.RejoinAnswered: Metrics._on_rejoin,
    e.RejoinFailed: Metrics._on_rejoin,
    e.AgentGivenUp: Metrics._on_rejoin,
}


class _RepairFigures(Collector):
    """Differences mended, read at the moment of asking."""

    def __init__(self, repairs: list[Repairs]) -> None:
        self._repairs = repairs

    def collect(self) -> Iterator[Metric]:
        text = "Differences found and mended between floor and Asterisk."
        family = CounterMetricFamily("hotline_repairs", text, labels=["asterisk", "why"])
        for counts in self._repairs:
            for labels, count in sorted(counts().items()):
                family.add_metric(labels, count)
        yield family


class _FloorFigures(Collector):
    """What is read from the floor at the moment of asking."""

    def __init__(
        self,
        loop: FloorLoop,
        links: Mapping[str, LinkFigures],
        gauges: Mapping[str, tuple[str, Callable[[], float]]],
    ) -> None:
        self._loop = loop
        self._links = links
        self._gauges = gauges
        self._views = FloorViews(loop.floor, str)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not read the floor."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from self._ledger()
        yield from self._queues()
        yield from self._people()
        yield from self._inside()
        yield from self._others()

    def _ledger(self) -> Iterator[Metric]:
        ledger = self._loop.floor.ledger
        yield CounterMetricFamily("hotline_contacts_started", "Contacts that began.", value=ledger.contacts.started)
        ended = CounterMetricFamily("hotline_contacts_ended", "Contacts by how they ended.", labels=["end"])
        for field in fields(ContactAccounts):
            if field.name != "started":
                ended.add_metric([field.name], getattr(ledger.contacts, field.name))
        yield ended
        entered = CounterMetricFamily("hotline_visits_entered", "Visits to queues that began.", labels=["queue"])
        over = CounterMetricFamily(
            "hotline_visits_ended", "Visits to queues by how they ended.", labels=["queue", "end"]
        )
        for queue, accounts in sorted(ledger.visits.items()):
            entered.add_metric([queue], accounts.entered)
            for field in fields(VisitAccounts):
                if field.name != "entered":
                    over.add_metric([queue, field.name], getattr(accounts, field.name))
        yield entered
        yield over
        wrong = self._loop.floor.imbalance()
        yield GaugeMetricFamily(
            "hotline_ledger_imbalance",
            "Contacts and visits that no account holds; not 0: a fault.",
            value=sum(abs(difference) for difference in wrong.values()),
        )

    def _queues(self) -> Iterator[Metric]:
        now = self._loop.now()
        waiting = GaugeMetricFamily(
            "hotline_queue_waiting", "Contacts that wait, offered ones included.", labels=["queue"]
        )
        oldest = GaugeMetricFamily(
            "hotline_queue_oldest_wait_seconds", "Wait of the contact that has waited longest.", labels=["queue"]
        )
        talking = GaugeMetricFamily("hotline_queue_talking", "Contacts in talks.", labels=["queue"])
        idle = GaugeMetricFamily("hotline_queue_idle_agents", "Idle agents able to serve the queue.", labels=["queue"])
        on_duty = GaugeMetricFamily(
            "hotline_queue_on_duty_agents", "Agents on duty, busy or not, able to serve the queue.", labels=["queue"]
        )
        for queue in self._views.queues():
            waiting.add_metric([queue.queue], queue.waiting)
            wait_ms = 0 if queue.oldest_since is None else now - queue.oldest_since
            oldest.add_metric([queue.queue], wait_ms / 1000)
            talking.add_metric([queue.queue], queue.talking)
            idle.add_metric([queue.queue], queue.idle)
            on_duty.add_metric([queue.queue], queue.on_duty)
        yield from (waiting, oldest, talking, idle, on_duty)
        switched = GaugeMetricFamily(
            "hotline_emergency_switched", "1: the queue is switched over in an emergency.", labels=["queue", "to"]
        )
        for name, one in sorted(self._loop.floor.state.emergencies.items()):
            switched.add_metric([name, one.to.value], 1)
        yield switched

    def _people(self) -> Iterator[Metric]:
        floor = self._loop.floor
        states = Counter(agent.state for agent in floor.agents.values())
        agents = GaugeMetricFamily("hotline_agents", "Agents by state.", labels=["state"])
        for state in AgentState:
            agents.add_metric([state.value], states[state])
        yield agents
        silent = Counter(party for offer in floor.offers.values() for party in offer.silent)
        missing = GaugeMetricFamily(
            "hotline_talks_without_audio", "Talks in which one side is not heard now.", labels=["party"]
        )
        for party in Party:
            missing.add_metric([party.value], silent[party])
        yield missing
        desks = sum(agent.desk for agent in floor.agents.values())
        yield GaugeMetricFamily("hotline_desks_open", "Agents whose page is there to show pops.", value=desks)
        live = Counter(contact.state for contact in floor.contacts.values())
        contacts = GaugeMetricFamily("hotline_contacts", "Live contacts by state.", labels=["state"])
        for contact_state in ContactState:
            if contact_state is not ContactState.ENDED:
                contacts.add_metric([contact_state.value], live[contact_state])
        yield contacts
        owed = sum(contact.owed for contact in floor.contacts.values())
        yield GaugeMetricFamily("hotline_outcomes_missing", "Contacts whose outcome an agent still owes.", value=owed)

    def _inside(self) -> Iterator[Metric]:
        try:
            ours = version("hotline")
        except PackageNotFoundError:
            ours = "unknown"
        yield InfoMetricFamily("hotline_build", "The version that runs.", value={"version": ours})
        overload = GaugeMetricFamily("hotline_overload", "1 while new contacts are shed by a limit.", labels=["limit"])
        for limit in self._loop.floor.state.overloads:
            overload.add_metric([limit], 1)
        yield overload
        yield CounterMetricFamily("hotline_facts", "Facts in the journal.", value=self._loop.floor.number)
        yield CounterMetricFamily(
            "hotline_events_refused", "Events that did not fit the floor.", value=self._loop.refused
        )

    def _others(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("hotline_link_up", "Whether the link stands.", labels=["link"])
        counters: dict[str, CounterMetricFamily] = {}
        for link, figures in sorted(self._links.items()):
            for name, value in figures().items():
                if name == "up":
                    up.add_metric([link], value)
                    continue
                text = f"Counter of the links: {name.replace('_', ' ')}."
                family = counters.setdefault(name, CounterMetricFamily(f"hotline_link_{name}", text, labels=["link"]))
                family.add_metric([link], value)
        yield up
        yield from counters.values()
        for name, (text, gauge) in self._gauges.items():
            yield GaugeMetricFamily(name, text, value=gauge())
