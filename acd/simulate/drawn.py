"""A day that nobody recorded: callers and agents' hours drawn as a scenario says, for a plan with all its rules.

What `acd.simulate.day` leaves out is in it: rings, pops, wrap-ups with their caps, and whatever else of the plan falls
due. Times are ms.
"""

from collections.abc import Iterator, Mapping, Sequence

from acd import events as e
from acd.plan import Plan
from acd.simulate.draws import poisson, stream
from acd.simulate.habits import Response, Talk
from acd.simulate.recorded import OfferSeen, RecordedDay, Visit
from acd.simulate.scenario import AgentGroup, CallType, Scenario
from acd.state import FloorState

BEGIN = 1


def drawn_day(
    scenario: Scenario, plan: Plan, members: Mapping[str, Sequence[str]], pick_up_ms: int, replication: int
) -> RecordedDay:
    """A day under a plan; each replication is another one.

    A call type waits in the queue that its one skill is named after; the members of a group are the plan's agents, of
    whom the first are there when not all are. Every patience and talk is known, so nothing is drawn later.
    """
    horizon = round(1000 * scenario.horizon_s)
    slot = round(1000 * scenario.slot_s) if scenario.slot_s is not None else horizon
    visits = [visit for call in scenario.calls for visit in _visits(scenario, call, slot, horizon, replication)]
    hours = [event for group in scenario.agents for event in _hours(group, members[group.name], slot)]
    return RecordedDay(
        begin=BEGIN,
        since=BEGIN + round(1000 * scenario.warmup_s),
        until=BEGIN + horizon,
        state=FloorState(),
        visits=tuple(sorted(visits, key=lambda visit: visit.queued.at)),
        outside=tuple(sorted(hours, key=lambda event: event.at)),
        plans=(e.PlanChanged(at=BEGIN, plan=plan),),
        offers={("", ""): (OfferSeen(response=Response(ms=pick_up_ms)),)},
        happened=(),
    )


def _visits(scenario: Scenario, call: CallType, slot: int, horizon: int, replication: int) -> Iterator[Visit]:
    def chances(purpose: str) -> tuple[int, int, str, str]:
        return scenario.seed, replication, call.name, purpose

    talk = call.service.draws(stream(*chances("service")))
    patience = call.patience.draws(stream(*chances("patience"))) if call.patience is not None else None
    (queue,) = call.skills
    for place, came in enumerate(poisson(call.per_hour, slot, horizon, 1000, stream(*chances("arrivals")))):
        at, contact = BEGIN + came, f"{call.name}-{place}"
        yield Visit(
            started=e.ContactStarted(at=at, contact=contact, asterisk="", channel="", access="", caller="", held=True),
            queued=e.ContactQueued(at=at, contact=contact, queue=queue, tier=call.tier, since=at),
            waited_ms=round(1000 * patience()) if patience is not None else 0,
            gave_up=patience is not None,
            waits_for_ever=patience is None,
            talk=Talk(ms=round(1000 * talk())),
        )


def _hours(group: AgentGroup, members: Sequence[str], slot: int) -> Iterator[e.Event]:
    counts = group.count if isinstance(group.count, tuple) else (group.count,)
    there = 0
    for place, count in enumerate(counts):
        at, wanted = BEGIN + place * slot, min(count, len(members))
        for agent in members[there:wanted]:
            yield e.AgentSignedIn(at=at, agent=agent, extension=f"phone of {agent}")
            yield e.IntentChanged(at=at, agent=agent, intent=e.Intent.READY)
        for agent in members[wanted:there]:
            yield e.AgentSignedOut(at=at, agent=agent)
        there = wanted
