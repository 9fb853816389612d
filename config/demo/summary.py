"""What a demo's calls came to, read from the ledger as the API gives it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


def show(console: Console, contacts: list[dict[str, Any]], samples: int) -> None:
    """Print it: totals, by queue and tier, by agent, outcomes."""
    ends = Counter(_end(contact) for contact in contacts)
    recordings = sum(len(contact["recordings"]) for contact in contacts)
    totals = [f"[bold]{len(contacts)} calls 来电[/]"]
    totals += [f"{count} {end.replace('_', ' ')}" for end, count in ends.most_common()]
    totals += [f"{recordings} recordings 录音", f"{samples} drawn for QA 抽检"]
    console.print("   ".join(totals))
    console.print(_by_queue_and_tier(contacts))
    console.print(_by_agent(contacts))
    outcomes = Counter(contact["outcome"] or "none" for contact in contacts if contact["talks"])
    console.print("outcomes 小结   " + "   ".join(f"{name} {count}" for name, count in outcomes.most_common()))


def _end(contact: dict[str, Any]) -> str:
    if contact["talks"]:
        return "answered"
    return (contact["visits"][-1]["end"] or "still waiting") if contact["visits"] else "IVR only"


def _by_queue_and_tier(contacts: Iterable[dict[str, Any]]) -> Table:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for contact in contacts:
        for visit in contact["visits"]:
            groups[visit["queue"], visit["tier"]].append(visit)
    table = Table("queue 技能组", "tier 等级")
    for name in ("offered", "answered", "abandoned", "wait p50", "longest"):
        table.add_column(name, justify="right")
    for (queue, tier), visits in sorted(groups.items()):
        answered = [visit for visit in visits if visit["end"] == "answered"]
        waits = [(visit["answered_at"] - visit["entered_at"]) / 1000 for visit in answered]
        abandoned = sum(visit["end"] == "abandoned" for visit in visits)
        times = (f"{median(waits):.1f} s", f"{max(waits):.1f} s") if waits else ("", "")
        table.add_row(queue, tier, str(len(visits)), str(len(answered)), str(abandoned), *times)
    return table


def _by_agent(contacts: Iterable[dict[str, Any]]) -> Table:
    talks: dict[str, list[float]] = defaultdict(list)
    for contact in contacts:
        for talk in contact["talks"]:
            if talk["to"] is not None:
                talks[talk["agent"]].append((talk["to"] - talk["from"]) / 1000)
    table = Table("agent 坐席")
    for name in ("answered", "talk p50", "talk in all"):
        table.add_column(name, justify="right")
    for agent, lengths in sorted(talks.items()):
        table.add_row(agent, str(len(lengths)), f"{median(lengths):.1f} s", f"{sum(lengths):.1f} s")
    return table
