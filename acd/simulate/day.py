"""One replication: callers arrive, wait, lose patience and are served, on the router's own `Floor`.

The clock counts microseconds: the floor takes any whole number for a time as long as all of them count the same. Agents
answer at once and have no wrap-up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Any

from acd import events as e
from acd.agent import IDLE
from acd.commands import Command, RingAgent
from acd.floor import Floor
from acd.match import Match, Reasons
from acd.simulate.draws import Draw, poisson, stream
from acd.simulate.planned import TICKS_PER_S, agents_of, plan_of, queue_of, ticks
from acd.simulate.scenario import AgentGroup, CallType, Scenario
from acd.simulate.tally import CallTally, GroupTally, Tally, empty_tally
from acd.value import maker

NO_REASONS: Reasons = ((), (), {})


class SimulatedFloor(Floor):
    """The router, spared from writing down what each choice was made over: nobody reads it here."""

    def _reasons(self, match: Match, at: int) -> Reasons:
        return NO_REASONS


HUNG_UP = e.EndCause.HUNG_UP
contact_started = maker(e.ContactStarted)
contact_queued = maker(e.ContactQueued)
offer_answered = maker(e.OfferAnswered)
contact_ended = maker(e.ContactEnded)


@dataclass(slots=True)
class Traffic:
    """A call type with its streams."""

    call: CallType
    arrivals: Iterator[int]
    service: dict[str, Draw]
    """By group of agents."""
    patience: Draw | None
    queue: str
    tally: CallTally
    kept_back: int | None
    """How long its callers may be kept back while agents are idle, ticks; None: they are not."""


@dataclass(slots=True)
class Staff:
    """A group of agents at work."""

    group: AgentGroup
    tally: GroupTally
    agents: list[str]
    came: dict[str, int] = field(default_factory=dict)
    """Who is there, and since when, ticks."""
    to_go: int = 0
    """How many of them go as soon as they finish a call."""


@dataclass(slots=True)
class Caller:
    """One call on its way; times in ticks."""

    contact: str
    traffic: Traffic
    came: int
    counts: bool
    """It came after the warm-up."""
    waited: bool = False
    agent: str = ""
    answered: int = -1


class Day:
    """One replication of a scenario; `run` gives its tally."""

    def __init__(self, scenario: Scenario, replication: int) -> None:
        """`replication` counts from 0; each has streams of its own."""
        self._scenario = scenario
        self._tally = empty_tally(scenario)
        self._horizon = ticks(scenario.horizon_s)
        self._warmup = ticks(scenario.warmup_s)
        self._slot = ticks(scenario.slot_s) if scenario.slot_s is not None else self._horizon
        self._floor = SimulatedFloor()
        self._agenda: list[tuple[int, int, Callable[[int, Any], None], Any]] = []
        """A heap of (when, order of entry, what, with whom)."""
        self._entries = 0
        self._callers: dict[str, Caller] = {}
        """Those who wait or talk."""
        self._staff = [Staff(group, self._tally.groups[group.name], agents_of(group)) for group in scenario.agents]
        self._staff_of = {agent: staff for staff in self._staff for agent in staff.agents}
        self._traffic = [self._traffic_of(call, replication) for call in scenario.calls]

    def run(self) -> Tally:
        """Everything up to the horizon, and with `drain` until nobody is left."""
        self._floor.apply(e.PlanChanged(at=0, plan=plan_of(self._scenario)))
        if self._scenario.adaptation is not None:
            self._compare(0, ticks(self._scenario.adaptation.every_s))
        self._begin_slot(0, 0)
        for traffic in self._traffic:
            self._expect(traffic)
        agenda, horizon, drain = self._agenda, self._horizon, self._scenario.drain
        while agenda:
            at, _, happen, whom = heappop(agenda)
            if at >= horizon and not drain:
                break
            happen(at, whom)
        self._close()
        return self._tally

    def _compare(self, at: int, every: int) -> None:
        """Targets are compared from time to time; a day that is drained compares them to its horizon."""
        if at:
            self._answer(at, self._floor.apply(e.TimePassed(at=at)))
        if at + every < self._horizon:
            self._enter(at + every, self._compare, every)

    def _enter(self, at: int, happen: Callable[[int, Any], None], whom: Any) -> None:
        self._entries += 1
        heappush(self._agenda, (at, self._entries, happen, whom))

    # --- callers ---

    def _traffic_of(self, call: CallType, replication: int) -> Traffic:
        def draws(purpose: str) -> Random:
            return stream(self._scenario.seed, replication, call.name, purpose)

        return Traffic(
            call=call,
            arrivals=poisson(call.per_hour, self._slot, self._horizon, TICKS_PER_S, draws("arrivals")),
            service={
                group.name: group.service_of(call).draws(draws(f"service {group.name}"))
                for group in self._scenario.agents
            },
            patience=call.patience.draws(draws("patience")) if call.patience is not None else None,
            queue=queue_of(call),
            tally=self._tally.calls[call.name],
            kept_back=self._kept_back(call),
        )

    def _kept_back(self, call: CallType) -> int | None:
        tuning = self._scenario.tuning
        weights = tuning.weights.get((queue_of(call), call.tier)) if tuning is not None else None
        return ticks(weights.reserve_for_s) if weights is not None and weights.reserve_idle else None

    def _expect(self, traffic: Traffic) -> None:
        at = next(traffic.arrivals, None)
        if at is not None:
            self._enter(at, self._arrive, traffic)

    def _arrive(self, at: int, traffic: Traffic) -> None:
        self._expect(traffic)
        self._tally.calls_simulated += 1
        contact = str(self._tally.calls_simulated)
        caller = self._callers[contact] = Caller(contact, traffic, at, at >= self._warmup)
        if caller.counts:
            traffic.tally.offered += 1
            if traffic.tally.slots:
                traffic.tally.slots[at // self._slot].offered += 1
        floor = self._floor
        floor.apply(contact_started(at=at, contact=contact, asterisk="", channel="", access="", caller=""))
        queued = contact_queued(at=at, contact=contact, queue=traffic.queue, tier=traffic.call.tier, since=at)
        self._answer(at, floor.apply(queued))
        if not caller.agent:
            caller.waited = True
            if traffic.kept_back is not None:
                self._enter(at + traffic.kept_back, self._pass_time, caller)
            if traffic.patience is not None:
                self._enter(at + int(traffic.patience() * TICKS_PER_S), self._lose_patience, caller)

    def _pass_time(self, at: int, caller: Caller) -> None:
        """A caller who still waits is kept back no more."""
        if not caller.agent and caller.contact in self._callers:
            self._answer(at, self._floor.apply(e.TimePassed(at=at)))

    def _answer(self, at: int, commands: Sequence[Command]) -> None:
        """Let every agent who is rung answer at once."""
        for command in commands:
            if type(command) is not RingAgent:
                continue
            caller = self._callers[command.contact]
            caller.agent = command.agent
            caller.answered = at
            self._floor.apply(offer_answered(at=at, offer=command.offer))
            staff = self._staff_of[command.agent]
            service = caller.traffic.service[staff.group.name]()
            self._enter(at + int(service * TICKS_PER_S), self._leave, caller)
            self._settle(at, caller, staff.group.name)

    def _settle(self, at: int, caller: Caller, group: str | None) -> None:
        """Count a call that was answered by a group, or gave up."""
        tally = caller.traffic.tally
        if caller.waited:
            self._count_waiting(caller, at)
        if not caller.counts:
            return
        tally.settled += 1
        wait_s = (at - caller.came) / TICKS_PER_S
        tally.wait_s += wait_s
        if caller.waited:
            tally.waited += 1
        if group is None:
            tally.abandoned += 1
            if tally.slots and at < self._horizon:
                tally.slots[at // self._slot].abandoned += 1
            return
        tally.answered += 1
        tally.wait_answered_s += wait_s
        tally.by[group] += 1
        tally.waits_s.append(wait_s)
        target = caller.traffic.call.target
        if tally.slots and target is not None and wait_s <= target.within_s and caller.came < self._horizon:
            tally.slots[caller.came // self._slot].in_time += 1

    def _count_waiting(self, caller: Caller, until: int) -> None:
        """Add the time a call spent waiting between warm-up and horizon, and in each slot."""
        tally = caller.traffic.tally
        tally.waiting_s += overlap_s(caller.came, until, self._warmup, self._horizon)
        if tally.slots:
            for place in range(caller.came // self._slot, min((until - 1) // self._slot + 1, len(tally.slots))):
                begin = place * self._slot
                tally.slots[place].waiting_s += overlap_s(caller.came, until, begin, begin + self._slot)

    def _lose_patience(self, at: int, caller: Caller) -> None:
        if not caller.agent:
            del self._callers[caller.contact]
            self._settle(at, caller, None)
            self._floor.apply(contact_ended(at=at, contact=caller.contact, cause=HUNG_UP))

    def _leave(self, at: int, caller: Caller) -> None:
        """The talk ends."""
        del self._callers[caller.contact]
        staff = self._staff_of[caller.agent]
        staff.tally.busy_s += overlap_s(caller.answered, at, self._warmup, self._horizon)
        if staff.to_go:
            staff.to_go -= 1
            self._send_home(at, staff, caller.agent)
        self._answer(at, self._floor.apply(contact_ended(at=at, contact=caller.contact, cause=HUNG_UP)))

    # --- agents ---

    def _begin_slot(self, at: int, place: int) -> None:
        for staff in self._staff:
            count = staff.group.count
            self._staff_with(at, staff, count if isinstance(count, int) else count[place])
        if place + 1 < self._scenario.slots:
            self._enter(at + self._slot, self._begin_slot, place + 1)

    def _staff_with(self, at: int, staff: Staff, count: int) -> None:
        """Bring a group to its count: idle agents go at once, as many others as are too many when they finish."""
        more = count - (len(staff.came) - staff.to_go)
        stay = min(staff.to_go, max(0, more))
        staff.to_go -= stay
        for agent in [agent for agent in staff.agents if agent not in staff.came][: max(0, more - stay)]:
            staff.came[agent] = at
            self._floor.apply(e.AgentSignedIn(at=at, agent=agent, extension=agent))
            self._answer(at, self._floor.apply(e.IntentChanged(at=at, agent=agent, intent=e.Intent.READY)))
        if more < 0:
            idle = [agent for agent in staff.came if self._floor.agents[agent].state is IDLE]
            for agent in idle[more:]:
                self._send_home(at, staff, agent)
            staff.to_go += max(0, -more - len(idle))

    def _send_home(self, at: int, staff: Staff, agent: str) -> None:
        staff.tally.staffed_s += overlap_s(staff.came.pop(agent), at, self._warmup, self._horizon)
        self._floor.apply(e.AgentSignedOut(at=at, agent=agent))

    def _close(self) -> None:
        """Count what goes on at the horizon up to there, and the waits."""
        for traffic in self._traffic:
            traffic.tally.count_waits()
        for caller in self._callers.values():
            if caller.agent:
                busy_s = overlap_s(caller.answered, self._horizon, self._warmup, self._horizon)
                self._staff_of[caller.agent].tally.busy_s += busy_s
            else:
                self._count_waiting(caller, self._horizon)
        for staff in self._staff:
            for came in staff.came.values():
                staff.tally.staffed_s += overlap_s(came, self._horizon, self._warmup, self._horizon)


def overlap_s(begin: int, end: int, first: int, last: int) -> float:
    """How long [begin, end) and [first, last) overlap, seconds; the arguments are ticks."""
    if begin < first:
        begin = first
    if end > last:
        end = last
    return (end - begin) / TICKS_PER_S if end > begin else 0.0
