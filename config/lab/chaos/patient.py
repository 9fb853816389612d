"""Callers who wait throughout a run: they fill a house for a fraction of the work that those cost who talk.

sipp places their calls and one socket hears them all; afterwards their log is written anew as the other peers' is.
"""

import asyncio
import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from config.lab.chaos.plan import THROUGHOUT
from config.lab.load.ears import Ears
from config.lab.load.log import Call, read_calls
from config.lab.load.phones import CALLERS_LOG, place_waiting

LOG = "patient.jsonl"
COME_AT = 10.0
"""Calls a second."""
_FIRST = 13700000000
_SLACK_S = 60.0


class Patient:
    """So many of them; they hang up by themselves after `wait_s`."""

    def __init__(self, folder: Path, server: str, count: int, wait_s: float) -> None:
        """`folder`: the run's; `server`: where they call, HOST:PORT."""
        self.count = count
        self._folder = folder / "patient"
        self._log = folder / LOG
        self._server = server
        self._wait_s = wait_s
        self._open = ExitStack()
        self._calling: asyncio.Task[None] | None = None

    async def come(self) -> None:
        """Begin to call."""
        await asyncio.to_thread(self._folder.mkdir)
        ears = self._open.enter_context(Ears())
        self._calling = asyncio.create_task(
            place_waiting(
                self._folder,
                self._server,
                THROUGHOUT,
                ears,
                calls=self.count,
                rate=COME_AT,
                wait_s=self._wait_s,
                deadline_s=self.count / COME_AT + self._wait_s + _SLACK_S,
                first_caller=_FIRST,
            )
        )

    async def leave(self) -> None:
        """Return when the last has hung up, and write their log."""
        if self._calling is None:
            return
        with self._open:
            await self._calling
        await asyncio.to_thread(write_log, read_calls(self._folder / CALLERS_LOG), self._log)


def write_log(calls: Iterable[Call], path: Path) -> None:
    """Write what sipp logged of these calls as peers log theirs (`config.lab.peers.log`)."""
    with path.open("w", encoding="utf-8") as log:
        for place, call in enumerate(calls):
            about = {"peer": f"patient-{place}", "call_id": call.call_id}
            events: list[tuple[float | None, dict[str, object]]] = [
                (call.dialled, {"event": "dialled", "number": THROUGHOUT, "caller": call.number, "tone_hz": 0}),
                (call.answered, {"event": "answered"}),
                (call.hung_up, {"event": "hung_up", "reason": "", "tones": []}),
            ]
            for at, event in events:
                if at is not None:
                    log.write(json.dumps({"at": round(at * 1000), **about, **event}) + "\n")
