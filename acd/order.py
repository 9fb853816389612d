"""The keys by which idle agents are put in order: the smallest goes first, keys are compared left to right.

A key must not change while the agent is idle: the idle agents of a pool are kept sorted.
"""

from collections.abc import Callable

from acd.agent import Agent
from acd.need import Need
from acd.plan import NORMAL_TERMS, AgentSpec

Key = Callable[[Agent, AgentSpec, Need], float]
"""(agent, what the plan says of him, what the contact needs) -> number."""


def longest_idle(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Who has been idle longest."""
    return agent.idle_since


def fewest_skills(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Who has the fewest skills: keeps the all-rounders free."""
    return len(spec.skills)


def primary_first(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Whose primary skill is asked for."""
    return 0 if need.asks_for(spec.primary) else 1


def highest_level(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Whose levels over the needed skills add up highest."""
    return -need.level_of(spec)


def lowest_level(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Whose levels over the needed skills add up lowest, yet suffice: keeps the experts free."""
    return need.level_of(spec)


def fewest_contacts(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Who has answered the fewest contacts since he signed in."""
    return agent.contacts


def least_occupied(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Who was busy for the smallest share of the time since he signed in, as it stood when he became idle."""
    return agent.busy_share


def least_cost(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Whom the other queues miss least."""
    return spec.terms.get(need.queue, NORMAL_TERMS).cost


def listed(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """Who stands first in the plan."""
    return agent.listed


def called(agent: Agent, spec: AgentSpec, need: Need) -> float:
    """In an emergency: as its plan names them. No key of a plan."""
    return need.order.index(agent.agent) if need.order is not None else 0


ORDER: dict[str, Key] = {
    key.__name__: key
    for key in (
        longest_idle,
        fewest_skills,
        primary_first,
        highest_level,
        lowest_level,
        fewest_contacts,
        least_occupied,
        least_cost,
        listed,
    )
}
