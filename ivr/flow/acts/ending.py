"""What hang-up, flow and return do."""

from ivr.flow.acts.reaching import NEXT_VARIABLE
from ivr.flow.course import Course, Frame, StepFailed, WayKey
from ivr.flow.ending import Ending, HungUp
from ivr.flow.steps.ending import HangUp, Return, SubFlow

DEEPEST = 8
"""Flows inside each other."""


def hang_up(course: Course, step: HangUp) -> Ending:
    """End the call."""
    course.note(step.action, "hung up")
    course.line.set(NEXT_VARIABLE, "hangup")
    return HungUp(course.frame.step)


def sub_flow(course: Course, step: SubFlow) -> None:
    """Go into another flow; it returns, or ends the call."""
    flow = course.flows.get(step.flow)
    if flow is None or flow.parameters is None:
        raise StepFailed(f"there is no sub-flow {step.flow!r}")
    if len(course.frames) >= DEEPEST:
        raise StepFailed(f"more than {DEEPEST} flows inside each other")
    given = {name: (course.value(one), course.is_secret(one)) for name, one in step.give.items()}
    course.note(step.action, f"into {step.flow}")
    course.frames.append(Frame(flow, flow.start))
    for name, (value, secret) in given.items():
        course.keep(name, value, secret=secret)


def back(course: Course, step: Return) -> WayKey:
    """Go back to the flow that runs this one; the way is that of its own step."""
    given = {name: (course.value(one), course.is_secret(one)) for name, one in step.values.items()}
    course.note(step.action, step.result)
    if len(course.frames) == 1:
        raise StepFailed("there is no flow to return to")
    course.observer.went(course.frame.flow.name, course.frame.step, ())
    course.frames.pop()
    caller = course.frame.flow.steps[course.frame.step]
    assert isinstance(caller, SubFlow)
    if step.result not in caller.results:
        raise StepFailed(f"there is no way for the result {step.result!r}")
    if caller.into is not None:
        course.keep_all(caller.into, {})
        for name, (value, secret) in given.items():
            course.keep(f"{caller.into}.{name}", value, secret=secret)
    return ("results", step.result)
