"""The rule of outcomes: whoever talked has told how the contact ended, or is still asked for it."""

from collections.abc import Iterable

from config.lab.check.case import Case
from config.lab.check.verdict import Disagreement, Kind


def check_outcomes(calls: Iterable[Case]) -> list[Disagreement]:
    """Talks without an outcome. For houses whose agents all answer when they are asked for it, once that is over."""
    return [
        Disagreement(kind=Kind.NO_OUTCOME, contact=case.contact, call_id=case.call_id, views=case.views())
        for case in calls
        if case.ledger is not None and case.ledger.talks and case.ledger.outcome is None
    ]
