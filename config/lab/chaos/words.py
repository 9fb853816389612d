"""What a chaos run counts, in words for a buyer, English and Chinese."""

from collections.abc import Mapping

from config.lab.check.verdict import Text

Words = Mapping[str, Text]

STATES: Words = {
    "ivr": Text("in the flow", "流程中"),
    "waiting": Text("waiting", "排队"),
    "offered": Text("ringing", "振铃"),
    "callback": Text("waiting to be called back", "等待回电"),
    "dialling": Text("being called back", "回拨中"),
    "talking": Text("talking", "通话"),
    "hold": Text("on hold", "保持"),
    "wrap_up": Text("in wrap-up", "话后"),
}
ENDS: Words = {
    "offered": Text("offered", "进组"),
    "answered": Text("answered", "接通"),
    "abandoned": Text("abandoned", "放弃"),
    "overflowed": Text("moved to another queue", "转往其他技能组"),
    "withdrawn": Text("back in the flow", "回到流程"),
    "callback_done": Text("called back", "已回电"),
    "callback_given_up": Text("call-back given up", "放弃回电"),
    "fallback": Text("served by the fallback", "由兜底处理"),
    "lost": Text("lost", "丢失"),
    "open": Text("not ended", "未结束"),
}
FAULTS: Words = {
    "kill": Text("hotline killed", "杀死 hotline"),
    "kill_all": Text("hotline and its keeper killed", "连同守护进程杀死"),
    "kill_asterisk": Text("Asterisk killed", "杀死 Asterisk"),
    "freeze": Text("hotline frozen", "冻结 hotline"),
    "cut_ari": Text("ARI cut", "切断 ARI"),
    "stall_ari": Text("ARI stalled", "ARI 停滞"),
    "cut_ami": Text("AMI cut", "切断 AMI"),
    "lock_database": Text("database locked", "锁定数据库"),
}
_REASONS = {
    "Asterisk was restarted": "Asterisk 已重启",
    "its channel was gone when we looked": "查看时来电通道已不在",
    "it wanted an agent and we had not heard": "已请求人工而未获通知",
    "its dead-man's time ran out: it is in the flow again": "保险时间已过，重新进入流程",
    "the caller was released and is still there": "已放行的来电者仍在线",
    "the caller may have been on hold still": "来电者可能仍在保持",
    "a colleague was consulted in a talk that is over": "通话已结束而询问仍在",
    "news of the agent's new leg was missed": "坐席新支路的消息遗漏",
    "the agent's leg was gone before the talk": "接通前坐席支路已不在",
    "the agent's leg was gone when we looked": "查看时坐席支路已不在",
    "news of the customer's leg was missed": "客户支路的消息遗漏",
    "the line on which an agent consulted was gone": "坐席询问所用的线路已不在",
    "the colleague's leg was gone when we looked": "查看时同事支路已不在",
    "agent and colleague were not in one bridge": "坐席与同事不在同一桥",
    "caller and agent were not in one bridge": "来电者与坐席不在同一桥",
    "caller and agent were connected unheard": "来电者与坐席已接通而未获通知",
    "the agent's phone was not ringing": "坐席话机未在振铃",
    "the agent had picked up and was not asked to accept": "坐席已摘机而未被要求确认",
    "the agent had picked up": "坐席已摘机",
    "an agent's leg without an offer": "坐席支路没有派线",
    "a customer's leg without a callback": "客户支路没有回电",
    "a phone's line without a consult": "话机线路没有询问",
    "a caller waited whom we did not know": "有未知的来电者在排队",
    "a bridge without a consult": "桥没有询问",
    "a bridge without a talk": "桥没有通话",
    "a caller waited in the fallback": "来电者在兜底中排队",
}
REASONS: Words = {english: Text(english, chinese) for english, chinese in _REASONS.items()}
"""Of the differences that are mended, and of contacts that are lost."""


def counted(counts: Mapping[str, int], said: Words) -> Text:
    """The counts, listed; what has no words has its own name."""
    words = [(said.get(name, Text(name, name)), count) for name, count in counts.items()]
    english = ", ".join(f"{word.en} {count}" for word, count in words)
    return Text(english, "，".join(f"{word.zh} {count}" for word, count in words))
