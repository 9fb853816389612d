"""The rules of calls that hotline did not see end: those in Asterisk's fallback, and those that died with Asterisk."""

from collections.abc import Iterable

from config.lab.check.case import Case
from config.lab.check.ledger import LedgerContact
from config.lab.check.verdict import Disagreement, Kind

FALLBACK, LOST = "fallback", "lost"
_YOUNG_MS = 2000
"""Of a call this young when Asterisk died hotline may not have heard."""


def check_fallback(calls: Iterable[Case]) -> list[Disagreement]:
    """Calls that ended in Asterisk's fallback and were not read back from its log into the ledger."""
    return [
        _of(case, Kind.NOT_READ_BACK) for case in calls if ended_in_fallback(case) and _end(case.ledger) != FALLBACK
    ]


def ended_in_fallback(case: Case) -> bool:
    """Whether Asterisk's own fallback had it last."""
    known = case.switch
    return known is not None and not known.died and any(s.end == known.ended_at for s in known.fallback_spans)


def check_lost(calls: Iterable[Case]) -> list[Disagreement]:
    """Calls that were live when Asterisk died and that the ledger does not call lost."""
    return [
        _of(case, Kind.NOT_LOST)
        for case in calls
        if case.switch is not None and case.switch.died and _end(case.ledger) != LOST and not died_young(case)
    ]


def died_young(case: Case) -> bool:
    """Whether it died with Asterisk before hotline can have heard of it."""
    known = case.switch
    if known is None or not known.died or case.ledger is not None:
        return False
    return known.ended_at - known.started_at < _YOUNG_MS


def _end(contact: LedgerContact | None) -> str | None:
    return contact.end if contact is not None else None


def _of(case: Case, kind: Kind) -> Disagreement:
    return Disagreement(kind=kind, contact=case.contact, call_id=case.call_id, views=case.views())
