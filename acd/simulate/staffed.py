"""A recorded day with more agents, or fewer: who is new keeps the hours of a colleague."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from acd import events as e
from acd.agent import READY
from acd.need import Need
from acd.plan import AgentSpec, Plan
from acd.simulate.recorded import RecordedDay


def served_by(plan: Plan, spec: AgentSpec) -> frozenset[str]:
    """The queues an agent serves."""
    return frozenset(
        name for name, queue in plan.queues.items() if Need(name, queue.skills, queue.any_of).is_met_by(spec)
    )


def ready_spans(day: RecordedDay) -> Iterator[tuple[str, int, int]]:
    """(agent, from when, until when) he was ready, between begin and end of a day, ms."""
    since = {agent.agent: day.begin for agent in day.state.agents.values() if agent.on_duty}
    for event in day.outside:
        if isinstance(event, e.AgentSignedIn | e.AgentSignedOut | e.IntentChanged):
            if (began := since.pop(event.agent, None)) is not None:
                yield event.agent, began, event.at
            if isinstance(event, e.IntentChanged) and event.intent is READY:
                since[event.agent] = event.at
    for agent, began in since.items():
        yield agent, began, day.until


def ready_ms(day: RecordedDay) -> dict[str, int]:
    """How long each agent who was signed in was ready between begin and end of a day, ms."""
    total = {agent.agent: 0 for agent in day.state.agents.values() if agent.extension is not None}
    total.update((event.agent, 0) for event in day.outside if isinstance(event, e.AgentSignedIn))
    for agent, began, ended in ready_spans(day):
        total[agent] = total.get(agent, 0) + ended - began
    return total


def with_more(plan: Plan, count: int, skills: Mapping[str, int]) -> Plan:
    """The plan with so many more agents who have these skills; their names are free ones."""
    agents = dict(plan.agents)
    names = (name for place in range(1, len(agents) + count + 1) if (name := f"new{place}") not in agents)
    for _, name in zip(range(count), names, strict=False):
        agents[name] = AgentSpec(agent=name, skills=dict(skills))
    return replace(plan, agents=agents)


def with_fewer(plan: Plan, day: RecordedDay, count: int, skills: Mapping[str, int]) -> Plan:
    """The plan without so many of those who were there that day and have these skills, the last listed first."""
    was_there = ready_ms(day)
    able = [
        name
        for name, spec in plan.agents.items()
        if name in was_there and all(spec.skills.get(skill, 0) >= level for skill, level in skills.items())
    ]
    gone = frozenset(able[-count:]) if count else frozenset()
    return replace(plan, agents={name: spec for name, spec in plan.agents.items() if name not in gone})


def with_hours(day: RecordedDay, plan: Plan) -> tuple[RecordedDay, dict[str, str]]:
    """The day in which each agent whom only this plan knows keeps a colleague's hours, and whose.

    A colleague has as many queues in common with him as anybody; of those the middle one by time ready comes first,
    and nobody is followed twice while another is left.
    """
    known = {agent for agent, spec in day.state.plan.agents.items()}
    known |= {agent for planned in day.plans for agent in planned.plan.agents}
    hours = ready_ms(day)
    follows: dict[str, str] = {}
    for name, spec in plan.agents.items():
        if name not in known and (colleague := _colleague(plan, spec, hours, list(follows.values()))) is not None:
            follows[name] = colleague
    if not follows:
        return day, follows
    copied = [event for name, colleague in follows.items() for event in _as_theirs(day, name, colleague)]
    return replace(day, outside=tuple(sorted((*day.outside, *copied), key=lambda event: event.at))), follows


def _colleague(plan: Plan, spec: AgentSpec, hours: Mapping[str, int], taken: Sequence[str]) -> str | None:
    serves = served_by(plan, spec)
    common = {name: len(serves & served_by(plan, plan.agents[name])) for name in hours if name in plan.agents}
    best = sorted((name for name, many in common.items() if many == max(common.values())), key=lambda n: hours[n])
    if not best:
        return None
    middle = best[len(best) // 2 :] + best[: len(best) // 2]
    return min(middle, key=taken.count)


def _as_theirs(day: RecordedDay, name: str, colleague: str) -> Iterator[e.Event]:
    """A colleague's coming and going as somebody else's, on a phone of his own."""
    extension = f"phone of {name}"
    known = day.state.agents.get(colleague)
    if known is not None and known.extension is not None:
        yield e.AgentSignedIn(at=day.begin, agent=name, extension=extension, desk=known.desk)
        if known.intent is not e.Intent.LOGGED_OUT:
            yield e.IntentChanged(at=day.begin, agent=name, intent=known.intent, reason=known.reason)
    for event in day.outside:
        if isinstance(event, e.AgentSignedIn) and event.agent == colleague:
            yield replace(event, agent=name, extension=extension)
        elif getattr(event, "agent", None) == colleague:
            yield replace(event, agent=name)  # type: ignore[call-arg]
