"""Time of a talk that no recording holds, or of a recording that no talk explains, has a name."""

from enum import StrEnum

TOLERANCE_S = 0.2
"""How much shorter than the talk a recording may be: the bridge closes before the last packets are written."""
LEAST_TALK_S = 0.5
"""What was recorded of a contact without a talk is nothing when it is shorter: a bridge that came to nothing."""


class GapCause(StrEnum):
    """Why time of a talk is not in a recording."""

    MISSING = "missing"
    """There is no file of either side."""
    CALLER_MISSING = "caller_missing"
    AGENT_MISSING = "agent_missing"
    """There is no file of this side; the recording has silence there."""
    SHORT = "short"
    """The recording is shorter than the talk."""
    NO_TALK = "no_talk"
    """The other way round: the recording holds a talk of which nothing is known but that."""
    UNREADABLE = "unreadable"
    """The files are no sound; they were moved aside (`recordings.raw.UNREADABLE`)."""


def short_by(talk_s: float, recording_s: float) -> float:
    """Seconds of the talk that the recording lacks; 0 within the tolerance."""
    lacking = talk_s - recording_s
    return round(lacking, 3) if lacking > TOLERANCE_S else 0.0
