"""What must be true of a flow beyond its shape: what it names exists, and every caller gets out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from cti.plan.document import PlanDocument
from cti.problems import Problem, closest
from ivr.flow.document import Document, Path
from ivr.flow.model import COLLECTED, ENDS, Branch, Collect, Flow, Prompt, SetLanguage, ToQueue

MissingPrompts = Callable[[Sequence[str], str], list[str]]
"""Which of these prompt ids have no sound in this language (`PromptBook.missing`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a flow may name: the plan's queues, skills and tiers, and the prompts that can be played."""

    queues: frozenset[str]
    skills: frozenset[str]
    tiers: frozenset[str]
    missing: MissingPrompts

    @classmethod
    def of(cls, plan: PlanDocument, missing: MissingPrompts) -> Self:
        """The names of a plan; `missing` is `PromptBook.missing`."""
        return cls(
            queues=frozenset(plan.queues),
            skills=frozenset(plan.skills),
            tiers=frozenset(plan.tiers),
            missing=missing,
        )


def check(flow: Flow, document: Document, names: Names) -> list[Problem]:
    """Every problem of a well-formed flow; none means that it can be run."""
    if lost := list(_lost_steps(flow, document)):
        return lost
    return [
        *lacking(flow, document, names),
        *_prompts(flow, document, names),
        *_unreached(flow, document),
        *_without_end(flow, document),
        *_silent_loops(flow, document),
    ]


def _ways(flow: Flow) -> Iterator[tuple[Path, str]]:
    yield ("start",), flow.start
    yield ("on", "error"), flow.on.error
    yield ("on", "limit"), flow.on.limit
    for name, step in flow.steps.items():
        for way in step.ways():
            yield ("steps", name, *way.key), way.target


def _lost_steps(flow: Flow, document: Document) -> Iterator[Problem]:
    for path, target in _ways(flow):
        if target not in flow.steps:
            yield document.problem(path, f"there is no step {target!r}", closest(target, flow.steps))
    last = flow.steps.get(flow.on.limit)
    if last is not None and not isinstance(last, ENDS):
        mend = "name a step whose action is queue or hang-up"
        yield document.problem(("on", "limit"), f"{flow.on.limit!r} does not end the call", mend)


def lacking(flow: Flow, document: Document, names: Names) -> Iterator[Problem]:
    """What a flow names that is not there."""

    def unknown(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
        known = sorted(known)
        if name not in known:
            yield document.problem(path, f"there is no {kind} {name!r}", closest(name, known))

    for language, skills in flow.languages.items():
        for skill in skills:
            yield from unknown(("languages", language, skill), "skill", skill, names.skills)
    collected = {step.name for step in flow.steps.values() if isinstance(step, Collect)}
    for name, step in flow.steps.items():
        path: Path = ("steps", name)
        match step:
            case ToQueue():
                if step.queue is not None:
                    yield from unknown((*path, "queue"), "queue", step.queue, names.queues)
                for skill in step.skills:
                    yield from unknown((*path, "skills", skill), "skill", skill, names.skills)
            case SetLanguage():
                yield from unknown((*path, "language"), "language here", step.language, flow.languages)
            case Branch():
                if step.value.startswith(COLLECTED):
                    wanted = step.value.removeprefix(COLLECTED)
                    yield from unknown((*path, "value"), "collect step that fills", wanted, collected)
                known = {"tier": names.tiers, "language": flow.languages, "customer": ("known", "unknown")}
                for case in step.cases if step.value in known else ():
                    yield from unknown((*path, "cases", case), step.value, case, known[step.value])
            case Collect() if step.digits.min > step.digits.max:
                yield document.problem((*path, "digits"), "min is above max", "let max be the larger one")


def _prompts(flow: Flow, document: Document, names: Names) -> Iterator[Problem]:
    used = [(path, prompt) for name, step in flow.steps.items() for path, prompt in _played(("steps", name), step)]
    for language in sorted({prompt.language for _, prompt in used if prompt.language} | set(flow.languages)):
        asked = [(where, one.prompt) for where, one in used if one.language in (None, language)]
        absent = set(names.missing([wanted for _, wanted in asked], language))
        for path, wanted in asked:
            if wanted in absent:
                what = f"the prompt {wanted!r} has no sound in {language}"
                yield document.problem(path, what, "record it, or correct its id (hotline prompts list)")
    for path, prompt in used:
        if prompt.language is not None and prompt.language not in flow.languages:
            mend = closest(prompt.language, flow.languages)
            yield document.problem(path, f"the flow does not speak {prompt.language!r}", mend)


def _played(path: Path, value: object) -> Iterator[tuple[Path, Prompt]]:
    """Every prompt inside a part, with where it stands."""
    if isinstance(value, Prompt):
        yield path, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _played((*path, number), item)
    elif hasattr(value, "model_fields_set"):
        for name, inner in vars(value).items():
            yield from _played((*path, name), inner)


def _unreached(flow: Flow, document: Document) -> Iterator[Problem]:
    reached: set[str] = set()
    ahead = [flow.start, flow.on.error, flow.on.limit]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(way.target for way in flow.steps[name].ways())
    for name in flow.steps:
        if name not in reached:
            yield document.problem(("steps", name), "no step leads here", "lead to it, or remove it")


def _without_end(flow: Flow, document: Document) -> Iterator[Problem]:
    """Steps from which neither a queue nor a hang-up is ever reached, failures aside."""
    ending = {name for name, step in flow.steps.items() if isinstance(step, ENDS)}
    grown = True
    while grown:
        more = {
            name
            for name, step in flow.steps.items()
            if name not in ending and any(way.target in ending for way in step.ways() if way.key != ("on", "error"))
        }
        grown = bool(more)
        ending |= more
    for name in flow.steps:
        if name not in ending:
            mend = "let one of its ways lead to a queue or hang-up step"
            yield document.problem(("steps", name), "there is no way out from here", mend)


def _silent_loops(flow: Flow, document: Document) -> Iterator[Problem]:
    """Circles that a caller who presses nothing never leaves, or could go round in."""
    done: set[str] = set()
    for start in flow.steps:
        circle = _circle(flow, start, done)
        if circle:
            what = f"a caller who presses nothing goes round: {' -> '.join([*circle, circle[0]])}"
            mend = "let a time-out lead to a person or to the end"
            yield document.problem(("steps", circle[0]), what, mend)
            done.update(circle)


def _circle(flow: Flow, start: str, done: set[str]) -> list[str]:
    """The first circle of silent ways met from `start`; adds to `done` what leads to none."""
    trail: list[str] = []
    ways: list[Iterator[str]] = []

    def enter(name: str) -> None:
        trail.append(name)
        ways.append(way.target for way in flow.steps[name].ways() if way.silent)

    if start not in done:
        enter(start)
    while trail:
        target = next(ways[-1], None)
        if target is None:
            done.add(trail.pop())
            ways.pop()
        elif target in trail:
            return trail[trail.index(target) :]
        elif target not in done:
            enter(target)
    return []
