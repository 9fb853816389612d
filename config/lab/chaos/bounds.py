"""What the records of a chaos run may differ in: of what nobody heard is only known between which moments it was."""

from collections.abc import Iterable, Sequence

from acd import events as e
from config.lab.chaos.blow import Blow, Fault
from config.lab.check import Disagreement, Kind
from config.lab.check.peers import PeersRecord

LENGTHS = frozenset({Kind.TALK_LENGTH, Kind.RECORDING_LENGTH, Kind.LEDGER_LENGTH, Kind.NOT_HEARD})
CUT_SHORT = LENGTHS | {Kind.NO_RECORDING, Kind.TONE_MISSING, Kind.OTHER_AGENTS, Kind.OTHER_FATE, Kind.TALK_MISSING}
"""Of a call that died with Asterisk the last two seconds of audio and the last words to hotline are lost as well."""
_LAST_WORDS_MS = 2000


class Bounds:
    """What of these facts, these blows and these peers was heard by nobody."""

    def __init__(self, facts: Sequence[e.Fact], blows: Iterable[Blow], peers: PeersRecord) -> None:
        offers = {fact.offer: fact.contact for fact in facts if isinstance(fact, e.OfferMade)}
        self.deaths = deaths(blows)
        self._peers = peers
        self._queued = {fact.contact for fact in facts if isinstance(fact, e.ContactQueued)}
        self._held = {offers[fact.offer] for fact in facts if isinstance(fact, e.HoldStarted)}
        ends = [fact for fact in facts if isinstance(fact, e.ContactEnded)]
        self._lost = {fact.contact for fact in ends if fact.cause is e.EndCause.LOST}
        self.unheard = {fact.contact for fact in ends if fact.seen_until is not None}
        for fact in facts:
            match fact:
                case e.AgentHungUp(seen_until=int()) | e.TalkConnected(since=int()):
                    self.unheard.add(offers[fact.offer])

    def hold(self, one: Disagreement) -> bool:
        """Whether the records may differ in this."""
        if one.contact in self._held and one.kind in (Kind.FOREIGN_TONE, *LENGTHS):
            return True
        if one.contact in self._lost and one.kind in CUT_SHORT:
            return True
        if one.kind in (Kind.NOT_IN_SWITCH, Kind.NOT_IN_LEDGER) and not one.contact:
            return self._died_on_its_way(one.call_id)
        if one.kind is Kind.OTHER_FATE and one.contact in self.unheard and one.contact not in self._queued:
            # He came to the queue in the last moment before a kill, and left before the hotline was back.
            return True
        return one.contact in self.unheard and one.kind in LENGTHS

    def _died_on_its_way(self, call_id: str) -> bool:
        """Whether it was dialled when Asterisk was about to die, which has not written it down."""
        call = self._peers.placed.get(call_id)
        return call is not None and any(0 <= death - call.started_at < _LAST_WORDS_MS for death in self.deaths)


def deaths(blows: Iterable[Blow]) -> list[int]:
    """When Asterisk died, epoch ms, in time."""
    return sorted(blow.at for blow in blows if blow.fault is Fault.KILL_ASTERISK)
