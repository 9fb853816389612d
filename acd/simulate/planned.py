"""The plan of a scenario: what the router is given to simulate.

Times are whole microseconds: the floor takes any whole number for a time as long as all of them count the same.
"""

from acd.plan import Adaptation, AgentSpec, Plan, Queue, QueueTerms, Target, Tier
from acd.simulate.scenario import AgentGroup, CallType, Scenario

TICKS_PER_S = 1_000_000
NEVER_MISSED = 1 << 60
"""The ring time, in ticks: nobody lets it ring."""


def plan_of(scenario: Scenario) -> Plan:
    """The plan of a scenario: a queue for each set of skills, no ring, no wrap-up."""
    skills = {queue_of(call): dict(call.skills) for call in scenario.calls}
    tuning, adaptation = scenario.tuning, scenario.adaptation
    return Plan(
        tiers={
            name: Tier(
                name=name,
                rank=terms.rank,
                head_start_ms=ticks(terms.head_start_s),
                growth=terms.growth,
                reserve_idle=terms.reserve_idle,
            )
            for name, terms in scenario.tiers.items()
        },
        queues={
            name: Queue(
                name=name,
                skills=skills[name],
                ring_ms=NEVER_MISSED,
                wrap_up_ms=0,
                tiers=tuned_tiers(scenario, name) if tuning is not None else {},
                targets=targets_of(scenario, name) if adaptation is not None else {},
            )
            for name in skills
        },
        agents={
            agent: AgentSpec(
                agent=agent,
                skills=group.skills,
                primary=group.primary,
                terms=tuned_terms(scenario, group) if tuning is not None else {},
            )
            for group in scenario.agents
            for agent in agents_of(group)
        },
        agent_order=scenario.agent_order if tuning is None else ("least_cost", "longest_idle"),
        adaptation=Adaptation()
        if adaptation is None
        else Adaptation(
            every_ms=ticks(adaptation.every_s), reach_ms=ticks(adaptation.reach_s), step_ms=ticks(adaptation.step_s)
        ),
    )


def targets_of(scenario: Scenario, queue: str) -> dict[str, Target]:
    """The targets of one queue by tier; times in ticks."""
    return {
        call.tier: Target(within_ms=ticks(call.target.within_s), share=call.target.share, priority=call.target.priority)
        for call in scenario.calls
        if call.target is not None and queue_of(call) == queue
    }


def tuned_tiers(scenario: Scenario, queue: str) -> dict[str, Tier]:
    """The tiers as tuning has them in one queue; times in ticks."""
    assert scenario.tuning is not None
    return {
        tier: Tier(
            name=tier,
            rank=scenario.tiers[tier].rank,
            head_start_ms=ticks(weights.head_start_s),
            reserve_idle=weights.reserve_idle,
            reserve_for_ms=ticks(weights.reserve_for_s),
        )
        for (of, tier), weights in scenario.tuning.weights.items()
        if of == queue
    }


def tuned_terms(scenario: Scenario, group: AgentGroup) -> dict[str, QueueTerms]:
    """On what terms a group serves its queues: a call costs the price of its agents times what it takes of them."""
    assert scenario.tuning is not None
    price = scenario.tuning.prices[group.name]
    terms = {}
    for queue in dict.fromkeys(queue_of(call) for call in scenario.calls if group.is_able(call)):
        calls = [call for call in scenario.calls if queue_of(call) == queue]
        offered = sum(scenario.calls_of(call) for call in calls) or 1.0
        service_s = sum(group.service_of(call).mean_s * scenario.calls_of(call) for call in calls) / offered
        terms[queue] = QueueTerms(cost=round(price * service_s, 6))
    return terms


def queue_of(call: CallType) -> str:
    """Calls that need the same skills wait in one queue."""
    return " ".join(f"{skill}>={level}" for skill, level in sorted(call.skills.items())) or "any"


def agents_of(group: AgentGroup) -> list[str]:
    """The agents a group can have at most, in their order."""
    return [f"{group.name}/{place}" for place in range(1, group.most + 1)]


def ticks(seconds: float) -> int:
    """Seconds as whole ticks."""
    return round(seconds * TICKS_PER_S)
