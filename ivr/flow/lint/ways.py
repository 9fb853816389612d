"""Rules about ways: no circle without a key, none that is never taken, the call answered before anything is asked."""

from collections.abc import Iterator
from functools import partial

from cti.problems import Problem
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import asks, asks_inside, may_fail, onward, reached, way_for_failure
from ivr.flow.model import Step
from ivr.flow.steps.asking import Menu, Survey
from ivr.flow.steps.deciding import Branch, Hours
from ivr.flow.steps.ending import SubFlow
from ivr.flow.steps.knowing import Identify, Lists, LookUp
from ivr.flow.steps.reaching import Message, ToQueue
from ivr.flow.steps.speaking import Answer


def _failures(subject: Subject) -> Iterator[Problem]:
    """Circles of failures that a caller goes round in, with no key pressed, until the flow's limit."""
    flow = subject.flow
    for name, step in flow.steps.items():
        if not may_fail(step):
            continue
        target = way_for_failure(flow, step)
        ahead = reached(flow, target, lambda step: not asks(step))
        if name in ahead:
            own = any(way.key == ("on", "error") for way in step.ways())
            path = ("steps", name, "on", "error") if own else ("steps", name)
            what = f"when this fails, the caller comes back here by {target!r} with no key pressed"
            yield subject.document.problem(path, what, "give it on: {error: a step that ends the call}")


def _answered(subject: Subject) -> Iterator[Problem]:
    flow = subject.flow
    if subject.is_sub_flow:
        return
    seen, ahead = {flow.start}, [flow.start]
    while ahead:
        step = flow.steps[ahead.pop()]
        if not isinstance(step, Answer) and not _wants_answer(subject, step) and not _answers(subject, step):
            new = set(onward(step)) - seen
            seen |= new
            ahead += new
    for name, step in flow.steps.items():
        if name in seen and _wants_answer(subject, step):
            what = "the call may not be answered yet when it comes here"
            yield subject.document.problem(("steps", name), what, "begin with a step whose action is answer")


def _wants_answer(subject: Subject, step: Step) -> bool:
    inside = asks_inside(subject.flows, step) and not _answers(subject, step)
    return inside or asks(step) or isinstance(step, Message | ToQueue)


def _answers(subject: Subject, step: Step) -> bool:
    """Whether the step runs a flow that answers."""
    flow = subject.flows.get(step.flow) if isinstance(step, SubFlow) else None
    return flow is not None and any(isinstance(one, Answer) for one in flow.steps.values())


def _limit(subject: Subject) -> Iterator[Problem]:
    flow = subject.flow
    for name, steps in reached(flow, flow.start).items():
        if steps >= flow.limit:
            what = f"the step {name!r} is the {steps + 1}th at the soonest, and no call takes more than {flow.limit}"
            yield subject.document.problem(("limit",), what, f"make it {steps + 20}, or the flow shorter")


def _useless(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        problem = partial(subject.document.problem, ("steps", name))
        if isinstance(step, Branch | Hours | Lists):
            targets = set(onward(step))
            if len(targets) == 1:
                what = f"whatever is decided here, the call goes to {targets.pop()!r}"
                yield problem(what, "remove the step, or part the ways")
        if isinstance(step, Menu):
            chosen = [target for key, target in step.keys.items() if key not in "0*#"]
            if len(chosen) > 1 and len(set(chosen)) == 1:
                yield problem(f"whatever is chosen here, the call goes to {chosen[0]!r}", "part the ways")
        if isinstance(step, Survey) and len(set(step.scores.values())) == 1:
            yield problem("every answer gives the same score", "give each key its own")
        if isinstance(step, Identify) and not step.number and step.account is None:
            yield problem(
                "neither the number nor an account is looked at", "remove number: false, or ask for an account"
            )


def _time_outs(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if isinstance(step, LookUp) and step.on.timeout is None and step.on.error is None:
            what = "a source that does not answer in time has no way of its own"
            yield subject.document.problem(("steps", name, "on"), what, "add timeout: a step")


RULES = (
    Rule(
        name="failure-circle",
        en="a failure never leads back to what failed without a key pressed",
        zh="出错后不得在无按键的情况下回到出错处",
        source="ours: an Asterisk in trouble gets more trouble; compare Genesys' limit of 10,000 actions a run",
        find=_failures,
    ),
    Rule(
        name="answered-first",
        en="the call is answered before keys are asked for, a message is recorded or the caller waits",
        zh="收键、留言、排队之前必须先应答",
        source="ours: in early media many networks pass no keys and cut the call after a minute or two",
        find=_answered,
    ),
    Rule(
        name="limit-enough",
        en="every step can be reached within the flow's limit of steps",
        zh="步数上限须足以到达每一步骤",
        source="ours",
        find=_limit,
    ),
    Rule(
        name="decides",
        en="a step that decides has more than one outcome",
        zh="判断步骤须有不同的去向",
        source="ours: mostly a name written wrong",
        find=_useless,
    ),
    Rule(
        name="time-out-way",
        en="every time-out has a way of its own",
        zh="每个超时都有去向",
        source="Amazon Connect's flow language: named error branches",
        find=_time_outs,
    ),
)
