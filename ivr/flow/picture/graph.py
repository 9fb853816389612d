"""A flow as steps and arrows, ways that lead alike joined into one arrow."""

from dataclasses import dataclass

from ivr.flow.model import Flow
from ivr.flow.part import Way
from ivr.flow.steps.deciding import Branch
from ivr.flow.steps.ending import SubFlow
from ivr.flow.steps.reaching import Duty, ToQueue, Transfer

FAILURE = ("on", "error")
LEAVES = "leaves"
"""What a caller does at a destination outside the flow."""
LONGEST = 28
"""Characters of a condition that are shown."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step: its name, and what it does in a few words; `← error` where the flow's own failures lead.

    Or where a key leads a caller who waits: the name is the destination, `flow:message`.
    """

    name: str
    action: str
    about: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """All ways from one step to another, or to a destination outside the flow."""

    source: str
    target: str
    ways: tuple[Way, ...]
    """Failures last."""
    labels: tuple[str, ...]
    """What each way is called: a key, a case, a condition, timeout; '' for a next that is the only way."""

    @property
    def only_failures(self) -> bool:
        """Whether nobody comes along unless something failed."""
        return all(way.key == FAILURE for way in self.ways)


def nodes(flow: Flow) -> list[Node]:
    """The steps in their order, then the destinations of those who press a key while they wait."""
    entered = {flow.on.limit: "← limit", flow.on.error: "← error"}
    steps = [
        Node(name, step.action, " ".join(filter(None, (_about(step), entered.get(name, "")))))
        for name, step in flow.steps.items()
    ]
    outside = dict.fromkeys(way.target for step in flow.steps.values() for way in _by_key_while_waiting(step))
    return [*steps, *(Node(to, LEAVES, "while waiting") for to in outside)]


def arrows(flow: Flow) -> list[Arrow]:
    """The arrows in the order of the steps."""
    joined: dict[tuple[str, str], list[Way]] = {}
    for name, step in flow.steps.items():
        for way in (*step.ways(), *_by_key_while_waiting(step)):
            joined.setdefault((name, way.target), []).append(way)
    return [_arrow(flow, source, target, ways) for (source, target), ways in joined.items()]


def _by_key_while_waiting(step: object) -> list[Way]:
    return step.while_waiting() if isinstance(step, ToQueue) else []


def _arrow(flow: Flow, source: str, target: str, ways: list[Way]) -> Arrow:
    ordered = sorted(ways, key=lambda way: (way.key == FAILURE, way.key != ("next",)))
    alone = len(ordered) == 1
    return Arrow(source, target, tuple(ordered), tuple(_label(flow.steps[source], way.key, alone) for way in ordered))


def _label(step: object, key: tuple[str, ...], alone: bool) -> str:
    if isinstance(step, Branch) and key[0] == "when":
        condition = step.when[int(key[1])].condition
        return condition if len(condition) <= LONGEST else condition[: LONGEST - 1] + "…"
    return "" if key == ("next",) and alone else key[-1]


def _about(step: object) -> str:
    if isinstance(step, ToQueue):
        return step.queue or ""
    if isinstance(step, SubFlow):
        return step.flow
    if isinstance(step, Transfer):
        return step.to
    if isinstance(step, Duty):
        return step.duty
    return ""
