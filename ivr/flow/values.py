"""The values that a flow can read: which there are, and which step fills them."""

from collections.abc import Iterable, Iterator

from ivr.flow.model import Flow
from ivr.flow.steps.asking import Collect, Survey
from ivr.flow.steps.deciding import Hours, Set
from ivr.flow.steps.ending import SubFlow
from ivr.flow.steps.knowing import Lists, LookUp
from ivr.flow.steps.reaching import Message
from ivr.flow.steps.speaking import Announce

COLLECTED = "collected."
"""Starts the name of collected digits."""
CUSTOMER = "customer."
"""Starts the name of what is kept of the customer."""
GIVEN = ("access", "caller", "tier", "language", "customer", "callback", "try")
"""Filled from the start.

`customer` is known or unknown, `callback` waits or none, `try` 0 the first time, `caller` empty when withheld.
"""


def filled(flow: Flow) -> Iterator[str]:
    """The names that some step may fill; one that ends with a dot stands for all that begin so."""
    yield from GIVEN
    yield CUSTOMER
    yield from flow.parameters or ()
    for step in flow.steps.values():
        match step:
            case Collect():
                yield COLLECTED + step.name
            case Survey():
                yield f"survey.{step.name}"
            case LookUp():
                yield f"{step.into}."
            case SubFlow() if step.into is not None:
                yield f"{step.into}."
            case Set():
                yield from step.values
            case Hours():
                yield from ("hours.state", "hours.day", "hours.opens")
            case Lists():
                yield from ("list", "list.reason")
            case Announce():
                yield "announced"
            case Message():
                yield "item"


def secret(flow: Flow) -> frozenset[str]:
    """The names of secret values: secret digits, and what is set from them."""
    steps = flow.steps.values()
    return handed_on(flow, {COLLECTED + step.name for step in steps if isinstance(step, Collect) and step.secret})


def handed_on(flow: Flow, names: Iterable[str]) -> frozenset[str]:
    """These names, and those of whatever is set from them."""
    found = set(names)
    grown = True
    while grown:
        more = {
            key[-1]
            for step in flow.steps.values()
            if isinstance(step, Set)
            for key, names in step.reads()
            if names & found and key[-1] not in found
        }
        grown = bool(more)
        found |= more
    return frozenset(found)


def is_filled(name: str, names: frozenset[str]) -> bool:
    """Whether `name` is among what `filled` gave."""
    return name in names or any(name.startswith(one) for one in names if one.endswith("."))
