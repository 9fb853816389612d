"""Customers who are called back: dialled, let go, and what becomes of their legs, as the floor's events."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from acd.callback import being_dialled
from acd.contact import Contact, ContactState, Offer
from cti.journal.loop import FloorLoop
from ivr.ari.generated import Ari, Channel
from ivr.ari.operation import Operation
from ivr.gateway import names

CONTEXT = "hotline-callback"
CUSTOMER = "customer"
"""First argument of our application for a customer who picked up."""
_RING_MARGIN_S = 5
_SPOKEN = "zh-CN"

_FAILURES = {
    1: e.CallbackFailure.REFUSED,  # unallocated number
    3: e.CallbackFailure.REFUSED,  # no route to destination
    17: e.CallbackFailure.BUSY,
    20: e.CallbackFailure.REFUSED,  # subscriber absent
    21: e.CallbackFailure.REFUSED,
    27: e.CallbackFailure.REFUSED,  # destination out of order
    34: e.CallbackFailure.FAULT,  # no circuit: a trunk of ours
    38: e.CallbackFailure.FAULT,
    44: e.CallbackFailure.FAULT,
}
"""Q.850; what is not here is a phone that nobody picked up."""

log = structlog.get_logger()

Say = Callable[[str, str], Collection[str]]
"""The files of a prompt in a language."""


async def nobody_is_barred(number: str) -> bool:
    """No number is on a black list."""
    return False


class Callbacks:
    """The customers' legs on one Asterisk."""

    def __init__(
        self,
        loop: FloorLoop,
        node: str,
        send: Callable[[Operation[Any]], None],
        *,
        trunk: str,
        phones: Callable[[], Collection[str]],
        shown: Callable[[str], str],
        barred: Callable[[str], Awaitable[bool]],
        say: Say,
    ) -> None:
        """`phones`: our extensions; `shown`: access number -> number shown; `barred`: whether it is black-listed."""
        self._loop = loop
        self._node = node
        self._send = send
        self._trunk = trunk
        self._phones = phones
        self._shown = shown
        self._barred = barred
        self._say = say
        self._dialling: set[asyncio.Task[None]] = set()

    # --- commands ---

    def dial(self, ari: Ari, command: c.DialCustomer) -> None:
        """Call the customer, unless his number is on the black list."""
        if command.agent_waits:
            self._send(ari.channels.ring(names.agent_leg(self._node, command.offer)))
        task = asyncio.get_running_loop().create_task(self._dial(ari, command))
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)

    async def _dial(self, ari: Ari, command: c.DialCustomer) -> None:
        try:
            barred = await self._barred(command.number)
        except Exception as error:
            log.exception("could not look a number up before calling it back", contact=command.contact)
            self._failed(command.offer, e.CallbackFailure.FAULT, str(error))
            return
        offer = being_dialled(self._loop.floor, command.offer)
        if offer is None:
            return
        if barred:
            self._failed(command.offer, e.CallbackFailure.BARRED, "on the black list")
            return
        self._send(self._originate(ari, command, self._loop.floor.contacts[offer.contact]))

    def _originate(self, ari: Ari, command: c.DialCustomer, contact: Contact) -> Operation[Any]:
        inside = command.number in self._phones()
        accept = self._say("callback-accept", contact.language or _SPOKEN) if command.accept else ()
        greeting = self._say("callback-greeting", contact.language or _SPOKEN) if command.accept else ()
        return ari.channels.originate_with_id(
            names.customer_leg(self._node, command.offer),
            f"PJSIP/{command.number}" if inside else f"PJSIP/{command.number}@{self._trunk}",
            context=CONTEXT,
            extension="s",
            priority=1,
            caller_id=self._shown(contact.access),
            timeout=max(0, command.until - self._loop.now()) // 1000 + _RING_MARGIN_S,
            variables={
                "HOTLINE_CONTACT": contact.contact,
                "HOTLINE_OFFER": str(command.offer),
                "HOTLINE_ACCEPT": "&".join([*greeting, *accept]),
            },
        )

    def cancel(self, ari: Ari, offer: int) -> None:
        """Call the customer no longer."""
        self._send(ari.channels.hangup(names.customer_leg(self._node, offer)))

    # --- what becomes of a leg ---

    def refused(self, offer: int, detail: str) -> None:
        """Asterisk would not call him."""
        self._failed(offer, e.CallbackFailure.FAULT, detail)

    def picked_up(self, ari: Ari, channel: Channel, arguments: list[str]) -> None:
        """`Stasis(hotline,customer,OFFER,KEY)`: he is there, and where he was asked to, pressed a key."""
        number, key = int(arguments[1]), arguments[2] if len(arguments) > 2 else "1"
        if key == "1":
            self._loop.tell_if_fits(e.CallbackAnswered(at=self._loop.now(), offer=number, channel=channel.id))
            return
        offer = being_dialled(self._loop.floor, number)
        self._send(ari.channels.hangup(channel.id))
        if offer is not None and key == "3":
            self._loop.tell_if_fits(
                e.CallbackCancelled(at=self._loop.now(), contact=offer.contact, cause=e.CancelCause.KEY)
            )
        elif offer is not None:
            cause = e.CallbackFailure.LATER if key == "2" else e.CallbackFailure.NOT_ACCEPTED
            self._failed(number, cause, "")

    def ended(self, channel: Channel, cause: int, detail: str, ended_at: int | None) -> str | None:
        """A customer's leg is gone; the contact whose talk that ends, if it ends one."""
        number = names.customer_of(self._node, channel.id)
        if number is not None and being_dialled(self._loop.floor, number) is not None:
            self._failed(number, _FAILURES.get(cause, e.CallbackFailure.NO_ANSWER), detail)
            return None
        for contact in self._loop.floor.contacts.values():
            if contact.channel == channel.id and contact.state is not ContactState.ENDED:
                hung_up = e.EndCause.HUNG_UP
                self._loop.tell_if_fits(
                    e.ContactEnded(at=self._loop.now(), contact=contact.contact, cause=hung_up, seen_until=ended_at)
                )
                return contact.contact
        return None

    def _failed(self, offer: int, cause: e.CallbackFailure, detail: str) -> None:
        self._loop.tell_if_fits(e.CallbackFailed(at=self._loop.now(), offer=offer, cause=cause, detail=detail))


def dial_seen(offer: Offer, customer: Channel | None, now: int) -> e.Event | None:
    """What was missed of the dial in which a crash or a break came; None when nothing was.

    A customer who is in the dialplan still, asked for a key, comes into our application by himself.
    """
    if offer.dial_until is None:
        why = "the end of the dial was not written down"
        return e.OfferLost(at=now, offer=offer.offer, detail=why)
    if customer is None:
        why = "the customer's leg was gone when we looked"
        return e.CallbackFailed(at=now, offer=offer.offer, cause=e.CallbackFailure.NO_ANSWER, detail=why)
    position = customer.dialplan
    if position.app_name == "Stasis" and (position.app_data or "").startswith(f"hotline,{CUSTOMER},"):
        return e.CallbackAnswered(at=now, offer=offer.offer, channel=customer.id)
    return None
