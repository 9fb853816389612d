"""What flows want of callbacks, told to the floor; their contacts have begun there already."""

from acd import events as e
from acd.errors import IllegalEvent
from cti.journal.loop import FloorLoop
from ivr.flow.ports import Wish


class FlowCallbacks:
    """The floor's callbacks for the flows that run in this process; an `ivr.flow.ports.Callbacks`."""

    def __init__(self, loop: FloorLoop) -> None:
        self._loop = loop

    def waits(self, number: str, customer: str | None) -> bool:
        """Whether this number, or this customer, is to be called back already."""
        return self._loop.floor.pending.of(number, customer) is not None

    def ask(self, wish: Wish) -> bool:
        """Have a caller called back; whether it is booked."""
        return self._told(
            e.CallbackAsked(
                at=self._loop.now(),
                contact=wish.contact,
                number=wish.number,
                queue=wish.queue,
                tier=wish.tier,
                skills=wish.skills,
                language=wish.language,
                customer=wish.customer,
                learned=wish.learned,
            )
        )

    def cancel(self, contact: str, number: str, customer: str | None, *, back: bool) -> bool:
        """Call him back no more, for `back` lets this contact take the place over; whether one waited."""
        waiting = self._loop.floor.pending.of(number, customer)
        if waiting is None:
            return False
        cause = e.CancelCause.BACK if back else e.CancelCause.KEY
        into = contact if back else ""
        return self._told(e.CallbackCancelled(at=self._loop.now(), contact=waiting, cause=cause, into=into))

    def _told(self, event: e.Event) -> bool:
        try:
            self._loop.tell(event)
        except IllegalEvent:
            return False
        return True
