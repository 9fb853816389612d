"""One call as the three records have it, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from config.lab.check.ledger import ABANDONED, ANSWERED, LedgerContact
from config.lab.check.peers import Leg, PeersRecord
from config.lab.check.spans import Span
from config.lab.check.switch import SwitchContact
from config.lab.check.verdict import Disagreement, Fate, Kind, Text, Views

_NOTHING = Text("nothing", "无")
_FATES = {
    ANSWERED: Fate.ANSWERED,
    ABANDONED: Fate.ABANDONED,
    "hung_up": Fate.IVR_ONLY,
    "flow": Fate.IVR_ONLY,
    "refused": Fate.REFUSED,
    "lost": Fate.LOST,
    "fallback": Fate.FALLBACK,
    "live": Fate.LIVE,
}


@dataclass(slots=True, kw_only=True)
class Case:
    """One call. At least one record has it.

    `called_back` are its customer's ends when he was called back and picked up, `legs` agents' legs with its contact
    id; both in time.
    """

    placed: Leg | None = None
    called_back: list[Leg] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    switch: SwitchContact | None = None
    ledger: LedgerContact | None = None
    found: list[Disagreement] = field(default_factory=list)

    @property
    def contact(self) -> str:
        """Its contact id, if any record has one."""
        if self.ledger is not None:
            return self.ledger.contact
        return self.switch.contact if self.switch is not None else ""

    @property
    def call_id(self) -> str:
        """Its SIP Call-ID."""
        if self.placed is not None:
            return self.placed.call_id
        return self.switch.call_id if self.switch is not None else self.ledger.sip_call_id if self.ledger else ""

    @property
    def records(self) -> tuple[str, ...]:
        """Those that have it."""
        has = (("peers", self.placed), ("Asterisk", self.switch), ("ledger", self.ledger))
        return tuple(name for name, record in has if record is not None)

    @property
    def fate(self) -> Fate:
        """How it ended: in the ledger's word if it has one, else as the others know."""
        if self.ledger is not None:
            return _FATES.get(self.ledger.word, Fate.OTHER)
        if self.switch is not None and self.switch.talks:
            return Fate.ANSWERED
        if self.switch is not None and self.switch.fallback:
            return Fate.FALLBACK
        return Fate.UNREACHED

    @property
    def ends(self) -> list[Leg]:
        """The customer's ends: of his own call, and of those to him."""
        return [*([self.placed] if self.placed is not None else ()), *self.called_back]

    @property
    def tones(self) -> dict[int, str]:
        """His tones, and which end of his has each."""
        return {leg.tone_hz: leg.peer for leg in self.ends}

    def heard_of(self, tones: Iterable[int]) -> list[Span]:
        """When he heard one of these tones."""
        wanted = set(tones)
        return [span for leg in self.ends for span in leg.heard_of(wanted)]

    def talking_legs(self) -> list[Leg]:
        """The agents' legs in which somebody was spoken to: the caller's tone was heard, or Asterisk had a talk."""
        tones = self.tones
        return [leg for leg in self.legs if leg.answered_at and (leg.heard_of(tones) or self._was_bridged(leg))]

    def _was_bridged(self, leg: Leg) -> bool:
        talks = self.switch.talks if self.switch is not None else []
        return any(
            talk.extension == leg.extension
            and talk.span.end > leg.answered_at
            and (not leg.ended_at or talk.span.start < leg.ended_at)
            for talk in talks
        )

    def say(self, kind: Kind, **values: str | Text) -> None:
        """Note a disagreement about this call."""
        self.found.append(
            Disagreement(kind=kind, contact=self.contact, call_id=self.call_id, values=values, views=self.views())
        )

    def views(self) -> Views:
        """What each record says of it."""
        return Views(peers=self._peers_say(), switch=self._switch_says(), ledger=self._ledger_says())

    def _peers_say(self) -> Text:
        if self.placed is None:
            return _NOTHING
        call = self.ends[-1]
        endings = {
            "hung_up": Text("the caller hung up", "客户挂机"),
            "remote_hung_up": Text("the caller was hung up on", "客户被挂断"),
            "failed": Text(f"refused with {call.status} {call.reason}", f"被拒绝,{call.status} {call.reason}"),
            "": Text("not ended", "未结束"),
        }
        answered = [leg.extension for leg in self.talking_legs()]
        who_en = f"answered by {' '.join(answered)}" if answered else "no agent answered"
        who_zh = f"{' '.join(answered)} 应答" if answered else "无坐席应答"
        ending = endings[call.ending]
        back = Text("was called back, ", "已回电,") if self.called_back else Text("", "")
        return Text(
            f"{self.placed.peer} dialled {self.placed.number}, {back.en}{who_en}, {ending.en}",
            f"{self.placed.peer} 拨打 {self.placed.number},{back.zh}{who_zh},{ending.zh}",
        )

    def _switch_says(self) -> Text:
        if self.switch is None:
            return _NOTHING
        talks = [(talk.extension, talk.span.seconds) for talk in self.switch.talks]
        if talks:
            return Text(
                "; ".join(f"bridged with {extension} for {length:.1f} s" for extension, length in talks),
                "; ".join(f"与 {extension} 桥接 {length:.1f} 秒" for extension, length in talks),
            )
        if self.switch.fallback:
            return Text("answered by its own fallback", "由兜底应答处理")
        if self.switch.queued:
            return Text("queued, bridged with nobody", "已排队,未与任何人桥接")
        return Text("never queued", "未排队")

    def _ledger_says(self) -> Text:
        if self.ledger is None:
            return _NOTHING
        fate = _FATES.get(self.ledger.word)
        word = fate.value if fate is not None else Text(self.ledger.word, self.ledger.word)
        talks = " ".join(
            f"{talk.extension} ({(talk.end - talk.start) / 1000:.1f} s)" if talk.end is not None else talk.extension
            for talk in self.ledger.talks
        )
        queues = " ".join(visit.queue for visit in self.ledger.visits)
        parts_en = (word.en, f"queue {queues}" if queues else "", f"by {talks}" if talks else "")
        parts_zh = (word.zh, f"技能组 {queues}" if queues else "", f"坐席 {talks}" if talks else "")
        return Text(", ".join(filter(None, parts_en)), ",".join(filter(None, parts_zh)))


def cases(
    peers: PeersRecord, switch: dict[str, SwitchContact], ledger: tuple[LedgerContact, ...]
) -> tuple[list[Case], list[Disagreement]]:
    """The calls of all three records, put side by side by SIP Call-ID; and contacts the ledger has twice."""
    by_call_id: dict[str, Case] = {call_id: Case(placed=leg) for call_id, leg in peers.placed.items()}
    for known in switch.values():
        by_call_id.setdefault(known.call_id, Case()).switch = known
    twice = []
    for contact in ledger:
        case = by_call_id.setdefault(contact.sip_call_id or contact.contact, Case())
        if case.ledger is not None:
            ids = f"{case.ledger.contact} {contact.contact}"
            twice.append(
                Disagreement(kind=Kind.TWICE_IN_LEDGER, contact=contact.contact, values={"count": f"2 ({ids})"})
            )
        case.ledger = contact
    for case in by_call_id.values():
        picked_up = case.switch.callbacks if case.switch is not None else []
        case.called_back = [peers.customers[call_id] for call_id in picked_up if call_id in peers.customers]
    by_contact = {case.contact: case for case in by_call_id.values() if case.contact}
    for leg in sorted(peers.agents, key=lambda leg: leg.started_at):
        if leg.contact in by_contact:
            by_contact[leg.contact].legs.append(leg)
    return list(by_call_id.values()), twice
