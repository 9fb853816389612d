"""What the router ought to choose, worked out the slow and plain way from the floor's state alone.

Shares no code with `acd.pool`, `acd.order` and the floor's choosing: every agent and contact is looked at each time.
"""

from acd.agent import Agent
from acd.contact import Contact
from acd.fold import FloorState
from acd.plan import Tier


def able(state: FloorState, agent: Agent, contact: Contact) -> bool:
    """Whether the agent has what the contact needs."""
    spec = state.plan.agents.get(agent.agent)
    if spec is None or (spec.queues is not None and contact.queue not in spec.queues):
        return False
    needs = [*state.plan.queues[contact.queue].skills.items(), *contact.skills.items()]
    return all(spec.skills.get(skill, 0) >= level for skill, level in needs)


def waiting(state: FloorState) -> list[Contact]:
    return [contact for contact in state.contacts.values() if contact.state == "waiting"]


def on_duty(agent: Agent) -> bool:
    return agent.intent == "ready" and agent.set_aside is None and agent.reachable and agent.extension is not None


def may_start_with(state: FloorState, contact: Contact) -> list[Agent]:
    """The idle agents who may be offered this contact now; none when the idle ones are reserved."""
    able_agents = [agent for agent in state.agents.values() if able(state, agent, contact)]
    idle = [agent for agent in able_agents if agent.state == "idle"]
    if len(idle) <= tier_of(state, contact).reserve_idle:
        return []
    others_on_duty = any(on_duty(agent) and agent.agent not in contact.missed for agent in able_agents)
    if others_on_duty:
        idle = [agent for agent in idle if agent.agent not in contact.missed]
    return idle


def tier_of(state: FloorState, contact: Contact) -> Tier:
    return state.plan.tiers[contact.tier]


def score(state: FloorState, contact: Contact, at: int) -> float:
    tier = tier_of(state, contact)
    return tier.head_start_ms + contact.urgency_ms + tier.growth * (at - contact.since)


def best_contact(state: FloorState, at: int) -> Contact | None:
    """Who goes first of all who may start now."""
    startable = [contact for contact in waiting(state) if may_start_with(state, contact)]
    return max(
        startable,
        key=lambda c: (tier_of(state, c).rank, score(state, c, at), -c.since, -c.arrival),
        default=None,
    )


def best_agent(state: FloorState, contact: Contact) -> Agent:
    """Who is tried first, by longest idle, then as the plan lists them."""
    listed = list(state.plan.agents)
    return min(may_start_with(state, contact), key=lambda agent: (agent.idle_since, listed.index(agent.agent)))
