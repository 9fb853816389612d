"""Erlang's formulas: what one pool of equal agents would do to Poisson callers with exponential talks.

C: callers wait for ever (A. K. Erlang, 1917; R. B. Cooper, "Introduction to Queueing Theory", 1981, section 3.4).
A: callers give up after an exponential patience (C. Palm, 1946; A. Mandelbaum, S. Zeltyn, "Service engineering in
action: the Palm/Erlang-A queue", 2007). The state probabilities are those of the birth-death chain; that of being
answered within a time follows from the time j + 1 departures take, a sum of exponentials whose rates are evenly spaced:
minus the logarithm of a beta variable (A. Rényi, "On the theory of order statistics", 1953).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, lgamma, log

from acd.simulate.recorded import RecordedDay
from acd.simulate.staffed import ready_spans

SLOT_MS = 1_800_000
NEGLIGIBLE = log(1e-12)
"""Of the logarithm of a state's weight, beside that of the likeliest."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a formula says, as shares of all who call and mean seconds."""

    in_time: float
    abandoned: float
    mean_wait_s: float


def erlang_c(per_s: float, talk_s: float, agents: int, within_s: float) -> Expected:
    """Callers who wait for ever; with as much work as agents or more nobody is ever answered in time."""
    load = per_s * talk_s
    if agents <= load:
        return Expected(0.0, 0.0, inf)
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    left = (agents - load) / talk_s
    return Expected(1 - waits * exp(-left * within_s), 0.0, waits / left)


def erlang_a(per_s: float, talk_s: float, patience_s: float, agents: int, within_s: float) -> Expected:
    """Callers who give up."""
    serve, give_up = 1 / talk_s, 1 / patience_s
    busy, queued = _chain(per_s, serve, give_up, agents)
    total = sum(busy) + sum(queued)
    # Who comes when all are busy and j wait before him is answered after j + 1 departures, if he stays so long.
    ratio = agents * serve / give_up
    in_time = sum(busy)
    for before, (share, late) in enumerate(zip(queued, _late(ratio + 1, exp(-give_up * within_s)), strict=False)):
        in_time += share * ratio / (ratio + before + 1) * (1 - late)
    waiting = sum(before * share for before, share in enumerate(queued)) / total
    return Expected(in_time / total, give_up * waiting / per_s, waiting / per_s)


def _chain(per_s: float, serve: float, give_up: float, agents: int) -> tuple[list[float], list[float]]:
    """The weights of the states with a free agent, and of those with 0, 1, 2 … callers waiting; the largest is 1."""
    weights, falls, count = [0.0], False, 0
    while not falls or weights[-1] > max(weights) + NEGLIGIBLE:
        count += 1
        leave = min(count, agents) * serve + max(0, count - agents) * give_up
        weights.append(weights[-1] + log(per_s / leave))
        falls = count >= agents and leave > per_s
    most = max(weights)
    each = [exp(weight - most) for weight in weights]
    return each[:agents], each[agents:]


def _late(first: float, level: float) -> Iterator[float]:
    """The chance that a beta variable with parameters `first` and 1, 2, 3 … is below a level in [0, 1]."""
    below, second = level**first, 1
    while True:
        yield min(1.0, below)
        if 0 < level < 1:
            weight = first * log(level) + second * log(1 - level) - log(second)
            below += exp(weight - lgamma(first) - lgamma(second) + lgamma(first + second))
        second += 1


def erlang_of(day: RecordedDay, within_s: float, agents: Collection[str]) -> tuple[Expected, Expected] | None:
    """(C, A) over the half-hours of a day, everybody in one queue that each of these agents serves while he is ready.

    Talks have the day's mean with their wrap-ups, patience the day's time waited over those who gave up; of agents it
    is the mean number ready, rounded. None when nobody talked, or nobody gave up.
    """
    visits = [visit for visit in day.visits if visit.queued.at >= day.since]
    talks = [visit.talk.ms + (visit.talk.wrap_up_ms or 0) for visit in visits if visit.talk is not None]
    gave_up = sum(visit.gave_up for visit in visits)
    if not talks or not gave_up:
        return None
    talk_s = sum(talks) / len(talks) / 1000
    patience_s = max(0.001, sum(visit.waited_ms for visit in visits) / gave_up / 1000)
    spans = [(since, to) for agent, since, to in ready_spans(day) if agent in agents]
    edges = [*range(day.since, day.until, SLOT_MS), day.until]
    found: list[tuple[int, Expected, Expected]] = []
    for begin, end in pairwise(edges):
        calls = sum(begin <= visit.queued.at < end for visit in visits)
        if not calls:
            continue
        ready_ms = sum(max(0, min(to, end) - max(since, begin)) for since, to in spans)
        there, per_s = round(ready_ms / (end - begin)), 1000 * calls / (end - begin)
        a = erlang_a(per_s, talk_s, patience_s, there, within_s)
        found.append((calls, erlang_c(per_s, talk_s, there, within_s), a))
    return _mean([(calls, c) for calls, c, _ in found]), _mean([(calls, a) for calls, _, a in found])


def _mean(each: list[tuple[int, Expected]]) -> Expected:
    calls = sum(count for count, _ in each)
    return Expected(
        sum(count * one.in_time for count, one in each) / calls,
        sum(count * one.abandoned for count, one in each) / calls,
        sum(count * one.mean_wait_s for count, one in each) / calls,
    )
