"""A flow as steps and arrows, ways that lead alike joined into one arrow."""

from dataclasses import dataclass

from ivr.flow.model import Flow
from ivr.flow.part import Way
from ivr.flow.steps.ending import SubFlow
from ivr.flow.steps.reaching import Duty, ToQueue, Transfer


@dataclass(frozen=True, slots=True)
class Node:
    """A step: its name, and what it does in a few words."""

    name: str
    action: str
    about: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """All ways from one step to another."""

    source: str
    target: str
    ways: tuple[Way, ...]

    @property
    def only_failures(self) -> bool:
        """Whether nobody comes along unless something failed."""
        return all(way.key == ("on", "error") for way in self.ways)

    @property
    def labels(self) -> list[str]:
        """What the ways are called: a key, a case, timeout; '' for the plain next."""
        return [label_of(way.key) for way in self.ways]


def label_of(key: tuple[str, ...]) -> str:
    """The word of a way that a person reads."""
    if key == ("next",):
        return ""
    if key[0] == "when":
        return f"{int(key[1]) + 1}."
    return key[-1]


def nodes(flow: Flow) -> list[Node]:
    """The steps in their order."""
    return [Node(name, step.action, _about(step)) for name, step in flow.steps.items()]


def arrows(flow: Flow) -> list[Arrow]:
    """The arrows in the order of the steps."""
    joined: dict[tuple[str, str], list[Way]] = {}
    for name, step in flow.steps.items():
        for way in step.ways():
            joined.setdefault((name, way.target), []).append(way)
    return [Arrow(source, target, tuple(ways)) for (source, target), ways in joined.items()]


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
