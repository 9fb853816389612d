"""What the router ought to choose, worked out the slow and plain way from the floor's state alone.

Shares no code with `acd.pool`, `acd.order` and the floor's choosing: every agent and contact is looked at each time.
"""

from dataclasses import replace

from acd.agent import Agent
from acd.contact import Contact, Offer
from acd.plan import QueueTerms, Step, Tier
from acd.state import FloorState

Wanted = list[tuple[str, int]]
"""Skill and least level."""


def able(state: FloorState, agent: Agent, contact: Contact) -> bool:
    """Whether the agent has what the contact needs at the step it is at."""
    if contact.step < 0 and crew(state, contact) is None:
        return agent.agent in preferred(state, contact) and able_at(state, agent, contact, 0)
    return able_at(state, agent, contact, contact.step)


def able_at(state: FloorState, agent: Agent, contact: Contact, step: int) -> bool:
    """Whether he has what it needs after so many steps of its relaxation: what is opened stays open."""
    spec = state.plan.agents.get(agent.agent)
    if spec is None:
        return False
    if (called := crew(state, contact)) is not None:
        return agent.agent in called
    if agent.called_up:
        return False

    def has(skill: str, level: int) -> bool:
        certificate = skill not in state.plan.certified or spec.certificates.get(skill, 0) > state.at
        return level == 0 or (certificate and spec.skills.get(skill, 0) >= level)

    def meets(wanted: Wanted, groups: list[Wanted]) -> bool:
        return all(has(*one) for one in wanted) and all(any(has(*one) for one in group) for group in groups)

    def serves(queue: str) -> bool:
        return spec.queues is None or queue in spec.queues

    queue = state.plan.queues[contact.queue]
    of_queue, own = dict(queue.skills), dict(contact.skills)
    own_groups = [list(group.items()) for group in contact.any_of]
    groups = [*(list(group.items()) for group in queue.any_of), *own_groups]
    if serves(queue.name) and meets([*of_queue.items(), *own.items()], groups):
        return True
    opened: list[str] = []
    named: list[str] = []
    for each in relaxation(state, contact)[:step]:
        for skill, level in each.skills.items():
            was_asked = skill in own or skill in of_queue
            if skill in own:
                own[skill] = level
            if skill in of_queue or not was_asked:
                of_queue[skill] = level
        if each.any_of is not None:
            groups = own_groups = [list(group.items()) for group in each.any_of]
        opened += each.queues
        named += [one for name in each.agents for one in state.plan.groups.get(name, (name,))]
        if serves(queue.name) and meets([*of_queue.items(), *own.items()], groups):
            return True
        if agent.agent in named and meets([*own.items()], own_groups):
            return True
        for name in opened:
            other = state.plan.queues[name]
            theirs = [*(list(group.items()) for group in other.any_of), *own_groups]
            if serves(name) and meets([*other.skills.items(), *own.items()], theirs):
                return True
    return False


def crew(state: FloorState, contact: Contact) -> list[str] | None:
    """Who alone serves its queue while that is switched over; None: it is not."""
    switched, emergency = state.emergencies.get(contact.queue), state.plan.queues[contact.queue].emergency
    if switched is None or emergency is None:
        return None
    named = [one for name in emergency.mobiles for one in state.plan.groups.get(name, (name,))]
    return named if switched.to == "mobiles" else []


def ringing(state: FloorState, contact: Contact) -> list[Offer]:
    """The offers by which phones ring, or are about to ring, for a contact; the first made comes first."""
    offers = [one for one in state.offers.values() if one.contact == contact.contact and one.answered_at is None]
    return sorted((one for one in offers if one.consult_of is None), key=lambda one: one.offer)


def may_join(state: FloorState, contact: Contact, agent: Agent) -> bool:
    """Whether a free mobile phone is to ring for a contact for which others ring already."""
    if contact.state != "offered" or contact.callback is not None or contact.asterisk in state.links_down:
        return False
    called = crew(state, contact)
    if called is None or agent.agent not in called or agent.state != "idle":
        return False
    latest = max(turn(state, contact, one.agent) for one in ringing(state, contact))
    is_his_turn = turn(state, contact, agent.agent) <= latest
    return is_his_turn and (agent.agent not in contact.missed or has_come_back(agent, contact))


def turn(state: FloorState, contact: Contact, agent: str) -> int:
    """At which place the emergency plan names him first, alone or with his group; nobody's place is the first."""
    emergency = state.plan.queues[contact.queue].emergency
    named = emergency.mobiles if emergency is not None else ()
    return next((at for at, name in enumerate(named) if agent in state.plan.groups.get(name, (name,))), 0)


def relaxation(state: FloorState, contact: Contact) -> tuple[Step, ...]:
    name = contact.relaxation or state.plan.queues[contact.queue].relaxation
    return state.plan.relaxations.get(name or "", ())


def preferred(state: FloorState, contact: Contact) -> set[str]:
    """The agents of its stages up to the one it is at."""
    stages = contact.preferred[: len(contact.preferred) + 1 + contact.step]
    names = [name for stage in stages for name in stage.agents]
    return {agent for name in names for agent in state.plan.groups.get(name, (name,))}


def ought_to_go_on(state: FloorState, contact: Contact) -> bool:
    """Whether a waiting contact stays at a step that it should have left."""
    steps = relaxation(state, contact)
    if contact.step >= len(steps) or contact.asterisk in state.links_down:
        return False
    lasts = contact.preferred[contact.step].for_ms if contact.step < 0 else steps[contact.step].after_ms
    if contact.step_since + lasts <= state.at:
        return True
    agents = state.agents.values()
    if contact.step < 0:
        return not any(able(state, one, contact) and on_duty(one) and one.agent not in contact.missed for one in agents)
    here = [one for one in agents if one.extension is not None and one.agent in state.plan.agents]
    if any(able(state, one, contact) for one in here):
        return False
    return any(able_at(state, one, contact, len(steps)) for one in here)


def terms(state: FloorState, agent: Agent, contact: Contact) -> QueueTerms:
    own = state.plan.agents[agent.agent].terms.get(contact.queue, QueueTerms())
    return replace(own, delay_ms=0) if contact.step < 0 or crew(state, contact) is not None else own


def waiting(state: FloorState) -> list[Contact]:
    return [one for one in state.contacts.values() if one.state == "waiting" or may_be_dialled(state, one)]


def may_be_dialled(state: FloorState, contact: Contact) -> bool:
    """Whether a callback waits for an agent now."""
    callback = contact.callback
    if contact.state != "callback" or callback is None or callback.leg:
        return False
    barred = contact.queue in state.dialling_barred or contact.queue in state.closed
    return callback.not_before <= state.at and not barred


def on_duty(agent: Agent) -> bool:
    return agent.intent == "ready" and agent.set_aside is None and agent.reachable and agent.extension is not None


def may_start_with(state: FloorState, contact: Contact, at: int) -> list[Agent]:
    """The idle agents who may be offered this contact now; none when the idle ones are reserved or its link is down."""
    if contact.asterisk in state.links_down:
        return []
    able_agents = [
        agent
        for agent in state.agents.values()
        if able(state, agent, contact) and at - contact.since >= terms(state, agent, contact).delay_ms
    ]
    idle = [agent for agent in able_agents if agent.state == "idle"]
    tier = tier_of(state, contact)
    is_kept_back = tier.reserve_for_ms is None or at - contact.since < tier.reserve_for_ms
    if len(idle) <= tier.reserve_idle and is_kept_back and contact.step >= 0 and crew(state, contact) is None:
        return []
    others_on_duty = any(on_duty(agent) and agent.agent not in contact.missed for agent in able_agents)
    if others_on_duty and crew(state, contact) is None:
        return [agent for agent in idle if agent.agent not in contact.missed]
    return [agent for agent in idle if agent.agent not in contact.missed or has_come_back(agent, contact)]


def has_come_back(agent: Agent, contact: Contact) -> bool:
    """Whether he made himself ready after he missed the contact."""
    return agent.ready_in > contact.missed_in[agent.agent]


def tier_of(state: FloorState, contact: Contact) -> Tier:
    return state.plan.queues[contact.queue].tiers.get(contact.tier, state.plan.tiers[contact.tier])


def score(state: FloorState, contact: Contact, at: int) -> float:
    tier = tier_of(state, contact)
    return tier.head_start_ms + contact.urgency_ms + tier.growth * (at - contact.since + contact.credit_ms)


def score_with(state: FloorState, contact: Contact, agent: Agent, at: int) -> float:
    return score(state, contact, at) + terms(state, agent, contact).head_start_ms


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
    called = crew(state, contact)

    def turn(agent: Agent) -> tuple[int, int, int]:
        if called is not None:
            return (0, called.index(agent.agent), 0)
        return (terms(state, agent, contact).delay_ms, agent.idle_since, listed.index(agent.agent))

    return min(may_start_with(state, contact, at), key=turn)


def rule_for(state: FloorState, contact: Contact, at: int) -> str | None:
    """A rule that sends a waiting contact away now, the one by expected wait aside."""
    if contact.asterisk in state.links_down or contact.state == "callback":
        return None
    here = [
        one
        for one in state.contacts.values()
        if one.queue == contact.queue and one.state in ("waiting", "offered") and not one.without_leg
    ]
    before = [one for one in here if one.arrival < contact.arrival]
    staff = [agent for agent in state.agents.values() if able(state, agent, contact)]
    signed_in = [agent for agent in staff if agent.standing != "logged_out"]
    nobody = not any(on_duty(agent) for agent in staff)
    ready = all(agent.standing in ("set_aside", "unreachable") for agent in signed_in)
    holds = {
        "closed": contact.queue in state.closed,
        "logged_out": nobody and not signed_in,
        "on_break": nobody and bool(signed_in) and not ready,
        "unreachable": nobody and bool(signed_in) and ready,
        "max_wait": True,
    }
    switched = state.emergencies.get(contact.queue)
    if switched is not None and switched.to != "mobiles":
        return "emergency"
    if switched is not None:
        holds |= {"logged_out": False, "on_break": False, "unreachable": False}
    for rule, leads in state.plan.queues[contact.queue].exits.items():
        full = rule == "full" and len(before) >= leads.above
        due = at - contact.here_since >= leads.after_ms and f"{contact.queue}.{rule}" not in contact.left
        if due and (full or holds.get(rule, False)):
            return rule
    return None
