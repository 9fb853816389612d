"""What the checker found: a row a call, and what does not agree, in plain words of either language."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """It in one."""
        return self.zh if language == "zh" else self.en


class Fate(Enum):
    """How a call ended, as far as the records that have it agree."""

    ANSWERED = Text("answered", "已接通")
    ABANDONED = Text("abandoned", "放弃")
    IVR_ONLY = Text("IVR only", "仅 IVR")
    REFUSED = Text("refused", "拒绝")
    LOST = Text("lost", "丢失")
    OTHER = Text("left the queue otherwise", "以其他方式离开技能组")
    FALLBACK = Text("fallback, never reached the router", "兜底应答,未到达路由")
    UNREACHED = Text("ended before hotline answered", "应答前已结束")
    LIVE = Text("not ended", "未结束")


class Kind(Enum):
    """What can disagree. The texts take the disagreement's values."""

    NOT_IN_PEERS = Text("no peer placed this call", "没有对端拨打过此来电")
    NOT_IN_SWITCH = Text("Asterisk does not know this call", "Asterisk 没有此来电的记录")
    NOT_IN_LEDGER = Text("the ledger does not have this call", "台账中没有此来电")
    TWICE_IN_LEDGER = Text("the ledger has this call {count} times", "台账中此来电出现 {count} 次")
    OTHER_CONTACT = Text("the records give it different contact ids: {ids}", "各记录中的联系编号不一致:{ids}")
    OTHER_FATE = Text("the records disagree on how it ended", "各记录的结束方式不一致")
    OTHER_AGENTS = Text("the records disagree on who answered", "各记录的应答坐席不一致")
    TALK_MISSING = Text("the ledger calls a visit answered but has no talk", "台账记为已接通,却没有通话")
    TALK_LENGTH = Text(
        "the talk with {agent} is of different length: peers {peers}, Asterisk {switch}, ledger {ledger}",
        "与 {agent} 的通话时长不一致:对端 {peers},Asterisk {switch},台账 {ledger}",
    )
    NOT_HEARD = Text("{listener} never heard {speaker}", "{listener} 始终没有听到 {speaker}")
    NOT_ENDED = Text("it has not ended in {where}", "在{where}中尚未结束")
    UNKNOWN_CONTACT = Text(
        "phone {agent} was rung for a contact that the ledger does not have",
        "话机 {agent} 为台账中不存在的联系振铃",
    )
    NO_RECORDING = Text("it was answered, but no recording is named{gaps}", "已接通,却没有录音{gaps}")
    FILE_MISSING = Text("recording {file} does not exist", "录音文件 {file} 不存在")
    UNEXPECTED_RECORDING = Text("nobody answered, but recording {file} is named", "无人应答,却有录音 {file}")
    ORPHAN_RECORDING = Text("recording {file} belongs to no contact", "录音 {file} 不属于任何联系")
    SHARED_RECORDING = Text("recording {file} is named by several contacts: {ids}", "录音 {file} 被多个联系引用:{ids}")
    CHANNELS = Text("recording {file} has {count} channels, not 2", "录音 {file} 有 {count} 个声道,应为 2 个")
    RECORDING_LENGTH = Text(
        "recording {file} has {recording}, the talk {talk} ({source})",
        "录音 {file} 长 {recording},通话长 {talk}({source})",
    )
    LEDGER_LENGTH = Text(
        "the ledger gives recording {file} {ledger}, the file has {recording}",
        "台账记录的录音 {file} 为 {ledger},文件为 {recording}",
    )
    SWAPPED_CHANNELS = Text("recording {file} has caller and agent exchanged", "录音 {file} 的客户与坐席声道互换")
    TONE_MISSING = Text(
        "channel {channel} of recording {file} does not hold the tone of {owner} ({tone} Hz)",
        "录音 {file} 的声道 {channel} 中没有 {owner} 的音调({tone} Hz)",
    )
    FOREIGN_TONE = Text(
        "channel {channel} of recording {file} holds {tone} Hz for {seconds}: {owner}",
        "录音 {file} 的声道 {channel} 中有 {tone} Hz 音调 {seconds}:{owner}",
    )
    AGENT_TWICE = Text(
        "{agent} is in two calls at once, {overlap} ({where}); the other is {other}",
        "{agent} 同时在两通来电中 {overlap}({where});另一通为 {other}",
    )
    NO_OUTCOME = Text("its agent was not asked for an outcome", "未向坐席索要小结")
    NOT_READ_BACK = Text(
        "it ended in Asterisk's fallback, and the ledger does not say so", "它在 Asterisk 的兜底中结束,台账却没有记载"
    )
    NOT_LOST = Text(
        "it was live when Asterisk died, and the ledger does not call it lost",
        "Asterisk 崩溃时它在线,台账却没有记为丢失",
    )
    TALK_CUT = Text("the talk of {caller} and {agent} was cut off", "{caller} 与 {agent} 的通话被切断")
    PASSED = Text(
        "{other}, who came {earlier} later, was rung for before it",
        "晚到 {earlier} 的 {other} 先得到振铃",
    )
    BALANCE = Text(
        "the ledger does not balance: {what}: {left}, the ends make {sum}, {counted} are listed",
        "台账不平:{what}:{left},各结果合计 {sum},实列 {counted}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """What each record says of one call."""

    peers: Text
    switch: Text
    ledger: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One thing that does not agree. `contact` is empty when none is known; `views` when it is not about one call."""

    kind: Kind
    contact: str = ""
    call_id: str = ""
    values: Mapping[str, str | Text] = field(default_factory=dict)
    views: Views | None = None

    def text(self, language: Language = "en") -> str:
        """In plain words, with what each record says."""
        values = {k: v.of(language) if isinstance(v, Text) else v for k, v in self.values.items()}
        said = self.kind.value.of(language).format(**values)
        where = f"{self.contact or self.call_id}: " if self.contact or self.call_id else ""
        if self.views is None:
            return where + said
        names = ("对端", "Asterisk", "台账") if language == "zh" else ("peers", "Asterisk", "ledger")
        parts = (self.views.peers, self.views.switch, self.views.ledger)
        views = "; ".join(f"{name}: {part.of(language)}" for name, part in zip(names, parts, strict=True))
        return f"{where}{said} [{views}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call. `records` are those that have it: peers, Asterisk, ledger. Lengths in seconds."""

    contact: str
    call_id: str
    peer: str
    number: str
    fate: Fate
    records: tuple[str, ...]
    agents: tuple[str, ...] = ()
    talk_s: float | None = None
    recording_s: float | None = None
    agrees: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole finding."""

    rows: tuple[Row, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def accounted_for(self) -> bool:
        """Whether every call is."""
        return not self.disagreements

    @property
    def exit_status(self) -> int:
        """0 if every call is accounted for, else 1."""
        return 0 if self.accounted_for else 1

    def fates(self) -> Counter[Fate]:
        """How many calls had each fate."""
        return Counter(row.fate for row in self.rows)
