"""Days drawn from a traffic file, under a plan with all its rules: rings, pops, wrap-ups, whatever falls due."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from acd.simulate.compared import Counted, counted
from acd.simulate.drawn import drawn_day
from acd.simulate.recorded import RecordedDay
from acd.simulate.what_if import PeopleSeen, rehearsed
from config.plan_scenario import groups_of, scenario_of
from config.simulation import begin_worker
from cti.plan.document import PlanDocument
from cti.plan.routing import routing


def planned_day(plan: PlanDocument, traffic: Mapping[str, Any], replication: int) -> RecordedDay:
    """One day of a plan under the traffic of a traffic file. Raises ScenarioError; keys are the traffic's."""
    scenario = scenario_of(plan, traffic)
    pick_up_ms = round(1000 * float(traffic.get("pick_up_s", 0.0)))
    return drawn_day(scenario, routing(plan), groups_of(plan), pick_up_ms, replication)


def planned_days(
    plan: PlanDocument, traffic: Mapping[str, Any], replications: int, progress: Callable[[int], None]
) -> list[Counted]:
    """The counts of so many days, on every core. Raises ScenarioError."""
    scenario_of(plan, traffic)
    found = []
    with ProcessPoolExecutor(os.cpu_count() or 1, get_context("fork"), begin_worker) as pool:
        for each in pool.map(partial(_counts, plan, traffic), range(replications)):
            found.append(each)
            progress(len(found))
    return found


def _counts(plan: PlanDocument, traffic: Mapping[str, Any], replication: int) -> Counted:
    day = planned_day(plan, traffic, replication)
    waited = rehearsed(day, PeopleSeen(day), str(replication)).waited
    return counted(waited, lambda queue, tier: plan.queues[queue].target(tier).within_s)
