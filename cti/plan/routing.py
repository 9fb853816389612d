"""What the router reads of the plan: seconds become milliseconds, labels stay behind."""

from acd.plan import AgentSpec, Plan, Queue, Tier
from cti.plan.document import PlanDocument


def milliseconds(seconds: float) -> int:
    """Seconds as the plan has them, in whole milliseconds."""
    return round(seconds * 1000)


def routing(plan: PlanDocument) -> Plan:
    """The router's part of the plan, under the plan's version number."""
    return Plan(
        version=plan.version,
        tiers={
            name: Tier(
                name=name,
                rank=tier.rank,
                head_start_ms=milliseconds(tier.head_start_s),
                growth=tier.growth,
                reserve_idle=tier.reserve_idle,
            )
            for name, tier in plan.tiers.items()
        },
        queues={
            name: Queue(
                name=name,
                skills=dict(queue.skills),
                ring_ms=milliseconds(queue.ring_s),
                wrap_up_ms=milliseconds(queue.wrap_up_s),
            )
            for name, queue in plan.queues.items()
        },
        agents={
            number: AgentSpec(agent=number, skills=dict(agent.skills), primary=agent.primary, queues=agent.queues)
            for number, agent in plan.agents.items()
        },
        agent_order=plan.agent_order,
        pop_ms=plan.pop_ms,
    )
