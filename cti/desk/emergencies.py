"""The emergency switches as pages read them: what is prepared for a queue, what is on, what a switch would do."""

from typing import Literal

from acd import emergency
from acd.agent import AgentState
from acd.contact import OFFERED, TALKING, Contact
from acd.emergency_plan import crew_of, is_prepared
from acd.events import EmergencyWay
from acd.floor import Floor
from cti.desk.desks import name_of
from cti.desk.views import SwitchedView, View, switched_view
from cti.masking import masked
from cti.plan.document import PlanDocument

Doubt = Literal["nobody_there", "all_busy", "no_sound"]
BOUND = (AgentState.TALKING, AgentState.HOLD, AgentState.WRAP_UP)


class CrewView(View):
    """An agent who is called up on a mobile phone; the number is masked."""

    agent: str
    name: str
    number: str
    turn: int
    """Who has one turn rings together, turns one after another."""
    busy: bool
    """He is in a talk or its wrap-up: he is called up after it."""


class EmergencyView(View):
    """A queue: the ways that its plan prepares, the first of them is the usual one, and whether it is switched over."""

    queue: str
    ways: list[EmergencyWay]
    crew: list[CrewView]
    target: str | None
    """The queue of the way `queue`."""
    announcement: str | None
    """`prompt:NAME` or `flow:NAME`."""
    switched: SwitchedView | None


class DrillView(View):
    """What a switch would do now, without doing it."""

    queue: str
    on: bool
    to: EmergencyWay
    moved: int
    """Callers on the line who are moved, or return, with their wait."""
    oldest_since: int | None
    rings: int
    """Of these, rung for just now: the ring is taken back."""
    talks: int
    """Talks of the queue, which go on."""
    callbacks: int
    """Pending callbacks, which keep their place; under `mobiles` the crew dials them, else they rest."""
    warnings: list[Doubt]
    """`nobody_there`: nobody takes contacts where they go; `all_busy`: the whole crew is in talks; `no_sound`."""


def prepared_ways(floor: Floor, queue: str) -> list[EmergencyWay]:
    """The ways that a queue's plan prepares, in their order."""
    part = floor.plan.queues.get(queue)
    plan = part.emergency if part is not None else None
    if plan is None:
        return []
    return [way for way in EmergencyWay if is_prepared(plan, way)]


def emergency_view(floor: Floor, plan: PlanDocument, queue: str) -> EmergencyView:
    """One queue. KeyError: the plan has none of this name."""
    part = floor.plan.queues[queue]
    prepared = part.emergency
    crew = {} if prepared is None else crew_of(floor.plan, prepared)
    return EmergencyView(
        queue=queue,
        ways=prepared_ways(floor, queue),
        crew=[_crew(floor, plan, agent, turn) for agent, turn in crew.items()],
        target=(prepared.queue or None) if prepared is not None else None,
        announcement=(prepared.announcement or None) if prepared is not None else None,
        switched=switched_view(floor, queue),
    )


def _crew(floor: Floor, plan: PlanDocument, agent: str, turn: int) -> CrewView:
    part, known = plan.agents.get(agent), floor.agents.get(agent)
    return CrewView(
        agent=agent,
        name=name_of(plan, agent),
        number=masked(part.numbers[0]) if part is not None and part.numbers else "",
        turn=turn,
        busy=known is not None and known.state in BOUND,
    )


def drill(floor: Floor, view: EmergencyView, to: EmergencyWay, *, on: bool, warnings: list[Doubt]) -> DrillView:
    """What switching a queue over to `to`, or back from it, would do now."""
    moved: list[Contact] = [*emergency.moved_from(floor, view.queue)]
    if on:
        moved = [*emergency.on_the_line(floor, view.queue), *moved]
    return DrillView(
        queue=view.queue,
        on=on,
        to=to,
        moved=len(moved),
        oldest_since=min((one.since for one in moved), default=None),
        rings=sum(one.state is OFFERED for one in moved),
        talks=sum(one.state is TALKING and one.queue == view.queue for one in floor.contacts.values()),
        callbacks=sum(one.queue == view.queue for one in floor.pending.all()),
        warnings=warnings,
    )
