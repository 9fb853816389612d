"""Talks that nobody heard begin: who met whom in a bridge, and when, as Asterisk's call event log has it."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from ivr.gateway.call_log import CHANNEL, CHANNEL_ENDED, LOOK_BACK, extra_of, kind_of, row_of, time_of

ENTERED, LEFT = "BRIDGE_ENTER", "BRIDGE_EXIT"
_FIRST_BLOCK = 2**20
_MARGIN_US = 1_000_000
"""Lines of different channels stand in the log in about their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Two legs that were to be joined: their channels, their bridge, and when the agent had picked up (ms)."""

    offer: int
    bridge: str
    caller: str
    agent: str
    answered_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """The two in one bridge, ms."""

    since: int
    until: int | None
    """When the first of the two had left; None: the log does not say."""


def meetings(path: Path, joining: Sequence[Joining]) -> dict[int, Meeting]:
    """Offer -> how its two legs met; those that did not are left out. Blocks; raises OSError."""
    if not joining:
        return {}
    wanted = {channel for one in joining for channel in (one.caller, one.agent)}
    stays = _stays(_lines_since(path, min(one.answered_at for one in joining) * 1000 - _MARGIN_US), wanted)
    found = {one.offer: _meeting(stays[one.caller, one.bridge], stays[one.agent, one.bridge]) for one in joining}
    return {offer: meeting for offer, meeting in found.items() if meeting is not None}


Stay = tuple[float, float]
"""From, to, µs; the end is infinite where the log has none."""


def _meeting(callers: Sequence[Stay], agents: Sequence[Stay]) -> Meeting | None:
    common = [(max(a[0], b[0]), min(a[1], b[1])) for a in callers for b in agents]
    for since, until in sorted(common):
        if since < until:
            return Meeting(since=int(since // 1000), until=None if until == inf else int(until // 1000))
    return None


def _stays(lines: Sequence[bytes], wanted: set[str]) -> dict[tuple[str, str], list[Stay]]:
    """(channel, bridge) -> when it was there."""
    stays: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    there: dict[tuple[str, str], int] = {}
    for kind, channel, bridge, at in _events(lines, wanted):
        if kind == ENTERED:
            there.setdefault((channel, bridge), at)
            continue
        for key in [key for key in there if key[0] == channel and (kind == CHANNEL_ENDED or key[1] == bridge)]:
            stays[key].append((there.pop(key), at))
    for key, since in there.items():
        stays[key].append((since, inf))
    return stays


def _events(lines: Sequence[bytes], wanted: set[str]) -> Iterator[tuple[str, str, str, int]]:
    """What kind of event, of which channel, with which bridge, when (µs)."""
    for line in lines:
        kind = kind_of(line)
        row = row_of(line) if kind in (ENTERED, LEFT, CHANNEL_ENDED) else None
        if row is None or row[CHANNEL] not in wanted:
            continue
        try:
            yield kind, row[CHANNEL], str(extra_of(row).get("bridge_id", "")), time_of(row)
        except ValueError:
            # Cut by a crash of Asterisk.
            continue


def _lines_since(path: Path, since: int) -> list[bytes]:
    """The log's lines from this moment on (µs), and some before."""
    with path.open("rb") as file:
        size, block = file.seek(0, os.SEEK_END), _FIRST_BLOCK
        while True:
            begin = max(0, size - block)
            file.seek(begin)
            lines = file.read(size - begin).split(b"\n")[1 if begin else 0 : -1]
            if not begin or block >= LOOK_BACK or (lines and _is_before(lines[0], since)):
                return lines
            block *= 4


def _is_before(line: bytes, moment: int) -> bool:
    row = row_of(line)
    try:
        return row is not None and time_of(row) < moment
    except ValueError:
        return False
