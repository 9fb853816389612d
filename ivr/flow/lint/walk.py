"""Ways through a flow, as the rules follow them."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from ivr.flow.model import Flow, Step
from ivr.flow.part import Asking, Way
from ivr.flow.steps.asking import Menu
from ivr.flow.steps.deciding import Hours
from ivr.flow.steps.ending import HangUp, Return, SubFlow
from ivr.flow.steps.knowing import Identify, Lists
from ivr.flow.steps.reaching import Callback, Duty, Message, ToQueue, Transfer
from ivr.flow.steps.speaking import SetLanguage

Flows = Mapping[str, Flow]

PERSON = (ToQueue, Transfer, Duty)
"""Steps that put the caller through to a person."""


def asks(step: Step) -> bool:
    """Whether the step waits for keys."""
    return isinstance(step, Asking) or (
        isinstance(step, Identify) and (step.account is not None or step.pin is not None)
    )


def failure(way: Way) -> bool:
    """Whether the way is taken when something failed."""
    return way.key == ("on", "error")


def onward(step: Step) -> Iterator[str]:
    """Where the step leads, failures aside."""
    return (way.target for way in step.ways() if not failure(way))


def may_fail(step: Step) -> bool:
    """Whether something can go wrong in the step that leads elsewhere."""
    return not isinstance(step, SetLanguage | ToQueue | HangUp | Return)


def targets(flow: Flow, step: Step) -> Iterator[str]:
    """Wherever a call can go from the step, failures included."""
    yield from onward(step)
    if may_fail(step):
        yield way_for_failure(flow, step)


def way_for_failure(flow: Flow, step: Step) -> str:
    """Where a failure in this step leads."""
    return next((way.target for way in step.ways() if failure(way)), flow.on.error)


def reached(flow: Flow, start: str, goes_on: Callable[[Step], bool] = lambda step: True) -> dict[str, int]:
    """Every step that can be reached from `start`, and in how many; beyond steps that do not `goes_on` nobody goes."""
    distance = {start: 0}
    ahead = deque([start])
    while ahead:
        name = ahead.popleft()
        step = flow.steps[name]
        for target in targets(flow, step) if goes_on(step) else ():
            if target not in distance:
                distance[target] = distance[name] + 1
                ahead.append(target)
    return distance


def served(step: Step) -> Iterator[Way]:
    """Where a caller is led within the hours and on no list that bars him, failures aside."""
    for way in step.ways():
        barred = isinstance(step, Lists) and way.key in (("black",), ("grey",))
        closed = isinstance(step, Hours) and way.key != ("open",)
        if not (failure(way) or barred or closed):
            yield way


def reaches_person(flows: Flows, flow: Flow, name: str, passed: frozenset[str] = frozenset()) -> bool:
    """Whether a caller gets from here to a person with no further key, whatever the flow finds out on the way.

    Outside the hours, and for callers on the black or grey list, another way out will do; in a sub-flow, returning
    will.
    """
    step = flow.steps[name]
    if isinstance(step, PERSON):
        return True
    if name in passed or asks(step) or isinstance(step, Callback | Message) or asks_inside(flows, step):
        return False
    if isinstance(step, Return):
        return flow.parameters is not None
    ways = list(served(step))
    return bool(ways) and all(reaches_person(flows, flow, way.target, passed | {name}) for way in ways)


def asks_inside(flows: Flows, step: Step, passed: frozenset[str] = frozenset()) -> bool:
    """Whether the step runs a flow that asks for keys."""
    if not isinstance(step, SubFlow) or step.flow in passed or (flow := flows.get(step.flow)) is None:
        return False
    return any(asks(one) or asks_inside(flows, one, passed | {step.flow}) for one in flow.steps.values())


def led(flow: Flow, start: str) -> set[str]:
    """Every step that a caller can be led to from `start`, whatever he presses, failures aside."""
    found, ahead = {start}, [start]
    while ahead:
        new = set(onward(flow.steps[ahead.pop()])) - found
        found |= new
        ahead += new
    return found


def is_language_choice(flow: Flow, menu: Menu) -> bool:
    """Whether the menu asks for the language and nothing else."""
    chosen = [flow.steps[target] for key, target in menu.keys.items() if key not in "0*#"]
    return bool(chosen) and all(isinstance(step, SetLanguage) for step in chosen)


def menus_passed(flow: Flow) -> dict[str, int]:
    """For each step that can be reached: how many menus, language choices apart, a caller has passed at the least."""
    passed = _passed(flow, onward, {flow.start: 0})
    # What only a failure leads to is counted too, but no failure is a short cut.
    return _passed(flow, lambda step: targets(flow, step), passed) | passed


def _passed(flow: Flow, leads: Callable[[Step], Iterator[str]], begin: Mapping[str, int]) -> dict[str, int]:
    passed = dict(begin)
    ahead = deque(begin)
    while ahead:
        name = ahead.popleft()
        step = flow.steps[name]
        counts = isinstance(step, Menu) and not is_language_choice(flow, step)
        for target in leads(step):
            if target not in passed or passed[target] > passed[name] + counts:
                passed[target] = passed[name] + counts
                ahead.append(target)
    return passed


def levels(flow: Flow) -> dict[str, int]:
    """The level of each menu but language choices; 1 is the first."""
    return {
        name: count + 1
        for name, count in menus_passed(flow).items()
        if isinstance(step := flow.steps[name], Menu) and not is_language_choice(flow, step)
    }


def sub_flows(flow: Flow) -> Iterator[tuple[str, SubFlow]]:
    """The steps that run other flows."""
    for name, step in flow.steps.items():
        if isinstance(step, SubFlow):
            yield name, step
