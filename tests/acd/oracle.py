"""What the router ought to choose, worked out the slow and plain way from the floor's state alone.

Shares no code with `acd.pool`, `acd.order` and the floor's choosing: every agent and contact is looked at each time.
"""

from acd.agent import Agent
from acd.contact import Contact
from acd.plan import QueueTerms, Tier
from acd.state import FloorState


def able(state: FloorState, agent: Agent, contact: Contact) -> bool:
    """Whether the agent has what the contact needs."""
    spec = state.plan.agents.get(agent.agent)
    if spec is None or (spec.queues is not None and contact.queue not in spec.queues):
        return False

    def has(skill: str, level: int) -> bool:
        certificate = skill not in state.plan.certified or spec.certificates.get(skill, 0) > state.at
        return certificate and spec.skills.get(skill, 0) >= level

    queue = state.plan.queues[contact.queue]
    needs = [*queue.skills.items(), *contact.skills.items()]
    groups = [*queue.any_of, *contact.any_of]
    return all(has(*need) for need in needs) and all(any(has(*need) for need in group.items()) for group in groups)


def terms(state: FloorState, agent: Agent, queue: str) -> QueueTerms:
    return state.plan.agents[agent.agent].terms.get(queue, QueueTerms())


def waiting(state: FloorState) -> list[Contact]:
    return [contact for contact in state.contacts.values() if contact.state == "waiting"]


def on_duty(agent: Agent) -> bool:
    return agent.intent == "ready" and agent.set_aside is None and agent.reachable and agent.extension is not None


def may_start_with(state: FloorState, contact: Contact, at: int) -> list[Agent]:
    """The idle agents who may be offered this contact now; none when the idle ones are reserved or its link is down."""
    if contact.asterisk in state.links_down:
        return []
    able_agents = [
        agent
        for agent in state.agents.values()
        if able(state, agent, contact) and at - contact.since >= terms(state, agent, contact.queue).delay_ms
    ]
    idle = [agent for agent in able_agents if agent.state == "idle"]
    tier = tier_of(state, contact)
    is_kept_back = tier.reserve_for_ms is None or at - contact.since < tier.reserve_for_ms
    if len(idle) <= tier.reserve_idle and is_kept_back:
        return []
    others_on_duty = any(on_duty(agent) and agent.agent not in contact.missed for agent in able_agents)
    if others_on_duty:
        idle = [agent for agent in idle if agent.agent not in contact.missed]
    return idle


def tier_of(state: FloorState, contact: Contact) -> Tier:
    return state.plan.queues[contact.queue].tiers.get(contact.tier, state.plan.tiers[contact.tier])


def score(state: FloorState, contact: Contact, at: int) -> float:
    tier = tier_of(state, contact)
    return tier.head_start_ms + contact.urgency_ms + tier.growth * (at - contact.since + contact.credit_ms)


def score_with(state: FloorState, contact: Contact, agent: Agent, at: int) -> float:
    return score(state, contact, at) + terms(state, agent, contact.queue).head_start_ms


def best_contact(state: FloorState, at: int) -> Contact | None:
    """Who goes first of all who may start now."""
    startable = [contact for contact in waiting(state) if may_start_with(state, contact, at)]
    return max(startable, key=lambda contact: merit(state, contact, at), default=None)


def merit(state: FloorState, contact: Contact, at: int) -> tuple[int, float, int, int]:
    first = best_agent(state, contact, at)
    return (
        tier_of(state, contact).rank,
        score_with(state, contact, first, at),
        -contact.since,
        -contact.arrival,
    )


def best_agent(state: FloorState, contact: Contact, at: int) -> Agent:
    """Who is tried first: the shorter delay, then the longer idle time, then as the plan lists them."""
    listed = list(state.plan.agents)

    def turn(agent: Agent) -> tuple[int, int, int]:
        return (terms(state, agent, contact.queue).delay_ms, agent.idle_since, listed.index(agent.agent))

    return min(may_start_with(state, contact, at), key=turn)
