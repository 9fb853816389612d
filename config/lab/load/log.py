"""What the SIP peers themselves logged of a run. Times are seconds since the epoch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import fmean

from config.lab.errors import LabError


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One call at an agent's phone. `talk_ms` is what was drawn for it."""

    phone: str
    rang: float
    answered: float
    hung_up: float
    talk_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a caller; `let_go` is None when the other side never ended it, `hung_up` when he did not."""

    call_id: str
    number: str
    """The caller's."""
    dialled: float
    answered: float | None = None
    let_go: float | None = None
    hung_up: float | None = None


def read_talks(path: Path) -> list[Talk]:
    """The talks that ended, by when they were answered. Raises LabError naming a line of another shape."""
    seen: dict[str, dict[str, float]] = {}
    about: dict[str, tuple[str, float]] = {}
    for what, phone, call_id, at, rest in _lines(path):
        seen.setdefault(call_id, {})[what] = at
        about[call_id] = (phone, float(rest[0]))
    talks = [
        Talk(phone=about[call_id][0], talk_ms=about[call_id][1], **times)
        for call_id, times in seen.items()
        if "hung_up" in times
    ]
    return sorted(talks, key=lambda talk: talk.answered)


def read_calls(path: Path) -> list[Call]:
    """Every call placed, by when. Raises LabError naming a line of another shape."""
    seen: dict[tuple[str, str], dict[str, float]] = {}
    for what, number, call_id, at, _ in _lines(path):
        seen.setdefault((call_id, number), {})[what] = at
    calls = [Call(call_id=call_id, number=number, **times) for (call_id, number), times in seen.items()]
    return sorted(calls, key=lambda call: call.dialled)


def _lines(path: Path) -> Iterator[tuple[str, str, str, float, list[str]]]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            what, who, call_id, seconds, micros, *rest = line.split(";")
            yield what, who, call_id, float(seconds) + float(micros) / 1e6, rest
        except ValueError:
            raise LabError(f"{path}:{number}", f"is no line of a peer's log: {line[:80]!r}") from None


def makespan_s(talks: Sequence[Talk]) -> float:
    """From the first answer to the last hang-up; 0 without talks."""
    return max(talk.hung_up for talk in talks) - min(talk.answered for talk in talks) if talks else 0.0


def idle_gaps_s(talks: Sequence[Talk]) -> list[float]:
    """How long each phone was free between hanging up and being rung again."""
    gaps = []
    by_phone: dict[str, float] = {}
    for talk in talks:
        if talk.phone in by_phone:
            gaps.append(talk.rang - by_phone[talk.phone])
        by_phone[talk.phone] = talk.hung_up
    return gaps


def waits_s(calls: Sequence[Call], talks: Sequence[Talk]) -> list[float]:
    """From dialling to an agent's answer, the n-th to dial with the n-th answer.

    The mean is exact whoever was answered when; a single wait is exact where callers are answered in turn.
    """
    return [talk.answered - call.dialled for call, talk in zip(calls, talks, strict=False)]


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return fmean(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * share) - 1)] if ordered else 0.0
