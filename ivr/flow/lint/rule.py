"""A rule, what it looks at, and what it finds."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from cti.plan.document import PlanDocument
from cti.problems import Problem
from ivr.flow.document import Document
from ivr.flow.model import Flow
from ivr.flow.part import Prompt, Spoken

USABLE = "usable"
"""Stands for all that `ivr.flow.check` refuses; it cannot be switched off."""

UNKNOWN_S = 2.0
"""How long a value or a text of run time is taken to be."""

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+)(?:: (?P<path>.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One flow and what a rule may want to know beside it."""

    flow: Flow
    document: Document
    flows: Mapping[str, Flow]
    """The flows that can be used, this one among them."""
    plan: PlanDocument
    text: Callable[[str, str], str | None]
    """What a prompt says in a language, where that is known."""
    seconds: Callable[[str, str], float]
    """How long a prompt is in a language; 0 where it has no sound."""

    def spoken_s(self, spoken: Spoken, language: str) -> float:
        """How long something is that is played."""
        if isinstance(spoken, Prompt):
            return self.seconds(spoken.prompt, spoken.language or language) + UNKNOWN_S * len(spoken.values)
        return UNKNOWN_S

    @property
    def is_sub_flow(self) -> bool:
        """Whether other flows run it."""
        return self.flow.parameters is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that every flow should keep to; a flow switches it off under `lint_off`, with its reason."""

    name: str
    en: str
    zh: str
    source: str
    """Where it comes from."""
    find: Callable[[Subject], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a flow breaks a rule, what is wrong, and the mend."""

    file: str
    line: int
    rule: str
    path: str
    """The key, dotted; '' for the whole file."""
    what: str
    mend: str

    @classmethod
    def of(cls, rule: str, problem: Problem) -> Self:
        """From a problem whose place is `file:line: path`, or a file."""
        found = _PLACE.fullmatch(problem.place)
        if found is None:
            return cls(problem.place, 1, rule, "", problem.what, problem.mend)
        return cls(found["file"], int(found["line"]), rule, found["path"] or "", problem.what, problem.mend)

    @property
    def problem(self) -> Problem:
        """In the form in which refusals travel."""
        path = f": {self.path}" if self.path else ""
        return Problem(f"{self.file}:{self.line}{path}", f"{self.what} [{self.rule}]", self.mend)

    def __str__(self) -> str:
        """One line: place, what, rule, mend."""
        return str(self.problem)
