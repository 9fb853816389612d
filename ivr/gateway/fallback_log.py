"""The call event log of one Asterisk, read for calls that ended in its fallback while hotline was away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from acd import events as e
from ivr.gateway.call_log import (
    APPLICATION,
    APPLICATION_BEGAN,
    CHANNEL,
    CHANNEL_ENDED,
    DIALLED,
    LOOK_BACK,
    NUMBER,
    extra_of,
    kind_of,
    row_of,
    time_of,
)
from ivr.numbers import normalise

TAKEN, ENDED = "HOTLINE_FALLBACK", "HOTLINE_FALLBACK_END"
TALKED = "HOTLINE_FALLBACK_TALK"
"""Somebody has answered; its text is the contact."""
MESSAGE, ANSWERED, LOST = "message", "answered", "lost"
_OURS = b'"HOTLINE_FALLBACK'
"""How every line of the fallback begins; other lines may have it too."""
_HOME = ("AGI", "Stasis")
"""Applications in which hotline has a caller again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackCall:
    """A call that ended in the fallback."""

    contact: str
    channel: str
    access: str
    caller: str
    since: int
    """When it came there, ms."""
    ended_at: int
    """Microseconds since the epoch, as the log has it."""
    talked_from: int | None
    """When somebody had answered, ms."""
    end: str
    """answered, message, announcement, apology, abandoned, or lost: he was there when Asterisk died."""
    who: str
    """Who answered: an interface or a number; else empty."""
    sip_call_id: str

    @property
    def detail(self) -> str:
        """What became of it, in words for the records."""
        by = f" by {self.who}" if self.who else ""
        return f"{self.end}{by}, {(self.ended_at // 1000 - self.since) / 1000:.0f} s in the fallback"

    @property
    def talk(self) -> e.InFallback | None:
        """The talk he had there; of one whose beginning is not in the log it is not known when, but after he came."""
        if self.end != ANSWERED:
            return None
        party = self.who.removeprefix("PJSIP/").removeprefix("in-").removeprefix("out-")
        return e.InFallback(party=party, talked_from=self.since if self.talked_from is None else self.talked_from)


class FallbackLog:
    """The call event log of one Asterisk, read onward from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = 0
        self._offset = 0
        self._there: dict[str, FallbackCall] = {}
        """Calls that came there and whose channels have not ended, by channel."""
        self._talks: dict[str, int] = {}
        """Contact -> when somebody answered, ms: of those that have not ended yet."""

    def read(self, after: int, began_at: int = 0) -> list[FallbackCall]:
        """Calls that ended later than `after` (µs) and were not returned before. Blocks; raises OSError.

        `began_at`: since when Asterisk runs, µs; calls that came there before and have no end died with the one before.
        """
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            stat = self._path.stat()
            if stat.st_ino != self._file or stat.st_size < self._offset:
                self._file, self._offset = stat.st_ino, max(0, stat.st_size - LOOK_BACK)
            file.seek(self._offset)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        calls = list(self._ends(whole))
        for dead in [call for call in self._there.values() if call.since * 1000 < began_at]:
            del self._there[dead.channel]
            self._talks.pop(dead.contact, None)
            calls.append(replace(dead, ended_at=began_at))
        return [call for call in calls if call.ended_at > after]

    def _ends(self, whole: bytes) -> Iterator[FallbackCall]:
        """The calls whose end these lines tell; who is there still is kept.

        A start reads all of a long log, and most of its lines are nobody's business: only what begins with the word
        that is ours is looked at, and then, of each channel whose end was not told, its own lines.
        """
        came_at = dict.fromkeys(self._there, 0)
        for end, line in _found(whole, _OURS, 0):
            kind = kind_of(line)
            row = row_of(line) if kind in (TAKEN, TALKED, ENDED) else None
            if row is None:
                continue
            try:
                said, at = str(extra_of(row)["extra"]), time_of(row)
            except (ValueError, KeyError):
                # Cut off by a crash of Asterisk: the call is found by its channel, which is gone.
                continue
            if kind == TAKEN:
                self._there[row[CHANNEL]] = _taken(row, said.split(" "), at)
                came_at[row[CHANNEL]] = end
            elif kind == TALKED:
                self._talks[said] = at // 1000
            else:
                self._there.pop(row[CHANNEL], None)
                yield from _ended(row, said, at, self._talks.pop(said.partition(" ")[0], None))
        for channel in list(self._there):
            if _has_left(whole, channel, came_at[channel]):
                del self._there[channel]


def _found(whole: bytes, word: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """The lines from this place on that have the word, each with the place behind it."""
    while (at := whole.find(word, begin)) >= 0:
        start, begin = whole.rfind(b"\n", 0, at) + 1, whole.find(b"\n", at) + 1
        yield begin, whole[start : begin - 1]


def _has_left(whole: bytes, channel: str, begin: int) -> bool:
    """Whether the lines from this place on tell that the channel has ended, or that hotline has it again."""
    for _, line in _found(whole, f'"{channel}"'.encode(), begin):
        kind = kind_of(line)
        row = row_of(line) if kind in (CHANNEL_ENDED, APPLICATION_BEGAN) else None
        if row is not None and row[CHANNEL] == channel and (kind == CHANNEL_ENDED or row[APPLICATION] in _HOME):
            return True
    return False


def _taken(row: Sequence[str], said: Sequence[str], at: int) -> FallbackCall:
    """A call that came there, as it is lost unless its end is told; `said`: contact, try, SIP Call-ID."""
    return FallbackCall(
        contact=said[0],
        channel=row[CHANNEL],
        access=row[DIALLED],
        caller=normalise(row[NUMBER]).value,
        since=at // 1000,
        ended_at=0,
        talked_from=None,
        end=LOST,
        who="",
        sip_call_id="".join(said[2:]),
    )


def _ended(row: Sequence[str], said: str, at: int, talked_from: int | None) -> Iterator[FallbackCall]:
    try:
        contact, since, ended, *call_id = said.split(" ")
        end, _, who = ended.partition(":")
        came = int(since)
    except ValueError:
        return
    yield FallbackCall(
        contact=contact,
        channel=row[CHANNEL],
        access=row[DIALLED],
        caller=normalise(row[NUMBER]).value,
        since=came,
        ended_at=at,
        talked_from=talked_from,
        end=end,
        who=who,
        sip_call_id="".join(call_id),
    )
