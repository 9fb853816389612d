"""Customers who are called back: dialled when an agent is there for them, connected, or rung again later.

Agent first: the agent is offered the contact, picks up and hears that the customer's phone rings. Customer first: while
an agent is reserved the customer is dialled, and the agent's phone rings as soon as he is on the line. A dial that
failed rests for a while; after the last one, or at the end of its life, the callback is given up.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import commands as c
from acd import events as e
from acd.callback import being_dialled, terms_of
from acd.contact import CALLBACK, OFFERED, WAITING, Offer

if TYPE_CHECKING:
    from acd.floor import Floor

FINAL: dict[e.CallbackFailure, e.CallbackEnd] = {e.CallbackFailure.BARRED: e.CallbackEnd.BARRED}
"""Failures after which no other try is made."""


def _on_asked(floor: "Floor", event: e.CallbackAsked) -> None:
    contact = floor.contacts.get(event.contact)
    waits = contact is not None and contact.state is WAITING
    floor.record(event)
    if contact is not None and waits:
        floor.order(c.LetGo(contact=event.contact, booked=contact.state is CALLBACK))


def _on_cancelled(floor: "Floor", event: e.CallbackCancelled) -> None:
    offer = floor.contacts[event.contact].offer
    floor.record(event)
    if offer is not None:
        floor.withdraw(event.at, offer)


def _on_barred(floor: "Floor", event: e.DiallingBarred) -> None:
    """Nobody who was offered before is dialled when his agent picks up only now."""
    floor.record(event)
    for contact in floor.pending.all():
        if contact.queue == event.queue and contact.state is OFFERED and contact.offer is not None:
            floor.withdraw(event.at, contact.offer)


def offered(floor: "Floor", at: int, offer: Offer) -> bool:
    """Dial, if an offer was made for a callback whose customer comes first; whether it is one."""
    contact = floor.contacts[offer.contact]
    if not contact.without_leg or not terms_of(floor, contact).customer_first:
        return False
    _dial(floor, at, offer)
    return True


def agent_answered(floor: "Floor", at: int, offer: Offer) -> bool:
    """Dial, if the agent picked up for a callback; whether it is one."""
    if not floor.contacts[offer.contact].without_leg:
        return False
    _dial(floor, at, offer)
    return True


def _dial(floor: "Floor", at: int, offer: Offer) -> None:
    contact = floor.contacts[offer.contact]
    callback = contact.callback
    assert callback is not None
    terms = terms_of(floor, contact)
    until = at + terms.ring_ms
    floor.record(
        e.CallbackDialled(
            at=at,
            contact=contact.contact,
            offer=offer.offer,
            number=callback.number,
            attempt=callback.tries + 1,
            until=until,
        )
    )
    floor.order(
        c.DialCustomer(
            offer=offer.offer,
            contact=contact.contact,
            number=callback.number,
            until=until,
            accept=terms.accept,
            agent_waits=offer.answered_at is not None,
        )
    )


def _on_answered(floor: "Floor", event: e.CallbackAnswered) -> None:
    offer = being_dialled(floor, event.offer)
    floor.record(event)
    if offer is None:
        known = floor.offers.get(event.offer)
        # Said twice, it changes nothing.
        contact = floor.contacts.get(known.contact) if known is not None else None
        if contact is None or contact.channel != event.channel:
            floor.order(c.CancelDial(offer=event.offer))
    elif offer.answered_at is not None:
        floor.order(c.Connect(offer=offer.offer, contact=offer.contact))
    else:
        floor.order(c.StartMusic(contact=offer.contact))
        floor.ring(event.at, offer, e.PopState.NO_DESK if offer.pop_until is None else e.PopState.ACKNOWLEDGED)


def _on_failed(floor: "Floor", event: e.CallbackFailed) -> None:
    offer = being_dialled(floor, event.offer)
    floor.record(event)
    if offer is not None:
        _after_failure(floor, event.at, offer, FINAL.get(event.cause))


def dial_is_over(floor: "Floor", at: int, offer: Offer) -> None:
    """The customer's phone has rung for long enough."""
    if being_dialled(floor, offer.offer) is None:
        floor.withdraw(at, offer.offer)
        return
    floor.record(e.CallbackUnanswered(at=at, offer=offer.offer))
    floor.order(c.CancelDial(offer=offer.offer))
    _after_failure(floor, at, offer, None)


def _after_failure(floor: "Floor", at: int, offer: Offer, end: e.CallbackEnd | None) -> None:
    floor.withdraw(at, offer.offer)
    contact = floor.contacts[offer.contact]
    assert contact.callback is not None
    if end is None and contact.callback.tries >= terms_of(floor, contact).tries:
        end = e.CallbackEnd.TRIES
    if end is not None:
        floor.record(e.CallbackGivenUp(at=at, contact=contact.contact, cause=end))


def expire(floor: "Floor", at: int) -> None:
    """Give up every callback whose life is over."""
    while (name := floor.pending.expired(at)) is not None:
        floor.record(e.CallbackGivenUp(at=at, contact=name, cause=e.CallbackEnd.EXPIRED))


REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.CallbackAsked: _on_asked,
    e.CallbackCancelled: _on_cancelled,
    e.CallbackAnswered: _on_answered,
    e.CallbackFailed: _on_failed,
    e.DiallingBarred: _on_barred,
}
"""What an event brings with it beyond its own fold."""
