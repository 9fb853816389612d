"""What Asterisk itself wrote about a call."""

import asyncio

from config.asterisk.cel import CallEvent
from config.lab import Lab


async def history(lab: Lab, caller: str) -> list[CallEvent]:
    """The events of the call from `caller` until its last one is written; the number must be of one call only."""
    async with asyncio.timeout(20):
        while True:
            ids = {event.linkedid for event in lab.call_events() if event.number == caller}
            events = [event for event in lab.call_events() if event.linkedid in ids]
            if any(event.type == "LINKEDID_END" for event in events):
                return events
            # The log is a file and tells nobody when it grows.
            await asyncio.sleep(0.02)
