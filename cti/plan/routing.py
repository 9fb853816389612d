"""What the router reads of the plan: seconds become milliseconds, labels stay behind."""

from acd.need import Need
from acd.plan import (
    Adaptation,
    AgentSpec,
    BreakCap,
    CallbackTerms,
    Emergency,
    Exit,
    Limit,
    MissRule,
    Overload,
    Plan,
    Queue,
    QueueTerms,
    Reason,
    Step,
    Target,
    Telling,
    Tier,
    WrapUpBudget,
)
from acd.words import MissReaction, SetAsideCause
from cti.plan.callbacks import CallbackPart
from cti.plan.document import (
    AdaptationPart,
    AgentPart,
    BreakCapPart,
    MissesPart,
    PlanDocument,
    QueueTierPart,
    TargetPart,
    TierPart,
)
from cti.plan.emergency import EmergencyPart
from cti.plan.overload import OverloadPart
from cti.plan.steps import StepPart
from cti.plan.waiting import ExitPart, FullPart, LongWaitPart, MaxWaitPart, WaitingPart


def milliseconds(seconds: float) -> int:
    """Seconds as the plan has them, in whole milliseconds."""
    return round(seconds * 1000)


def targets_ms(plan: PlanDocument) -> dict[str, int]:
    """Queue -> the wait within which its service level wants a contact answered, ms."""
    return {name: milliseconds(queue.service_level.within_s) for name, queue in plan.queues.items()}


def routing(plan: PlanDocument) -> Plan:
    """The router's part of the plan, under the plan's version number."""
    agents = {number: _agent(number, agent) for number, agent in plan.agents.items()}
    return Plan(
        version=plan.version,
        tiers={name: _tier(name, tier.rank, tier) for name, tier in plan.tiers.items()},
        queues={
            name: Queue(
                name=name,
                skills=dict(queue.skills),
                any_of=queue.any_of,
                ring_ms=milliseconds(queue.ring_s),
                wrap_up_ms=milliseconds(queue.wrap_up_s),
                targets={tier: _target(queue.target(tier)) for tier in plan.tiers} if plan.adaptation.on else {},
                tiers={tier: _tier(tier, plan.tiers[tier].rank, own) for tier, own in queue.tiers.items()},
                relaxation=queue.relaxation,
                exits={rule: _exit(leads) for rule, leads in queue.exits.given().items()},
                keys=dict(queue.keys),
                callback=None if queue.callback is None else _callback(queue.callback),
                telling=None if queue.waiting is None else _telling(queue.waiting),
                emergency=None if queue.emergency is None else _emergency(queue.emergency),
                music=queue.music or "",
                estimates=True,
                misses=_misses(queue.misses) if queue.misses is not None else None,
            )
            for name, queue in plan.queues.items()
        },
        agents=agents,
        agent_order=plan.agent_order,
        certified=plan.certified,
        adaptation=_adaptation(plan.adaptation),
        misses=_misses(plan.misses),
        reasons={
            name: Reason(
                is_break=reason.is_break,
                longest_ms=None if reason.longest_s is None else milliseconds(reason.longest_s),
            )
            for name, reason in plan.reasons.items()
        },
        break_caps=tuple(_cap(cap, plan, agents) for cap in plan.breaks.caps.values()),
        break_grant_ms=milliseconds(plan.breaks.grant_s),
        wrap_up_budget=WrapUpBudget(
            step_ms=milliseconds(plan.wrap_up.step_s),
            contact_ms=milliseconds(plan.wrap_up.contact_s),
            shift_ms=milliseconds(plan.wrap_up.shift_s),
        ),
        outside_ring_ms=milliseconds(plan.outside_ring_s),
        pop_ms=plan.pop_ms,
        groups={name: group.agents for name, group in plan.groups.items()},
        relaxations={name: tuple(map(_step, each.steps)) for name, each in plan.relaxations.items()},
        overload=_overload(plan.overload, {number: access.queue for number, access in plan.access_numbers.items()}),
    )


COUNTED_RESUME, MEASURED_RESUME = 0.9, 0.5
"""A limit is left behind at this share of it: what is counted falls call by call, what is measured flutters."""


def _overload(part: OverloadPart, leads_to: dict[str, str]) -> Overload | None:
    engine = part.engine.given()
    if part.contacts is None and not (part.numbers or part.queues or engine):
        return None

    def counted(most: int) -> Limit:
        return Limit(most=most, resume=min(most - 1, int(most * COUNTED_RESUME)))

    return Overload(
        contacts=None if part.contacts is None else counted(part.contacts),
        numbers={number: counted(most) for number, most in part.numbers.items()},
        queues={queue: counted(most) for queue, most in part.queues.items()},
        leads_to=leads_to,
        engine={name: Limit(most=most, resume=int(most * MEASURED_RESUME)) for name, most in engine.items()},
        reserve=dict(part.reserve),
        exempt=part.exempt,
    )


def _step(part: StepPart) -> Step:
    return Step(
        after_ms=milliseconds(part.after_s),
        expected_ms=None if part.expected_s is None else milliseconds(part.expected_s),
        skills={**part.skills, **dict.fromkeys(part.drop, 0)},
        any_of=part.any_of,
        queues=part.queues,
        agents=part.agents,
    )


def _misses(part: MissesPart) -> MissRule:
    return MissRule(
        after=part.after,
        counted=tuple(SetAsideCause(kind) for kind in part.counted),
        reaction=MissReaction(part.reaction),
        reason=part.reason or "",
        pause_ms=milliseconds(part.pause_s),
    )


def _cap(part: BreakCapPart, plan: PlanDocument, agents: dict[str, AgentSpec]) -> BreakCap:
    if not part.queues and not part.agents:
        return BreakCap(most=part.most)
    needs = [Need(queue, plan.queues[queue].skills, plan.queues[queue].any_of) for queue in part.queues]
    counted = (
        number
        for number, agent in agents.items()
        if number in part.agents or any(need.is_met_by(agent) for need in needs)
    )
    return BreakCap(most=part.most, agents=tuple(counted))


def _adaptation(part: AdaptationPart) -> Adaptation:
    if not part.on:
        return Adaptation()
    return Adaptation(
        every_ms=milliseconds(part.every_s), reach_ms=milliseconds(part.reach_s), step_ms=milliseconds(part.step_s)
    )


def _callback(part: CallbackPart) -> CallbackTerms:
    return CallbackTerms(
        customer_first=part.first == "customer",
        accept=part.accept,
        ring_ms=milliseconds(part.ring_s),
        tries=part.tries,
        gap_ms=milliseconds(part.gap_s),
        busy_gap_ms=milliseconds(part.busy_gap_s),
        life_ms=milliseconds(part.life_h * 3600),
        until_closing=part.until_closing,
        lost=part.lost,
    )


def _emergency(part: EmergencyPart) -> Emergency:
    return Emergency(mobiles=part.mobiles, queue=part.queue or "", announcement=part.announcement or "")


def _exit(leads: ExitPart | MaxWaitPart) -> Exit:
    return Exit(
        to=leads.to,
        after_ms=milliseconds(leads.after_s),
        above=leads.above if isinstance(leads, FullPart) else 0,
        above_ms=milliseconds(leads.above_s) if isinstance(leads, LongWaitPart) else 0,
    )


def _telling(part: WaitingPart) -> Telling:
    return Telling(
        position=part.position,
        wait=part.wait,
        first_ms=milliseconds(part.first_s),
        every_ms=milliseconds(part.every_s),
        gap_ms=milliseconds(part.gap_s),
        messages=part.messages,
        message_ms=milliseconds(part.message_s),
    )


def _target(part: TargetPart) -> Target:
    return Target(within_ms=milliseconds(part.within_s), share=part.share, priority=part.priority)


def _tier(name: str, rank: int, terms: TierPart | QueueTierPart) -> Tier:
    return Tier(
        name=name,
        rank=rank,
        head_start_ms=milliseconds(terms.head_start_s),
        growth=terms.growth,
        reserve_idle=terms.reserve_idle,
        reserve_for_ms=None if terms.reserve_for_s is None else milliseconds(terms.reserve_for_s),
    )


def _agent(number: str, agent: AgentPart) -> AgentSpec:
    return AgentSpec(
        agent=number,
        skills=dict(agent.skills),
        primary=agent.primary,
        queues=agent.queues,
        terms={
            queue: QueueTerms(
                head_start_ms=milliseconds(terms.head_start_s),
                delay_ms=milliseconds(terms.delay_s),
                cost=terms.cost,
            )
            for queue, terms in agent.terms.items()
        },
        certificates={skill: milliseconds(end.timestamp()) for skill, end in agent.certificates.items()},
        auto_answer=agent.auto_answer,
    )
