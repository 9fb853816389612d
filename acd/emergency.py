"""The emergency switch: a queue is moved, whole, to mobile phones, to another queue or to an announcement, and back.

While it is on the queue's own agents are offered none of its contacts. Moved to mobile phones it stays the queue it is:
who waits keeps his place, and only the agents named for it, its crew, are tried, in the order in which they are named,
whatever queue and contact ask for; phones that are left over ring together with others (`acd.together`). Whoever of it
was called up has no other queue's contacts meanwhile. Moved to another queue or an announcement nobody serves it, and
everybody who waits or comes leaves by the rule `emergency`; pending callbacks rest. No talk is touched; a ring is taken
back. Switched back, who still waits in the other queue returns to the line as long as he has waited.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from acd import adaptation
from acd import events as e
from acd.agent import AWAY, IDLE
from acd.contact import OFFERED, WAITING, Contact
from acd.emergency_plan import is_prepared
from acd.exits import QUEUE, leave
from acd.plan import Plan
from acd.state import Switched
from acd.words import EmergencyWay

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor
    from acd.state import FloorState


def on_the_line(floor: "FoldedFloor", queue: str) -> list[Contact]:
    """Whoever waits in a queue on the line, offered ones included, in the order in which they came: who is moved."""
    return [one for one in _waiting(floor) if one.queue == queue]


def moved_from(floor: "FoldedFloor", queue: str) -> list[Contact]:
    """Whoever was moved from a queue to another one and waits there still, in the order in which they came."""
    return [one for one in _waiting(floor) if queue in one.switched_from]


def _waiting(floor: "FoldedFloor") -> list[Contact]:
    waiting = (one for one in floor.contacts.values() if one.state in (WAITING, OFFERED) and not one.without_leg)
    return sorted(waiting, key=lambda one: one.arrival)


# --- folds ---


def _fold_on(floor: "FoldedFloor", fact: e.EmergencySwitchedOn) -> None:
    floor.state.emergencies[fact.queue] = Switched(to=fact.to, since=fact.at, who=fact.who, why=fact.why)
    floor.pools, floor.watch = adaptation.routing(floor)


def _fold_off(floor: "FoldedFloor", fact: e.EmergencySwitchedOff) -> None:
    del floor.state.emergencies[fact.queue]
    floor.pools, floor.watch = adaptation.routing(floor)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.EmergencySwitchedOn: _fold_on,
    e.EmergencySwitchedOff: _fold_off,
}
"""What these facts change on a floor."""


# --- what follows ---


def _on_switched(floor: "Floor", event: e.EmergencySwitchedOn | e.EmergencySwitchedOff) -> None:
    """Rings of the queue are taken back, who was moved from it before returns; the rule `emergency` does the rest."""
    offers = [offer for one in on_the_line(floor, event.queue) if one.state is OFFERED for offer in one.open_offers]
    away = moved_from(floor, event.queue)
    floor.record(event)
    for offer in offers:
        floor.withdraw(event.at, offer)
    if isinstance(event, e.EmergencySwitchedOn):
        _muster(floor, event.at, event.queue)
    _stand_down(floor, event.at)
    for contact in away:
        leave(floor, contact, e.ExitRule.EMERGENCY_OVER, f"{QUEUE}:{event.queue}")


def _muster(floor: "Floor", at: int, queue: str) -> None:
    """Whoever of its crew sits somewhere gets nothing more there: once he is free, his mobile phone is rung."""
    for name in floor.pools.queues[queue].crew or ():
        agent = floor.agents[name]
        if agent.extension is not None and not agent.called_up and agent.intent is e.Intent.READY:
            away, wanted = e.Intent.NOT_READY, e.IntentCause.EMERGENCY
            floor.record(e.IntentApplied(at=at, agent=name, intent=away, reason="", cause=wanted))


def _stand_down(floor: "Floor", at: int) -> None:
    """Sign out who was called up, is of no crew any more and has no contact, before anything else is offered."""
    called = {agent for queue in floor.pools.plan.queues.values() for agent in queue.crew or ()}
    for agent in list(floor.agents.values()):
        if agent.called_up and agent.agent not in called and agent.state in (IDLE, AWAY):
            out, over = e.Intent.LOGGED_OUT, e.IntentCause.EMERGENCY_OVER
            floor.record(e.IntentApplied(at=at, agent=agent.agent, intent=out, reason="", cause=over))


REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.EmergencySwitchedOn: _on_switched,
    e.EmergencySwitchedOff: _on_switched,
}
"""What follows from an event."""


# --- refusals ---


def _refuse_on(floor: "FoldedFloor", event: e.EmergencySwitchedOn) -> str | None:
    queue = floor.plan.queues.get(event.queue)
    if queue is None:
        return f"the plan has no queue {event.queue!r}"
    known = floor.state.emergencies.get(event.queue)
    if known is not None and known.to is event.to:
        return f"queue {event.queue!r} is switched over to {event.to.value} already"
    return _unprepared(floor.plan, {**floor.state.emergencies, event.queue: _as_said(event)}, event.queue)


def _as_said(event: e.EmergencySwitchedOn) -> Switched:
    return Switched(to=event.to, since=event.at, who=event.who, why=event.why)


def _refuse_off(floor: "FoldedFloor", event: e.EmergencySwitchedOff) -> str | None:
    return None if event.queue in floor.state.emergencies else f"queue {event.queue!r} is not switched over"


CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.EmergencySwitchedOn: _refuse_on,
    e.EmergencySwitchedOff: _refuse_off,
}
"""Which of these events do not fit a floor."""


def unprepared(plan: Plan, state: "FloorState") -> str | None:
    """Why a new plan cannot hold what is switched over now, in plain words; None when it can."""
    return next(filter(None, (_unprepared(plan, state.emergencies, name) for name in state.emergencies)), None)


def _unprepared(plan: Plan, emergencies: dict[str, Switched], name: str) -> str | None:
    """Why a queue cannot be switched over as is said."""
    queue, to = plan.queues.get(name), emergencies[name].to
    emergency = queue.emergency if queue is not None else None
    if emergency is None or not is_prepared(emergency, to):
        return f"the plan of queue {name!r} has no emergency way {to.value!r}"
    if to is EmergencyWay.QUEUE and emergency.queue not in plan.queues:
        return f"queue {name!r} would be moved to {emergency.queue!r}, which the plan does not have"
    if name in _on_from(plan, emergencies, name):
        return f"queue {name!r} would be moved back to itself: {emergency.queue!r} is switched over too"
    return None


def _on_from(plan: Plan, emergencies: dict[str, Switched], name: str) -> Iterator[str]:
    """The queues to which one is moved, one after another; a queue that comes twice ends it."""
    seen: set[str] = set()
    while name not in seen and name in emergencies and emergencies[name].to is EmergencyWay.QUEUE:
        seen.add(name)
        queue = plan.queues.get(name)
        if queue is None or queue.emergency is None:
            return
        name = queue.emergency.queue
        yield name
