"""What a language brings to read values: its clips and one reader for each kind of value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.speech.kinds import Kind

END = "-end"
"""Ends the id of a clip's second form: the same words, said as the last of a sentence."""

PAUSES_S: Mapping[str, float] = {"pause": 0.22}
"""Clips that are silence, the same in every language: id -> seconds."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `clips` maps a clip's id to its words; `ends` are the ids that have a form for the sentence's end.

    `readers` gives for each kind a function from the value, as `ivr.speech.kinds.parsed` returns it, to clip ids.
    """

    tag: str
    clips: Mapping[str, str]
    ends: frozenset[str]
    readers: Mapping[Kind, Callable[[Any], list[str]]]
    joiner: str
    """What stands between two clips' words in writing."""
    followers: Mapping[str, str] = field(default_factory=dict)
    """Words that are said in one breath with the number before them (三百股), and their clip."""
    followed: Callable[[list[str], str], list[str]] = lambda number, clip: [*number, clip]
    """The clips of a number and of what follows it."""

    def all_clips(self) -> dict[str, str]:
        """Every clip to record: id -> words, the end forms included, the pauses not."""
        return {**self.clips, **{clip + END: self.clips[clip] for clip in sorted(self.ends)}}

    def words(self, clips: list[str]) -> str:
        """What a sequence of clips says, in writing."""
        return self.joiner.join(self.clips[clip.removesuffix(END)] for clip in clips if clip not in PAUSES_S)
