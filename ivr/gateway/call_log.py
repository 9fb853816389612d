"""Lines of Asterisk's call event log (`config.asterisk.cel` has it written)."""

import csv
import json
from collections.abc import Sequence
from typing import Any

CHANNEL_ENDED, APPLICATION_BEGAN = "CHAN_END", "APP_START"
AT, CHANNEL, NUMBER, DIALLED, APPLICATION, EXTRA = 1, 3, 7, 8, 9, 12
"""Columns of the log."""
LOOK_BACK = 64 * 2**20
"""So many bytes of a log are looked through at most."""

_KIND_BYTES = 32
"""The first word of a line, its kind, is within so many."""


def kind_of(line: bytes) -> str:
    """What a line tells of; most are nobody's business, and are told by their first word."""
    return line[:_KIND_BYTES].partition(b",")[0].strip(b'"').decode("ascii", "replace")


def row_of(line: bytes) -> list[str] | None:
    """The columns; None when a crash of Asterisk cut the line short."""
    row = next(csv.reader([line.decode("utf-8", "replace")]), [])
    return row if len(row) > EXTRA else None


def time_of(row: Sequence[str]) -> int:
    """When, µs since the epoch. Raises ValueError."""
    seconds, _, fraction = row[AT].partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))


def extra_of(row: Sequence[str]) -> dict[str, Any]:
    """What is special to its kind. Raises ValueError."""
    extra = json.loads(row[EXTRA] or "{}")
    if not isinstance(extra, dict):
        raise ValueError(f"{row[EXTRA]} is no object")
    return extra
