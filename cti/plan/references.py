"""What the plan's parts say of each other: every name used must be there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from acd.exits import CALLBACK
from acd.order import ORDER
from cti.plan.document import MissesPart, PlanDocument
from cti.plan.steps import BY_CALLER, LAST_AGENT
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
        *_groups(plan),
        *_exits(plan, flows),
        *_emergencies(plan, flows),
        *_relaxations(plan),
        *_misses(plan),
        *_breaks(plan),
        *_overload(plan),
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
        if queue.callback is not None and queue.callback.hours is not None:
            yield from _unknown(
                ("queues", name, "callback", "hours"), "hours table", [queue.callback.hours], plan.hours
            )
        if queue.relaxation is not None:
            yield from _unknown(("queues", name, "relaxation"), "relaxation", [queue.relaxation], plan.relaxations)
        for place, stage in enumerate(queue.prefer):
            key: Key = ("queues", name, "prefer", place)
            yield from _unknown((*key, "who"), "agent or group", stage.who, [*BY_CALLER, *plan.groups, *plan.agents])
            if LAST_AGENT in stage.who and stage.within_s is None:
                what = f"{LAST_AGENT} of how long ago is not said"
                yield Finding((*key, "who"), what, "add within_s = seconds")


def _groups(plan: PlanDocument) -> Iterator[Finding]:
    for name, group in plan.groups.items():
        yield from _unknown(("groups", name, "agents"), "agent", group.agents, plan.agents)
        if name in plan.agents or name in BY_CALLER:
            yield Finding(("groups", name), f"{name!r} means something else already", "name the group otherwise")


def _exits(plan: PlanDocument, flows: Collection[str] | None) -> Iterator[Finding]:
    for name, queue in plan.queues.items():
        key: Key = ("queues", name)
        ways: list[tuple[Key, str]] = [((*key, "keys", each), to) for each, to in queue.keys.items()]
        ways += [((*key, "exits", rule, "to"), leads.to) for rule, leads in queue.exits.given().items()]
        for at, to in ways:
            kind, _, where = to.partition(":")
            known = {"queue": plan.queues, "flow": flows}.get(kind)
            if known is not None and where not in known:
                yield Finding(at, f"there is no {kind} {where!r}", closest(where, known))
            if to == CALLBACK and queue.callback is None:
                yield Finding(
                    at, "the queue offers no callback", f"give it [queues.{name}.callback], or take the key out"
                )
            if to == f"queue:{name}":
                yield Finding(at, "it leads to the queue itself", "name another queue, or take it out")


def _emergencies(plan: PlanDocument, flows: Collection[str] | None) -> Iterator[Finding]:
    for name, queue in plan.queues.items():
        prepared, key = queue.emergency, ("queues", name, "emergency")
        if prepared is None:
            continue
        yield from _unknown((*key, "mobiles"), "agent or group", prepared.mobiles, [*plan.groups, *plan.agents])
        crew = [
            one
            for named in prepared.mobiles
            for one in (plan.groups[named].agents if named in plan.groups else (named,))
        ]
        for agent in dict.fromkeys(crew):
            if agent in plan.agents and not plan.agents[agent].numbers:
                what = f"agent {agent!r} has no number outside to be rung on"
                yield Finding((*key, "mobiles"), what, f'write numbers = ["…"] in [agents.{agent}]')
        if prepared.queue is not None:
            yield from _unknown((*key, "queue"), "queue", [prepared.queue], plan.queues)
            if prepared.queue == name:
                yield Finding((*key, "queue"), "it leads to the queue itself", "name another queue, or take it out")
        kind, _, where = (prepared.announcement or "").partition(":")
        if kind == "flow" and flows is not None and where not in flows:
            yield Finding((*key, "announcement"), f"there is no flow {where!r}", closest(where, flows))


def _relaxations(plan: PlanDocument) -> Iterator[Finding]:
    for name, relaxation in plan.relaxations.items():
        for place, step in enumerate(relaxation.steps):
            key: Key = ("relaxations", name, "steps", place)
            yield from _unknown((*key, "skills"), "skill", step.skills, plan.skills)
            yield from _unknown((*key, "drop"), "skill", step.drop, plan.skills)
            for number, group in enumerate(step.any_of or ()):
                yield from _unknown((*key, "any_of", number), "skill", group, plan.skills)
            yield from _unknown((*key, "queues"), "queue", step.queues, plan.queues)
            yield from _unknown((*key, "agents"), "agent or group", step.agents, [*plan.groups, *plan.agents])
            if not (step.skills or step.drop or step.any_of is not None or step.queues or step.agents):
                yield Finding(key, "this step changes nothing", "add skills, drop, any_of, queues or agents")
            for skill in sorted(set(step.skills) & set(step.drop)):
                yield Finding((*key, "drop"), f"{skill!r} is dropped and asked for", "keep one of the two")


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


def _misses(plan: PlanDocument) -> Iterator[Finding]:
    rules: list[tuple[Key, MissesPart | None]] = [(("misses",), plan.misses)]
    rules += [(("queues", name, "misses"), queue.misses) for name, queue in plan.queues.items()]
    for key, rule in rules:
        if rule is None or rule.reaction != "not_ready":
            continue
        if rule.reason is None:
            yield Finding((*key, "reason"), "it is missing", f"name one of {', '.join(plan.reasons)}")
        else:
            yield from _unknown((*key, "reason"), "reason", [rule.reason], plan.reasons)


def _breaks(plan: PlanDocument) -> Iterator[Finding]:
    for name, cap in plan.breaks.caps.items():
        yield from _unknown(("breaks", "caps", name, "queues"), "queue", cap.queues, plan.queues)
        yield from _unknown(("breaks", "caps", name, "agents"), "agent", cap.agents, plan.agents)
    if plan.breaks.caps and not any(reason.is_break for reason in plan.reasons.values()):
        what = "there are caps on breaks, but no reason counts as one"
        yield Finding(("breaks", "caps"), what, "write is_break = true in a reason, as in [reasons.break]")


def _overload(plan: PlanDocument) -> Iterator[Finding]:
    part, key = plan.overload, ("overload",)
    yield from _unknown((*key, "numbers"), "access number", part.numbers, plan.access_numbers)
    yield from _unknown((*key, "queues"), "queue", part.queues, plan.queues)
    yield from _unknown((*key, "reserve"), "tier", part.reserve, plan.tiers)
    yield from _unknown((*key, "exempt"), "access number", part.exempt, plan.access_numbers)


def _agents(plan: PlanDocument) -> Iterator[Finding]:
    for number, agent in plan.agents.items():
        key: Key = ("agents", number)
        yield from _unknown((*key, "skills"), "skill", agent.skills, plan.skills)
        yield from _unknown((*key, "queues"), "queue", agent.queues or (), plan.queues)
        yield from _unknown((*key, "terms"), "queue", agent.terms, plan.queues)
        yield from _unknown((*key, "certificates"), "skill", agent.certificates, plan.skills)
        for number in agent.numbers:
            if number in plan.phones:
                what = f"{number} is a phone of the plan and a number outside"
                yield Finding((*key, "numbers", number), what, "take it out of one of them")
        if agent.primary is not None and agent.primary not in agent.skills:
            what = f"the primary skill {agent.primary!r} is none of the agent's skills"
            yield Finding((*key, "primary"), what, closest(agent.primary, agent.skills))
