"""The keys by which idle agents are put in order: the smallest goes first, keys are compared left to right.

A key must not change while the agent is idle: the idle agents of a pool are kept sorted.
"""

from collections.abc import Callable, Mapping

from acd.agent import Agent
from acd.plan import AgentSpec

Key = Callable[[Agent, AgentSpec, Mapping[str, int]], float]
"""(agent, what the plan says of him, skills the contact needs) -> number."""


def longest_idle(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Who has been idle longest."""
    return agent.idle_since


def fewest_skills(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Who has the fewest skills: keeps the all-rounders free."""
    return len(spec.skills)


def primary_first(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Whose primary skill is asked for."""
    return 0 if spec.primary in needs else 1


def highest_level(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Whose levels over the needed skills add up highest."""
    return -sum(spec.skills.get(skill, 0) for skill in needs)


def lowest_level(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Whose levels over the needed skills add up lowest, yet suffice: keeps the experts free."""
    return sum(spec.skills.get(skill, 0) for skill in needs)


def fewest_contacts(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Who has answered the fewest contacts since he signed in."""
    return agent.contacts


def listed(agent: Agent, spec: AgentSpec, needs: Mapping[str, int]) -> float:
    """Who stands first in the plan."""
    return agent.listed


ORDER: dict[str, Key] = {
    key.__name__: key
    for key in (longest_idle, fewest_skills, primary_first, highest_level, lowest_level, fewest_contacts, listed)
}
