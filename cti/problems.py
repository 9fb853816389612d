"""What is wrong with what somebody wrote or set up, and how to mend it: the form in which refusals travel."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    place: str
    """File, line and key; address; table: whatever leads to it."""
    what: str
    mend: str

    def __str__(self) -> str:
        """One line: place, what, mend."""
        return f"{self.place}: {self.what}: {self.mend}"


class Refused(Exception):
    """Something cannot be used; `problems` holds each reason, the message one line for each."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems: Sequence[Problem] = problems


class Conflict(Refused):
    """Somebody else changed it in the meantime, or it is in use as it stands."""


def closest(name: str, known: Iterable[str]) -> str:
    """A mend for a name that nobody knows: the most similar one, or all there are."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known) or 'none'}"
