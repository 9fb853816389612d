"""The rule about questions that can be answered: time enough, digits that can end and can be right."""

from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.check import questions
from ivr.flow.digits import RESIDENT_ID_PLACES, Check, lengths
from ivr.flow.document import Path
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.part import AskingDigits, Prompt
from ivr.flow.steps.asking import Collect
from ivr.flow.steps.reaching import Message

SHORTEST_S = 2.0
"""Seconds that a caller needs to find a key."""
_CROSSED = {"timeout": "not-an-option", "invalid": "nothing-heard"}
"""Supplied prompts that say the other thing than what happened."""


def _pauses(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if isinstance(step, Message) and step.silence_s >= step.longest_s:
            what = f"the pause of {step.silence_s} s that ends a message is not shorter than the longest message"
            yield subject.document.problem(("steps", name, "silence_s"), what, "let longest_s be the longer one")
        if isinstance(step, Collect):
            yield from _right(subject, ("steps", name), step)
        for path, asking in questions(("steps", name), step):
            if asking.tries > 1 and not (asking.retry.timeout and asking.retry.invalid):
                what = "asked again, the caller does not hear why"
                mend = "add retry: {timeout: [nothing-heard], invalid: [not-an-option]}, or tries: 1"
                yield subject.document.problem((*path, "retry"), what, mend)
            for after, wrong in _CROSSED.items():
                if any(isinstance(one, Prompt) and one.prompt == wrong for one in getattr(asking.retry, after)):
                    what = f"{wrong!r} is said to somebody else than it is meant for"
                    yield subject.document.problem((*path, "retry", after), what, "change timeout and invalid")
            if asking.timeout_s < SHORTEST_S:
                what = f"{asking.timeout_s:g} s are too short to find a key"
                yield subject.document.problem((*path, "timeout_s"), what, "give 5 s")
            if isinstance(asking, AskingDigits):
                yield from _digit_pauses(subject, path, asking)


def _digit_pauses(subject: Subject, path: Path, asking: AskingDigits) -> Iterator[Problem]:
    if asking.between_s is not None and asking.between_s > asking.timeout_s:
        what = f"between two keys {asking.between_s:g} s may pass, before the first only {asking.timeout_s:g} s"
        yield subject.document.problem((*path, "between_s"), what, "let timeout_s be the longer one")
    if asking.ends == "" and asking.digits.min < asking.digits.max:
        what = f"nothing but a pause ends fewer than {asking.digits.max} digits"
        yield subject.document.problem((*path, "ends"), what, "let '#' end them")


def _right(subject: Subject, path: Path, step: Collect) -> Iterator[Problem]:
    """Digits that can never be what is asked for."""
    asked = range(step.digits.min, step.digits.max + 1)
    shown = f"{step.digits.min} to {step.digits.max} digits"
    if step.pattern is not None and not lengths(step.pattern) & set(asked):
        yield subject.document.problem((*path, "pattern"), f"no {shown} look like this", "let digits and pattern agree")
    if step.check is not Check.RESIDENT_ID:
        return
    if RESIDENT_ID_PLACES not in asked:
        what = f"a resident number has {RESIDENT_ID_PLACES} places, and {shown} are asked for"
        yield subject.document.problem((*path, "check"), what, f"let digits be {RESIDENT_ID_PLACES}")
    if step.ends == "*":
        yield subject.document.problem((*path, "check"), "* is the X of a resident number", "let '#' end the digits")


RULES = (
    Rule(
        name="asked-well",
        en="there is time to answer, digits can be ended and be right, and who is asked again hears why",
        zh="按键时间充足、收号可结束且可能正确、再次询问时说明原因",
        source="Genesys: the wait for a first key must exceed that between two keys; the rest is ours",
        find=_pauses,
    ),
)
