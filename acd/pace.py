"""How fast a queue's contacts are served and give up, as the facts of late have shown.

Counts fade, so that about the last `MEMORY` contacts matter; what a fact adds costs the same whatever there was before.
"""

from typing import TYPE_CHECKING

from acd import adaptation
from acd.contact import Contact
from acd.state import Pace

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

MEMORY = 100.0
KEPT = 1.0 - 1.0 / MEMORY
"""What is left of the counts after each contact."""


def handled(floor: "FoldedFloor", queue: str, took_ms: int) -> None:
    """An agent is free again, so long after he answered a contact of this queue."""
    pace = floor.state.pace.get(queue) or _begin(floor, queue)
    pace.handled = pace.handled * KEPT + 1.0
    pace.handled_ms = pace.handled_ms * KEPT + took_ms
    pace.handled_square = pace.handled_square * KEPT + float(took_ms) * took_ms


def settled(floor: "FoldedFloor", contact: Contact, at: int, *, rang_ms: int | None) -> None:
    """A contact waits no more: it was answered after ringing so long, or gave up (None); its target counts it too."""
    if floor.state.plan.adaptation.every_ms:
        adaptation.count(floor, contact, at, answered=rang_ms is not None)
    pace = floor.state.pace.get(contact.queue) or _begin(floor, contact.queue)
    pace.settled = pace.settled * KEPT + 1.0
    pace.waited_ms = pace.waited_ms * KEPT + (at - contact.since)
    pace.gave_up = pace.gave_up * KEPT + (rang_ms is None)
    if rang_ms is not None:
        pace.rings = pace.rings * KEPT + 1.0
        pace.ring_ms = pace.ring_ms * KEPT + rang_ms


def _begin(floor: "FoldedFloor", queue: str) -> Pace:
    begun = floor.state.pace[queue] = Pace()
    return begun
