"""A chaos run's finding: as tables in the terminal, as figures, and as a page in English and Chinese."""

from collections import Counter
from collections.abc import Iterable
from html import escape
from math import ceil
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.lab.chaos.blow import Fault
from config.lab.chaos.bounds import LENGTHS
from config.lab.chaos.judge import RECORDINGS, Finding
from config.lab.chaos.run import Course
from config.lab.chaos.words import ENDS, FAULTS, REASONS, STATES, Words, counted
from config.lab.check import Kind
from config.lab.check.verdict import Language
from config.language import reader_language, said

Line = tuple[str, str, str]
"""What it is in English and in Chinese, and the figure."""


def figures(finding: Finding) -> dict[str, Any]:
    """Every figure by name; seconds, counts."""
    return {
        "blows": dict(Counter(blow.fault.value for blow in finding.blows)),
        "live_least": min((blow.live for blow in finding.blows), default=0),
        "hung_up_meanwhile": {
            "callers": sum(blow.callers_hung_up for blow in finding.blows),
            "agents": sum(blow.agents_hung_up for blow in finding.blows),
        },
        "met": dict(sum((Counter(blow.census) for blow in finding.blows), Counter())),
        "ready_s": {
            start: _times(sorted(blow.ready_s for blow in finding.blows if _START[blow.fault] == start))
            for start in dict.fromkeys(_START[blow.fault] for blow in finding.blows)
        },
        "calls": finding.placed,
        "visits": dict(finding.visits),
        "lost": dict(finding.lost),
        "flows_entered_again": {str(attempt): count for attempt, count in sorted(finding.again.items())},
        "fallback": dict(finding.fallback),
        "switched_over": dict(finding.switched),
        "outcomes_asked_later": finding.owed,
        "mended": dict(finding.mended),
        "ends_not_heard": finding.unheard,
        "stopped": finding.stopped,
        "wrong": [one.text() for one in finding.wrong],
        "unaccounted": finding.unaccounted,
        "outcomes_not_asked": finding.count(Kind.NO_OUTCOME),
        "talks_cut": finding.count(Kind.TALK_CUT),
        "order_violations": finding.count(Kind.PASSED),
        "recordings_wrong": finding.count(*RECORDINGS),
        "lengths_wrong": finding.count(*LENGTHS),
        "imbalance": finding.count(Kind.BALANCE),
        "facts": finding.facts,
        "facts_before": finding.past,
        "seconds": round(finding.seconds, 1),
    }


_START = {
    Fault.KILL: "restart",
    Fault.KILL_ALL: "cold_start",
    Fault.KILL_ASTERISK: "asterisk",
    Fault.FREEZE: "thaw",
    Fault.CUT_ARI: "link",
    Fault.STALL_ARI: "link",
    Fault.CUT_AMI: "link",
    Fault.LOCK_DATABASE: "database",
}
_STARTS = {
    "restart": ("hotline was restarted by its keeper", "由守护进程重启"),
    "cold_start": ("hotline was started anew, keeper and all", "连同守护进程冷启动"),
    "asterisk": ("Asterisk was started anew", "Asterisk 重新启动"),
    "thaw": ("hotline was frozen", "解除冻结"),
    "link": ("the link was back", "链路恢复"),
    "database": ("the database was free", "数据库恢复"),
}


def _times(ordered: list[float]) -> dict[str, float]:
    return {
        "times": len(ordered),
        "p50": _share(ordered, 0.5),
        "p95": _share(ordered, 0.95),
        "longest": _share(ordered, 1.0),
    }


def _share(ordered: list[float], share: float) -> float:
    return round(ordered[max(0, ceil(share * len(ordered)) - 1)], 2) if ordered else 0.0


def _lines(finding: Finding) -> Iterable[Line]:
    known = figures(finding)
    yield "blows, by fault", "故障次数，按种类", _listed(known["blows"], FAULTS)
    yield "live contacts at each blow, at least", "每次故障时在线联系数，至少", str(known["live_least"])
    yield "contacts and agents met, by state", "故障时所处状态", _listed(known["met"], STATES)
    hung_up = known["hung_up_meanwhile"]
    yield (
        "hung up during the faults",
        "故障期间挂机",
        f"callers 来电者 {hung_up['callers']}, agents 坐席 {hung_up['agents']}",
    )
    for start, ready in known["ready_s"].items():
        en, zh = _STARTS[start]
        yield (
            f"ready again after {en}",
            f"{zh}后恢复用时",
            f"p50 {ready['p50']} s, p95 {ready['p95']} s, max {ready['longest']} s ({ready['times']} ×)",
        )
    yield "facts in the journal before the first call", "首通来电前日志中的事实", str(known["facts_before"])
    yield "calls placed", "拨打来电", str(known["calls"])
    yield "visits to the queue, by end", "排队次数，按结果", _listed(known["visits"], ENDS)
    yield "contacts lost with cause", "有原因的丢失", _listed(known["lost"], REASONS)
    again = ", ".join(f"{attempt}.: {count}" for attempt, count in known["flows_entered_again"].items())
    yield "flows entered again, by try", "重新进入流程，按次数", again or "0"
    helped = known["fallback"]
    yield (
        "calls that Asterisk's fallback took",
        "Asterisk 兜底接入的来电",
        f"{helped['taken']}: answered there 在兜底中接通 {helped['answered']}, fetched home 接回 {helped['home']}, "
        f"in the ledger under fallback 记入台账 {helped['read_back']}",
    )
    moved = known["switched_over"]
    yield (
        "times a queue was switched over and back",
        "技能组应急切换并切回的次数",
        f"{moved['times']}: callers moved 转出 {moved['moved']}, returned 转回 {moved['returned']}",
    )
    yield "outcomes asked for after the wrap-up", "话后结束后仍索要的小结", str(known["outcomes_asked_later"])
    yield "differences mended, by reason", "已修复的差异，按原因", _listed(known["mended"], REASONS)
    yield (
        "ends that nobody heard (bounded by two moments)",
        "无人听到的结束（介于两个时刻之间）",
        str(known["ends_not_heard"]),
    )


def _judged(finding: Finding) -> Iterable[Line]:
    known = figures(finding)
    yield "calls unaccounted for", "无法交代的来电", str(known["unaccounted"])
    yield "talks cut", "被切断的通话", str(known["talks_cut"])
    yield "order violations", "次序错误", str(known["order_violations"])
    yield "recordings without contact or the reverse", "录音与联系不相符", str(known["recordings_wrong"])
    yield "lengths that differ", "时长不一致", str(known["lengths_wrong"])
    yield "outcomes nobody was asked for", "未索要的小结", str(known["outcomes_not_asked"])
    yield "accounts that do not balance", "不平的账目", str(known["imbalance"])


def _listed(counts: dict[str, int], said: Words) -> str:
    listed = counted(counts, said)
    return f"{listed.en}\n{listed.zh}" if counts else "0"


def show(finding: Finding, console: Console) -> None:
    """Print it."""
    language: Language = "zh" if reader_language() else "en"
    table = Table(show_header=False)
    for en, zh, value in (*_lines(finding), *_judged(finding)):
        table.add_row(said(en, zh), value)
    console.print(table)
    if finding.stopped:
        console.print(
            f"✗ {said('stopped early', '提前结束')}: {finding.stopped}", style="red", markup=False, soft_wrap=True
        )
    for wrong in finding.wrong:
        console.print(f"✗ {wrong.text(language)}", style="red", markup=False, soft_wrap=True)


_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>hotline: chaos report 故障测试报告</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0 }}
td:first-child {{ width: 22rem }}
td {{ white-space: pre-line }}
td, th {{ border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top }}
.good {{ color: #176b2c }} .bad {{ color: #a4161a }}
</style></head><body>
<h1>Chaos report · 故障测试报告</h1>
<p>Real SIP calls on a real Asterisk; the house was struck {kills} times while at least {contacts} calls were live
({patient}seed {seed}), and a fifth of callers and agents hung up each time. Afterwards the phones' own logs,
Asterisk's call event log, hotline's ledger and the audio itself were compared, call by call. {seconds} s in all.</p>
<p>真实的 Asterisk 与 SIP 来电；在至少 {contacts} 通在线来电时{patient_zh}对 hotline 施加 {kills} 次故障
（种子 {seed}），每次另有五分之一的来电者与坐席挂机。
随后逐通比对话机日志、Asterisk 呼叫事件日志、hotline 台账与录音本身。共 {seconds} 秒。</p>
<h2 class="{mood}">{verdict}</h2>
{stopped}
<table>{judged}</table>
<h2>What happened · 经过</h2>
<table>{lines}</table>
<h2>Each blow · 逐次</h2>
<table><tr><th>fault 故障</th><th>s</th><th>live 在线</th><th>hung up 挂机</th><th>ready after 恢复 s</th></tr>
{blows}</table>
{wrong}
<p>Do it yourself · 自己动手：<code>make chaos KILLS={kills} CONTACTS={contacts} SEED={seed} FAULTS="{faults}"
FACTS={past} PATIENT={patients} REPORT=page.html</code></p>
</body></html>
"""


def write_page(finding: Finding, course: Course, path: Path) -> None:
    """Write the page, which needs no other file."""
    good = not finding.wrong and not finding.stopped
    blows = "".join(
        f"<tr><td>{FAULTS[blow.fault].en} · {FAULTS[blow.fault].zh}</td><td>{blow.seconds:g}</td><td>{blow.live}</td>"
        f"<td>{blow.callers_hung_up} + {blow.agents_hung_up}</td><td>{blow.ready_s:.2f}</td></tr>"
        for blow in finding.blows
    )
    kinds = " ".join(fault.value for fault in course.faults)
    stopped = f'<p class="bad">Stopped early · 提前结束: {escape(finding.stopped)}</p>' if finding.stopped else ""
    wrong = "".join(f"<li>{escape(one.text('en'))}<br>{escape(one.text('zh'))}</li>" for one in finding.wrong)
    page = _PAGE.format(
        kills=course.kills,
        contacts=course.contacts,
        patient=f"{course.patient} of them waited throughout, " if course.patient else "",
        patient_zh=f"（其中 {course.patient} 通始终排队）" if course.patient else "",
        seed=course.seed,
        seconds=round(finding.seconds),
        mood="good" if good else "bad",
        verdict="Every call is accounted for · 每通来电都有交代" if good else "Not every call agrees · 有来电不相符",
        judged=_table(_judged(finding)),
        lines=_table(_lines(finding)),
        blows=blows,
        stopped=stopped,
        faults=kinds,
        past=course.facts,
        patients=course.patient,
        wrong=f"<h2>What does not agree · 不相符之处</h2><ul>{wrong}</ul>" if wrong else "",
    )
    path.write_text(page, encoding="utf-8")


def _table(lines: Iterable[Line]) -> str:
    return "".join(f"<tr><td>{escape(en)}\n{escape(zh)}</td><td>{escape(value)}</td></tr>" for en, zh, value in lines)
