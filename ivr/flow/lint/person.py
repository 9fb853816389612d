"""Rules about reaching a person: at any time, at once, and whatever becomes of the call."""

from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.check import questions
from ivr.flow.document import Path
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import (
    PERSON,
    asks,
    failure,
    led,
    may_fail,
    reaches_person,
    served,
    sub_flows,
    way_for_failure,
)
from ivr.flow.model import Flow
from ivr.flow.part import AskingDigits, Part, SpokenText, Way
from ivr.flow.steps.asking import Collect, Menu
from ivr.flow.steps.deciding import Hours
from ivr.flow.steps.ending import HangUp, Return
from ivr.flow.steps.knowing import Identify, LookUp
from ivr.flow.steps.reaching import Callback, Duty, Message, Transfer

AT_ONCE_S = 10.0
"""Seconds of talk between 0 and the person."""
MEND_ZERO = "let 0 lead to a queue step (keys of a menu, zero of a question for digits)"


def _zero(subject: Subject) -> Iterator[Problem]:
    flow, problem = subject.flow, subject.document.problem
    if not subject.is_sub_flow and not _somebody(subject, flow):
        yield problem(("start",), "nobody can be reached on this line", MEND_ZERO)
    for place, target in _zeros(flow):
        if target is None:
            yield problem(place, "0 does not lead to a person here", MEND_ZERO)
        elif not reaches_person(subject.flows, flow, target):
            yield problem(place, "0 leads to somewhere else before a person, or to none", MEND_ZERO)
        else:
            for language in flow.languages:
                if (talk_s := _talk_s(subject, target, language)) > AT_ONCE_S:
                    what = f"after 0 the caller hears {talk_s:.0f} s in {language} before he reaches a person"
                    yield problem(place, what, f"say it in {AT_ONCE_S:g} s, or nothing")
    for name, run in sub_flows(flow):
        for result in sorted(_zero_results(subject, run.flow) & run.results.keys()):
            if not reaches_person(subject.flows, flow, run.results[result]):
                what = f"0 in the flow {run.flow!r} comes back as {result!r}, and reaches no person from there"
                yield problem(("steps", name, "results", result), what, MEND_ZERO)


def _zeros(flow: Flow) -> Iterator[tuple[Path, str | None]]:
    """Where each menu, and each question for more than one digit, leads with 0."""
    for name, step in flow.steps.items():
        if isinstance(step, Menu):
            yield ("steps", name, "keys", *(["0"] if "0" in step.keys else [])), step.keys.get("0")
        for path, asking in questions(("steps", name), step):
            if isinstance(asking, AskingDigits) and asking.digits.min > 1:
                yield (*path, *(["zero"] if asking.zero else [])), asking.zero


def _somebody(subject: Subject, flow: Flow, passed: frozenset[str] = frozenset()) -> bool:
    """Whether a caller can be led to a person, in a sub-flow if need be."""
    steps = {name: flow.steps[name] for name in led(flow, flow.start)}
    inner = (subject.flows.get(run.flow) for name, run in sub_flows(flow) if name in steps)
    return any(isinstance(step, PERSON) for step in steps.values()) or any(
        one is not None and one.name not in passed and _somebody(subject, one, passed | {one.name}) for one in inner
    )


def _talk_s(subject: Subject, name: str, language: str, passed: frozenset[str] = frozenset()) -> float:
    """The longest that is said from here until a person is called for."""
    step = subject.flow.steps[name]
    said_s = sum(subject.spoken_s(one, language) for one in getattr(step, "prompts", ()))
    if isinstance(step, PERSON) or name in passed:
        return said_s
    return said_s + max((_talk_s(subject, way.target, language, passed | {name}) for way in served(step)), default=0.0)


def _zero_results(subject: Subject, name: str) -> set[str]:
    """What a sub-flow returns to somebody who pressed 0."""
    flow = subject.flows.get(name)
    if flow is None:
        return set()
    ends = (flow.steps[one] for _, zero in _zeros(flow) if zero for one in _with_no_key(flow, zero))
    return {step.result for step in ends if isinstance(step, Return)}


def _with_no_key(flow: Flow, name: str) -> set[str]:
    found, ahead = {name}, [name]
    while ahead:
        step = flow.steps[ahead.pop()]
        new = {way.target for way in ([] if asks(step) else served(step))} - found
        found |= new
        ahead += new
    return found


def _failure(subject: Subject) -> Iterator[Problem]:
    """Failures, and questions of a machine that came to nothing, which end in a hang-up with no person and no key."""
    flow = subject.flow
    ways: list[tuple[Path, str]] = [(("on", "error"), flow.on.error), (("on", "limit"), flow.on.limit)]
    ways += [
        (("steps", name, *way.key), way.target)
        for name, step in flow.steps.items()
        for way in step.ways()
        if failure(way) or _in_vain(step, way)
    ]
    for path, target in ways:
        if _hangs_up(flow, target):
            what = f"the caller is hung up on (step {target!r})"
            yield subject.document.problem(path, what, "let it lead to a person, a menu or a message")


def _in_vain(step: Part, way: Way) -> bool:
    """Whether the way is that of a caller for whom it did not work out, and who has not been offered anything else."""
    return isinstance(step, Collect | Identify | LookUp | Transfer | Duty | Callback) and way.key[0] == "on"


def _hangs_up(flow: Flow, name: str) -> bool:
    ahead, seen = [name], {name}
    while ahead:
        step = flow.steps[ahead.pop()]
        if isinstance(step, HangUp):
            return True
        if not isinstance(step, (*PERSON, Callback, Message)) and not asks(step):
            new = {way.target for way in served(step)} - seen
            if may_fail(step):
                new |= {way_for_failure(flow, step)} - seen
            seen |= new
            ahead += new
    return False


def _spoken_otherwise(subject: Subject) -> Iterator[Problem]:
    """Texts of run time for which nothing is said where no live voice is there."""
    for name, step in subject.flow.steps.items():
        for number, spoken in enumerate(getattr(step, "prompts", ())):
            if isinstance(spoken, SpokenText) and not spoken.otherwise:
                what = "where no live voice speaks, nothing is said here"
                yield subject.document.problem(("steps", name, "prompts", number), what, "give it otherwise: prompts")


def _hours(subject: Subject) -> Iterator[Problem]:
    """Hours that are the wrong way round: people are reached outside them alone."""
    flow = subject.flow
    for name, step in flow.steps.items():
        if not isinstance(step, Hours):
            continue
        inside, outside = ({one for one in led(flow, way) if isinstance(flow.steps[one], PERSON)}
                           for way in (step.open, step.closed))  # fmt: skip
        if outside and not inside:
            what = "within the hours no person can be reached, outside them one can"
            yield subject.document.problem(("steps", name), what, "change open and closed")


RULES = (
    Rule(
        name="zero-person",
        en="0 reaches a person at once, from every menu and question for digits",
        zh="任一菜单或收号处按 0 即转人工",
        source="DL/T 2046-2019, menus of power hotlines",
        find=_zero,
    ),
    Rule(
        name="failure-person",
        en="neither a failure nor a question asked in vain ends in a hang-up",
        zh="出错或收号、查询未果时不得直接挂机",
        source="ours: whoever rang in vain rings again",
        find=_failure,
    ),
    Rule(
        name="hours-kept",
        en="whoever can be reached outside the hours can be reached within them",
        zh="服务时间内至少与服务时间外一样能找到人工",
        source="ours: open and closed are easily mixed up",
        find=_hours,
    ),
    Rule(
        name="text-otherwise",
        en="text of run time has prompts for where it cannot be spoken",
        zh="实时文本须有无法播报时的替代提示音",
        source="ours: the live voice is optional",
        find=_spoken_otherwise,
    ),
)
