"""The rules: when three records tell the same story."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from config.lab.check.audio import sound_files
from config.lab.check.case import Case, cases
from config.lab.check.gone import died_young
from config.lab.check.ledger import ABANDONED, ANSWERED, CALLED_BACK, DIFFERENCE, LedgerExport
from config.lab.check.peers import PeersRecord
from config.lab.check.recording import check_recordings
from config.lab.check.spans import Span
from config.lab.check.switch import SwitchRecord
from config.lab.check.tolerances import Tolerances
from config.lab.check.verdict import Disagreement, Fate, Kind, Row, Text, Verdict

_WHERE = {
    "peers": Text("the peers' log", "对端日志"),
    "switch": Text("Asterisk", "Asterisk"),
    "ledger": Text("the ledger", "台账"),
}

Rule = Callable[[Sequence[Case]], Iterable[Disagreement]]
"""More that must hold of the calls."""


def check(
    peers: PeersRecord,
    switch: SwitchRecord,
    ledger: LedgerExport,
    recordings: Path,
    tolerances: Tolerances | None = None,
    rules: Iterable[Rule] = (),
) -> Verdict:
    """Judge the records and the audio in the folder `recordings`. Raises CheckError when audio cannot be read.

    `rules` are those that do not hold in every house, such as `check_order` and `check_talks`.
    """
    tolerances = tolerances or Tolerances()
    calls, found = cases(peers, switch.contacts, ledger.contacts)
    files = sound_files(recordings)
    lengths: dict[str, float] = {}
    for case in calls:
        _check_presence(case)
        if case.ledger is None:
            continue
        _check_contact_ids(case)
        _check_ended(case)
        if case.placed is not None and case.switch is not None:
            _check_fate(case)
            _check_talk(case, tolerances)
            lengths[case.contact] = check_recordings(case, recordings, files, peers.owners(), tolerances)
    found += _shared_recordings(ledger)
    found += _orphans(files, ledger)
    found += _strange_legs(peers, calls, tolerances)
    found += _agents_twice(peers, switch, ledger, tolerances)
    found += _balance(ledger)
    found += [disagreement for rule in rules for disagreement in rule(calls)]
    accused = {disagreement.contact for disagreement in found if disagreement.contact}
    calls.sort(key=lambda case: case.placed.started_at if case.placed else 0)
    rows = tuple(_row(case, lengths.get(case.contact), case.contact not in accused) for case in calls)
    return Verdict(rows=rows, disagreements=tuple(d for case in calls for d in case.found) + tuple(found))


def _row(case: Case, recording_s: float | None, agrees: bool) -> Row:
    talks = case.switch.talks if case.switch is not None else []
    return Row(
        contact=case.contact,
        call_id=case.call_id,
        peer=case.placed.peer if case.placed is not None else "",
        number=case.placed.number if case.placed is not None else "",
        fate=case.fate,
        records=case.records,
        agents=tuple(talk.extension for talk in talks),
        talk_s=sum(talk.span.seconds for talk in talks) if talks else None,
        recording_s=recording_s or None,
        agrees=agrees and not case.found,
    )


def _check_presence(case: Case) -> None:
    if case.placed is None:
        case.say(Kind.NOT_IN_PEERS)
    if case.switch is None:
        case.say(Kind.NOT_IN_SWITCH)
    if case.ledger is None and not _never_reached_hotline(case):
        case.say(Kind.NOT_IN_LEDGER)


def _never_reached_hotline(case: Case) -> bool:
    # Two records are enough for a call that Asterisk's fallback answered, or that ended before anyone answered.
    known = case.switch
    if known is None:
        return False
    if died_young(case):
        return True
    return not known.queued and not known.talks and (known.fallback or not known.answered_at)


def _check_contact_ids(case: Case) -> None:
    ids = {record.contact for record in (case.switch, case.ledger) if record is not None}
    if len(ids) > 1:
        case.say(Kind.OTHER_CONTACT, ids=" ".join(sorted(ids)))


def _check_ended(case: Case) -> None:
    assert case.ledger is not None
    open_talk = any(talk.end is None for talk in case.ledger.talks)
    if case.ledger.ended_at is None or open_talk or any(visit.end is None for visit in case.ledger.visits):
        case.say(Kind.NOT_ENDED, where=_WHERE["ledger"])
    if case.switch is not None and not case.switch.ended_at:
        case.say(Kind.NOT_ENDED, where=_WHERE["switch"])
    if any(not leg.ending for leg in case.ends):
        case.say(Kind.NOT_ENDED, where=_WHERE["peers"])


def _check_fate(case: Case) -> None:
    assert case.placed is not None
    assert case.switch is not None
    assert case.ledger is not None
    if any(visit.end == ANSWERED for visit in case.ledger.visits) and not case.ledger.talks:
        case.say(Kind.TALK_MISSING)
    who = {
        tuple(sorted({leg.extension for leg in case.talking_legs()})),
        tuple(sorted({talk.extension for talk in case.switch.talks})),
        tuple(sorted({talk.extension for talk in case.ledger.talks})),
    }
    if len(who) > 1:
        case.say(Kind.OTHER_AGENTS)
    # Who asked in his flow to be called back was never in the queue himself.
    visited = any(visit.end not in CALLED_BACK for visit in case.ledger.visits)
    gave_up = case.ledger.word == ABANDONED
    if (
        (visited and not case.switch.queued)
        or (case.switch.queued and not case.ledger.visits)
        or (gave_up and case.ends[-1].ending != "hung_up")
        or (case.placed.ending == "failed" and case.fate not in (Fate.REFUSED, Fate.LOST))
        or (case.fate is Fate.REFUSED and case.placed.ending == "hung_up")
    ):
        case.say(Kind.OTHER_FATE)


def _check_talk(case: Case, tolerances: Tolerances) -> None:
    assert case.placed is not None
    assert case.switch is not None
    assert case.ledger is not None
    tones = case.tones
    caller = " ".join(tones.values())
    for extension in sorted({talk.extension for talk in case.switch.talks}):
        legs = [leg for leg in case.talking_legs() if leg.extension == extension]
        bridged = sum(talk.span.seconds for talk in case.switch.talks if talk.extension == extension)
        entered = [t for t in case.ledger.talks if t.extension == extension and t.end is not None]
        # A shorter talk may be over before a tone is made out.
        for leg in legs if bridged > tolerances.talk_s else ():
            if not leg.heard_of(tones):
                case.say(Kind.NOT_HEARD, listener=leg.peer, speaker=caller)
            if not case.heard_of([leg.tone_hz]):
                case.say(Kind.NOT_HEARD, listener=caller, speaker=leg.peer)
        heard = [span for leg in legs if (span := leg.span_of(tones)) is not None]
        lengths = [bridged]
        lengths += [sum(span.seconds for span in heard)] if heard else []
        lengths += [sum((t.end or t.start) - t.start for t in entered) / 1000] if entered else []
        if max(lengths) - min(lengths) > tolerances.talk_s:
            case.say(
                Kind.TALK_LENGTH,
                agent=extension,
                peers=f"{sum(span.seconds for span in heard):.2f} s",
                switch=f"{bridged:.2f} s",
                ledger=f"{sum((t.end or t.start) - t.start for t in entered) / 1000:.2f} s",
            )


def _shared_recordings(ledger: LedgerExport) -> Iterable[Disagreement]:
    named = defaultdict(list)
    for contact in ledger.contacts:
        for recording in contact.recordings:
            named[recording.file].append(contact.contact)
    for file, ids in named.items():
        if len(ids) > 1:
            yield Disagreement(kind=Kind.SHARED_RECORDING, contact=ids[0], values={"file": file, "ids": " ".join(ids)})


def _orphans(files: set[str], ledger: LedgerExport) -> Iterable[Disagreement]:
    named = {recording.file for contact in ledger.contacts for recording in contact.recordings}
    return [Disagreement(kind=Kind.ORPHAN_RECORDING, values={"file": file}) for file in sorted(files - named)]


def _strange_legs(peers: PeersRecord, calls: list[Case], tolerances: Tolerances) -> Iterable[Disagreement]:
    known = {case.contact for case in calls if case.ledger is not None}
    helped = [span for case in calls if case.switch is not None for span in case.switch.fallback_spans]
    late = round(tolerances.ring_s * 1000)
    for leg in peers.agents:
        # Asterisk's own queue names no contact.
        if not leg.contact and any(span.start <= leg.started_at <= span.end + late for span in helped):
            continue
        if leg.contact not in known:
            yield Disagreement(
                kind=Kind.UNKNOWN_CONTACT, contact=leg.contact, call_id=leg.call_id, values={"agent": leg.extension}
            )


def _agents_twice(
    peers: PeersRecord, switch: SwitchRecord, ledger: LedgerExport, tolerances: Tolerances
) -> Iterable[Disagreement]:
    busy: dict[tuple[str, str], list[tuple[Span, str]]] = defaultdict(list)
    for leg in peers.agents:
        if leg.answered_at and leg.ended_at:
            busy["peers", leg.extension].append((Span(leg.answered_at, leg.ended_at), leg.contact))
    for contact in switch.contacts.values():
        for talk in contact.talks:
            busy["switch", talk.extension].append((talk.span, contact.contact))
    for entry in ledger.contacts:
        for entered in entry.talks:
            if entered.end is not None:
                busy["ledger", entered.extension].append((Span(entered.start, entered.end), entry.contact))
    for (where, agent), stretches in sorted(busy.items()):
        for (one, first), (two, second) in pairwise(sorted(stretches)):
            both = one.common(two)
            if first != second and both is not None and both.seconds > tolerances.overlap_s:
                values: dict[str, str | Text] = {
                    "agent": agent,
                    "overlap": f"{both.seconds:.2f} s",
                    "other": first,
                    "where": _WHERE[where],
                }
                yield Disagreement(kind=Kind.AGENT_TWICE, contact=second, values=values)


def _balance(ledger: LedgerExport) -> Iterable[Disagreement]:
    listed = Counter(visit.queue for contact in ledger.contacts for visit in contact.visits)
    sides = [(f"visits of {queue}", "entered", side, listed[queue]) for queue, side in ledger.balance.visits.items()]
    if ledger.balance.contacts:
        sides.append(("contacts", "started", ledger.balance.contacts, len(ledger.contacts)))
    for what, left, side, count in sides:
        total = sum(number for name, number in side.items() if name not in (left, DIFFERENCE))
        if not side.get(left) == total == count:
            figures = {"what": what, "left": f"{left} {side.get(left)}", "sum": f"{total}", "counted": f"{count}"}
            yield Disagreement(kind=Kind.BALANCE, values=figures)
