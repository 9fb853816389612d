"""What the plan's parts say of each other: every name used must be there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from acd.order import ORDER
from cti.plan.document import PlanDocument
from cti.problems import closest

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a key of the document."""

    key: Key
    what: str
    mend: str


def findings(plan: PlanDocument, flows: Collection[str] | None = None) -> list[Finding]:
    """Every reference that leads nowhere; `flows` are the IVR flows there are, None: not known here."""
    return [
        *_queues(plan),
        *_access_numbers(plan, flows),
        *_phones(plan),
        *_agents(plan),
        *_unknown(("certified",), "skill", plan.certified, plan.skills),
        *_unknown(("agent_order",), "order", plan.agent_order, ORDER),
        *_unknown(("sampling", "agents"), "agent", plan.sampling.agents, plan.agents),
    ]


def _unknown(key: Key, kind: str, names: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield Finding((*key, name), f"there is no {kind} {name!r}", closest(name, known))


def _queues(plan: PlanDocument) -> Iterator[Finding]:
    for name, queue in plan.queues.items():
        yield from _unknown(("queues", name, "skills"), "skill", queue.skills, plan.skills)
        for place, group in enumerate(queue.any_of):
            yield from _unknown(("queues", name, "any_of", place), "skill", group, plan.skills)
        yield from _unknown(("queues", name, "targets"), "tier", queue.targets, plan.tiers)
        yield from _unknown(("queues", name, "tiers"), "tier", queue.tiers, plan.tiers)
        if queue.hours is not None:
            yield from _unknown(("queues", name, "hours"), "hours table", [queue.hours], plan.hours)


def _access_numbers(plan: PlanDocument, flows: Collection[str] | None) -> Iterator[Finding]:
    for number, access in plan.access_numbers.items():
        key: Key = ("access_numbers", number)
        named: list[tuple[str, str, Collection[str]]] = [
            ("tier", access.tier, plan.tiers),
            ("queue", access.queue, plan.queues),
        ]
        if flows is not None:
            named.append(("flow", access.flow, flows))
        for kind, name, known in named:
            if name not in known:
                yield Finding((*key, kind), f"there is no {kind} {name!r}", closest(name, known))
        if access.hours is not None:
            yield from _unknown((*key, "hours"), "hours table", [access.hours], plan.hours)
        if number in plan.phones:
            what = f"{number} is an access number and a phone"
            yield Finding(key, what, "give the phone another extension")


def _phones(plan: PlanDocument) -> Iterator[Finding]:
    for extension in plan.browser_phones:
        if extension not in plan.phones:
            what = f"{extension} is a browser's phone, but no phone"
            yield Finding(("browser_phones", extension), what, "list it in phones too")


def _agents(plan: PlanDocument) -> Iterator[Finding]:
    for number, agent in plan.agents.items():
        key: Key = ("agents", number)
        yield from _unknown((*key, "skills"), "skill", agent.skills, plan.skills)
        yield from _unknown((*key, "queues"), "queue", agent.queues or (), plan.queues)
        yield from _unknown((*key, "terms"), "queue", agent.terms, plan.queues)
        yield from _unknown((*key, "certificates"), "skill", agent.certificates, plan.skills)
        if agent.primary is not None and agent.primary not in agent.skills:
            what = f"the primary skill {agent.primary!r} is none of the agent's skills"
            yield Finding((*key, "primary"), what, closest(agent.primary, agent.skills))
