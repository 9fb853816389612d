"""The rule of talks: a talk ends when one of the two hangs up, and for no other reason."""

from collections.abc import Iterable

from config.lab.check.case import Case
from config.lab.check.peers import Leg
from config.lab.check.verdict import Disagreement, Kind

_SLACK_MS = 1000


def check_talks(calls: Iterable[Case]) -> list[Disagreement]:
    """Talks that were cut off, by what the peers themselves did. For houses in which nobody else may end a talk."""
    return [
        Disagreement(
            kind=Kind.TALK_CUT,
            contact=case.contact,
            call_id=case.call_id,
            values={"caller": case.placed.peer, "agent": leg.peer},
            views=case.views(),
        )
        for case in calls
        for leg in case.legs
        if case.placed is not None and leg.heard_of([case.placed.tone_hz]) and _is_cut(case.placed, leg)
    ]


def _is_cut(caller: Leg, agent: Leg) -> bool:
    hung_up = [leg.ended_at for leg in (caller, agent) if leg.ending == "hung_up"]
    hung_up_on = [leg.ended_at for leg in (caller, agent) if leg.ending == "remote_hung_up"]
    return any(not hung_up or ended < min(hung_up) - _SLACK_MS for ended in hung_up_on)
