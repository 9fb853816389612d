"""Rules about reaching a person: at any time, at once, and told early enough."""

import re
from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.document import Path
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import PERSON, asks, is_language_choice, reaches_person, targets
from ivr.flow.model import Flow, Step
from ivr.flow.part import Prompt, Spoken, SpokenText
from ivr.flow.steps.asking import Menu
from ivr.flow.steps.ending import HangUp

NAMED_WITHIN_S = 30.0
"""Seconds from the first word until the caller has heard how to reach a person, when he presses nothing."""
UNKNOWN_S = 2.0
"""How long a value or a text of run time is taken to be."""

_OFFERS = {
    "zh-CN": re.compile(r"人工[^。，]*[，,]?\s*请?按(?:零|0)|按(?:零|0)[^。]*人工"),
    "en": re.compile(r"(?:person|agent|advis[eo]r|representative|colleague|somebody|someone)[^.]*press(?:ing)? "
                     r"(?:zero|0)|press(?:ing)? (?:zero|0)[^.]*(?:person|agent|advis[eo]r|representative|colleague"
                     r"|somebody|someone)", re.IGNORECASE),
}  # fmt: skip


def _zero(subject: Subject) -> Iterator[Problem]:
    flow = subject.flow
    for name, step in flow.steps.items():
        if not isinstance(step, Menu):
            continue
        mend = "let 0 lead to a queue step"
        if "0" not in step.keys:
            yield subject.document.problem(("steps", name, "keys"), "0 does not lead to a person here", mend)
        elif not reaches_person(flow, step.keys["0"]):
            what = "0 leads to somewhere else before a person, or to none"
            yield subject.document.problem(("steps", name, "keys", "0"), what, mend)


def _named(subject: Subject) -> Iterator[Problem]:
    if subject.is_sub_flow:
        return
    flow = subject.flow
    for language in flow.languages:
        for name, heard_s in _first_menus(subject, language).items():
            step = flow.steps[name]
            assert isinstance(step, Menu)
            within = _offer_s(subject, step, language)
            place = ("steps", name, "prompts")
            if within is None:
                what = f"nobody hears in {language} that 0 leads to a person"
                yield subject.document.problem(place, what, "say it here: the prompt press-zero, or in the menu's own")
            elif heard_s + within > NAMED_WITHIN_S:
                what = f"a silent caller hears in {language} of the way to a person only after {heard_s + within:.0f} s"
                mend = f"say it within {NAMED_WITHIN_S:g} s: shorten what comes before, or move it forward"
                yield subject.document.problem(place, what, mend)


def _first_menus(subject: Subject, language: str) -> dict[str, float]:
    """The first menus that a caller meets who presses nothing, and after how many seconds at the latest."""
    flow = subject.flow
    found: dict[str, float] = {}
    longest: dict[str, float] = {}
    ahead = [(flow.start, 0.0)]
    while ahead:
        name, heard_s = ahead.pop()
        step = flow.steps[name]
        if heard_s <= longest.get(name, -1.0) or heard_s > 10 * NAMED_WITHIN_S:
            continue
        longest[name] = heard_s
        if isinstance(step, Menu) and not is_language_choice(flow, step):
            found[name] = heard_s
        elif not asks(step) or isinstance(step, Menu):
            after_s = heard_s + _heard_s(subject, step, language)
            ahead += [(way.target, after_s) for way in step.ways() if way.silent]
    return found


def _heard_s(subject: Subject, step: Step, language: str) -> float:
    prompts_s = sum(_seconds(subject, one, language) for one in getattr(step, "prompts", ()))
    return step.tries * (prompts_s + step.timeout_s) if isinstance(step, Menu) else prompts_s


def _seconds(subject: Subject, spoken: Spoken, language: str) -> float:
    if isinstance(spoken, Prompt):
        return subject.seconds(spoken.prompt, spoken.language or language) + UNKNOWN_S * len(spoken.values)
    return UNKNOWN_S


def _offer_s(subject: Subject, menu: Menu, language: str) -> float | None:
    """After how many seconds of its prompts a menu has said how to reach a person; None: it does not."""
    heard_s = 0.0
    for spoken in menu.prompts:
        length_s = _seconds(subject, spoken, language)
        if not isinstance(spoken, Prompt):
            heard_s += length_s
            continue
        spoken_in = spoken.language or language
        text = subject.text(spoken.prompt, spoken_in)
        if text is None or spoken_in not in _OFFERS:
            # Whoever recorded a prompt of his own knows what it says.
            return heard_s + length_s
        if (offer := _OFFERS[spoken_in].search(text)) is not None:
            return heard_s + length_s * offer.end() / len(text)
        heard_s += length_s
    return None


def _failure(subject: Subject) -> Iterator[Problem]:
    """Failures that end in a hang-up with no person and no key on the way."""
    flow = subject.flow
    ways: list[tuple[Path, str]] = [(("on", "error"), flow.on.error), (("on", "limit"), flow.on.limit)]
    ways += [
        (("steps", name, *way.key), way.target)
        for name, step in flow.steps.items()
        for way in step.ways()
        if way.key == ("on", "error")
    ]
    for path, target in ways:
        if _hangs_up(flow, target):
            what = f"when something fails, the caller is hung up on (step {target!r})"
            yield subject.document.problem(path, what, "let it lead to a person")


def _hangs_up(flow: Flow, name: str) -> bool:
    ahead, seen = [name], {name}
    while ahead:
        step = flow.steps[ahead.pop()]
        if isinstance(step, HangUp):
            return True
        if not isinstance(step, PERSON) and not asks(step):
            new = set(targets(flow, step)) - seen
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


RULES = (
    Rule(
        name="zero-person",
        en="0 reaches a person at once, from every menu",
        zh="任一菜单按 0 即转人工",
        source="DL/T 2046-2019, menus of power hotlines",
        find=_zero,
    ),
    Rule(
        name="person-named",
        en=f"the first menu names the way to a person, within {NAMED_WITHIN_S:g} s of silence",
        zh=f"首个菜单即告知转人工的方法，来电者不按键时 {NAMED_WITHIN_S:g} 秒内听到",
        source="DL/T 2046-2019 for the offer in the menu; the seconds are ours",
        find=_named,
    ),
    Rule(
        name="failure-person",
        en="a failure does not end in a hang-up",
        zh="出错时不得直接挂机",
        source="ours: whoever rang in vain rings again",
        find=_failure,
    ),
    Rule(
        name="text-otherwise",
        en="text of run time has prompts for where it cannot be spoken",
        zh="实时文本须有无法播报时的替代提示音",
        source="ours: the live voice is optional",
        find=_spoken_otherwise,
    ),
)
