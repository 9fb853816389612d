"""What a tuning meets, what one agent more or less would change, and how many agents would do."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Any

from rich.console import Console

from acd.simulate.scenario import AgentGroup, Scenario
from acd.simulate.tuning.outcome import Outcome, outcome_of, promised
from acd.simulate.tuning.search import Run, shortened
from config.language import said
from config.progress_bar import progress_bar
from config.simulation import run_days

CALLS = 40_000
"""Simulated calls a figure is taken of."""
HALVES = 2
ENOUGH_PP = 0.1
MOST_MORE = 0.5
"""So many more agents are looked at, as a part of those there are …"""
STEPS = 10
"""… in at most so many steps."""


@dataclass(frozen=True, slots=True)
class Line:
    """One call type: its target, the share reached before and after, what is still missing."""

    name: str
    within_s: float
    share: float
    priority: float
    before: float
    after: float
    missing_pp: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """The report of a tuning."""

    lines: Sequence[Line]
    missing_pp: tuple[float, float]
    """In all, as it is and tuned, percentage points."""
    one_agent: dict[str, tuple[float, float | None]]
    """Group = points missing in all with one agent more, and with one less."""
    would_do: dict[str, int] | None
    """Agents that would have to come, by group; None: not even half as many more would do."""

    def figures(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "calls": {line.name: {**asdict(line), "met": line.missing_pp == 0} for line in self.lines},
            "missing_pp": {"as_it_is": self.missing_pp[0], "tuned": self.missing_pp[1]},
            "one_agent": {name: {"more": more, "less": less} for name, (more, less) in self.one_agent.items()},
            "agents_that_would_do": self.would_do,
        }

    def sentences(self) -> Iterator[str]:
        """The same in words."""
        before, after = self.missing_pp
        yield said(
            f"Missing in all: {before:.2f} points as it is, {after:.2f} tuned.",
            f"合计相差：现状 {before:.2f} 个百分点，调整后 {after:.2f}。",
        )
        if self.would_do is None:
            yield said(
                "Even half as many agents again would not meet every target.", "坐席增加一半仍不能达到全部目标。"
            )
        elif self.would_do:
            more = [said(f"{count} more {name}", f"{name} 增加 {count} 名") for name, count in self.would_do.items()]
            names = ", ".join(more)
            yield said(f"{names} would do to meet every target.", f"{names}，即可达到全部目标。")
        else:
            yield said("These agents do.", "现有坐席足够。")


def staffing_of(plain: Scenario, tuned: Scenario, console: Console) -> Staffing:
    """The report; each figure of callers that the search never saw, the same for all figures."""
    with progress_bar(console, "agents") as step:
        before, after = _outcomes([plain, tuned])
        groups = [group.name for group in tuned.agents]
        changed = [_staffed(tuned, {name: change}) for name in groups for change in (1, -1)]
        step(0.1, "one more, one less")
        missing = [_missing(one, outcome) for one, outcome in zip(changed, _outcomes(changed), strict=True)]
        one_agent = {
            group.name: (missing[2 * place], missing[2 * place + 1] if group.most > 0 else None)
            for place, group in enumerate(tuned.agents)
        }
        total = _missing(tuned, after)
        would_do: dict[str, int] | None = {}
        most = ceil(MOST_MORE * sum(group.most for group in tuned.agents))
        at_once = ceil(most / STEPS)
        more: dict[str, int] = {}
        while total > ENOUGH_PP and would_do is not None:
            if sum(more.values()) >= most:
                would_do = None
                break
            step(
                min(0.95, 0.1 + sum(more.values()) / most),
                said(f"{total:.1f} points missing", f"差 {total:.1f} 个百分点"),
            )
            ways = [{**more, name: more.get(name, 0) + at_once} for name in groups]
            scenarios = [_staffed(tuned, way) for way in ways]
            lacks = [_missing(one, out) for one, out in zip(scenarios, _outcomes(scenarios), strict=True)]
            total = min(lacks)
            more = ways[lacks.index(total)]
            would_do = more
    return Staffing(
        lines=[_line(plain, before, after, place) for place in range(len(promised(plain)))],
        missing_pp=(_missing(plain, before), _missing(tuned, after)),
        one_agent=one_agent,
        would_do=would_do,
    )


def _line(scenario: Scenario, before: Outcome, after: Outcome, place: int) -> Line:
    call = promised(scenario)[place]
    target = call.target
    assert target is not None
    return Line(
        name=call.name,
        within_s=target.within_s,
        share=target.share,
        priority=target.priority,
        before=before.share(call),
        after=after.share(call),
        missing_pp=max(0.0, after.missing_pp(call)),
    )


def _missing(scenario: Scenario, outcome: Outcome) -> float:
    return sum(max(0.0, outcome.missing_pp(call)) for call in promised(scenario))


def _staffed(scenario: Scenario, more: dict[str, int]) -> Scenario:
    return replace(scenario, agents=tuple(_with(group, more.get(group.name, 0)) for group in scenario.agents))


def _with(group: AgentGroup, more: int) -> AgentGroup:
    """A group with so many more while it is there at all."""
    if isinstance(group.count, int):
        return replace(group, count=max(0, group.count + more))
    return replace(group, count=tuple(max(0, count + more) if count else 0 for count in group.count))


def _outcomes(scenarios: Sequence[Scenario]) -> list[Outcome]:
    parts = [shortened(one, CALLS / HALVES) for one in scenarios]
    count = max(HALVES, ceil(CALLS / max(1.0, parts[0].calls_a_run) * 0.999))
    runs: list[Run] = [(one, number) for one in parts for number in range(count)]
    tallies = run_days(runs)
    return [outcome_of(one, tallies[count * place : count * (place + 1)]) for place, one in enumerate(parts)]
