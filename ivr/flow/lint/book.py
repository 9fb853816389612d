"""All rules, and looking flows over by them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from cti.plan.document import PlanDocument
from cti.problems import Problem, closest
from ivr.flow.lint import asking, menus, named, person, plan, secrets, sub_flows, values, ways
from ivr.flow.lint.rule import USABLE, Finding, Rule, Subject
from ivr.flow.load import Flows

RULES: dict[str, Rule] = {
    rule.name: rule
    for family in (person, named, menus, ways, asking, values, secrets, plan, sub_flows)
    for rule in family.RULES
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """Looks flows over, with what is known of prompts."""

    text: Callable[[str, str], str | None]
    """What a prompt says in a language, where that is known."""
    seconds: Callable[[str, str], float]
    """How long a prompt is in a language; 0 where it has no sound."""

    def __call__(self, flows: Flows, plan: PlanDocument, wanted: Collection[str] | None = None) -> list[Finding]:
        """What breaks a rule in the flows named by `wanted`, else in all, by file and line.

        What keeps flows from being used stands there as rule `usable`, whatever is wanted.
        """
        found = [Finding.of(USABLE, problem) for problem in flows.problems]
        for name, flow in flows.flows.items():
            if wanted is None or name in wanted:
                subject = Subject(
                    flow=flow,
                    document=flows.documents[name],
                    flows=flows.flows,
                    plan=plan,
                    text=self.text,
                    seconds=self.seconds,
                )
                found += _findings(subject)
        return sorted(found, key=lambda one: (one.file, one.line, one.rule))


def _findings(subject: Subject) -> Iterator[Finding]:
    off = subject.flow.lint_off
    for name in off.keys() - RULES.keys():
        problem = subject.document.problem(("lint_off", name), f"there is no rule {name!r}", closest(name, RULES))
        yield Finding.of(USABLE, problem)
    for rule in RULES.values():
        if rule.name not in off:
            yield from (Finding.of(rule.name, problem) for problem in _told_once(rule.find(subject)))


def _told_once(problems: Iterator[Problem]) -> Iterator[Problem]:
    yield from dict.fromkeys(problems)
