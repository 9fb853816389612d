"""Rules about secret digits: they are marked as such, and told nobody."""

import re
from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.check import played
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.steps.asking import Collect
from ivr.flow.steps.deciding import Branch
from ivr.flow.steps.ending import Return, SubFlow
from ivr.flow.steps.knowing import LookUp
from ivr.flow.steps.reaching import ToQueue
from ivr.flow.values import handed_on, secret

_SECRET_NAME = re.compile(
    r"pin[0-9]*($|[-_])|(^|[-_])(otp|pan)[0-9]*($|[-_])"
    r"|passwo?r?d|passcode|pwd|secret|cvv|cvc|mima|(bank|credit|debit)[-_]?card"
)
_CODE = re.compile(r"(^|[-_])code($|[-_])")
"""Secret where callers enter it; what a source calls so is mostly a kind of thing."""
_SECRET_TEXT = {
    "zh-CN": re.compile(r"密码|验证码|安全码|口令|(银行|信用|借记)卡"),
    "en": re.compile(
        r"\b(pin|password|passcode|security code|one-time code|verification code|(bank|credit|debit) card)\b",
        re.IGNORECASE,
    ),
}


def _marked(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if isinstance(step, Collect) and not step.secret and _asks_for_secret(subject, step):
            what = f"{step.name!r} looks secret and is not marked so: it reaches logs and agents"
            yield subject.document.problem(("steps", name), what, "add secret: true")


def _asks_for_secret(subject: Subject, step: Collect) -> bool:
    if _SECRET_NAME.search(step.name) or _CODE.search(step.name):
        return True
    asked = [prompt.prompt for _, prompt in played((), step)]
    return any(
        _SECRET_NAME.search(one) or pattern.search(subject.text(one, language) or "")
        for one in asked
        for language, pattern in _SECRET_TEXT.items()
    )


def _told(subject: Subject) -> Iterator[Problem]:
    """Secret values that are spoken, given to other flows, kept, or written down here; a look-up may compare them."""
    flow, problem = subject.flow, subject.document.problem
    entered = secret(flow)
    found = {name for step in flow.steps.values() for _, names in step.reads() for name in names if _looks_secret(name)}
    hidden = entered | handed_on(flow, found)
    for name, step in flow.steps.items():
        for key, names in step.reads():
            # Of digits entered, a queue's carry is refused when the flow is read.
            told = sorted(names & (entered if isinstance(step, LookUp) else hidden))
            told = [one for one in told if not (isinstance(step, ToQueue) and one in entered)]
            if told and not _may_read(step, key):
                yield problem(("steps", name, *key), f"{told[0]!r} is secret, and this tells it", "leave it out")
        written = [(key, value) for key, value, literal in step.equals() if value in hidden and literal]
        if isinstance(step, Branch) and step.value in hidden:
            written += [(("cases", case), step.value) for case in step.cases if case]
        for key, value in written:
            mend = "let a look-up or identify compare it"
            yield problem(("steps", name, *key), f"{value!r} is secret, and stands in the flow for all to read", mend)


def _looks_secret(name: str) -> bool:
    """Whether it is a secret that a source or the customers' table has told."""
    begins, dot, last = name.rpartition(".")
    return bool(dot) and begins not in ("collected", "survey") and _SECRET_NAME.search(last) is not None


def _may_read(step: object, key: tuple[str, ...]) -> bool:
    if isinstance(step, SubFlow | Return | ToQueue):
        return False
    return isinstance(step, LookUp) or key[0] in ("value", "cases", "when", "values")


RULES = (
    Rule(
        name="secret-marked",
        en="digits that are a password, a code or a bank card's are marked secret",
        zh="密码、验证码、银行卡号等须标记为保密",
        source="Amazon Connect encrypts stored input before it is logged; PCI DSS 4.0, 3.3.1 and 3.5.1",
        find=_marked,
    ),
    Rule(
        name="secret-kept",
        en="what is secret is neither spoken nor carried, nor given to other flows, nor kept, nor written in a flow",
        zh="保密内容不得播报、随来电带出、传给其他流程、写入待办或写在流程里",
        source="as secret-marked",
        find=_told,
    ),
)
