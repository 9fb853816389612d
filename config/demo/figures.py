"""How fast it was: from the offers' own moments, from what the phones heard, from the processes' own clocks."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from rich.table import Table
from sqlalchemy import select

from config.language import said
from cti.database.connection import Database
from cti.database.models import Offer

TICKS = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Processor time a process has used, seconds, user and system; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True, slots=True)
class Spread:
    """Some times in ms."""

    name: str
    times: Sequence[float]

    def at(self, share: float) -> float:
        """The time within which this share of them lies (nearest rank)."""
        ordered = sorted(self.times)
        return ordered[max(0, ceil(share * len(ordered)) - 1)]


async def spreads(database: Database, callers: Path, agents: Path) -> list[Spread]:
    """Decision to pop to ring, from the records; answer to both hearing and first prompt, from the phones' logs."""
    async with database.reading() as session:
        offers = (await session.scalars(select(Offer))).all()
    spans: dict[str, list[tuple[int | None, int | None]]] = {
        said("decision → pop acknowledged", "派线 → 弹屏确认"): [(o.made_at, o.pop_at) for o in offers],
        said("decision → ring ordered", "派线 → 发出振铃"): [(o.made_at, o.ring_at) for o in offers],
        said("decision → phone rings", "派线 → 话机振铃"): [(o.made_at, o.ringing_at) for o in offers],
        said("answer → one bridge", "应答 → 进入同一桥"): [(o.answered_at, o.connected_at) for o in offers],
    }
    return [
        *(Spread(name, [to - since for since, to in pairs if since and to]) for name, pairs in spans.items()),
        Spread(said("answer → agent hears the caller", "应答 → 坐席听到来电者"), _answer_to_hearing(_events(agents))),
        Spread(said("INVITE → first prompt heard", "INVITE → 听到首句提示"), _invite_to_prompt(_events(callers))),
    ]


def show(spreads_: Iterable[Spread], processor: dict[str, float], calls: int) -> Table:
    """The table of it; `processor` is seconds of each process over so many calls."""
    table = Table(said("time", "时间"))
    for name in ("n", "p50", "p99"):
        table.add_column(name, justify="right")
    for spread in spreads_:
        if spread.times:
            table.add_row(spread.name, str(len(spread.times)), f"{spread.at(0.5):.0f} ms", f"{spread.at(0.99):.0f} ms")
    for name, seconds in processor.items():
        table.add_row(
            said("processor time a call, ", "每通处理器用时，") + name,
            str(calls),
            f"{seconds / calls * 1000:.1f} ms",
            "",
        )
    return table


def _events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def _answer_to_hearing(events: Iterable[dict[str, Any]]) -> list[float]:
    answered: dict[str, int] = {}
    times = []
    for event in events:
        if event["event"] == "answered":
            answered[event["call_id"]] = event["at"]
        elif event["event"] == "heard" and event["call_id"] in answered:
            times.append(float(event["since"] - answered.pop(event["call_id"])))
    return times


def _invite_to_prompt(events: Iterable[dict[str, Any]]) -> list[float]:
    dialled: dict[str, int] = {}
    times = []
    for event in events:
        if event["event"] == "dialled":
            dialled[event["call_id"]] = event["at"]
        elif event["event"] == "sound" and event["call_id"] in dialled:
            times.append(float(event["at"] - dialled.pop(event["call_id"])))
    return times
