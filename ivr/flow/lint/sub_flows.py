"""Rules about flows that run others: the other is there, gets what it wants, and each of its results has a way."""

from collections.abc import Iterator

from cti.problems import Problem, closest
from ivr.flow.acts.ending import DEEPEST
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import sub_flows
from ivr.flow.model import Flow
from ivr.flow.steps.ending import Return
from ivr.flow.steps.reaching import ToQueue


def _fits(subject: Subject) -> Iterator[Problem]:
    yield from _keys_while_waiting(subject)
    for name, step in sub_flows(subject.flow):
        flow = subject.flows.get(step.flow)
        path = ("steps", name)
        if flow is None:
            others = [other for other, one in subject.flows.items() if one.parameters is not None]
            what = f"there is no flow {step.flow!r} that can be used"
            yield subject.document.problem((*path, "flow"), what, closest(step.flow, others))
            continue
        if flow.parameters is None:
            what = f"{step.flow!r} has no parameters: it is for calls, not for flows"
            yield subject.document.problem((*path, "flow"), what, "give it 'parameters: []'")
        for wanted in sorted(set(flow.parameters or ()) - step.give.keys()):
            what = f"the flow {step.flow!r} wants {wanted!r}"
            yield subject.document.problem((*path, "give"), what, f"give it: {{{wanted}: …}}")
        for given in sorted(step.give.keys() - set(flow.parameters or ())):
            what = f"the flow {step.flow!r} takes no {given!r}"
            yield subject.document.problem((*path, "give", given), what, closest(given, flow.parameters or ()))
        results = {one.result for one in flow.steps.values() if isinstance(one, Return)}
        for result in sorted(results - step.results.keys()):
            what = f"the flow {step.flow!r} may return {result!r}, which has no way"
            yield subject.document.problem((*path, "results"), what, f"add {result}: a step")
        for result in sorted(step.results.keys() - results):
            what = f"the flow {step.flow!r} never returns {result!r}"
            yield subject.document.problem((*path, "results", result), what, closest(result, results))
        for language in sorted(subject.flow.languages.keys() - flow.languages.keys()):
            what = f"the flow {step.flow!r} does not speak {language}"
            yield subject.document.problem((*path, "flow"), what, "add the language there")


def _keys_while_waiting(subject: Subject) -> Iterator[Problem]:
    """A key that a waiting caller presses leads into a flow for calls."""
    whole = [name for name, flow in subject.flows.items() if flow.parameters is None]
    for name, step in subject.flow.steps.items():
        for key, to in step.keys.items() if isinstance(step, ToQueue) else ():
            kind, _, flow = to.partition(":")
            if kind == "flow" and flow not in whole:
                what = f"there is no flow {flow!r} for calls"
                yield subject.document.problem(("steps", name, "keys", key), what, closest(flow, whole))


def _circles(subject: Subject) -> Iterator[Problem]:
    for name, step in sub_flows(subject.flow):
        if (circle := _circle(subject, (subject.flow.name,), step.flow)) is not None:
            what = f"these flows run each other: {' -> '.join(circle)}"
            yield subject.document.problem(("steps", name, "flow"), what, "let one of them return instead")
        elif (deep := 1 + _depth(subject, step.flow, frozenset({subject.flow.name}))) > DEEPEST:
            what = f"{deep} flows run inside each other from here on, and {DEEPEST} at most can"
            yield subject.document.problem(("steps", name, "flow"), what, "let one of them do the work of two")


def _depth(subject: Subject, name: str, passed: frozenset[str]) -> int:
    """How many flows run inside each other from this one on; a circle counts once round."""
    flow = subject.flows.get(name)
    if flow is None or name in passed:
        return 0
    return 1 + max((_depth(subject, step.flow, passed | {name}) for _, step in sub_flows(flow)), default=0)


def _circle(subject: Subject, trail: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    if name == trail[0]:
        return (*trail, name)
    flow: Flow | None = subject.flows.get(name)
    if flow is None or name in trail:
        return None
    found = (_circle(subject, (*trail, name), step.flow) for _, step in sub_flows(flow))
    return next((circle for circle in found if circle is not None), None)


RULES = (
    Rule(
        name="sub-flow-fits",
        en="a sub-flow is there, speaks the languages, gets its parameters, and each result has a way",
        zh="子流程存在、语言齐全、参数相符，每个结果都有去向",
        source="ours",
        find=_fits,
    ),
    Rule(
        name="sub-flow-circle",
        en="flows do not run each other in a circle",
        zh="流程之间不得循环调用",
        source="ours",
        find=_circles,
    ),
)
