"""Which ways of a flow its scripts have taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.flow.lint.walk import may_fail
from ivr.flow.model import ENDS, Flow
from ivr.flow.scripts.play import Taken
from ivr.flow.steps.reaching import ToQueue

FAILURE = ("on", "error")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ways that there are, and those taken, as `step.key`."""

    flow: str
    ways: int
    missed: list[str]

    @property
    def share(self) -> float:
        """The part of the ways that was taken."""
        return 1 - len(self.missed) / self.ways


def coverage(flow: Flow, taken: Iterable[Taken]) -> Coverage:
    """How much of a flow was run.

    A way is what a step names: each key, case, result, time-out and failure, each key while waiting, and the end of a
    step that ends the call. The flow's own way for failures is one more. Its way out after too many steps is none.
    """
    been = {(step, key) for name, step, key in taken if name == flow.name}
    named = {name: {way.key for way in step.ways()} for name, step in flow.steps.items()}
    if any(key == FAILURE and key not in named[step] for step, key in been):
        been.add(("", FAILURE))
    # Of a table of secret values only the first word is told.
    missed = [
        ".".join((step, *key)).lstrip(".")
        for step, key in _ways(flow)
        if (step, key) not in been and (step, key[:1]) not in been
    ]
    return Coverage(flow.name, len(list(_ways(flow))), missed)


def _ways(flow: Flow) -> Iterator[tuple[str, tuple[str, ...]]]:
    unnamed = False
    for name, step in flow.steps.items():
        keys = [way.key for way in step.ways()]
        yield from ((name, key) for key in keys)
        if isinstance(step, ToQueue):
            yield from ((name, way.key) for way in step.while_waiting())
        if isinstance(step, ENDS):
            yield name, ()
        unnamed |= FAILURE not in keys and may_fail(step)
    if unnamed:
        yield "", FAILURE
