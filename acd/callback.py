"""Callbacks: a caller's entry waits on without a leg, at its old place, until he is called (`acd.dialling`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd import links, pace
from acd.contact import (
    CALLBACK,
    DIALLING,
    ENDED,
    IVR,
    OFFERED,
    TALKING,
    WAITING,
    Callback,
    Contact,
    ContactState,
    Offer,
    begin_visit,
)
from acd.pending import is_pending
from acd.plan import USUAL_CALLBACK, CallbackTerms

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

PUT_DOWN_MS = 3_000
"""After he hung up a customer is left in peace for so long: his phone would be busy yet."""


def terms_of(floor: "FoldedFloor", contact: Contact) -> CallbackTerms:
    """How its queue calls back."""
    return floor.pools.queues[contact.queue].callback or USUAL_CALLBACK


# --- folds ---


def wait_again(floor: "FoldedFloor", contact: Contact) -> None:
    """A callback waits again, after an offer or a dial."""
    floor.pending.add(contact, floor.at)
    links.let_wait(floor, contact)


def fold_asked(floor: "FoldedFloor", fact: e.CallbackAsked) -> None:
    """A callback is pending from now on; one of a contact that is there, or of a new one."""
    contact = floor.contacts.get(fact.contact)
    has_leg = contact is not None
    if contact is None:
        contact = floor.start_contact(
            contact=fact.contact,
            asterisk=fact.asterisk,
            channel="",
            access=fact.access,
            caller=fact.number,
            started_at=fact.at,
        )
    if contact.state is CALLBACK:
        return
    links.stop_waiting(floor, contact)
    if contact.state is IVR:
        _open_visit(floor, contact, fact)
    elif floor.pending.of(fact.number, contact.customer) is not None:
        floor.ledger.of(contact.queue).left += 1
        contact.state = ContactState.RELEASED
        return
    contact.state = CALLBACK
    contact.callback = Callback(
        number=fact.number,
        asked_at=fact.at,
        until=fact.at + terms_of(floor, contact).life_ms,
        not_before=fact.not_before,
        leg=has_leg,
    )
    wait_again(floor, contact)


def _open_visit(floor: "FoldedFloor", contact: Contact, fact: e.CallbackAsked) -> None:
    queued = e.ContactQueued(
        at=fact.at,
        contact=contact.contact,
        queue=fact.queue,
        tier=fact.tier,
        since=contact.since or fact.at,
        skills=fact.skills,
        urgency_ms=fact.urgency_ms,
        credit_ms=fact.credit_ms,
        language=fact.language,
        customer=fact.customer,
    )
    begin_visit(contact, queued, floor.number)
    floor.ledger.of(contact.queue).entered += 1


def fold_leg_gone(floor: "FoldedFloor", contact: Contact, at: int) -> None:
    """The leg is gone on which he asked: from now on he can be dialled."""
    assert contact.callback is not None
    contact.callback.leg = False
    contact.channel = ""
    contact.callback.not_before = max(contact.callback.not_before, at + PUT_DOWN_MS)
    wait_again(floor, contact)


def fold_waits_on_the_line(floor: "FoldedFloor", contact: Contact) -> None:
    """He did not hang up but wants to wait: nothing is pending any more."""
    floor.pending.remove(contact)
    contact.callback = None
    floor.watch.bring_back(contact)
    floor.watch.doubt(contact)
    links.let_wait(floor, contact)


def _fold_moved(floor: "FoldedFloor", fact: e.CallbackMoved) -> None:
    contact = floor.contacts[fact.contact]
    assert contact.callback is not None
    links.stop_waiting(floor, contact)
    floor.pending.remove(contact)
    contact.callback.number = fact.number or contact.callback.number
    if fact.not_before is not None:
        contact.callback.not_before = fact.not_before
    wait_again(floor, contact)


def _fold_cancelled(floor: "FoldedFloor", fact: e.CallbackCancelled) -> None:
    contact = floor.contacts[fact.contact]
    visits = floor.ledger.of(contact.queue)
    if fact.cause is e.CancelCause.BACK:
        visits.withdrawn += 1
        into = floor.contacts.get(fact.into)
        if into is not None and into.state is IVR:
            into.since = contact.since
    else:
        visits.left += 1
    _end(floor, contact)


def _fold_given_up(floor: "FoldedFloor", fact: e.CallbackGivenUp) -> None:
    contact = floor.contacts[fact.contact]
    floor.ledger.of(contact.queue).callback_given_up += 1
    _end(floor, contact)


def _end(floor: "FoldedFloor", contact: Contact) -> None:
    """The visit is over; so is the contact, unless he is on the line."""
    assert contact.callback is not None
    links.stop_waiting(floor, contact)
    floor.pending.remove(contact)
    if contact.state is CALLBACK and contact.callback.leg:
        contact.state, contact.callback = IVR, None
        return
    contact.state = ENDED
    contact.agent = contact.offer = None
    floor.ledger.contacts.ended_after_visits += 1
    floor.forget_if_done(contact)


def _fold_dialled(floor: "FoldedFloor", fact: e.CallbackDialled) -> None:
    offer = floor.offers[fact.offer]
    offer.dial_until = fact.until
    floor.contacts[offer.contact].state = DIALLING
    floor.deadlines.change(offer.offer)


def _fold_answered(floor: "FoldedFloor", fact: e.CallbackAnswered) -> None:
    offer = being_dialled(floor, fact.offer)
    if offer is None:
        return
    contact = floor.contacts[offer.contact]
    floor.pending.remove(contact)
    assert contact.callback is not None
    contact.callback.leg = True
    contact.channel = fact.channel
    floor.lines.look_at(contact.contact)
    offer.dial_until = None
    if offer.answered_at is not None:
        contact.state = TALKING
        count_answered(floor, contact, fact.at)
    else:
        contact.state = OFFERED
        floor.watch.bring_back(contact)


def _fold_failed(floor: "FoldedFloor", fact: e.CallbackFailed | e.CallbackUnanswered) -> None:
    offer = being_dialled(floor, fact.offer)
    if offer is None:
        return
    offer.dial_until = None
    contact = floor.contacts[offer.contact]
    assert contact.callback is not None
    terms = terms_of(floor, contact)
    busy = isinstance(fact, e.CallbackFailed) and fact.cause is e.CallbackFailure.BUSY
    contact.callback.tries += 1
    contact.callback.not_before = fact.at + (terms.busy_gap_ms if busy else terms.gap_ms)


def _fold_dialling(floor: "FoldedFloor", fact: e.DiallingBarred | e.DiallingAllowed) -> None:
    barred = isinstance(fact, e.DiallingBarred)
    if barred == (fact.queue in floor.state.dialling_barred):
        return
    (floor.state.dialling_barred.append if barred else floor.state.dialling_barred.remove)(fact.queue)
    look_at_hours(floor, fact.queue)


def look_at_hours(floor: "FoldedFloor", queue: str) -> None:
    """A queue has opened or closed, or its callbacks are barred or allowed from now on."""
    for contact in floor.pending.all():
        if contact.queue != queue or contact.callback is None:
            continue
        links.stop_waiting(floor, contact)
        if queue in floor.state.closed and terms_of(floor, contact).until_closing:
            contact.callback.until = floor.at
            floor.pending.add(contact, floor.at)
        links.let_wait(floor, contact)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.CallbackAsked: fold_asked,
    e.CallbackMoved: _fold_moved,
    e.CallbackCancelled: _fold_cancelled,
    e.CallbackGivenUp: _fold_given_up,
    e.CallbackDialled: _fold_dialled,
    e.CallbackAnswered: _fold_answered,
    e.CallbackFailed: _fold_failed,
    e.CallbackUnanswered: _fold_failed,
    e.DiallingBarred: _fold_dialling,
    e.DiallingAllowed: _fold_dialling,
}
"""What these facts change on a floor."""


def being_dialled(floor: "FoldedFloor", offer: int) -> Offer | None:
    """The offer whose customer is being called; None when word of it comes late."""
    known = floor.offers.get(offer)
    return known if known is not None and known.dial_until is not None and known.contact in floor.contacts else None


def is_dialled(floor: "FoldedFloor", offer: Offer) -> bool:
    """Whether the agent's phone is not to ring: his customer is not on the line yet."""
    contact = floor.contacts.get(offer.contact)
    return contact is not None and contact.state is DIALLING


def count_answered(floor: "FoldedFloor", contact: Contact, at: int, by: int = 1, rang_ms: int = 0) -> None:
    """A visit is answered, or with `by` -1 goes on after all; a callback only once its customer is on the line."""
    visits = floor.ledger.of(contact.queue)
    if contact.callback is None:
        visits.answered += by
        if by > 0:
            pace.settled(floor, contact, at, rang_ms=rang_ms)
    elif contact.callback.leg:
        visits.callback_done += by


# --- refusals ---


def _asked(floor: "FoldedFloor", event: e.CallbackAsked) -> str | None:
    if not event.number:
        return "there is no number to call back"
    contact = floor.contacts.get(event.contact)
    if contact is not None and contact.state not in (IVR, WAITING, CALLBACK):
        return f"contact {event.contact!r} is {contact.state.value}"
    if contact is not None and contact.state is not IVR:
        queue = contact.queue
    else:
        queue = event.queue
        other = floor.pending.of(event.number, event.customer)
        if other is not None:
            return f"contact {other!r} is to be called back on this number, or as this customer, already"
        if event.tier not in floor.plan.tiers:
            return f"the plan has no tier {event.tier!r}"
    known = floor.plan.queues.get(queue)
    if known is None:
        return f"the plan has no queue {queue!r}"
    if known.callback is None:
        return f"queue {queue!r} offers no callback"
    return None


def _pending(floor: "FoldedFloor", event: e.CallbackCancelled | e.CallbackMoved) -> str | None:
    contact = floor.contacts.get(event.contact)
    return None if contact is not None and is_pending(contact) else f"contact {event.contact!r} has no callback pending"


def _moved(floor: "FoldedFloor", event: e.CallbackMoved) -> str | None:
    why = _pending(floor, event)
    if why is not None:
        return why
    if (state := floor.contacts[event.contact].state) is not CALLBACK:
        return f"contact {event.contact!r} is {state.value}: it is its turn"
    if event.number and floor.pending.of(event.number) not in (None, event.contact):
        return "another contact is to be called back on this number already"
    return None


CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.CallbackAsked: _asked,
    e.CallbackMoved: _moved,
    e.CallbackCancelled: _pending,
}
"""Which of these events do not fit a floor."""
