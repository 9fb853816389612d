"""Rules about secret digits: they are marked as such, and told nobody."""

import re
from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.part import Prompt
from ivr.flow.steps.asking import Collect
from ivr.flow.steps.ending import Return, SubFlow
from ivr.flow.steps.knowing import LookUp
from ivr.flow.steps.reaching import ToQueue
from ivr.flow.values import secret

_SECRET_NAME = re.compile(r"(^|[-_])(pin|password|passcode|passwd|pwd|secret|cvv|cvc|otp|code|mima)($|[-_])")
_SECRET_TEXT = {
    "zh-CN": re.compile(r"密码|验证码|安全码|口令"),
    "en": re.compile(r"\b(pin|password|passcode|security code|one-time code|verification code)\b", re.IGNORECASE),
}


def _marked(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if isinstance(step, Collect) and not step.secret and _asks_for_secret(subject, step):
            what = f"{step.name!r} looks secret and is not marked so: it reaches logs and agents"
            yield subject.document.problem(("steps", name), what, "add secret: true")


def _asks_for_secret(subject: Subject, step: Collect) -> bool:
    if _SECRET_NAME.search(step.name):
        return True
    for language, pattern in _SECRET_TEXT.items():
        for spoken in step.prompts:
            if not isinstance(spoken, Prompt):
                continue
            if _SECRET_NAME.search(spoken.prompt) or pattern.search(subject.text(spoken.prompt, language) or ""):
                return True
    return False


def _told(subject: Subject) -> Iterator[Problem]:
    """Secret values that are spoken, given to other flows or kept; a look-up may compare them."""
    hidden = secret(subject.flow)
    for name, step in subject.flow.steps.items():
        for key, names in step.reads():
            told = sorted(names & hidden)
            if told and not _may_read(step, key):
                what = f"{told[0]!r} is secret, and this tells it"
                yield subject.document.problem(("steps", name, *key), what, "leave it out")


def _may_read(step: object, key: tuple[str, ...]) -> bool:
    if isinstance(step, SubFlow | Return):
        return False
    # A queue's carry is refused when the flow is read.
    return isinstance(step, LookUp | ToQueue) or key[0] in ("value", "cases", "when", "values")


RULES = (
    Rule(
        name="secret-marked",
        en="digits that are a password or code are marked secret",
        zh="密码、验证码等须标记为保密",
        source="Amazon Connect encrypts stored input before it is logged; PCI DSS 4.0, 3.3.1 keeps no PIN",
        find=_marked,
    ),
    Rule(
        name="secret-kept",
        en="secret digits are neither spoken nor given to other flows, nor kept with an item",
        zh="保密号码不得播报、传给其他流程或写入待办",
        source="as secret-marked",
        find=_told,
    ),
)
