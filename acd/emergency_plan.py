"""The plan while queues are switched over in an emergency: who serves them, by which rules they are left."""

from dataclasses import replace

from acd.plan import Emergency, Exit, MissRule, Plan, Queue
from acd.state import Switched
from acd.waiting_facts import ExitRule
from acd.watch import NOBODY
from acd.words import EmergencyWay


def switched(plan: Plan, emergencies: dict[str, Switched]) -> Plan:
    """The plan as it is while queues are switched over."""
    moved = {
        name: _moved(plan, plan.queues[name], plan.queues[name].emergency, one.to)
        for name, one in emergencies.items()
        if name in plan.queues
    }
    return replace(plan, queues={**plan.queues, **moved}) if moved else plan


def _moved(plan: Plan, queue: Queue, emergency: Emergency | None, to: EmergencyWay) -> Queue:
    if emergency is None:
        return queue
    if to is EmergencyWay.MOBILES:
        # Its crew is called only now: that nobody is there yet sends nobody away. Whoever misses is rung again later.
        exits = {rule: leads for rule, leads in queue.exits.items() if rule not in NOBODY}
        return replace(queue, crew=crew_of(plan, emergency), exits=exits, misses=MissRule())
    return replace(queue, crew={}, exits={ExitRule.EMERGENCY.value: Exit(to=destination(emergency, to))})


def crew_of(plan: Plan, emergency: Emergency) -> dict[str, int]:
    """The agents whose mobile phones are rung, in their order = his turn; those of a group have one turn."""
    crew: dict[str, int] = {}
    for turn, name in enumerate(emergency.mobiles):
        for agent in plan.groups.get(name, (name,)):
            if agent in plan.agents:
                crew.setdefault(agent, turn)
    return crew


def destination(emergency: Emergency, to: EmergencyWay) -> str:
    """Where a way out of the queue leads, as `Exit.to`; "" for mobile phones, and for a way that is not prepared."""
    match to:
        case EmergencyWay.QUEUE:
            return f"queue:{emergency.queue}" if emergency.queue else ""
        case EmergencyWay.ANNOUNCEMENT:
            return emergency.announcement
        case _:
            return ""


def is_prepared(emergency: Emergency, to: EmergencyWay) -> bool:
    """Whether a way is prepared."""
    return bool(emergency.mobiles if to is EmergencyWay.MOBILES else destination(emergency, to))
