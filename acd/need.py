"""What a contact needs of an agent: its queue, all of some skills, and one skill of each of some groups.

A contact that prefers agents needs one of these at first; one whose requirements ease may have others too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acd.contact import Contact
from acd.plan import AgentSpec, Plan, Preferred, Queue, Step
from acd.relaxation import steps_of

Skills = Mapping[str, int]
"""Skill = least level."""
Groups = tuple[Skills, ...]
"""Of each group one skill at its level is enough."""
WayKey = tuple[str | frozenset[str], frozenset[tuple[str, int]], frozenset[frozenset[tuple[str, int]]]]
Path = tuple[str | None, int, tuple[Preferred, ...]]
"""(relaxation, step, stages of preferred agents): contacts of equal paths take equal steps."""
NeedKey = tuple[WayKey, tuple[WayKey, ...], frozenset[str] | None, Path | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an agent can be able."""

    whose: str | frozenset[str]
    """Who serves this queue, or the agents of this set."""
    skills: Skills
    any_of: Groups = ()

    @property
    def key(self) -> WayKey:
        """Equal for equal ways."""
        return _key(self.whose, self.skills, self.any_of)

    def is_met_by(self, spec: AgentSpec) -> bool:
        """Whether an agent of this description is able in this way."""
        if isinstance(self.whose, frozenset):
            if spec.agent not in self.whose:
                return False
        elif spec.queues is not None and self.whose not in spec.queues:
            return False
        return _has(spec, self.skills, self.any_of)


@dataclass(frozen=True, slots=True)
class Need:
    """Contacts with equal needs can be served by the same agents.

    `skills` and each group of `any_of` give skill = least level. Any requirement made of "all of" and "any of" can be
    written so: as a conjunction of groups.
    """

    queue: str
    skills: Skills
    any_of: Groups = ()
    ways: tuple[Way, ...] = ()
    """Other ways in which an agent is able, opened by the steps of a relaxation."""
    only: frozenset[str] | None = None
    """The preferred agents, while the contact waits for these alone."""
    path: Path | None = None
    """None: the contact takes no further step."""
    order: tuple[str, ...] | None = None
    """In an emergency `only` are the crew, who are tried in this order, whatever else was asked for."""

    @property
    def key(self) -> NeedKey:
        """Equal for equal needs."""
        own = _key(self.queue, self.skills, self.any_of)
        return (own, tuple([way.key for way in self.ways]) if self.ways else (), self.only, self.path)

    def is_met_by(self, spec: AgentSpec) -> bool:
        """Whether an agent of this description is able to serve the need."""
        if self.only is not None and spec.agent not in self.only:
            return False
        if self.order is not None:
            return True
        serves = spec.queues is None or self.queue in spec.queues
        if serves and _has(spec, self.skills, self.any_of):
            return True
        return any(way.is_met_by(spec) for way in self.ways)

    def level_of(self, spec: AgentSpec) -> int:
        """The sum of his levels over the skills first asked for; of a group, the highest level that is enough."""
        has = spec.skills
        total = sum([has.get(skill, 0) for skill in self.skills])
        for group in self.any_of:
            total += max((has[skill] for skill, level in group.items() if has.get(skill, 0) >= level), default=0)
        return total

    def asks_for(self, skill: str | None) -> bool:
        """Whether this skill is one of those first asked for."""
        return skill in self.skills or any(skill in group for group in self.any_of)


def need_of(contact: Contact, plan: Plan, queue: Queue, step: int | None = None) -> Need:
    """What the queue asks of everybody and what the contact asks, at the higher level where both name a skill.

    `step`: at which step of its way; None: the one it is at.
    """
    skills = together(queue.skills, contact.skills) if contact.skills else queue.skills
    any_of = (*queue.any_of, *contact.any_of) if contact.any_of else queue.any_of
    steps = steps_of(contact, plan)
    if step is None:
        step = min(contact.step, len(steps))
    if not steps and not step and queue.crew is None:
        return Need(queue.name, skills, any_of)
    only, path = None, None
    if step < 0:
        stages = contact.preferred[: len(contact.preferred) + step + 1]
        only = plan.members([name for stage in stages for name in stage.agents])
    if step < len(steps):
        path = (contact.relaxation or queue.relaxation, step, contact.preferred if step < 0 else ())
    if queue.crew is not None:
        return Need(queue.name, {}, only=frozenset(queue.crew), path=path, order=tuple(queue.crew))
    ways = _opened(contact, plan, queue, steps[:step]) if step > 0 else ()
    return Need(queue.name, skills, any_of, ways, only, path)


def together(one: Skills, two: Skills) -> dict[str, int]:
    """Both requirements, at the higher level where both name a skill."""
    skills = dict(one)
    for skill, level in two.items():
        skills[skill] = max(level, skills.get(skill, 0))
    return skills


def _opened(contact: Contact, plan: Plan, queue: Queue, taken: tuple[Step, ...]) -> tuple[Way, ...]:
    """The ways that these steps opened: none is closed by a later one, so nobody who was able stops being so."""
    return tuple({way.key: way for way in _ways(contact, plan, queue, taken)}.values())


def _ways(contact: Contact, plan: Plan, queue: Queue, taken: tuple[Step, ...]) -> Iterator[Way]:
    of_queue, own = dict(queue.skills), dict(contact.skills)
    groups, own_groups = (*queue.any_of, *contact.any_of), contact.any_of
    queues: dict[str, None] = {}
    agents: dict[str, None] = {}
    for step in taken:
        for skill, level in step.skills.items():
            if skill in own:
                own[skill] = level
            if skill in of_queue or skill not in own:
                of_queue[skill] = level
        if step.any_of is not None:
            groups = own_groups = step.any_of
        queues |= dict.fromkeys(step.queues)
        agents |= dict.fromkeys(step.agents)
        yield Way(queue.name, _asked(together(of_queue, own)), groups)
        for name in queues:
            if (other := plan.queues.get(name)) is not None:
                yield Way(name, _asked(together(other.skills, own)), (*other.any_of, *own_groups))
        if agents:
            yield Way(plan.members(agents), _asked(own), own_groups)


def _asked(skills: Skills) -> dict[str, int]:
    return {skill: level for skill, level in skills.items() if level > 0}


def _key(whose: str | frozenset[str], skills: Skills, any_of: Groups) -> WayKey:
    return (whose, frozenset(skills.items()), frozenset([frozenset(group.items()) for group in any_of]))


def _has(spec: AgentSpec, skills: Skills, any_of: Groups) -> bool:
    has = spec.skills
    for skill, level in skills.items():
        if has.get(skill, 0) < level:
            return False
    return all(any(has.get(skill, 0) >= level for skill, level in group.items()) for group in any_of)
