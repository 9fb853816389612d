"""What is wrong with what somebody wrote, and how to mend it: the form in which every check reports."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        """The one line that people read."""
        return f"{self.place}: {self.what}: {self.mend}"


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds each reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
