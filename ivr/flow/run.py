"""Runs a flow for one caller: step by step, bounded, with one typed ending whatever happens."""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.flow.acts import asking, deciding, ending, knowing, reaching, speaking
from ivr.flow.acts.reaching import NEXT_VARIABLE
from ivr.flow.course import Course, Frame, StepFailed, WayKey
from ivr.flow.ending import Broken, CallerLeft, Dialling, Ending
from ivr.flow.expression import ExpressionFault
from ivr.flow.line import Away, CallerGone, Line, LineFailed, LineLost
from ivr.flow.model import Flow
from ivr.flow.part import Part
from ivr.flow.ports import CallFacts, Observer, Surroundings
from ivr.flow.resume import RESUME_VARIABLE, Resume, resumed, saved
from ivr.flow.steps.asking import Collect, Menu, Survey
from ivr.flow.steps.deciding import Branch, Hours, Set
from ivr.flow.steps.ending import HangUp, Return, SubFlow
from ivr.flow.steps.knowing import Identify, Lists, LookUp
from ivr.flow.steps.reaching import Callback, CancelCallback, Duty, Message, ToQueue, Transfer
from ivr.flow.steps.speaking import Announce, Answer, Say, SetLanguage
from ivr.speech.kinds import Unspeakable

Act = Callable[[Course, Any], WayKey | Ending | None]

ACTS: Mapping[type[Part], Act] = {
    Answer: speaking.answer,
    Say: speaking.say,
    SetLanguage: speaking.language,
    Announce: speaking.announce,
    Menu: asking.menu,
    Collect: asking.collect,
    Survey: asking.survey,
    Identify: knowing.identify,
    LookUp: knowing.look_up,
    Lists: knowing.lists,
    Branch: deciding.branch,
    Set: deciding.set_values,
    Hours: deciding.hours,
    ToQueue: reaching.queue,
    Transfer: reaching.transfer,
    Duty: reaching.duty,
    Callback: reaching.callback,
    CancelCallback: reaching.cancel_callback,
    Message: reaching.message,
    SubFlow: ending.sub_flow,
    Return: ending.back,
    HangUp: ending.hang_up,
}
"""What each kind of step does: the way it goes, the run's ending, or None where it went into another flow."""

FAILURES = (LineFailed, StepFailed, ExpressionFault, Unspeakable, LookupError)


def run(
    flow: Flow,
    line: Line,
    facts: CallFacts,
    around: Surroundings,
    observer: Observer,
    flows: Mapping[str, Flow] | None = None,
    resume: Resume | None = None,
) -> Ending:
    """Run `flow` to its end; `flows` are those it may run inside it.

    At most `flow.limit` steps are taken; then its `on.limit` step ends the call. A failure of Asterisk or of a look-up
    goes the way that the step, or the flow, has for it. The last acts are `HOTLINE_ROUTE` and then `HOTLINE_NEXT`
    (`queue`, `dial` or `hangup`), which the dialplan trusts. `resume`: the flow goes on where it left for `dial`.
    """
    course = Course(line, facts, around, flows or {}, observer, [Frame(flow, flow.start)])
    spoken = flow.languages
    course.language = facts.language if facts.language in spoken else next(iter(spoken))
    if resume is not None:
        resumed(course, resume)
    for taken in range(flow.limit + 1):
        if taken == flow.limit:
            course.note("limit", f"{taken} steps taken")
            del course.frames[1:]
            course.frame.step = flow.on.limit
        ended = _step(course, last=taken == flow.limit)
        if ended is not None:
            return ended
    return Broken(course.frame.step, "the flow's last step did not end the call")


def _step(course: Course, *, last: bool) -> Ending | None:
    """Take one step; its ending, or None when the call goes on."""
    name = course.frame.step
    step = course.frame.flow.steps[name]
    try:
        after = ACTS[type(step)](course, step)
    except CallerGone:
        course.note(step.action, "caller left")
        return _over(course, CallerLeft(name))
    except LineLost as lost:
        course.note(step.action, f"session over: {lost}")
        return _over(course, Broken(name, str(lost)))
    except Away:
        return _away(course)
    except FAILURES as error:
        course.note(step.action, f"error: {error}")
        if last:
            return _over(course, Broken(name, f"the flow's last step failed: {error}"))
        _fail(course)
        return None
    if after is None:
        return None
    if not isinstance(after, tuple):
        return _over(course, after)
    _go(course, after)
    return None


def _go(course: Course, way: WayKey) -> None:
    """Leave the step this way."""
    frame = course.frame
    target: Any = frame.flow.steps[frame.step]
    by_secret = isinstance(target, Branch) and target.value is not None and course.is_secret(target.value)
    course.observer.went(frame.flow.name, frame.step, way[:1] if by_secret else way)
    for word in way:
        if isinstance(target, Mapping):
            target = target[word]
        elif isinstance(target, tuple):
            target = target[int(word)]
        else:
            target = getattr(target, word)
    frame.step = target


def _fail(course: Course) -> None:
    """Go the way of a failure: the step's own, or the flow's."""
    frame = course.frame
    own = getattr(getattr(frame.flow.steps[frame.step], "on", None), "error", None)
    course.observer.went(frame.flow.name, frame.step, ("on", "error"))
    frame.step = own or frame.flow.on.error


def _over(course: Course, ended: Ending) -> Ending:
    course.observer.went(course.frame.flow.name, course.frame.step, ())
    return ended


def _away(course: Course) -> Ending:
    """Leave for the dialplan, which dials; what is needed to go on goes with the call."""
    name = course.frame.step
    try:
        course.line.set(RESUME_VARIABLE, saved(course))
        course.line.set(NEXT_VARIABLE, "dial")
    except CallerGone:
        return _over(course, CallerLeft(name))
    except (LineLost, LineFailed) as error:
        return _over(course, Broken(name, str(error)))
    return Dialling(name)
