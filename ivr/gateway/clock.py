"""Asterisk's clock beside ours: when something happened whose event reached us late."""

import sys
from datetime import datetime

LATE_MS = 250


def read_time(text: str) -> int:
    """Asterisk's ISO time in ms since the epoch; 0 when it cannot be read."""
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return 0


class AsteriskClock:
    """One Asterisk's clock. Two machines' clocks differ: what the quickest event took counts as no time at all."""

    def __init__(self) -> None:
        self._apart = sys.maxsize

    def heard(self, timestamp: str, now: int) -> int | None:
        """Take note of an event and what it says of its time, to be told of every event.

        Returns when it happened (ms, our clock) if it took over `LATE_MS`: we or the link stood still; else None.
        """
        said_at = read_time(timestamp)
        if not said_at:
            return None
        self._apart = min(self._apart, now - said_at)
        late = now - said_at - self._apart
        return now - late if late > LATE_MS else None
