"""Reasons in plain words, in both languages: why a contact waits, why an agent was chosen, why one gets no contact."""

from collections.abc import Mapping

from acd.contact import ContactState
from acd.fold import FoldedFloor
from acd.reasons import AtStep, Reasons
from acd.words import StepCause

EN, ZH = "en", "zh-CN"
WORDS: Mapping[str, tuple[str, str]] = {
    "chosen": ("chosen: he came first in the order of agents", "被选中：按坐席次序排在最先"),
    "later": ("he is idle and able, but later in the order of agents", "空闲且合格，但次序在后"),
    "no_skill": (
        "he lacks a skill, its level or a valid certificate, or does not serve the queue",
        "缺少所需的技能、等级或有效证书，或不服务该技能组",
    ),
    "not_preferred": (
        "the contact waits for its preferred agents first, and he is none of them",
        "该联系先等待其优先坐席，他不在其中",
    ),
    "switched_over": (
        "the queue is switched over in an emergency, and he is none of those who are called for it",
        "该技能组已应急切换，他不在应急人员之中",
    ),
    "called_up": (
        "he was called up in an emergency for another queue, and serves none but that",
        "已应召到另一应急切换的技能组，期间只接听该组",
    ),
    "later_step": (
        "he lacks what is asked for now, but may have it from a later step of the relaxation",
        "不符合当前要求，放宽到后面的步骤时可以接听",
    ),
    "delay": ("he serves this queue only after a longer wait", "等待更久之后才服务该技能组"),
    "missed": (
        "he missed this contact before, and another able agent is on duty or he has not made himself ready since",
        "曾漏接该联系，且另有合格坐席在岗，或此后尚未再次置闲",
    ),
    "kept": ("he is idle, but kept back for other tiers", "空闲，但为其他等级保留"),
    "link_down": ("the contact's Asterisk is out of reach", "该联系所在的 Asterisk 无法连接"),
    "not_dialled": ("its customer is not to be called back just now", "此时不回电"),
    "reserved": ("he is being offered another contact", "正在被派另一联系"),
    "ringing": ("his phone rings for another contact", "话机正为另一联系振铃"),
    "talking": ("he talks with another caller", "正与另一来电者通话"),
    "hold": ("he has another caller on hold", "正保持另一来电者"),
    "wrap_up": ("he is in wrap-up", "话后处理中"),
    "ready": ("he is about to come on duty", "即将就绪"),
    "not_ready": ("he has made himself not ready", "已置忙"),
    "logged_out": ("he is not signed in", "未签入"),
    "set_aside": (
        "he is set aside after an offer that failed, until he makes himself ready again",
        "派线未成后被暂停派线，直到再次置闲",
    ),
    "break_granted": ("it is his turn for a break, which he may begin now", "轮到其小休，正等其开始"),
    "unreachable": ("his phone is not reachable", "话机离线"),
}
"""Reason or standing = what it says of an agent."""

STATES: Mapping[ContactState, tuple[str, str]] = {
    ContactState.IVR: ("It is in its flow and wants no agent yet.", "仍在流程中，尚未请求坐席。"),
    ContactState.CALLBACK: ("Its customer is to be called back.", "等待给客户回电。"),
    ContactState.DIALLING: ("Its customer is being called back.", "正在给客户回电。"),
    ContactState.OFFERED: ("It is offered to agent {agent} now.", "正派给坐席 {agent}。"),
    ContactState.TALKING: ("It talks with agent {agent}.", "正与坐席 {agent} 通话。"),
    ContactState.RELEASED: ("Its talk with agent {agent} is over.", "与坐席 {agent} 的通话已结束。"),
    ContactState.SHED: ("It was shed: there was no room when it came.", "过载拒接：来电时已无余量。"),
    ContactState.ENDED: ("It has ended.", "已结束。"),
}
OUT_OF_REACH = ("It waits: its Asterisk is out of reach.", "正在等待：其所在的 Asterisk 无法连接。")
NOT_DIALLED = (
    "It waits: after a dial that failed, or at this hour, its customer is not called back.",
    "正在等待：上次呼叫未通，或此时段不回电。",
)
NOBODY_ABLE = ("It waits: no agent of the plan has what it needs.", "正在等待：方案中没有符合要求的坐席。")
NOBODY_HERE = ("It waits: of the able agents nobody is on duty.", "正在等待：合格坐席无人在岗。")
IDLE_KEPT = ("It waits although somebody able is idle, for the reasons below.", "虽有合格坐席空闲仍在等待，原因如下。")
ALL_BUSY = ("It waits: every able agent on duty is busy.", "正在等待：在岗的合格坐席都在忙。")
AHEAD = ("{count} with the same need go before it.", "同样要求者中有 {count} 个排在其前。")
FOR_PREFERRED = ("It waits for its preferred agents first: {agents}.", "先等待其优先坐席：{agents}。")
AT_FIRST = (
    "It has taken none of the {steps} steps of its relaxation.",
    "放宽共 {steps} 步，尚未进入任何一步。",
)
AT_STEP = (
    "It is at step {step} of {steps} of its relaxation since {since_s} s, because {cause}.",
    "处于放宽的第 {step} 步（共 {steps} 步），已 {since_s} 秒，原因是{cause}。",
)
CAUSES: Mapping[StepCause, tuple[str, str]] = {
    StepCause.TIME: ("the step before it was over", "前一步已到时限"),
    StepCause.EXPECTED: ("it was expected to wait too long", "预计等待过长"),
    StepCause.NOBODY: ("nobody is there who could serve the step before it", "没有可服务前一步的坐席在"),
}
NEXT_STEP = ("The next one follows in {next_s} s.", "{next_s} 秒后进入下一步。")
BUSY = frozenset({"reserved", "ringing", "talking", "hold", "wrap_up"})
IDLE_YET_NOT = frozenset({"kept", "delay", "missed"})

FREE = ("Agent {agent} is idle; of those who wait there is nobody for him.", "坐席 {agent} 空闲，没有可接的等待者。")
FREE_BUT = (
    "Agent {agent} is idle; what keeps those who wait from him stands below.",
    "坐席 {agent} 空闲；等待者未派给他的原因如下。",
)
BOUND = ("Agent {agent} gets no offer: {why}.", "坐席 {agent} 现不被派线：{why}。")
OFFERED = (
    "Agent {agent} gets no other offer: contact {contact} is his.",
    "坐席 {agent} 现不被另派：正办理联系 {contact}。",
)


def said(words: tuple[str, str], language: str) -> str:
    """One of two languages."""
    return words[language == ZH]


def why(reason: str, language: str) -> str:
    """A reason in words; the reason itself when a newer version made it up."""
    return said(WORDS.get(reason, (reason, reason)), language)


def of_waiting(reasons: Reasons, ahead: int, language: str) -> str:
    """Why a contact waits, in a sentence or two."""
    able = reasons.keys() - {"no_skill", "not_preferred", "switched_over", "called_up", "later_step"}
    if "link_down" in able:
        first = OUT_OF_REACH
    elif "not_dialled" in able:
        first = NOT_DIALLED
    elif not reasons.keys() - {"no_skill"}:
        first = NOBODY_ABLE
    elif able & IDLE_YET_NOT:
        first = IDLE_KEPT
    else:
        first = ALL_BUSY if able & BUSY else NOBODY_HERE
    text = said(first, language)
    if not ahead:
        return text
    return text + (" " if language == EN else "") + said(AHEAD, language).format(count=ahead)


def of_step(at: AtStep, now: int, language: str) -> str:
    """At which step a contact is, why, and when the next follows, in a sentence or two; `now`: ms."""
    steps = {"step": at.step, "steps": at.steps, "since_s": max(0, now - at.since) // 1000}
    if at.step < 0:
        first = said(FOR_PREFERRED, language).format(agents=", ".join(at.agents))
    elif at.cause is None or at.step == 0:
        first = said(AT_FIRST, language).format(**steps)
    else:
        first = said(AT_STEP, language).format(**steps, cause=said(CAUSES[at.cause], language))
    if at.next_at is None:
        return first
    next_s = max(0, at.next_at - now + 999) // 1000
    return first + (" " if language == EN else "") + said(NEXT_STEP, language).format(next_s=next_s)


def of_contact(floor: FoldedFloor, contact: str, language: str) -> str:
    """Where a contact is that does not wait, in a sentence; one that is not on the floor has ended."""
    known = floor.contacts.get(contact)
    if known is None:
        return said(STATES[ContactState.ENDED], language)
    offer = floor.offers.get(known.offer or 0)
    agent = offer.agent if offer is not None else known.agent
    return said(STATES[known.state], language).format(agent=agent)


def of_agent(floor: FoldedFloor, agent: str, reasons: Reasons, language: str) -> str:
    """Why an agent gets a contact or none, in a sentence; KeyError: there is no such agent."""
    known = floor.agents[agent]
    standing = known.standing
    if known.contact is not None:
        return said(OFFERED, language).format(agent=agent, contact=known.contact)
    if standing != "idle":
        return said(BOUND, language).format(agent=agent, why=why(standing, language))
    return said(FREE_BUT if reasons.keys() - {"no_skill"} else FREE, language).format(agent=agent)
