"""How far the records may be apart and still agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """Seconds.

    `talk_s`: one talk between any two records. `recording_s`: a recording against the talk. `overlap_s`: how long an
    agent's call may go on when his next has begun. `tone_s`: how much of a foreign tone is not yet called foreign, and
    how much of the right one may lack; `tone_share`: what share of it may lack besides.
    """

    talk_s: float = 0.4
    recording_s: float = 0.2
    overlap_s: float = 0.05
    tone_s: float = 0.4
    tone_share: float = 0.0
    ring_s: float = 0.5
