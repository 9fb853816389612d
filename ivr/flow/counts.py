"""How many callers went which way in each flow, since this process began: where they are lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.flow.ending import CallerLeft, Ending
from ivr.flow.model import Flow

GAVE_UP = "gave_up"
"""Stands for the way of callers who hung up in a step."""
ENDED = "end"
"""Stands for the way of calls whose flow ended in a step."""


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Of one step: callers by the way they went, as `keys.1`, and those who hung up, failed, or whose flow ended."""

    chosen: dict[str, int]
    gave_up: int
    failed: int
    ended: int


class FlowCounts(Collector):
    """Counts as calls go; give it to the metrics' registry."""

    def __init__(self) -> None:
        self._ways: Counter[tuple[str, str, str]] = Counter()
        self._last: dict[str, tuple[str, str]] = {}

    def went(self, contact: str, flow: str, step: str, way: tuple[str, ...]) -> None:
        """A call left a step this way; the empty way: its flow ended there, which `ended` tells more of."""
        if way:
            self._ways[flow, step, ".".join(way)] += 1
        else:
            self._last[contact] = (flow, step)

    def ended(self, contact: str, ending: Ending) -> None:
        """A call's flow is over."""
        if (last := self._last.pop(contact, None)) is not None:
            self._ways[*last, GAVE_UP if isinstance(ending, CallerLeft) else ENDED] += 1

    def of(self, flow: Flow) -> dict[str, StepCounts]:
        """The counts of each step that the flow has now; ways that nobody went are 0."""
        return {name: self._step(flow, name) for name in flow.steps}

    def _step(self, flow: Flow, name: str) -> StepCounts:
        ways = [".".join(way.key) for way in flow.steps[name].ways()]
        return StepCounts(
            chosen={way: self._ways[flow.name, name, way] for way in ways if way != "on.error"},
            gave_up=self._ways[flow.name, name, GAVE_UP],
            failed=self._ways[flow.name, name, "on.error"],
            ended=self._ways[flow.name, name, ENDED],
        )

    def collect(self) -> Iterator[Metric]:
        """For Prometheus."""
        family = CounterMetricFamily(
            "hotline_flow_ways",
            "Callers by the way they left a step of a flow; end: the flow ended there, gave_up: they hung up there.",
            labels=["flow", "step", "way"],
        )
        for (flow, step, way), count in sorted(self._ways.items()):
            family.add_metric([flow, step, way], count)
        yield family
