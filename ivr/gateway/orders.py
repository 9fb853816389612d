"""The floor's commands, as one Asterisk is asked to carry them out; what it refuses is told to the floor."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from cti.journal.loop import FloorLoop
from cti.masking import masked
from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound, AriRefused
from ivr.ari.operation import Operation
from ivr.gateway import names
from ivr.gateway.acceptance import Acceptance
from ivr.gateway.callbacks import Callbacks
from ivr.gateway.marks import Marks
from ivr.gateway.requests import Caller, requests
from ivr.gateway.sending import Sending
from ivr.gateway.waiting import Waiting
from ivr.phones import TRANSFERS_TO_ARI

log = structlog.get_logger()


class Orders:
    """Commands become requests; those about waiting callers and callbacks are made by `queued` and `callbacks`."""

    def __init__(
        self,
        asterisk: str,
        node: str,
        loop: FloorLoop,
        sending: Sending,
        marks: Marks,
        *,
        acceptance: Acceptance,
        queued: Waiting,
        callbacks: Callbacks,
        trunk: str,
        may_transfer: Callable[[], bool],
    ) -> None:
        """`may_transfer` tells whether a phone's own transfer comes to us."""
        self._asterisk = asterisk
        self._node = node
        self._loop = loop
        self._sending = sending
        self._marks = marks
        self._acceptance = acceptance
        self._queued = queued
        self._callbacks = callbacks
        self._trunk = trunk
        self._may_transfer = may_transfer

    def release(self, commands: Sequence[c.Command]) -> None:
        """Send commands, in order."""
        now = self._loop.now()
        for command in commands:
            caller = self._caller(getattr(command, "contact", None))
            if isinstance(command, c.CancelDial):
                self._callbacks.cancel(self._sending.ari, command.offer)
                continue
            if caller is None and not isinstance(command, c.CancelRing | c.DropAgent | c.DropLeg | c.EndConsult):
                log.warning("command without a caller", asterisk=self._asterisk, command=type(command).__name__)
                continue
            if isinstance(command, c.DialCustomer):
                self._callbacks.dial(self._sending.ari, command)
                continue
            self._sending.link.send(*self._requests(command, caller, now), on_error=partial(self._refused, command))
            if isinstance(command, c.Connect):
                self._marks.unanswered.discard(command.contact)

    def _requests(self, command: c.Command, caller: Caller | None, now: int) -> list[Operation[Any]]:
        match command:
            case c.CancelRing():
                return self._acceptance.let_go(self._sending.ari, command.offer, taken=command.taken)
            case c.Tell():
                return self._queued.tell(command, self._sending.ari, self._loop.floor.contacts[command.contact])
            case c.LetGo():
                said = "callback-booked" if command.booked else "callback-already"
                away = c.SendAway(contact=command.contact, to=f"prompt:{said}")
                return self._queued.send_away(away, self._sending.ari, self._loop.floor.contacts[command.contact])
            case c.Transfer():
                return self._queued.transfer(
                    command, self._sending.ari, self._loop.floor.contacts[command.contact], self._node
                )
            case c.SendAway():
                return self._queued.send_away(command, self._sending.ari, self._loop.floor.contacts[command.contact])
            case _:
                return requests(command, self._sending.ari, self._node, caller, now)

    def _caller(self, name: str | None) -> Caller | None:
        contact = self._loop.floor.contacts.get(name or "")
        if contact is None:
            return None
        self._marks.touched.add(contact.contact)
        return Caller(
            channel=contact.channel,
            shown=masked(contact.caller) if contact.caller else "anonymous",
            answered=contact.contact not in self._marks.unanswered,
            called_back=contact.callback is not None,
            told=contact.told is not None or contact.visits > 1,
            trunk=self._trunk,
            transfers=TRANSFERS_TO_ARI if self._may_transfer() else {},
        )

    def _refused(self, command: c.Command, operation: Operation[Any], error: AriError) -> None:
        if isinstance(command, c.RingAgent) and isinstance(error, AriRefused):
            self._ring_refused(command, error)
        elif isinstance(command, c.RingRejoin) and isinstance(error, AriRefused) and not isinstance(error, AriConflict):
            self._loop.tell_if_fits(
                e.RejoinFailed(at=self._loop.now(), offer=command.offer, leg=command.leg, detail=error.message)
            )
        elif not isinstance(error, AriNotFound | AriConflict | AriDown):
            # Those three: gone already, there already, or sent again once the link is up.
            log.warning("request failed", asterisk=self._asterisk, command=type(command).__name__, error=str(error))

    def _ring_refused(self, command: c.RingAgent, error: AriRefused) -> None:
        if isinstance(error, AriNotFound):
            # The caller for whom it was to ring is gone. His end is on its way, or the next look finds it: either takes
            # the offer back, and nobody has missed it.
            return
        failed = partial(self._ring_failed, command.offer, error.message)
        if not isinstance(error, AriConflict):
            failed()
            return
        # A 409 may mean that the phone rings already. But once a channel id was doubled, Asterisk answers 409 to every
        # originate of that thread that fails, so look whether the channel is there.
        leg = self._sending.ari.channels.get(names.agent_leg(self._node, command.offer))
        self._sending.link.send(leg, on_error=lambda _, why: failed() if isinstance(why, AriNotFound) else None)

    def _ring_failed(self, offer: int, detail: str) -> None:
        cause = e.OfferFailure.UNREACHABLE
        self._loop.tell_if_fits(e.OfferFailed(at=self._loop.now(), offer=offer, cause=cause, detail=detail))
