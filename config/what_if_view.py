"""What a plan would have made of a day, as a person reads it, in English or Chinese."""

from collections.abc import Iterator
from datetime import datetime
from math import isfinite

from rich.console import Console
from rich.table import Table

from acd.simulate.compared import ALL, Counts, Spread
from acd.simulate.what_if import ENOUGH
from config.what_if import WhatIf, named

Text = tuple[str, str]
OUTSIDE_SHOWN = 6
"""So many figures outside the range are named; JSON has them all."""
TITLE: Text = ("{since} to {until}, {runs} runs", "{since} 至 {until}，{runs} 次运行")
HEADS: tuple[Text, ...] = (
    ("", ""),
    ("happened", "实际"),
    ("plan of that day", "当日方案"),
    ("this plan", "此方案"),
    ("change", "变化"),
)
EVERYBODY: Text = ("all", "合计")
CAME: Text = ("{name}, {count} offered", "{name}，进入 {count}")
ROWS: dict[str, Text] = {
    "answered": ("answered", "接听"),
    "abandoned": ("abandoned", "放弃"),
    "otherwise": ("sent elsewhere or lost", "转往他处或丢失"),
    "service_level": ("service level", "服务水平"),
    "abandoned_share": ("share abandoned", "放弃率"),
    "mean_wait_answered_s": ("mean wait, answered, s", "接听者平均等待（秒）"),
    "mean_wait_s": ("mean wait, all, s", "全部平均等待（秒）"),
}
OF_EACH = ("service_level", "abandoned", "mean_wait_answered_s")
"""What is shown of each queue and tier; of everybody it is all, and JSON has all of each."""
WITHIN: Text = (", within {} s", "，{} 秒内")
SHARES = ("service_level", "abandoned_share")
CHECK: Text = (
    "Check: under the plan of that day the method gives a service level of {level} beside {level_then}, {abandoned} "
    "abandoned beside {abandoned_then}, a mean wait of {wait} s beside {wait_then} s.",
    "自检：按当日方案，服务水平为 {level}（实际 {level_then}），放弃 {abandoned}（实际 {abandoned_then}），"
    "平均等待 {wait} 秒（实际 {wait_then} 秒）。",
)
ANEW: Text = (
    "Drawn anew in everything but arrivals and agents' hours, {inside} of {count} figures that happened lie in the "
    "range of 95 of 100 such days{outside}.",
    "除来电时刻与坐席在岗外全部重新抽取：实际的 {count} 个数字中有 {inside} 个落在 95% 范围内{outside}。",
)
OUTSIDE: Text = ("; outside: {}", "；范围之外：{}")
ASSUMED: tuple[Text, ...] = (
    (
        "± holds 95 of 100 such days: the chance in what is drawn and estimated, not the error of what is assumed.",
        "± 为 95% 的此类日子所在范围：含抽取与估计的随机性，不含下列假设的误差。",
    ),
    (
        "Assumed: callers come, and agents sign in, pause and leave, when they did; a talk is as long whoever answers.",
        "假设：来电时刻以及坐席的签入、置忙、签出与当日相同；通话时长与由谁接听无关。",
    ),
    (
        "Drawn: the patience of who was answered (Kaplan-Meier, longer than he waited), the talk of who was not, "
        "what an agent does about an offer he did not get.",
        "抽取：被接听者的耐心（Kaplan-Meier，长于其等待）、未被接听者的通话、坐席对当日未得到的派线的反应。",
    ),
    (
        "Not in it: who would have called again, or not, because of a different wait.",
        "不含：因等待不同而重拨或不再来电的人。",
    ),
)
FEW: Text = (
    f"Fewer than {ENOUGH} gave up, so their patience is that of the whole queue, or of everybody: {{}}.",
    f"放弃者不足 {ENOUGH} 人，其耐心取自整个技能组或全体：{{}}。",
)
FEW_ONE: Text = ("{name} ({gave_up} of {visits})", "{name}（{visits} 人中 {gave_up} 人）")
NOBODY: Text = (
    "Nobody gave up that day: everybody is taken to wait for ever.",
    "当日无人放弃：视为全部一直等待。",
)
FOLLOWS: Text = ("New agents keep the hours of a colleague: {}.", "新增坐席沿用同事的在岗时间：{}。")
REFUSED: Text = (
    "Events of that day that did not fit here and were left out: {}.",
    "当日事件中此处不适用而略去的：{}。",
)


ERLANG: Text = (
    "Erlang beside it, as if all were one queue and each agent served it, by the half-hour. That day: A {a}; C {c}.",
    "对照 Erlang（视全部为一个技能组，每名坐席都服务，按半小时计）。当日：A {a}；C {c}。",
)
ERLANG_PLAN: Text = (" This plan's agents: A {a}; C {c}.", "此方案的坐席：A {a}；C {c}。")
FORMULA: Text = (
    "{level} in time, {abandoned} abandoned, mean wait {wait} s",
    "按时接听 {level}，放弃 {abandoned}，平均等待 {wait} 秒",
)


def show(found: WhatIf, out: Console, language: int) -> None:
    """The table, the check, what is assumed."""
    heads = HEADS if found.planned is not None else HEADS[:3]
    since, until = (
        datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
        for at in (found.day.since, found.day.until)
    )
    title = TITLE[language].format(since=since, until=until, runs=found.replications)
    table = Table(*(head[language] for head in heads), title=title, title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for place in found.places:
        _rows(table, found, place, language)
    out.print(table)
    for line in lines(found, language):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _rows(table: Table, found: WhatIf, place: tuple[str, str], language: int) -> None:
    models = [found.again, *((found.planned, found.change) if found.planned and found.change else ())]
    name = EVERYBODY[language] if place == ALL else named(place)
    happened = found.happened.get(place, Counts()).figures()
    head = CAME[language].format(name=name, count=_value(happened["offered"]))
    table.add_row(f"[bold]{head}[/]", *[""] * (len(models) + 1))
    for figure, label in ROWS.items():
        if place != ALL and figure not in OF_EACH:
            continue
        share = figure in SHARES
        within = figure == "service_level" and place != ALL
        text = label[language] + (WITHIN[language].format(f"{found.targets(*place):g}") if within else "")
        cells = [_spread(model.get(place, {}).get(figure), share=share) for model in models[:2]]
        if found.change is not None:
            cells.append(_spread(found.change.get(place, {}).get(figure), share=share, signed=True))
        table.add_row(f"  {text}", _value(happened[figure], share=share), *cells)
    table.add_section()


def lines(found: WhatIf, language: int) -> Iterator[str]:
    """The check and what is assumed."""
    again, then = found.again[ALL], found.happened[ALL].figures()
    yield CHECK[language].format(
        level=_spread(again["service_level"], share=True),
        level_then=_value(then["service_level"], share=True),
        abandoned=_spread(again["abandoned"]),
        abandoned_then=_value(then["abandoned"]),
        wait=_spread(again["mean_wait_s"]),
        wait_then=_value(then["mean_wait_s"]),
    )
    count = found.compared
    named_few = [*found.unlike[:OUTSIDE_SHOWN], *["…"] * (len(found.unlike) > OUTSIDE_SHOWN)]
    outside = OUTSIDE[language].format(", ".join(named_few)) if found.unlike else ""
    yield ANEW[language].format(inside=count - len(found.unlike), count=count, outside=outside)
    for text in ASSUMED:
        yield text[language]
    if not any(gave_up for gave_up, _ in found.patience.values()):
        yield NOBODY[language]
    elif few := {name: seen for name, seen in found.patience.items() if seen[0] < ENOUGH}:
        each = (FEW_ONE[language].format(name=name, gave_up=up, visits=of) for name, (up, of) in few.items())
        yield FEW[language].format(", ".join(each))
    if "that_day" in found.erlang:
        said = ERLANG[language].format(**_formulas(found, "that_day", language))
        if found.planned is not None and found.erlang.get("plan", found.erlang["that_day"]) != found.erlang["that_day"]:
            said += ERLANG_PLAN[language].format(**_formulas(found, "plan", language))
        yield said
    if found.follows:
        yield FOLLOWS[language].format(", ".join(f"{name} = {whose}" for name, whose in found.follows.items()))
    if found.refused:
        yield REFUSED[language].format(", ".join(f"{name} {count}" for name, count in found.refused.items()))


def _formulas(found: WhatIf, case: str, language: int) -> dict[str, str]:
    return {
        name: FORMULA[language].format(
            level=_value(one.in_time, share=True),
            abandoned=_value(one.abandoned, share=True),
            wait=_value(one.mean_wait_s) if isfinite(one.mean_wait_s) else "∞",
        )
        for name, one in zip(("c", "a"), found.erlang[case], strict=True)
    }


def _value(value: float | None, *, share: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if share else f"{value:.1f}".removesuffix(".0")


def _spread(one: Spread | None, *, share: bool = False, signed: bool = False) -> str:
    if one is None:
        return "–"
    scale, sign = (100 if share else 1), "+" if signed else ""
    unit = "%" if share and not signed else ""
    error = f" ± {scale * one.error:.1f}" if one.error > 0 else ""
    return f"{scale * one.mean:{sign}.1f}{unit}{error}"
