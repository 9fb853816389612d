"""What must be true of a flow beyond its shape: what it names exists, and every caller gets out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from cti.plan.document import PlanDocument
from cti.problems import Problem, closest
from ivr.flow.document import Document, Path
from ivr.flow.model import ENDS, LAST, Flow
from ivr.flow.part import Asking, AskingDigits, Part, Prompt, SpokenText
from ivr.flow.steps.deciding import Branch, Hours, Set
from ivr.flow.steps.ending import Return
from ivr.flow.steps.knowing import Identify, LookUp
from ivr.flow.steps.reaching import Callback, Duty, Message, ToQueue
from ivr.flow.steps.speaking import SetLanguage
from ivr.flow.values import COLLECTED, filled, is_filled, secret

MissingPrompts = Callable[[Sequence[str], str], list[str]]
"""Which of these prompt ids have no sound in this language (`PromptBook.missing`)."""

PromptSlots = Callable[[str], frozenset[str]]
"""The values that a prompt reads out (`PromptBook.slots`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a flow may name: the plan's queues, skills and tiers, and the prompts that can be played."""

    queues: frozenset[str]
    skills: frozenset[str]
    tiers: frozenset[str]
    missing: MissingPrompts
    slots: PromptSlots | None = None
    """None: not known here."""
    hours: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    relaxations: frozenset[str] = frozenset()
    sources: frozenset[str] | None = None
    """What look-ups may ask; None: not known here."""

    @classmethod
    def of(
        cls,
        plan: PlanDocument,
        missing: MissingPrompts,
        slots: PromptSlots | None = None,
        sources: Iterable[str] | None = None,
    ) -> Self:
        """The names of a plan; `missing` and `slots` are `PromptBook`'s, `sources` are the settings'."""
        return cls(
            queues=frozenset(plan.queues),
            skills=frozenset(plan.skills),
            tiers=frozenset(plan.tiers),
            hours=frozenset(plan.hours),
            duties=frozenset(plan.duties),
            relaxations=frozenset(plan.relaxations),
            missing=missing,
            slots=slots,
            sources=None if sources is None else frozenset(sources),
        )


def check(flow: Flow, document: Document, names: Names) -> list[Problem]:
    """Every problem of a well-formed flow; none means that it can be run."""
    if lost := list(_lost_steps(flow, document)):
        return lost
    return [
        *lacking(flow, document, names),
        *_prompts(flow, document, names),
        *_values(flow, document),
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
    ends = (*LAST, Return) if flow.parameters is not None else LAST
    if last is not None and not isinstance(last, ends):
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
    known = _closed(flow, names)
    for name, step in flow.steps.items():
        path: Path = ("steps", name)
        for key, value, literal in step.equals():
            if literal and value in known:
                yield from unknown((*path, *key), value, literal, known[value])
        match step:
            case ToQueue():
                if step.queue is not None:
                    yield from unknown((*path, "queue"), "queue", step.queue, names.queues)
                for pressed, to in step.keys.items():
                    kind, _, where = to.partition(":")
                    if kind == "queue":
                        yield from unknown((*path, "keys", pressed), "queue", where, names.queues)
                for skill in step.skills:
                    yield from unknown((*path, "skills", skill), "skill", skill, names.skills)
                if step.relaxation is not None:
                    yield from unknown((*path, "relaxation"), "relaxation", step.relaxation, names.relaxations)
            case Callback() | Message() if step.queue is not None:
                yield from unknown((*path, "queue"), "queue", step.queue, names.queues)
            case SetLanguage():
                yield from unknown((*path, "language"), "language here", step.language, flow.languages)
            case Branch() if step.value in known:
                for case in step.cases:
                    yield from unknown((*path, "cases", case), step.value, case, known[step.value])
            case Hours() if step.hours is not None:
                yield from unknown((*path, "hours"), "hours table", step.hours, names.hours)
            case Duty():
                yield from unknown((*path, "duty"), "duty", step.duty, names.duties)
            case LookUp() if names.sources is not None:
                yield from unknown((*path, "source"), "look-up source", step.source, names.sources)


def _closed(flow: Flow, names: Names) -> dict[str, Iterable[str]]:
    """The values that hold one of few words, and these words; not those that the flow fills itself."""
    own = set(flow.parameters or ()).union(*(step.values for step in flow.steps.values() if isinstance(step, Set)))
    closed: dict[str, Iterable[str]] = {
        "tier": names.tiers,
        "customer.tier": names.tiers,
        "language": flow.languages,
        "customer": ("known", "unknown"),
        "callback": ("waits", "none"),
        "list": ("black", "grey", "white"),
        "hours.state": ("open", "closed", "holiday"),
    }
    return {value: words for value, words in closed.items() if value not in own}


def _values(flow: Flow, document: Document) -> Iterator[Problem]:
    """What a flow reads that nothing fills, and what is asked for in a way that cannot be met."""
    known = frozenset(filled(flow))
    hidden = secret(flow)
    for name, step in flow.steps.items():
        path: Path = ("steps", name)
        for key, read in step.reads():
            for wanted in sorted(read):
                if not is_filled(wanted, known):
                    yield document.problem((*path, *key), *_unfilled(wanted, known))
                if wanted in hidden and key[0] in ("carry", "prefer"):
                    what = f"{wanted!r} is secret, and agents see this"
                    yield document.problem((*path, *key), what, f"take it out of {key[0]}")
        for asked, asking in questions(path, step):
            if isinstance(asking, AskingDigits) and asking.digits.min > asking.digits.max:
                yield document.problem((*asked, "digits"), "min is above max", "let max be the larger one")
        if isinstance(step, Identify) and step.pin is not None and step.on.refused is None:
            yield document.problem((*path, "on"), "a wrong PIN leads nowhere", "add refused: a step")
        if isinstance(step, Identify) and step.pin is not None and step.on.locked is None:
            yield document.problem((*path, "on"), "a locked PIN leads nowhere", "add locked: a step")
        if isinstance(step, Return) and flow.parameters is None:
            yield document.problem(path, "only a sub-flow returns", "give the flow 'parameters: []', or hang up")


def _unfilled(wanted: str, known: Iterable[str]) -> tuple[str, str]:
    """What is wrong, and the mend."""
    if not wanted.startswith(COLLECTED):
        return f"nothing fills {wanted!r}", closest(wanted, sorted(known))
    name = wanted.removeprefix(COLLECTED)
    fills = [one.removeprefix(COLLECTED) for one in known if one.startswith(COLLECTED)]
    return f"there is no collect step that fills {name!r}", closest(name, fills)


def questions(path: Path, step: Part) -> Iterator[tuple[Path, Asking]]:
    """Every question that a step may ask, with where it stands."""
    if isinstance(step, Asking):
        yield path, step
    if isinstance(step, Identify):
        yield from (((*path, key), part) for key in ("account", "pin") if (part := getattr(step, key)) is not None)


def _prompts(flow: Flow, document: Document, names: Names) -> Iterator[Problem]:
    used = [one for name, step in flow.steps.items() for one in played(("steps", name), step)]
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
        if names.slots is None:
            continue
        wanted_values = names.slots(prompt.prompt)
        for value in sorted(wanted_values - set(prompt.values)):
            mend = f"give it: {{prompt: {prompt.prompt}, values: {{{value}: …}}}}"
            yield document.problem(path, f"the prompt {prompt.prompt!r} wants the value {value!r}", mend)
        for value in sorted(set(prompt.values) - wanted_values):
            what = f"the prompt {prompt.prompt!r} has no value {value!r}"
            yield document.problem((*path, "values", value), what, closest(value, sorted(wanted_values)))


def played(path: Path, value: object) -> Iterator[tuple[Path, Prompt]]:
    """Every prompt inside a part, alternatives to run-time text too, with where it stands."""
    if isinstance(value, Prompt):
        yield path, value
    elif isinstance(value, SpokenText):
        for number, one in enumerate(value.otherwise):
            yield (*path, "otherwise", number), Prompt(prompt=one)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from played((*path, number), item)
    elif isinstance(value, Part):
        if isinstance(value, ToQueue):
            # Told later on, by the queue.
            for number, one in enumerate(value.messages):
                yield (*path, "messages", number), Prompt(prompt=one)
        for name, inner in vars(value).items():
            yield from played((*path, name), inner)


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
