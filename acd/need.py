"""What a contact needs of an agent: its queue, all of some skills, and one skill of each of some groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.contact import Contact
from acd.plan import AgentSpec, Queue

NeedKey = tuple[str, frozenset[tuple[str, int]], frozenset[frozenset[tuple[str, int]]]]


@dataclass(frozen=True, slots=True)
class Need:
    """Contacts with equal needs can be served by the same agents.

    `skills` and each group of `any_of` give skill = least level. Any requirement made of "all of" and "any of" can be
    written so: as a conjunction of groups.
    """

    queue: str
    skills: Mapping[str, int]
    any_of: tuple[Mapping[str, int], ...] = ()

    @property
    def key(self) -> NeedKey:
        """Equal for equal needs."""
        return (self.queue, frozenset(self.skills.items()), frozenset(frozenset(g.items()) for g in self.any_of))

    def is_met_by(self, spec: AgentSpec) -> bool:
        """Whether an agent of this description is able to serve the need."""
        if spec.queues is not None and self.queue not in spec.queues:
            return False
        has = spec.skills
        for skill, level in self.skills.items():
            if has.get(skill, 0) < level:
                return False
        return all(any(has.get(skill, 0) >= level for skill, level in group.items()) for group in self.any_of)

    def level_of(self, spec: AgentSpec) -> int:
        """The sum of his levels over the needed skills; of a group, the highest level that is enough."""
        has = spec.skills
        total = sum([has.get(skill, 0) for skill in self.skills])
        for group in self.any_of:
            total += max((has[skill] for skill, level in group.items() if has.get(skill, 0) >= level), default=0)
        return total

    def asks_for(self, skill: str | None) -> bool:
        """Whether this skill is one of those needed."""
        return skill in self.skills or any(skill in group for group in self.any_of)


def need_of(contact: Contact, queue: Queue) -> Need:
    """What the queue asks of everybody and what the contact asks, at the higher level where both name a skill."""
    if not contact.skills and not contact.any_of:
        return Need(queue.name, queue.skills, queue.any_of)
    skills = dict(queue.skills)
    for skill, level in contact.skills.items():
        skills[skill] = max(level, skills.get(skill, 0))
    return Need(queue.name, skills, (*queue.any_of, *contact.any_of))
