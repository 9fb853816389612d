"""What is said of a finished recording; whoever only reads it needs no audio library."""

from dataclasses import dataclass
from typing import Any

CHANNELS = 2


@dataclass(frozen=True, slots=True)
class SideSound:
    """One side of a recording."""

    level_dbfs: float
    """Of the voiced part; of all of it when there is none."""
    peak_dbfs: float
    clipped: int
    """Samples at full scale."""
    voice: float
    """Share of the time with voice, 0 to 1."""
    longest_silence_s: float


@dataclass(frozen=True, slots=True)
class Sound:
    """Both sides, and what they have in common."""

    caller: SideSound
    agent: SideSound
    both_silent: float
    """Share of the time in which neither speaks."""
    both_voiced: float
    """Share of the time in which both speak."""

    def values(self) -> dict[str, Any]:
        """As plain values, for the database."""
        sides = {"caller": self.caller, "agent": self.agent}
        shared: dict[str, Any] = {"both_silent": self.both_silent, "both_voiced": self.both_voiced}
        return shared | {
            name: {key: getattr(side, key) for key in SideSound.__dataclass_fields__} for name, side in sides.items()
        }


@dataclass(frozen=True, slots=True)
class Joined:
    """The finished file."""

    seconds: float
    rate: int
    sha256: str
    repaired: bool
    """A header was not up to its file's size: Asterisk died or never closed it."""
    sides: tuple[bool, bool]
    """Whether there was a file for the caller, for the agent; a missing side is silence."""
    sound: Sound
