"""Rules about values: filled before they are read, and conditions that depend on something."""

from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.expression import ExpressionWrong, parsed
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import reached
from ivr.flow.model import Step
from ivr.flow.steps.deciding import Branch, Set
from ivr.flow.steps.ending import SubFlow
from ivr.flow.steps.knowing import Identify, LookUp
from ivr.flow.steps.reaching import Callback
from ivr.flow.values import CUSTOMER, GIVEN, filled, is_filled

_TAKEN = ("collected", "customer", "survey", "hours", "list")
"""First words of names that only their steps fill."""


def _empty(subject: Subject) -> Iterator[Problem]:
    """What is read where no way from the start has filled it: it is always empty there."""
    flow = subject.flow
    given = {*GIVEN, *((*flow.parameters, CUSTOMER) if flow.parameters is not None else ())}
    fillers = {name: _fills(subject, step) for name, step in flow.steps.items()}
    fills_before: dict[str, set[str]] = {name: set() for name in flow.steps}
    for name, fills in fillers.items():
        for target in reached(flow, name) if fills else ():
            if target != name or _comes_again(subject, name):
                fills_before[target] |= fills
    for name, step in flow.steps.items():
        own = set(step.values) if step.action == "set" else set()
        known = frozenset(given | fills_before[name] | own)
        for key, names in step.reads():
            for wanted in sorted(names):
                if not is_filled(wanted, known) and is_filled(wanted, frozenset(filled(flow))):
                    what = f"nothing has filled {wanted!r} yet when the call comes here"
                    yield subject.document.problem(("steps", name, *key), what, "put the step that fills it before")


def _comes_again(subject: Subject, name: str) -> bool:
    step = subject.flow.steps[name]
    return any(name in reached(subject.flow, way.target) for way in step.ways())


def _fills(subject: Subject, step: Step) -> set[str]:
    if isinstance(step, Identify):
        return {CUSTOMER}
    alone = subject.flow.model_copy(update={"steps": {"one": step}, "parameters": None})
    return set(filled(alone)) - {*GIVEN, CUSTOMER}


def _constant(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if not isinstance(step, Branch):
            continue
        seen: set[str] = set()
        for number, when in enumerate(step.when):
            path = ("steps", name, "when", number, "condition")
            if not _reads(when.condition):
                yield subject.document.problem(path, "this is always the same", "let it depend on a value")
            if when.condition in seen:
                yield subject.document.problem(path, "this condition stands before already", "remove one of the two")
            seen.add(when.condition)


def _reads(condition: str) -> bool:
    try:
        return bool(parsed(condition).names)
    except ExpressionWrong:
        return True


def _own(subject: Subject) -> Iterator[Problem]:
    """Names of the call's own that the flow fills itself: it reads something else than the router takes."""
    mend = "choose another name"
    for name in subject.flow.parameters or ():
        if name in GIVEN:
            yield subject.document.problem(("parameters",), f"{name!r} is the call's own", mend)
    for name, step in subject.flow.steps.items():
        for value in sorted(step.values.keys() & set(GIVEN)) if isinstance(step, Set) else ():
            yield subject.document.problem(("steps", name, "values", value), f"{value!r} is the call's own", mend)
        into = step.into if isinstance(step, LookUp | SubFlow) else None
        if into in _TAKEN:
            what = f"{into!r} begins names that other steps fill"
            yield subject.document.problem(("steps", name, "into"), what, mend)


def _number(subject: Subject) -> Iterator[Problem]:
    """Callbacks to the caller's number on a way on which nobody looked whether he shows one."""
    flow = subject.flow
    if subject.is_sub_flow:
        return
    blind = reached(flow, flow.start, lambda step: not _looks_at_caller(step))
    for name, step in flow.steps.items():
        if isinstance(step, Callback) and step.number == "caller" and name in blind:
            what = "whoever withholds his number is called back under none"
            mend = "put a branch before: {condition: known(caller), next: …}, and ask the others for their number"
            yield subject.document.problem(("steps", name), what, mend)


def _looks_at_caller(step: Step) -> bool:
    return isinstance(step, Branch) and any("caller" in names for _, names in step.reads())


RULES = (
    Rule(
        name="filled-first",
        en="a value is filled before it is read",
        zh="取值之前须已赋值",
        source="ours: a value that is not filled is empty, and nobody notices",
        find=_empty,
    ),
    Rule(
        name="condition-counts",
        en="a condition depends on a value, and stands once",
        zh="条件须依赖某个值且不重复",
        source="ours",
        find=_constant,
    ),
    Rule(
        name="own-names",
        en="what a flow fills has names of its own, not those of the call",
        zh="流程赋值须用自己的名称，不得占用来电本身的名称",
        source="ours: the flow would read another tier or customer than the router takes",
        find=_own,
    ),
    Rule(
        name="number-there",
        en="a callback has a number to call",
        zh="回电须有可拨打的号码",
        source="ours: callers withhold their numbers",
        find=_number,
    ),
)
