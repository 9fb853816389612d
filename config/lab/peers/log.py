"""The peers' own record: JSON lines, one event a line, written at once.

Every line has `at` (epoch ms), `peer` (caller-17, agent-8003, customer-+8613900000001) and `event`; what else it has
is in `EVENTS`.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]

EVENTS: dict[str, str] = {
    "plugged_in": "server, tone_hz: the phone exists; callable, if it need not register",
    "registered": "server",
    "unregistered": "server",
    "dialled": "call_id, number (called), caller, name, tone_hz (our own)",
    "ringing": "call_id; of our phone, also contact, number (calling), tone_hz (our own)",
    "answered": "call_id, contact (agents)",
    "heard": "call_id, contact, tone_hz, since (epoch ms)",
    "unheard": "call_id, contact, tone_hz, since, until (epoch ms)",
    "sound": "call_id: something is heard, tone or not",
    "silence": "call_id: nothing is heard any more",
    "digits": "call_id, digits, how (rtpevent, info, inband)",
    "received_digit": "call_id, digit",
    "gave_up": "call_id, waited_s: patience ran out, the hang-up follows",
    "rejected": "call_id, contact: an agent answered 486",
    "hung_up": "call_id, contact, answered_at (0 when never), tones ([tone_hz, since, until] each): we ended it",
    "remote_hung_up": "as hung_up: the other side ended it, answered or still ringing",
    "failed": "call_id, status (SIP, 0 without an answer), reason: our call was refused",
    "trouble": "call_id, contact, reason: the stack refused what we asked in a call that goes on",
}
"""The events and their fields besides `at`, `peer`, `event`."""


def epoch_ms() -> int:
    """The wall clock in whole milliseconds."""
    return time.time_ns() // 1_000_000


class Log:
    """Writes events to a file, if there is one, and hands each to a listener."""

    def __init__(self, path: Path | None, listener: Callable[[Event], None] | None = None) -> None:
        """Append to `path`, making its folder; OSError where that is impossible."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1) if path is not None else None
        self._listener = listener

    def write(self, peer: str, event: str, **fields: object) -> None:
        """Add one event, now."""
        line: Event = {"at": epoch_ms(), "peer": peer, "event": event, **fields}
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if self._listener is not None:
            self._listener(line)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
