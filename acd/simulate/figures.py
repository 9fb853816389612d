"""The figures of a run: each a mean over the replications with its standard error."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import Any

from acd.simulate.scenario import CallType, Scenario
from acd.simulate.tally import CallTally, Tally, thresholds

Figure = dict[str, float | None]
"""{"mean", "se"}: null where no replication counted anything; `se` is null below two replications."""


def figure(values: Iterable[float | None]) -> Figure:
    """The mean of what the replications give, leaving out those that give nothing."""
    known = [value for value in values if value is not None]
    if not known:
        return {"mean": None, "se": None}
    count = len(known)
    mean = sum(known) / count
    if count == 1:
        return {"mean": mean, "se": None}
    variance = sum((value - mean) ** 2 for value in known) / (count - 1)
    return {"mean": mean, "se": sqrt(variance / count)}


def figures_of(scenario: Scenario, tallies: Sequence[Tally]) -> dict[str, Any]:
    """Everything a run prints but its duration; the tallies in the order of their replications."""
    result: dict[str, Any] = {
        "version": 1,
        "title": scenario.title,
        "seed": scenario.seed,
        "calls_simulated": sum(tally.calls_simulated for tally in tallies),
        "calls": {call.name: _call_figures(scenario, call, tallies) for call in scenario.calls},
        "agents": {
            group.name: {
                "occupancy": figure(
                    _ratio(tally.groups[group.name].busy_s, tally.groups[group.name].staffed_s) for tally in tallies
                )
            }
            for group in scenario.agents
        },
    }
    if any(call.target is not None for call in scenario.calls):
        result["shortfall_pp"] = _whole_shortfall(scenario, tallies)
    if scenario.slots:
        result["slots"] = [_slot_figures(scenario, place, tallies) for place in range(scenario.slots)]
    return result


def _call_figures(scenario: Scenario, call: CallType, tallies: Sequence[Tally]) -> dict[str, Any]:
    own = [tally.calls[call.name] for tally in tallies]

    def each(of: Callable[[CallTally], float | None]) -> Figure:
        return figure(of(tally) for tally in own)

    counted_s = scenario.horizon_s - scenario.warmup_s
    result: dict[str, Any] = {
        "offered": each(lambda one: one.offered),
        "answered": each(lambda one: one.answered),
        "abandoned": each(lambda one: one.abandoned),
        "p_wait": each(lambda one: _ratio(one.waited, one.settled)),
        "p_abandon": each(lambda one: _ratio(one.abandoned, one.settled)),
        "mean_wait_s": each(lambda one: _ratio(one.wait_s, one.settled)),
        "mean_wait_answered_s": each(lambda one: _ratio(one.wait_answered_s, one.answered)),
        "mean_queue": each(lambda one: one.waiting_s / counted_s),
        "answered_within": {},
        "answered_in": {},
        "answered_by": {},
    }
    for within in call.answer_within_s:
        key = f"{within:g}"
        result["answered_within"][key] = figure(_ratio(one.within[within], one.settled) for one in own)
        result["answered_in"][key] = figure(one.within[within] for one in own)
    for group in scenario.agents:
        result["answered_by"][group.name] = figure(_ratio(one.by[group.name], one.settled) for one in own)
    if call.target is not None:
        reached = figure(_reached(call, tally) for tally in tallies)
        result["shortfall_pp"] = {
            "mean": _short(call, reached["mean"]),
            "se": None if reached["se"] is None else 100 * reached["se"],
        }
    return result


def _reached(call: CallType, tally: Tally) -> float | None:
    """The share of one replication that was answered within the target's time."""
    own = tally.calls[call.name]
    return _ratio(own.within[thresholds(call)[-1]], own.settled)


def _short(call: CallType, reached: float | None) -> float | None:
    """Percentage points short of the target; whether it is met is asked of the mean, not of each replication."""
    assert call.target is not None
    return None if reached is None else max(0.0, 100 * (call.target.share - reached))


def _whole_shortfall(scenario: Scenario, tallies: Sequence[Tally]) -> Figure:
    """The sum over all call types; its error is that of the missed ones' shares added up."""
    total = 0.0
    missed: list[CallType] = []
    for call in scenario.calls:
        if call.target is None:
            continue
        short = _short(call, figure(_reached(call, tally) for tally in tallies)["mean"])
        if short:
            total += short
            missed.append(call)
    spread = figure(sum(100 * (_reached(call, tally) or 0.0) for call in missed) for tally in tallies)
    return {"mean": total, "se": spread["se"]}


def _slot_figures(scenario: Scenario, place: int, tallies: Sequence[Tally]) -> dict[str, Any]:
    assert scenario.slot_s is not None
    length_s = min((place + 1) * scenario.slot_s, scenario.horizon_s) - place * scenario.slot_s
    calls = {}
    for call in scenario.calls:
        own = [tally.calls[call.name].slots[place] for tally in tallies]
        calls[call.name] = {
            "offered": figure(one.offered for one in own),
            "abandoned": figure(one.abandoned for one in own),
            "mean_queue": figure(one.waiting_s / length_s for one in own),
        }
        if call.target is not None:
            calls[call.name]["in_time"] = figure(_ratio(one.in_time, one.offered) for one in own)
    return {"calls": calls}


def curve_of(call: CallType, tallies: Sequence[Tally]) -> list[float]:
    """The share answered within 1, 2, 3 … seconds, over all replications."""
    settled = sum(tally.calls[call.name].settled for tally in tallies)
    shares, answered = [], 0
    for counts in zip(*(tally.calls[call.name].curve for tally in tallies), strict=True):
        answered += sum(counts)
        shares.append(answered / settled if settled else 0.0)
    return shares


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
