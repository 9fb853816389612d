"""A plan and its traffic as a scenario, and a tuning put back into the plan.

In the scenario each queue is a skill of its own, which those agents have who serve it: so whatever the plan asks for
("all of", "any of", queues by name) comes down to who serves what.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from acd.need import Need
from acd.simulate.document import Mistake, ScenarioError, read_scenario
from acd.simulate.planned import tuned_terms
from acd.simulate.scenario import Scenario, Tuning
from cti.plan.document import PlanDocument, QueueTierPart, TermsPart
from cti.plan.routing import routing
from cti.problems import closest

SEED = 1
LEAST_WITHIN_S = 1.0


def scenario_of(plan: PlanDocument, traffic: Mapping[str, Any]) -> Scenario:
    """The scenario of a plan under the traffic of a traffic file. Raises ScenarioError; keys are the traffic's."""
    calls = [_call(plan, place, values, traffic) for place, values in enumerate(traffic.get("calls", []))]
    groups = groups_of(plan)
    on_duty = traffic.get("on_duty", 1.0)
    values = {
        "version": 1,
        "title": f"plan version {plan.version}",
        "seed": SEED,
        "replications": 2,
        "routing": {"mode": "sla"},
        "tiers": {name: {"rank": tier.rank} for name, tier in plan.tiers.items()},
        "calls": calls,
        "agents": [
            {"name": name, "count": _count(on_duty, len(agents)), "skills": dict.fromkeys(name.split("+"), 1)}
            for name, agents in groups.items()
        ],
        **{key: value for key, value in traffic.items() if key not in ("calls", "on_duty", "pick_up_s")},
    }
    return read_scenario(values)


def _call(plan: PlanDocument, place: int, values: Mapping[str, Any], traffic: Mapping[str, Any]) -> dict[str, Any]:
    queue, tier = values.get("queue"), values.get("tier")
    for key, name, known in (("queue", queue, plan.queues), ("tier", tier, plan.tiers)):
        if name not in known:
            mend = closest(str(name), known)
            raise ScenarioError([Mistake(("calls", place, key), f"the plan has no {key} {name!r}", mend)])
    target = plan.queues[str(queue)].target(str(tier))
    # What counts is the answer, and an agent takes his time to pick up.
    within_s = max(LEAST_WITHIN_S, target.within_s - float(traffic.get("pick_up_s", 0.0)))
    return {
        "name": f"{queue}/{tier}",
        "skills": {str(queue): 1},
        "target": {"within_s": within_s, "share": target.share, "priority": target.priority},
        **{key: value for key, value in values.items() if key != "queue"},
    }


def _count(on_duty: Any, agents: int) -> Any:
    return [round(each * agents) for each in on_duty] if isinstance(on_duty, list) else round(on_duty * agents)


def groups_of(plan: PlanDocument) -> dict[str, list[str]]:
    """Agents by the queues they serve; the name of a group is those queues joined by +."""
    of_plan = routing(plan)
    found: dict[str, list[str]] = {}
    for number, spec in of_plan.agents.items():
        served = [
            name for name, queue in of_plan.queues.items() if Need(name, queue.skills, queue.any_of).is_met_by(spec)
        ]
        if served:
            found.setdefault("+".join(served), []).append(number)
    return found


def spelled_out(plan: PlanDocument, tuned: PlanDocument) -> PlanDocument:
    """The plan with what holds today written out where the tuned one says something, so that each difference shows."""
    queues = {}
    for name, queue in plan.queues.items():
        own = {}
        for tier in tuned.queues[name].tiers:
            usual = plan.tiers[tier]
            own[tier] = queue.tiers.get(tier) or QueueTierPart(
                head_start_s=usual.head_start_s,
                growth=usual.growth,
                reserve_idle=usual.reserve_idle,
                reserve_for_s=usual.reserve_for_s,
            )
        queues[name] = queue.model_copy(update={"tiers": own})
    agents = {
        number: agent.model_copy(
            update={"terms": {queue: agent.terms.get(queue, TermsPart()) for queue in tuned.agents[number].terms}}
        )
        for number, agent in plan.agents.items()
    }
    return plan.model_copy(update={"queues": queues, "agents": agents})


def with_tuning(plan: PlanDocument, scenario: Scenario, tuning: Tuning) -> PlanDocument:
    """The plan with a tuning in it; agents keep their own head starts and delays."""
    tuned = replace(scenario, tuning=tuning)
    queues = dict(plan.queues)
    for (key, tier), own in tuning.weights.items():
        name = key.partition(">=")[0]
        part = QueueTierPart(
            head_start_s=own.head_start_s,
            reserve_idle=own.reserve_idle,
            reserve_for_s=own.reserve_for_s if own.reserve_idle else None,
        )
        queues[name] = queues[name].model_copy(update={"tiers": {**queues[name].tiers, tier: part}})
    agents = dict(plan.agents)
    groups = groups_of(plan)
    for group in scenario.agents:
        costs = {key.partition(">=")[0]: terms.cost for key, terms in tuned_terms(tuned, group).items()}
        for number in groups[group.name]:
            terms = dict(agents[number].terms)
            for queue, cost in costs.items():
                terms[queue] = terms.get(queue, TermsPart()).model_copy(update={"cost": cost})
            agents[number] = agents[number].model_copy(update={"terms": terms})
    order = ("least_cost", "longest_idle")
    return plan.model_copy(update={"queues": queues, "agents": agents, "agent_order": order})
