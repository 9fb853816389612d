"""Print docs/facts.md from `acd/events.py`: every fact with its fields, in English and Chinese.

Run `python -m tools.facts` when the vocabulary changed. The English is the module's own; a fact, a field or a value
without Chinese here is an error.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from acd import events, words

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "facts.md"
SOURCES = tuple(dict.fromkeys((words.__file__, *(inspect.getfile(kind) for kind in events.FACTS))))

INTRODUCTION = """\
# Facts · 事实

Printed by `python -m tools.facts` from `acd/events.py`; edit the words there, the Chinese in `tools/facts.py`.
由 `python -m tools.facts` 根据 `acd/events.py` 生成；英文在该文件中修改，中文在 `tools/facts.py` 中修改。

The journal is the sequence of these facts, numbered from 1. Events came from outside; decisions are the router's own
and follow the event that caused them. Every fact has `at`, integer milliseconds since 1970 UTC, which never goes back.
事实日志由下列事实组成，从 1 开始编号。事件来自外部；决定由路由作出，紧跟在引起它的事件之后。
每个事实都有 `at`：自 1970 年（UTC）起的整数毫秒，绝不倒退。

This vocabulary is extended, never renamed: journals are kept. 词汇只增不改：日志需要长期保存。
"""

CHINESE = {
    "CallbackFailure": "被回电的客户为何没有接通。",
    "CallbackFailure.REFUSED": "拒接，或号码无法接通。",
    "CallbackFailure.NOT_ACCEPTED": "有人或机器接起，但没有按 1。",
    "CallbackFailure.LATER": "客户按键要求稍后再打。",
    "CallbackFailure.BARRED": "号码在黑名单上：不予呼叫。",
    "CallbackFailure.FAULT": "我方、Asterisk 或中继的故障。",
    "CallbackEnd": "回电为何放弃。",
    "CallbackEnd.TRIES": "最后一次呼叫也未接通。",
    "CancelCause": "为何不再需要回电。",
    "CancelCause.KEY": "客户按键取消。",
    "CancelCause.DESK": "坐席、班长或程序取消。",
    "CancelCause.BACK": "客户再次来电，在原位置在线等待。",
    "CallbackAsked": "客户要求回电：不占通话支路，留在原位，或由此开始排队。同一号码或客户已有待回电时，本联系离队。",
    "CallbackAsked.contact": "正在排队或在流程中的联系；没有来电时为新编号。",
    "CallbackAsked.number": "要拨打的号码，规范化格式。",
    "CallbackAsked.not_before": "此时刻之前不呼叫，毫秒。",
    "CallbackAsked.asterisk": "此项及以下各项仅在联系尚未排队时读取。",
    "CallbackAsked.access": "接入号；客户看到的是其外显号码。",
    "CallbackAsked.learned": "供弹屏使用；路由不读取。",
    "CallbackAsked.who": "代为登记的人；空为客户本人。",
    "CallbackMoved": "待回电改到另一号码或另一时刻；位置不变。",
    "CallbackMoved.number": "空为不变。",
    "CallbackMoved.not_before": "此时刻之前不呼叫，毫秒；`None` 为不变。",
    "CallbackCancelled": "不再需要回电。",
    "CallbackCancelled.into": "客户再次来电时，接替其排队位置的联系。",
    "CallbackAnswered": "客户已接听；要求按键时已按 1。",
    "CallbackFailed": "呼叫客户未接通。",
    "DiallingBarred": "该技能组暂不回电：夜间禁呼，或按方案的时段。",
    "DiallingAllowed": "该技能组可以继续回电。",
    "CallbackDialled": "正在呼叫客户：坐席已接起，或已为其预留。",
    "CallbackDialled.attempt": "从 1 起。",
    "CallbackDialled.until": "客户话机最多振铃到此时。",
    "CallbackUnanswered": "客户没有及时接听。",
    "CallbackGivenUp": "回电没有通话而结束。",
    "CallOwed": "来电者在等待或通话中因故障中断：为其回电，或列入坐席的待办。",
    "CallOwed.contact": "丢失的联系。",
    "CallOwed.callback": "为其回电的联系，新编号；空：列为待办。",
    "CallOwed.credit_ms": "自首次需要人工起；计入回电的等待。",
    "CallOwed.detail": "因何丢失。",
    "ContactEnded.in_fallback": "原因为 `fallback` 时。",
    "InFallback": "来电者在其 Asterisk 的兜底中的经过，取自其日志。",
    "InFallback.party": "应答的号码或分机；空：无人应答。",
    "InFallback.talked_from": "接通的时刻，毫秒。",
    "InFallback.file": "所留的语音；空：没有。",
    "InFallback.seconds": "其时长。",
    "InFallback.queue": "由哪个技能组处理此留言。",
    "Intent": "坐席想处于的状态；实际状态另有字段。",
    "EndCause": "联系自身的通话支路为何结束。",
    "EndCause.HUNG_UP": "来电者挂机，或通话后由路由放行。",
    "EndCause.FLOW": "流程自动答复后道别。",
    "EndCause.REFUSED": "入口处拒绝：没有流程，或在名单上。",
    "EndCause.LOST": "因我方、Asterisk 或链路的故障而丢失；`detail` 说明是哪一个。",
    "EndCause.FALLBACK": "hotline 不在时由兜底处理至结束；`detail` 说明如何。",
    "OfferFailure": "坐席话机为何无法振铃，或拒接。",
    "PopState": "振铃之前坐席桌面是否已弹屏。",
    "StepCause": "排队中的联系为何进入下一步。",
    "StepCause.TIME": "前一步已到时限。",
    "StepCause.EXPECTED": "预计等待超过该步所定的时间。",
    "StepCause.NOBODY": "前一步没有可服务它的坐席在。",
    "SetAsideCause": "坐席为何不再派线：直到再次置闲，或到随附的时刻为止。",
    "SetAsideCause.BREAK_GRANTED": "轮到其小休而尚未开始，到时自行结束。",
    "IntentCause": "路由为何改变坐席的意愿。",
    "IntentCause.MISSES": "方案对连续未接的处理。",
    "IntentCause.BREAK": "所申请的小休有了名额，或由班长放行。",
    "IntentCause.EMERGENCY": "应急切换召集他接听手机，原座位不再派线。",
    "IntentCause.EMERGENCY_OVER": "召集他的应急切换已结束。",
    "IntentCause.CHOSEN": "坐席在忙时选择了本次之后签出。",
    "MissReaction": "连续未接达到方案所容许的次数后如何处理。",
    "MissReaction.SET_ASIDE": "暂停派线，直到再次置闲。",
    "MissReaction.PAUSE": "暂停派线一段时间。",
    "MissReaction.NOT_READY": "置忙，并注明方案中的原因。",
    "MissReaction.SIGN_OUT": "签出。",
    "WrapUpEnd.CUT": "由班长结束；如到时一样，该联系记入待补小结。",
    "AgentSignedIn.outside": "话机是外线号码，经中继振铃：接起者须按键确认。",
    "AgentSetAside.until": "或到此时刻为止，以先到者为准。",
    "BreakAsked": "坐席申请小休：有名额且没有在办联系时立即开始，否则排队。",
    "BreakAsked.reason": "方案中算作小休的原因之一。",
    "BreakTakenBack": "坐席不再需要小休，或由他人移出队列；已批准的退回。",
    "BreakTakenBack.by": "非坐席本人时，由谁操作。",
    "BreakAllowed": "班长放行排队中的坐席小休，不受名额限制：立即，或在办完联系之后。",
    "WrapUpProlonged": "话后延时：坐席要求时从其额度中扣除，班长延时不占任何额度。",
    "WrapUpProlonged.by": "班长；坐席本人要求时为空。",
    "WrapUpCut": "班长结束坐席的话后。",
    "AutoAnswerChosen": "此后坐席的话机是否自动接听派线。",
    "BreakGranted": "轮到该坐席：在此时刻之前不派线，可开始小休。",
    "BreakLapsed": "坐席未开始已批准的小休，失去其位置。",
    "IntentApplied": "路由改变坐席的意愿：注明原因置忙，或签出。",
    "AsideEnded": "未接之后的暂停结束，恢复派线。",
    "ReasonOverrun": "坐席因该原因置忙已超过方案允许的时间。",
    "WrapUpEnd": "话后如何结束。",
    "WrapUpEnd.CAP": "到时未保存：该联系进入坐席的待补小结。",
    "WrapUpEnd.NONE": "该技能组没有话后。",
    "ContactStarted": "来电到达，流程开始；须重新进入流程时再次出现，`attempt` 大于 0。",
    "ContactStarted.access": "拨打的接入号。",
    "ContactStarted.caller": "规范化的主叫号码；未显示时为空。",
    "ContactQueued": "联系需要坐席。",
    "TalkConnected.since": "迟到或未听到时：两者在该时刻与 `at` 之间的某一刻已接通。",
    "ContactQueued.since": "最初需要坐席的时刻（在此处或在兜底中）；等待由此算起。",
    "ContactQueued.skills": "技能 = 最低等级，在技能组本身要求之外。",
    "ContactQueued.any_of": "每组满足其中一项技能及等级即可；与 `skills` 合用可表达任意的“全部”与“任一”。",
    "ContactQueued.urgency_ms": "联系自身的提前量（报修、报案、挂失）。",
    "ContactQueued.credit_ms": "此前在 IVR 或兜底中花费、计入得分但不计入等待的时间。",
    "ContactQueued.learned": "流程得知的内容，供弹屏使用；路由不读取。",
    "ContactQueued.relaxation": "方案中的放宽规则之一，取代技能组的规则。",
    "ContactQueued.preferred": "希望优先接听的坐席及各自等待的时长，逐段进行，之后按技能组正常派线。",
    "PriorityChanged": "排队中的联系自此改变等级或紧急程度；已派出的线不变。",
    "ContactEnded": "来电者的通话支路已结束。",
    "ContactEnded.before_talk": "依次听到：坐席刚摘机、两人尚未进入同一个桥，来电者已离开，未曾通话。",
    "ContactEnded.log_position": "该 Asterisk 的兜底日志已读到何处（自纪元起的微秒）；0 表示并非由日志得知。",
    "ContactEnded.seen_until": "未听到结束时：最后确知其存在的时刻；真正的结束在该时刻与 `at` 之间。",
    "PopAcknowledged": "坐席桌面已显示客户。",
    "PhoneRinging": "坐席话机报告正在振铃。",
    "OfferAnswered": "坐席已接听。",
    "OfferFailed": "坐席话机无法振铃、拒接，或在接通之前挂机。",
    "OfferLost": "坐席的通话支路不在了，无论他是否已接听；原因是我方或链路中断。",
    "TalkConnected": "来电者与坐席已在同一桥内，可以对话。",
    "HoldStarted": "坐席保持来电者。",
    "HoldEnded": "坐席取回来电者。",
    "AgentHungUp": "坐席的通话支路已结束。",
    "AgentHungUp.seen_until": "未听到结束时：最后确知其存在的时刻；真正的结束在该时刻与 `at` 之间。",
    "AgentHungUp.to": "来电去往何处：话机所转的 `access:接入号`、`phone:分机`，`consult`（所咨询的同事）；空则拆线。",
    "Party": "通话的一方。",
    "Party.CALLER": "来电者。",
    "Party.AGENT": "坐席。",
    "AudioMissing": "通话一方数秒没有语音：对方在对空讲话，或听不到。",
    "AudioMissing.since": "最后确知其有语音的时刻，毫秒。",
    "AudioBack": "没有语音的一方恢复。",
    "AgentLegLost": "坐席的通话支路非挂机而断；来电者听音乐，等待坐席重新接入。",
    "AgentLegLost.leg": "哪一支路：0 为最初的，其后为产生它的 `RejoinAsked` 的编号。",
    "RejoinAsked": "坐席的页面已重新加载，或其支路已断：要求以本编号的新支路回到通话。",
    "RejoinAnswered": "坐席的新支路已就绪。",
    "RejoinFailed": "坐席的新支路未能建立。",
    "OutcomeSaved": "坐席保存了小结。",
    "AgentSignedIn": "坐席签入话机，置闲之前不派线。重复签入只更新桌面。",
    "AgentSignedIn.desk": "是否有可弹屏的桌面打开。",
    "AgentSignedOut": "坐席签出；进行中的通话或话后照常到结束。",
    "IntentChanged": "坐席置闲，或注明原因置忙；忙时也可选择本次之后签出。",
    "DeskOpened": "坐席桌面已打开，可以弹屏。",
    "DeskClosed": "坐席桌面已关闭；话机仍会振铃。",
    "PhoneReachable": "话机注册或恢复。",
    "PhoneUnreachable": "话机失联；签入其上的坐席不再派线，正在振铃的派线收回。",
    "TimePassed": "时钟；让到期的事情发生。",
    "LinkDown": "某台 Asterisk 听不到我们，或尚未对照：其排队中的联系暂不派线。",
    "AdaptationOrder": "班长对自适应的指示。",
    "AdaptationOrder.FREEZE": "保持现状。",
    "AdaptationOrder.UNDO": "恢复为方案的值并保持不变。",
    "AdaptationTold": "班长冻结自适应、令其继续，或撤销其调整。",
    "TargetsCompared": "近期达到的比例已与目标比较，`leans` 为各技能组与等级此后的提前量偏移及其依据。",
    "ContactQueued.keys": "按键 = 等待中按下时的去向，取代技能组的设置。",
    "ContactQueued.messages": "等待时依次播放的提示音；空：用技能组的。",
    "ContactQueued.music": "等待时听到的音乐；空：用技能组的。",
    "EmergencyWay": "紧急情况下技能组切换到何处。",
    "EmergencySwitchedOn": "技能组按其应急预案切换：等待者与新来者一并转去，直到切回。已切换时再次出现，则改往别处。",
    "EmergencySwitchedOff": "技能组切回，由其坐席接听：仍在转去之处等待者连同等待时间返回。",
    "AgentSignedIn.called_up": "由应急切换签入，切回时由其签出。",
    "ExitRule.EMERGENCY": "技能组已应急切换。",
    "ExitRule.EMERGENCY_OVER": "其转出的技能组已切回。",
    "ExitRule": "联系为何未经坐席而离开技能组。",
    "ExitRule.CLOSED": "技能组已下班。",
    "ExitRule.FULL": "排队人数超过技能组的上限。",
    "ExitRule.LOGGED_OUT": "能够服务者无人签入。",
    "ExitRule.ON_BREAK": "能够服务且已签入者全部置忙（联系不上者除外）。",
    "ExitRule.UNREACHABLE": "能够服务且置闲者被暂停派线，或其话机失联。",
    "ExitRule.MAX_WAIT": "等待已满上限。",
    "ExitRule.LONG_WAIT": "预计等待过长。",
    "ExitRule.KEY": "来电者为此按键。",
    "KeyPressed": "来电者在等待中按键。",
    "ContactLeft": "联系离开技能组，前往别处；该次进组结束。",
    "ContactLeft.to": "`queue:技能组`、`flow:流程`、`prompt:提示音` 或 `number:号码`。",
    "ContactMoved": "离开一个技能组的联系在另一个技能组继续等待，等待时间连续计算。",
    "WaitEstimated": "联系开始在技能组中等待时的预计等待。",
    "WaitEstimated.ahead": "排在其前的联系数；其他需求者按其争用同一坐席的比例计。",
    "WaitTold": "此刻告知等待者的内容。",
    "WaitTold.ahead": "其前有几位；空：未说。",
    "WaitTold.low_ms": "还需等待的时间在此与 `high_ms` 之间；空：未说。",
    "WaitTold.message": "提示音；空：没有。",
    "Measure": "说明 hotline 本身、磁盘或 Asterisk 处理不及的量。",
    "Measure.LOOP_LAG": "事件循环定时器的延迟，取最近三秒的中位。",
    "Measure.JOURNAL": "尚未落盘的事实数。",
    "Measure.ARI": "Asterisk 尚未答复的请求数，取最多的一台。",
    "EngineMeasured": "某个量超过上限，或已降到足够低；其间不再告知。",
    "OverloadBegan": "到达某项上限：在 `OverloadEnded` 之前，新联系据此被拒。",
    "OverloadBegan.limit": "`contacts`、`number:号码`、`queue:技能组`，或某个量。",
    "OverloadBegan.live": "有来电者在线的联系数。",
    "OverloadEnded": "负荷已降下来，或该上限已从方案中去掉：不再据此拒接。",
    "OverloadEnded.shed": "其间拒接的数量。",
    "ContactShed": "新联系在入口被拒：其等级已无余量。",
    "ContactStarted.tier": "入口处已知的来电者等级：据此拒接或放行。",
    "ContactStarted.held": "此前已应答或放行：不再拒接。",
    "EndCause.SHED": "因过载规则在入口被拒。",
    "QueueOpened": "技能组的服务时间开始。",
    "QueueClosed": "技能组的服务时间结束；仍在等待者按其相应规则处理。",
    "PartyConnected": "来电者与流程所呼叫的对方（转接、值班）接通通话，直至来电者离开。",
    "PartyConnected.party": "所呼叫的号码。",
    "LinkUp": "某台 Asterisk 可以听到我们，并已与现场对照：其联系恢复派线。",
    "PlanChanged": "新方案，自此生效。",
    "ConsultAsked": "通话中的坐席要咨询同事（询转），其间来电者听音乐。",
    "ConsultAsked.offer": "该坐席的通话。",
    "ConsultAsked.to": "`agent:工号`，或 `queue:技能组`（该组当前空闲者）。",
    "ConsultAsked.line": "其话机呼叫同事所用的通道；空：在已有支路上与同事通话。",
    "ConsultEnded": "坐席结束了咨询，不论同事是否接起；来电者仍在保持。",
    "ConsultEnded.offer": "该坐席的通话。",
    "ConsultOffered": "已为咨询预占一名同事；其派线属于同一联系，不计入任何一次排队。",
    "ConsultOffered.offer": "本事实自身的编号。",
    "ConsultOffered.of": "通话的派线。",
    "ConsultOffered.line": "与要求时相同。",
    "OfferMade": "联系已为一名坐席预占。",
    "OfferMade.offer": "本事实自身的编号。",
    "OfferMade.pop_until": "振铃最多等弹屏到此时；空：没有桌面可等。",
    "OfferMade.score": "联系的提前量加增长率乘以等待，再加其技能组在该坐席处的提前量，毫秒。",
    "OfferMade.over_contacts": "该坐席本可接的其他排队联系，至多五个，附得分。",
    "OfferMade.over_agents": "本可接该联系的其他空闲坐席，至多五名，最优在前。",
    "OfferMade.left_out": "未予考虑的坐席，按原因计数，原因见 [routing.md](routing.md)。",
    "OfferMade.beside": "应急时与之同振同一联系的派线；此时不存在其他选择。",
    "StepTaken": "排队中的联系进入另一步：自此可由更多坐席服务，原先合格者仍然合格。",
    "StepTaken.step": "小于 0：优先坐席的各段；0：技能组本身的要求；1 起：放宽的各步。",
    "RingStarted": "坐席话机现在振铃。",
    "OfferExpired": "坐席未在时限内接听（久振未接）。",
    "OfferWithdrawn": "派线已收回，不算任何人未接：来电者离开或坐席签出，其话机失联、链路中断，或同振的他机已接听。",
    "AgentSetAside": "坐席在再次置闲之前不再派线。",
    "AgentGivenUp": "坐席的支路已断且未及时重新接入：通话结束。",
    "WrapUpEnded": "坐席转入其想处于的状态。",
    "ContactReleased": "坐席结束了通话：放行来电者。",
}


def page() -> str:
    """docs/facts.md. Raises KeyError for words without Chinese."""
    trees = [ast.parse(Path(source).read_text(encoding="utf-8")) for source in SOURCES]
    classes = {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}
    lines = [INTRODUCTION]
    for title, kinds in (("Events · 事件", events.EVENTS), ("Decisions · 决定", events.DECISIONS)):
        lines += [f"## {title}", ""]
        for kind in kinds:
            lines += _fact(classes[kind.__name__])
    lines += ["## Values · 取值", ""]
    for node in classes.values():
        if any(ast.unparse(base) == "StrEnum" for base in node.bases):
            lines += _values(node)
        elif not node.bases:
            lines += _fact(node)
    return "\n".join(lines).rstrip() + "\n"


def _fact(node: ast.ClassDef) -> list[str]:
    lines = [f"### {node.name}", "", _said(node), CHINESE[node.name], ""]
    rows = [(statement, said) for statement, said in _statements(node) if isinstance(statement, ast.AnnAssign)]
    if not rows:
        return lines
    lines += ["| field 字段 | type 类型 | meaning | 含义 |", "| --- | --- | --- | --- |"]
    for statement, said in rows:
        name = ast.unparse(statement.target)
        chinese = CHINESE[f"{node.name}.{name}"] if said else ""
        lines.append(_row(f"`{name}`", f"`{ast.unparse(statement.annotation)}`", said, chinese))
    return [*lines, ""]


def _values(node: ast.ClassDef) -> list[str]:
    lines = [f"### {node.name}", "", _said(node), CHINESE[node.name], ""]
    lines += ["| value 取值 | meaning | 含义 |", "| --- | --- | --- |"]
    for statement, said in _statements(node):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            chinese = CHINESE[f"{node.name}.{ast.unparse(statement.targets[0])}"] if said else ""
            lines.append(_row(f"`{statement.value.value!s}`", said, chinese))
    return [*lines, ""]


def _statements(node: ast.ClassDef) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement of a class with the string that stands under it."""
    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        said = following.value if isinstance(following, ast.Expr) else None
        yield statement, str(said.value) if isinstance(said, ast.Constant) else ""


def _said(node: ast.ClassDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split())


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
