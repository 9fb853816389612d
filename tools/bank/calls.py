"""The bank's file of calls, read; what cannot be is left out under a named rule and counted.

Data: I. Guedj, A. Mandelbaum, Technion Service Enterprise Engineering center, "Anonymous Bank" call center, 1999.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DAY_S = 24 * 3600
LONGEST_S = 3 * 3600
"""A service that lasts longer is a mistake of the file."""
ENGLISH = {"PE": "PS"}
"""Served by the same people."""


@dataclass(frozen=True, slots=True)
class BankCall:
    """A call that wanted an agent; times are seconds of its day."""

    call: str
    kind: str
    vip: bool
    came: int
    """When it joined the queue, or was answered without."""
    left: int
    """When it was answered, or gave up."""
    agent: str | None
    end: int
    """When the service ended; of who gave up, when he left."""


def calls_of(path: Path, date: str) -> tuple[list[BankCall], Counter[str]]:
    """The calls of one day (1999-08-01) that wanted an agent, as they came, and what was left out by which rule."""
    left_out: Counter[str] = Counter()
    found: list[BankCall] = []
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["date"] == date:
                read = _call(row)
                if isinstance(read, BankCall):
                    found.append(read)
                else:
                    left_out[read] += 1
    found.sort(key=lambda each: (each.came, each.call))
    return list(_apart(found, left_out)), left_out


def _call(row: Mapping[str, str]) -> BankCall | str:
    """The call, or the rule that leaves it out."""
    queued, answered = row["q_start"] != "0:00:00", row["outcome"] == "AGENT"
    if row["outcome"] == "PHANTOM":
        return "a phantom call, as the file says"
    if not queued and not answered:
        return "ended in the IVR"
    if row["type"] == "TT":
        return "a leg of a call-back"
    if int(row["vru_time"]) < 0:
        return "a negative time in the IVR"
    start, exit_, begin, end = (_seconds(row[key]) for key in ("q_start", "q_exit", "ser_start", "ser_exit"))
    if answered and (not row["server"] or row["ser_start"] == "0:00:00"):
        return "answered by nobody"
    came = start if queued else begin
    left = begin if answered else exit_
    end = end if answered else left
    # What began before midnight may end after it.
    left += DAY_S if left < came - DAY_S // 2 else 0
    end += DAY_S if end < left - DAY_S // 2 else 0
    if left < came or end < left:
        return "ends before it begins"
    if end - left > LONGEST_S:
        return "served for more than three hours"
    return BankCall(
        call=f"{row['vru_line']}-{row['call_id']}",
        kind=ENGLISH.get(row["type"], row["type"]),
        vip=row["priority"] == "2",
        came=came,
        left=left,
        agent=row["server"] if answered else None,
        end=end,
    )


def _apart(calls: list[BankCall], left_out: Counter[str]) -> Iterator[BankCall]:
    """Of two services of one agent at the same time the later one is left out."""
    busy: dict[str, int] = {}
    together = set()
    for call in sorted((call for call in calls if call.agent), key=lambda each: (each.left, each.end)):
        assert call.agent is not None
        if call.left < busy.get(call.agent, 0):
            together.add(call.call)
            left_out["its agent was with another caller"] += 1
        else:
            busy[call.agent] = call.end
    return (call for call in calls if call.call not in together)


def _seconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
