"""What `hotline ivr test` says of the scripts it played."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ivr.flow.model import Flow
from ivr.flow.scripts.coverage import Coverage, coverage
from ivr.flow.scripts.play import Outcome, ended

Played = Mapping[str, Sequence[Outcome]]
"""Outcomes by script file."""


def covered_by(flows: Mapping[str, Flow], outcomes: Sequence[Outcome]) -> list[Coverage]:
    """How much of each flow was run, of those that were run at all."""
    taken = [way for one in outcomes for way in one.ways]
    return [coverage(flows[name], taken) for name in sorted({flow for flow, _, _ in taken})]


def told(played: Played, covered: Sequence[Coverage]) -> Iterator[str]:
    """Lines for people."""
    for file, outcomes in played.items():
        good = sum(not one.problems for one in outcomes)
        yield f"{file}: {good} of {len(outcomes)} calls as they must be"
        for one in outcomes:
            yield from (f"  {one.place}: {one.call.name}: {problem}" for problem in one.problems)
    for one_flow in covered:
        missed = f"; never taken: {', '.join(one_flow.missed)}" if one_flow.missed else ""
        taken = one_flow.ways - len(one_flow.missed)
        yield f"flow {one_flow.flow}: {taken} of {one_flow.ways} ways taken ({one_flow.share:.0%}){missed}"


def report(played: Played, covered: Sequence[Coverage]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "calls": [
            {
                "place": one.place,
                "name": one.call.name,
                "problems": one.problems,
                "heard": one.heard,
                "end": ended(one.ending),
                "steps": [dict(zip(("step", "action", "what"), step, strict=True)) for step in one.steps],
            }
            for outcomes in played.values()
            for one in outcomes
        ],
        "coverage": [asdict(one) | {"share": one.share} for one in covered],
    }
