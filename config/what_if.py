"""A day of a journal under another plan, beside what happened: read, run on every core, and compared."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import isfinite
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean
from typing import Any

from acd.errors import IllegalEvent
from acd.events import PlanChanged
from acd.floor import Floor
from acd.plan import Plan
from acd.simulate.compared import ALL, Counted, Counts, Figures, Spread, counted, spreads
from acd.simulate.erlang import Expected, erlang_of
from acd.simulate.recorded import DayReader, RecordedDay
from acd.simulate.staffed import with_hours
from acd.simulate.what_if import PeopleSeen, rehearsed, unknown_to
from config.simulation import begin_worker
from cti.journal.files import facts_in, segments_in
from cti.plan.document import PlanDocument, ServiceLevel
from cti.problems import Problem, Refused, closest

DAY_MS = 24 * 3_600_000
SEED = "1"
USUAL = ServiceLevel()
Targets = Callable[[str, str], float]
"""(queue, tier) -> the seconds within which an answer is in time."""
Progress = Callable[[float, str], None]


@dataclass(slots=True)
class WhatIf:
    """What came of it."""

    day: RecordedDay
    targets: Targets
    replications: int
    happened: Counted
    again: Figures
    """Under the plan of that day, what is known kept: how well the method gives back what happened."""
    anew: Figures
    """The same with everything drawn: how far chance alone carries such a day, and whether the draws are like it."""
    planned: Figures | None
    """Under the other plan."""
    change: Figures | None
    """What the other plan changes: run for run, with the same people."""
    unlike: list[str] = field(default_factory=list)
    """Figures that happened, by name, outside the range of the days drawn anew …"""
    compared: int = 0
    """… of so many; who came is the same in each."""
    refused: dict[str, int] = field(default_factory=dict)
    """Events of the day that did not fit, by name: the most in a run of the plan that is asked about."""
    follows: dict[str, str] = field(default_factory=dict)
    """New agent = whose hours he keeps."""
    patience: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Queue and tier = (who gave up, of how many), of which their patience is estimated."""
    erlang: dict[str, tuple[Expected, Expected]] = field(default_factory=dict)
    """What Erlang's formulas C and A say, with the agents of `that_day` and of the `plan`."""

    @property
    def places(self) -> list[tuple[str, str]]:
        """Queues and tiers where anybody waited, then and now; all together come last."""
        known = {*self.happened, *(self.planned or {})} - {ALL}
        return [*sorted(known), ALL]


def read_day(folder: Path, day: date | None = None) -> RecordedDay:
    """A day of a journal, here its last 24 hours. Raises Refused, JournalError."""
    if not segments_in(folder):
        raise Refused(Problem(str(folder), "holds no journal", "name the folder that holds facts-1.log"))
    last = 0
    for place, (number, fact) in enumerate(facts_in(folder), start=1):
        if number != place:
            raise Refused(Problem(str(folder), "its first facts are gone", "name a backup that has them"))
        last = fact.at
    since, until = last - DAY_MS, last + 1
    if day is not None:
        since, until = (_midnight_ms(each) for each in (day, day + timedelta(days=1)))
    reader = DayReader(since, until)
    for _, fact in facts_in(folder):
        reader.take(fact)
    found = reader.day()
    if not any(found.since <= waited.came for waited in found.happened):
        when = f"on {day}" if day else "in its last 24 hours"
        raise Refused(
            Problem(str(folder), f"nobody waited in a queue {when}", "name a day with --day, or another journal")
        )
    return found


def _midnight_ms(day: date) -> int:
    """Where the day begins here."""
    return round(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)


def targets_of(plan: PlanDocument | None) -> Targets:
    """What is in time: as the plan promises; without one, the usual 20 s."""
    if plan is None:
        return lambda queue, tier: USUAL.within_s
    return lambda queue, tier: plan.queues[queue].target(tier).within_s if queue in plan.queues else USUAL.within_s


def plan_of_day(day: RecordedDay) -> Plan:
    """The plan in force when the day ended."""
    return day.plans[-1].plan if day.plans else day.state.plan


def what_if(
    day: RecordedDay,
    plan: Plan | None,
    targets: Targets,
    replications: int,
    progress: Progress = lambda done, word: None,
) -> WhatIf:
    """Run it; without a plan only the check of the method on itself. Raises Refused."""
    day_with, follows = (day, {}) if plan is None else with_hours(day, plan)
    if plan is not None:
        _check(plan, day)
    cases = ("again", "anew") if plan is None else ("again", "anew", "planned")
    runs = [_Run(number, case) for case in cases for number in range(replications)]
    done = _run_all(_Work(day, day_with, plan, targets), runs, progress)
    of = {case: [done[run][0] for run in runs if run.case == case] for case in ("again", "anew", "planned")}
    happened = counted((each for each in day.happened if day.since <= each.came), targets)
    anew = spreads(of["anew"])
    likeness = _likeness(happened, anew)
    refused = [done[run][1] for run in runs if run.case == ("again" if plan is None else "planned")]
    return WhatIf(
        day=day,
        targets=targets,
        replications=replications,
        happened=happened,
        again=spreads(of["again"]),
        anew=anew,
        planned=spreads(of["planned"]) if plan is not None else None,
        change=spreads(of["planned"], less=of["again"]) if plan is not None else None,
        unlike=[name for name, is_like in likeness.items() if not is_like],
        compared=len(likeness),
        refused={
            name: max(each.get(name, 0) for each in refused) for name in sorted({n for each in refused for n in each})
        },
        follows=follows,
        patience=_patience(day),
        erlang=dict(_erlang(day, day_with, plan, targets)),
    )


def _erlang(
    day: RecordedDay, day_with: RecordedDay, plan: Plan | None, targets: Targets
) -> Iterator[tuple[str, tuple[Expected, Expected]]]:
    """In time is what is so on average."""
    within_s = fmean(targets(visit.queued.queue, visit.queued.tier) for visit in day.visits)
    for name, own, agents in (
        ("that_day", day, plan_of_day(day).agents),
        *((("plan", day_with, plan.agents),) if plan is not None else ()),
    ):
        if (found := erlang_of(own, within_s, agents)) is not None:
            yield name, found


def _check(plan: Plan, day: RecordedDay) -> None:
    problems = []
    for queue, tier, visits in unknown_to(plan, day):
        kind, name, known = ("queue", queue, plan.queues) if queue not in plan.queues else ("tier", tier, plan.tiers)
        what = f"the plan has no {kind} {name!r}, which {visits} visits of that day had"
        problems.append(Problem("the plan", what, closest(name, list(known))))
    if problems:
        raise Refused(*problems)
    try:
        Floor(deepcopy(day.state)).apply(PlanChanged(at=day.begin, plan=plan))
    except IllegalEvent as error:
        raise Refused(Problem("the plan", error.why, "name a plan that the floor of that day can take")) from None


def _likeness(happened: Counted, anew: Figures) -> dict[str, bool]:
    """Whether each figure that happened lies in the range of the days drawn anew."""
    return {
        f"{named(place)}: {name}": drawn.holds(value)
        for place, counts in happened.items()
        for name, value in counts.figures().items()
        if name != "offered" and value is not None and (drawn := anew.get(place, {}).get(name)) is not None
    }


def _patience(day: RecordedDay) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for visit in day.visits:
        name = named((visit.queued.queue, visit.queued.tier))
        gave_up, all_of = found.get(name, (0, 0))
        found[name] = (gave_up + visit.gave_up, all_of + 1)
    return dict(sorted(found.items()))


def named(place: tuple[str, str]) -> str:
    """A queue and tier in one word."""
    return "all" if place == ALL else "/".join(place)


# --- on every core ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    number: int
    case: str


class _Work:
    """What a worker needs for a run; it is there when the worker is forked."""

    def __init__(self, day: RecordedDay, day_with: RecordedDay, plan: Plan | None, targets: Targets) -> None:
        self._days = {"again": day, "anew": day, "planned": day_with}
        self._plan = plan
        self._targets = targets

    def run(self, run: _Run) -> tuple[Counted, dict[str, int]]:
        """The counts, and the events that did not fit, by name."""
        plan = self._plan if run.case == "planned" else None
        seed = f"{SEED}/{run.number}"
        people = PeopleSeen(self._days["again"], anew=run.case == "anew", resampled=seed)
        done = rehearsed(self._days[run.case], people, seed, plan)
        return counted(done.waited, self._targets), dict(done.refused)


_work: list[_Work] = []


def _run_all(work: _Work, runs: Sequence[_Run], progress: Progress) -> dict[_Run, Any]:
    done: dict[_Run, Any] = {}
    _work[:] = [work]
    try:
        with ProcessPoolExecutor(os.cpu_count() or 1, get_context("fork"), begin_worker) as pool:
            for run, result in zip(runs, pool.map(_run, runs), strict=True):
                done[run] = result
                progress(len(done) / len(runs), f"{len(done)} runs")
    finally:
        _work.clear()
    return done


def _run(run: _Run) -> tuple[Counted, dict[str, int]]:
    return _work[0].run(run)


def figures_of(found: WhatIf) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "since": found.day.since,
        "until": found.day.until,
        "replications": found.replications,
        "queues": {
            named(place): {
                "within_s": None if place == ALL else found.targets(*place),
                "happened": found.happened.get(place, Counts()).figures(),
                "plan_of_that_day": _plain(found.again.get(place)),
                "drawn_anew": _plain(found.anew.get(place)),
                "plan": _plain(found.planned.get(place)) if found.planned is not None else None,
                "change": _plain(found.change.get(place)) if found.change is not None else None,
            }
            for place in found.places
        },
        "outside_the_drawn_range": found.unlike,
        "compared_with_the_drawn_range": found.compared,
        "refused_events": found.refused,
        "hours_of_new_agents": found.follows,
        "erlang": {name: {"c": _formula(c), "a": _formula(a)} for name, (c, a) in found.erlang.items()},
        "patience_seen": {name: {"gave_up": up, "visits": of} for name, (up, of) in found.patience.items()},
    }


def _formula(one: Expected) -> dict[str, float | None]:
    return {
        "service_level": one.in_time,
        "abandoned_share": one.abandoned,
        "mean_wait_s": one.mean_wait_s if isfinite(one.mean_wait_s) else None,
    }


def _plain(figures: dict[str, Spread | None] | None) -> dict[str, Any]:
    return {
        name: None if one is None else {"mean": one.mean, "error": one.error} for name, one in (figures or {}).items()
    }
