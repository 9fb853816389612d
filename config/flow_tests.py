"""What `hotline ivr test` says of the scripts it played."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from config.language import said
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
        yield said(
            f"{file}: {good} of {len(outcomes)} calls as they must be",
            f"{file}：{len(outcomes)} 通来电中 {good} 通符合要求",
        )
        for one in outcomes:
            yield from (f"  {one.place}: {one.call.name}: {problem}" for problem in one.problems)
    for one_flow in covered:
        names = ", ".join(one_flow.missed)
        missed = said(f"; never taken: {names}", f"；从未走到：{names}") if names else ""
        taken = one_flow.ways - len(one_flow.missed)
        yield (
            said(
                f"flow {one_flow.flow}: {taken} of {one_flow.ways} ways taken ({one_flow.share:.0%})",
                f"流程 {one_flow.flow}：{one_flow.ways} 条去向中走过 {taken} 条（{one_flow.share:.0%}）",
            )
            + missed
        )


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
