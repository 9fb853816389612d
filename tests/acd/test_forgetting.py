"""A floor keeps nothing of callers who are gone, however they went: it runs for months."""

import gc
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType, ModuleType

import pytest

from acd import events as e
from acd.plan import Exit, Queue, Telling
from tests.acd.shift import SERVICE, Shift, plan

CALLERS = 1500
FEW = 200
"""Names that may still be there: what is gone is swept out now and then."""
TOLD = replace(
    SERVICE,
    wrap_up_ms=0,
    estimates=True,
    telling=Telling(position=True, wait=True, messages=("one",), first_ms=10_000, every_ms=30_000, message_ms=60_000),
)
RULED = replace(TOLD, exits={"max_wait": Exit(to="flow:message", after_ms=60_000)})


def hangs_up(shift: Shift, caller: str) -> None:
    shift.call(caller)
    shift.wait(1)
    shift.hang_up(caller)


def is_served(shift: Shift, caller: str) -> None:
    shift.call(caller)
    shift.serve(caller, 1)


def leaves(shift: Shift, caller: str) -> None:
    shift.call(caller)
    shift.wait(60)
    shift.hang_up(caller)


def names_kept(shift: Shift) -> set[str]:
    """The callers that the floor has anywhere, the facts of its last event apart."""
    shift.floor.facts.clear()
    seen: set[int] = set()
    found: set[str] = set()
    pending: list[object] = [shift.floor]
    while pending:
        one = pending.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            if one.startswith("caller-"):
                found.add(one)
            continue
        pending += gc.get_referents(one)
        if isinstance(one, dict):
            pending += one  # Keys that are words are none of its referents.
    return found


@pytest.mark.parametrize(
    ("queue", "agents", "goes"),
    [
        (SERVICE, ["1001"], is_served),
        (TOLD, [], hangs_up),
        (TOLD, ["1001"], is_served),
        (RULED, [], leaves),
        (RULED, ["1001"], is_served),
    ],
)
def test_of_those_who_are_gone_hardly_a_name_is_kept(
    queue: Queue, agents: list[str], goes: Callable[[Shift, str], None]
) -> None:
    shift = Shift(plan("1001", queues=(queue,)))
    shift.sign_in(*agents)
    for number in range(CALLERS):
        goes(shift, f"caller-{number}")
    assert not any(isinstance(fact, e.AgentSetAside) for fact in shift.history)
    assert len(names_kept(shift)) < FEW
