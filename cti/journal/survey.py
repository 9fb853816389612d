"""A survey of a journal's folder: what it holds and what is wrong with it. Changes nothing, also while hotline runs."""

from dataclasses import dataclass, field
from pathlib import Path

from acd.fold import FoldedFloor
from acd.state import FloorState
from cti.journal.files import BACKUP, HEADER, checkpoints_in, number_of, read_checkpoint, segments_in
from cti.journal.line import BadLine, read_line
from cti.problems import Problem


@dataclass(slots=True, kw_only=True)
class Survey:
    """What was found. Numbers are facts' numbers, 0: none."""

    segments: int = 0
    bytes: int = 0
    first: int = 0
    last: int = 0
    checkpoints: list[int] = field(default_factory=list)
    """Those that can be read, oldest first."""
    torn_bytes: int = 0
    """A last line cut off in mid-write: still being written, or left by a crash; the next start cuts it away."""
    survived: list[Problem] = field(default_factory=list)
    """Wrong, and a start goes on all the same: it begins at a checkpoint behind it."""
    fatal: list[Problem] = field(default_factory=list)
    """A start is refused."""
    imbalance: dict[str, int] = field(default_factory=dict)
    """What does not add up in the ledger after the last fact; empty when it balances, or cannot be told."""


def survey(folder: Path) -> Survey:
    """Read everything there is. Raises OSError when the folder cannot be read."""
    found = Survey()
    state, used = _checkpoints(folder, found)
    floor = FoldedFloor(state)
    expected = 0
    for path in segments_in(folder):
        found.segments += 1
        found.bytes += path.stat().st_size
        expected = _segment(path, expected, used, found, floor)
    if not found.fatal:
        found.imbalance = floor.imbalance()
    return found


def _checkpoints(folder: Path, found: Survey) -> tuple[FloorState | None, int]:
    newest: tuple[FloorState | None, int] = (None, 0)
    for path in checkpoints_in(folder):
        try:
            newest = read_checkpoint(path), number_of(path)
            found.checkpoints.append(newest[1])
        except BadLine as error:
            what = f"is no checkpoint: {error}"
            found.survived.append(Problem(str(path), what, "a start takes the one before it, and reads more facts"))
    return newest


def _segment(path: Path, expected: int, used: int, found: Survey, floor: FoldedFloor) -> int:
    """Survey one segment; `expected` is the number its first fact must have, 0: any. Returns the next one's."""
    begins = number_of(path)
    if expected and begins != expected:
        what = f"begins with fact {begins}, the one before ends with {expected - 1}"
        _note(found, Problem(str(path), what, BACKUP), before=begins, used=used)
    expected = begins
    with path.open("rb") as file:
        if (header := file.readline()) != HEADER:
            if header:
                mend = "use the version of hotline that wrote it"
                found.fatal.append(
                    Problem(f"{path}:1", f"has a format this hotline does not know ({header[:40]!r})", mend)
                )
            return expected
        for place, line in enumerate(file, start=2):
            if not line.endswith(b"\n"):
                found.torn_bytes += len(line)
                break
            try:
                number, fact = read_line(line)
            except BadLine as error:
                _note(found, Problem(f"{path}:{place}", str(error), BACKUP), before=expected + 1, used=used)
                expected += 1
                continue
            if number != expected:
                what = f"holds fact {number} where fact {expected} belongs"
                _note(found, Problem(f"{path}:{place}", what, BACKUP), before=number, used=used)
            expected = number + 1
            found.first = found.first or number
            found.last = number
            if number == floor.number + 1 and not found.fatal:
                floor.fold(fact)
    return expected


def _note(found: Survey, problem: Problem, *, before: int, used: int) -> None:
    (found.survived if before - 1 <= used else found.fatal).append(problem)
