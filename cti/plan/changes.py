"""What differs between two plans, in lines a person can read: the history of the plan."""

from collections.abc import Iterator
from typing import Any

from cti.plan.document import PlanDocument
from cti.plan.read import values_of

HIDDEN = ("sampling", "seed")


def changes(old: PlanDocument, new: PlanDocument) -> list[str]:
    """One line for each key that differs: `queues.service.ring_s: 15 -> 20`. The version does not count."""
    return list(_differences((), values_of(old.numbered(new.version)), values_of(new)))


def _differences(key: tuple[str, ...], old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differences((*key, name), old.get(name), new.get(name))
        if old.keys() == new.keys() and list(old) != list(new):
            yield f"{'.'.join(key)}: put in another order"
    elif old != new:
        dotted = ".".join(key)
        yield f"{dotted}: changed" if key == HIDDEN else f"{dotted}: {_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return "..."
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
