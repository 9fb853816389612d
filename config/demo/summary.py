"""What a demo's calls came to, read from the ledger as the API gives it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from config.lab.chaos.words import ENDS
from config.language import reader_language, said


def show(console: Console, contacts: list[dict[str, Any]], samples: int) -> None:
    """Print it: totals, by queue and tier, by agent, outcomes."""
    ends = Counter(_end(contact) for contact in contacts)
    recordings = sum(len(contact["recordings"]) for contact in contacts)
    totals = [f"[bold]{len(contacts)} {said('calls', '通来电')}[/]"]
    totals += [f"{end} {count}" for end, count in ends.most_common()]
    totals += [f"{said('recordings', '录音')} {recordings}", f"{said('drawn for QA', '抽检')} {samples}"]
    console.print("   ".join(totals))
    console.print(_by_queue_and_tier(contacts))
    console.print(_by_agent(contacts))
    outcomes = Counter(contact["outcome"] or said("none", "无") for contact in contacts if contact["talks"])
    named = (f"{name} {count}" for name, count in outcomes.most_common())
    console.print("   ".join([said("outcomes", "小结"), *named]))


def _end(contact: dict[str, Any]) -> str:
    if not contact["talks"] and not contact["visits"]:
        return said("IVR only", "仅在流程")
    end = "answered" if contact["talks"] else contact["visits"][-1]["end"]
    if end is None:
        return said("still waiting", "仍在排队")
    return ENDS[end].of("zh" if reader_language() else "en") if end in ENDS else str(end)


def _by_queue_and_tier(contacts: Iterable[dict[str, Any]]) -> Table:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for contact in contacts:
        for visit in contact["visits"]:
            groups[visit["queue"], visit["tier"]].append(visit)
    table = Table(said("queue", "技能组"), said("tier", "等级"))
    for name in said("offered|answered|abandoned|wait p50|longest", "进组|接通|放弃|等待中位|最长").split("|"):
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
    table = Table(said("agent", "坐席"))
    for name in said("answered|talk p50|talk in all", "接听|通话中位|通话合计").split("|"):
        table.add_column(name, justify="right")
    for agent, lengths in sorted(talks.items()):
        table.add_row(agent, str(len(lengths)), f"{median(lengths):.1f} s", f"{sum(lengths):.1f} s")
    return table
