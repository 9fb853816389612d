"""Rules about menus: how deep they go, the way back, and that what is said is what can be pressed."""

import re
from collections.abc import Iterator

from cti.problems import Problem
from ivr.flow.check import questions
from ivr.flow.document import Path
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import levels, menus_passed, reached, sub_flows
from ivr.flow.model import Flow, Step
from ivr.flow.part import Part, Prompt, Spoken
from ivr.flow.steps.asking import Menu, Survey
from ivr.flow.steps.ending import Return

DEEPEST = 5
"""Levels of menus."""

_ZH = {"零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_EN = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"} | {
    "six": "6", "seven": "7", "eight": "8", "nine": "9"
}  # fmt: skip
_NAMED = {
    "zh-CN": (re.compile(rf"按({'|'.join(_ZH)}|[0-9]|星号|井号)"), _ZH | {"星号": "*", "井号": "#"}),
    "en": (
        re.compile(rf"press(?:ing)? (?:the )?({'|'.join(_EN)}|[0-9]|star|hash|pound)\b", re.IGNORECASE),
        _EN | {"star": "*", "hash": "#", "pound": "#"},
    ),
}


def _deep(subject: Subject) -> Iterator[Problem]:
    flow = subject.flow
    depth = levels(flow)
    for name, level in depth.items():
        if level > DEEPEST:
            what = f"this menu is on level {level}"
            yield subject.document.problem(("steps", name), what, f"let {DEEPEST} levels do: join menus")
    passed = menus_passed(flow)
    for name, step in sub_flows(flow):
        level = passed.get(name, 0) + _deepest(subject, step.flow, frozenset({flow.name}))
        if level > DEEPEST:
            what = f"with the menus of the flow {step.flow!r} this is {level} levels deep"
            yield subject.document.problem(("steps", name, "flow"), what, f"let {DEEPEST} levels do: join menus")


def _deepest(subject: Subject, name: str, passed: frozenset[str]) -> int:
    flow = subject.flows.get(name)
    if flow is None or name in passed:
        return 0
    before = menus_passed(flow)
    inner = [before.get(at, 0) + _deepest(subject, step.flow, passed | {name}) for at, step in sub_flows(flow)]
    return max([0, *levels(flow).values(), *inner])


def _back(subject: Subject) -> Iterator[Problem]:
    flow = subject.flow
    for name, level in levels(flow).items():
        step = flow.steps[name]
        assert isinstance(step, Menu)
        if level == 1 and not subject.is_sub_flow:
            continue
        target = step.keys.get("*")
        if target is None:
            mend = "let * lead to the menu before"
            yield subject.document.problem(("steps", name, "keys"), "* does not go back here", mend)
        elif not _goes_back(flow, name, target):
            what = f"* leads to {target!r}, from where nobody comes here again"
            yield subject.document.problem(("steps", name, "keys", "*"), what, "let * lead to the menu before")


def _goes_back(flow: Flow, menu: str, target: str) -> bool:
    if target == menu:
        return False
    ahead = reached(flow, target)
    returns = flow.parameters is not None and any(isinstance(flow.steps[one], Return) for one in ahead)
    return menu in ahead or returns


def _said(subject: Subject) -> Iterator[Problem]:
    for name, step in subject.flow.steps.items():
        if not isinstance(step, Menu | Survey):
            continue
        keys = set(step.keys) if isinstance(step, Menu) else set(step.scores)
        for language in subject.flow.languages:
            named = _named_keys(subject, step, language)
            if named is None:
                continue
            for key in sorted(named - keys):
                what = f"callers hear in {language} of key {key}, which does nothing"
                yield subject.document.problem(("steps", name, "prompts"), what, "give the key a step, or say less")
            for key in sorted(keys - named - set("0*#")):
                what = f"nobody hears in {language} of key {key}"
                where = "keys" if isinstance(step, Menu) else "scores"
                yield subject.document.problem(("steps", name, where, key), what, "name it in a prompt, or remove it")


def _heard(subject: Subject) -> Iterator[Problem]:
    """Questions and texts of which somebody hears nothing in his language, for all of it is in others."""
    for name, step in subject.flow.steps.items():
        for path, prompts in _texts(("steps", name), step):
            for language in subject.flow.languages:
                if all(isinstance(one, Prompt) and one.language not in (None, language) for one in prompts):
                    what = f"whoever speaks {language} hears this in another language"
                    yield subject.document.problem(path, what, "leave the language out, or add the prompt in his")


def _texts(path: Path, step: Step) -> Iterator[tuple[Path, tuple[Spoken, ...]]]:
    asked: list[tuple[Path, Part]] = list(questions(path, step))
    for where, part in asked or [(path, step)]:
        if prompts := getattr(part, "prompts", ()):
            yield (*where, "prompts"), prompts


def _named_keys(subject: Subject, step: Menu | Survey, language: str) -> set[str] | None:
    """The keys that the prompts name; None where what they say is not known."""
    found: set[str] = set()
    for spoken in step.prompts:
        if not isinstance(spoken, Prompt):
            continue
        spoken_in = spoken.language or language
        text = subject.text(spoken.prompt, spoken_in)
        if text is None or spoken_in not in _NAMED:
            return None
        pattern, meaning = _NAMED[spoken_in]
        found |= {meaning.get(key.lower(), key) for key in pattern.findall(text)}
    return found


RULES = (
    Rule(
        name="language-heard",
        en="every question and text is heard in the caller's language",
        zh="每段提示与提问都以来电者的语言播报",
        source="ours: a prompt fixed in one language, mostly by copying it",
        find=_heard,
    ),
    Rule(
        name="five-levels",
        en=f"at most {DEEPEST} levels of menus",
        zh=f"菜单不超过 {DEEPEST} 级",
        source="DL/T 2046-2019, menus of power hotlines",
        find=_deep,
    ),
    Rule(
        name="star-back",
        en="* goes back, from every menu below the first",
        zh="首级以下的菜单按 * 返回",
        source="DL/T 2046-2019, menus of power hotlines",
        find=_back,
    ),
    Rule(
        name="keys-named",
        en="the keys that callers hear of are the keys that work",
        zh="播报的按键与实际可用的按键一致",
        source="ours: the fault made most often when a menu changes",
        find=_said,
    ),
)
