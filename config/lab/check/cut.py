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
            values={"caller": end.peer, "agent": leg.peer},
            views=case.views(),
        )
        for case in calls
        for leg in case.legs
        for end in case.ends
        if _met(end, leg) and _is_cut(end, leg)
    ]


def _met(caller: Leg, agent: Leg) -> bool:
    """Whether the agent heard this end of the caller's, and not one that the same phone had before or after."""
    up_together = caller.started_at <= agent.ended_at and agent.answered_at <= caller.ended_at
    return up_together and bool(agent.heard_of([caller.tone_hz]))


def _is_cut(caller: Leg, agent: Leg) -> bool:
    hung_up = [leg.ended_at for leg in (caller, agent) if leg.ending == "hung_up"]
    hung_up_on = [leg.ended_at for leg in (caller, agent) if leg.ending == "remote_hung_up"]
    return any(not hung_up or ended < min(hung_up) - _SLACK_MS for ended in hung_up_on)
