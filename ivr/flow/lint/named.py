"""The rule that the way to a person is named, in the first menu and early."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cti.problems import Problem
from ivr.flow.check import questions
from ivr.flow.lint.rule import Rule, Subject
from ivr.flow.lint.walk import asks, failure, is_language_choice
from ivr.flow.model import Flow, Step
from ivr.flow.part import Prompt
from ivr.flow.steps.asking import Menu
from ivr.flow.steps.ending import Return, SubFlow

NAMED_WITHIN_S = 30.0
"""Seconds from the first word until the caller has heard how to reach a person, when he presses nothing."""

_OFFERS = {
    "zh-CN": re.compile(r"人工[^。，]*[，,]?\s*请?按(?:零|0)|按(?:零|0)[^。]*人工"),
    "en": re.compile(r"(?:person|agent|advis[eo]r|representative|colleague|somebody|someone)[^.]*press(?:ing)? "
                     r"(?:zero|0)|press(?:ing)? (?:zero|0)[^.]*(?:person|agent|advis[eo]r|representative|colleague"
                     r"|somebody|someone)", re.IGNORECASE),
}  # fmt: skip


def _named(subject: Subject) -> Iterator[Problem]:
    if subject.is_sub_flow:
        return
    for language in subject.flow.languages:
        walk = _Walk(subject, language)
        walk.go(subject.flow, 0.0)
        for (flow, name, at), heard_s in walk.met.items():
            step = subject.flows[flow].steps[name] if at else subject.flow.steps[name]
            assert isinstance(step, Menu)
            place = ("steps", at, "flow") if at else ("steps", name, "prompts")
            where = f"in the menu {name!r} of {flow!r} " if at else ""
            within = _offer_s(subject, step, language)
            if within is None:
                what = f"nobody hears {where}in {language} that 0 leads to a person"
                yield subject.document.problem(place, what, "say it here: the prompt press-zero, or in the menu's own")
            elif heard_s + within > NAMED_WITHIN_S:
                what = (
                    f"a silent caller hears {where}in {language} of the way to a person "
                    f"only after {heard_s + within:.0f} s"
                )
                mend = f"say it within {NAMED_WITHIN_S:g} s: shorten what comes before, or move it forward"
                yield subject.document.problem(place, what, mend)


@dataclass
class _Walk:
    """Finds the first menus that a caller can meet, and after how many seconds at the latest."""

    subject: Subject
    language: str
    met: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """By flow, menu, and the step that runs the flow, which is '' for the flow's own menus."""

    def go(self, flow: Flow, begin_s: float, at: str = "", inside: frozenset[str] = frozenset()) -> dict[str, float]:
        """Walk a flow up to its first menus; the results with which it may return before one, and when."""
        longest: dict[str, float] = {}
        returned: dict[str, float] = {}
        ahead = [(flow.start, begin_s)]
        while ahead:
            name, heard_s = ahead.pop()
            if heard_s <= longest.get(name, -1.0) or heard_s > begin_s + 10 * NAMED_WITHIN_S:
                continue
            longest[name] = heard_s
            step = flow.steps[name]
            if isinstance(step, Menu) and not is_language_choice(flow, step):
                key = (flow.name, name, at)
                self.met[key] = max(heard_s, self.met.get(key, 0.0))
            elif isinstance(step, Return):
                returned[step.result] = max(heard_s, returned.get(step.result, 0.0))
            elif isinstance(step, SubFlow) and step.flow in self.subject.flows and step.flow not in inside:
                inner = self.go(self.subject.flows[step.flow], heard_s, at or name, inside | {step.flow})
                ahead += [(step.results[result], then_s) for result, then_s in inner.items() if result in step.results]
            else:
                ahead += self._after(step, heard_s)
        return returned

    def _after(self, step: Step, heard_s: float) -> Iterator[tuple[str, float]]:
        """Where a caller comes then; whoever pressed a key has not been silent."""
        then_s = heard_s + self._heard_s(step)
        for way in step.ways():
            if way.silent:
                yield way.target, then_s
            elif asks(step) and not failure(way) and way.key != ("keys", "0"):
                yield way.target, 0.0

    def _heard_s(self, step: Step) -> float:
        def said_s(part: object) -> float:
            return sum(self.subject.spoken_s(one, self.language) for one in getattr(part, "prompts", ()))

        asked = [asking for _, asking in questions((), step)]
        return sum(one.tries * (said_s(one) + one.timeout_s) for one in asked) if asked else said_s(step)


def _offer_s(subject: Subject, menu: Menu, language: str) -> float | None:
    """After how many seconds of its prompts a menu has said how to reach a person; None: it does not."""
    heard_s = 0.0
    for spoken in menu.prompts:
        length_s = subject.spoken_s(spoken, language)
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


RULES = (
    Rule(
        name="person-named",
        en=f"the first menu names the way to a person, within {NAMED_WITHIN_S:g} s of silence",
        zh=f"首个菜单即告知转人工的方法，来电者不按键时 {NAMED_WITHIN_S:g} 秒内听到",
        source="DL/T 2046-2019 for the offer in the menu; the seconds are ours",
        find=_named,
    ),
)
