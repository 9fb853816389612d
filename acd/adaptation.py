"""Adaptation: head starts lean, slowly and within bounds, towards the queues and tiers that miss their targets.

Every `Plan.adaptation.every_ms` the floor compares the shares reached lately with the targets and moves the head start
of each queue and tier by one step at most: up for who misses more than the others, down for who misses less; back to
the plan where all are met. Counts fade, so that the last few periods matter. A lean never goes beyond `reach_ms`, which
the bound on overtaking takes in from the start. Who leans ahead is also kept back for a shorter time.

Integral control with a dead band and a bounded step, of the differences to the mean only: what all miss alike, no order
of contacts can mend, and nothing moves.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.contact import Contact
from acd.emergency_plan import switched
from acd.plan import Plan, Queue, Tier
from acd.pools import Pools
from acd.state import FloorState, Lean
from acd.watch import Watch

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

FADING = 0.7
"""What is left of the counts after each period: they tell of about three periods."""
LEAST_SETTLED = 10.0
"""With fewer contacts, faded ones included, a share says nothing yet."""
DEAD_BAND = 0.02
"""Differences to the mean that are let be, as a share."""
FULL_STEP = 0.10
"""The difference that moves a head start by a whole step."""
RETURN = 0.5
"""The part of a step by which leans go back to the plan where every target is met."""


def due(floor: "FoldedFloor") -> int | None:
    """When the next comparison is due, ms; None while it is off or frozen."""
    state = floor.state
    return None if not state.plan.adaptation.every_ms or state.adaptation_frozen else state.adaptation_due


def adapted(plan: Plan, leans: dict[str, dict[str, Lean]]) -> Plan:
    """The plan as the leans have it."""
    leaning = {name: own for name, own in leans.items() if any(lean.ahead_ms for lean in own.values())}
    if not leaning:
        return plan
    queues = {name: _leant(plan, queue, leaning.get(name, {})) for name, queue in plan.queues.items()}
    return replace(plan, queues=queues)


def plan_in_force(state: FloorState) -> Plan:
    """The plan as the leans have it, and as queues are switched over."""
    return switched(adapted(state.plan, state.leans), state.emergencies)


def _leant(plan: Plan, queue: Queue, leans: dict[str, Lean]) -> Queue:
    tiers = dict(queue.tiers)
    for name, lean in leans.items():
        if lean.ahead_ms and name in plan.tiers:
            tiers[name] = _moved(queue.tiers.get(name, plan.tiers[name]), lean.ahead_ms, plan.adaptation.reach_ms)
    return replace(queue, tiers=tiers)


def _moved(tier: Tier, ahead_ms: int, reach_ms: int) -> Tier:
    kept_ms = tier.reserve_for_ms
    if kept_ms is not None and ahead_ms > 0:
        kept_ms = round(kept_ms * (1 - ahead_ms / reach_ms))
    return replace(tier, head_start_ms=tier.head_start_ms + ahead_ms, reserve_for_ms=kept_ms)


def count(floor: "FoldedFloor", contact: Contact, at: int, *, answered: bool) -> None:
    """A contact was answered, or gave up, while targets are compared."""
    queue = floor.state.plan.queues.get(contact.queue)
    if queue is None or contact.tier not in queue.targets:
        return
    lean = floor.state.leans.setdefault(contact.queue, {}).setdefault(contact.tier, Lean())
    lean.settled += 1
    lean.in_time += answered and at - contact.since <= queue.targets[contact.tier].within_ms


def comparison(floor: "FoldedFloor", at: int) -> e.TargetsCompared:
    """What is decided now: every lean that is known, moved or not, with the share that it was decided by."""
    adaptation = floor.plan.adaptation
    known = list(_known(floor))
    settled = sum(lean.settled for _, _, lean, _ in known)
    mean = sum(miss * lean.settled for _, _, lean, miss in known) / settled if settled else 0.0
    all_met = all(miss <= 0 for _, _, _, miss in known)
    leans = []
    for queue, tier, lean, miss in known:
        apart = miss - mean
        if all_met:
            back = round(RETURN * adaptation.step_ms)
            step = -max(-back, min(back, lean.ahead_ms))
        elif abs(apart) <= DEAD_BAND:
            step = 0
        else:
            step = round(adaptation.step_ms * max(-1.0, min(1.0, apart / FULL_STEP)))
        ahead_ms = max(-adaptation.reach_ms, min(adaptation.reach_ms, lean.ahead_ms + step))
        share = lean.in_time / lean.settled
        leans.append(e.Leaning(queue=queue, tier=tier, ahead_ms=ahead_ms, share=round(share, 4)))
    return e.TargetsCompared(at=at, leans=tuple(leans))


def _known(floor: "FoldedFloor") -> Iterator[tuple[str, str, Lean, float]]:
    """(queue, tier, lean, what it misses weighed by its priority) of all that have enough contacts."""
    for queue, own in floor.state.leans.items():
        for tier, lean in own.items():
            part = floor.plan.queues.get(queue)
            if lean.settled >= LEAST_SETTLED and part is not None and tier in part.targets:
                target = part.targets[tier]
                yield queue, tier, lean, target.priority * (target.share - lean.in_time / lean.settled)


def begin(floor: "FoldedFloor", at: int) -> None:
    """A plan comes into force: nothing leans, the first period begins."""
    floor.state.leans.clear()
    floor.state.adaptation_due = at + floor.state.plan.adaptation.every_ms


def _fold_compared(floor: "FoldedFloor", fact: e.TargetsCompared) -> None:
    state = floor.state
    state.adaptation_due = fact.at + state.plan.adaptation.every_ms
    for own in state.leans.values():
        for lean in own.values():
            lean.settled *= FADING
            lean.in_time *= FADING
    changed = False
    for leaning in fact.leans:
        lean = state.leans.setdefault(leaning.queue, {}).setdefault(leaning.tier, Lean())
        lean.share = leaning.share
        changed = changed or lean.ahead_ms != leaning.ahead_ms
        lean.ahead_ms = leaning.ahead_ms
    if changed:
        _rebuild(floor)


def _fold_told(floor: "FoldedFloor", fact: e.AdaptationTold) -> None:
    state = floor.state
    state.adaptation_frozen = fact.order is not e.AdaptationOrder.GO_ON
    state.adaptation_due = fact.at + state.plan.adaptation.every_ms
    if fact.order is e.AdaptationOrder.UNDO:
        for own in state.leans.values():
            for lean in own.values():
                lean.ahead_ms = 0
        _rebuild(floor)


def _rebuild(floor: "FoldedFloor") -> None:
    floor.pools = Pools(plan_in_force(floor.state), floor.agents, floor.state.within_reach(), floor.at)


def routing(floor: "FoldedFloor", *, anew: bool = True) -> tuple[Pools, Watch]:
    """Pools and watch by the plan in force; `anew`: it is another one than before, everybody who waits is looked at."""
    plan, state = plan_in_force(floor.state), floor.state
    return Pools(plan, floor.agents, state.within_reach(), state.at), Watch(plan, floor.contacts, anew=anew)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.TargetsCompared: _fold_compared,
    e.AdaptationTold: _fold_told,
}
"""What these facts change on a floor."""
