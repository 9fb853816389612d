"""Callbacks: a caller's entry waits on without a leg, at its old place; its customer is dialled when its turn comes.

Agent first: the agent is offered the contact, picks up and hears that the customer's phone rings. Customer first: while
an agent is reserved the customer is dialled, and the agent's phone rings as soon as he is on the line. A dial that
failed rests for a while; after the last one, or at the end of its life, the callback is given up.
"""

from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from acd import commands as c
from acd import events as e
from acd import links, pace, steps
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
from acd.plan import USUAL_CALLBACK, CallbackTerms

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor

PUT_DOWN_MS = 3_000
"""After he hung up a customer is left in peace for so long: his phone would be busy yet."""

FINAL: dict[e.CallbackFailure, e.CallbackEnd] = {e.CallbackFailure.BARRED: e.CallbackEnd.BARRED}
"""Failures after which no other try is made."""


class Pending:
    """The pending callbacks by number and customer, and when time alone changes one. Worked out from the contacts."""

    def __init__(self, contacts: Mapping[str, Contact], at: int) -> None:
        """Those there are now."""
        self._contacts = contacts
        self._by_number: dict[str, str] = {}
        self._by_customer: dict[str, str] = {}
        self._rests: list[tuple[int, str]] = []
        self._lives: list[tuple[int, str]] = []
        """Heaps of (when it ends, contact); what is overtaken is skipped."""
        for contact in contacts.values():
            if is_pending(contact):
                self.add(contact, at)

    def of(self, number: str, customer: str | None = None) -> str | None:
        """The contact that is called back on this number, or else as this customer."""
        return self._by_number.get(number) or (self._by_customer.get(customer) if customer is not None else None)

    def all(self) -> list[Contact]:
        """Every pending callback, in no order."""
        return [self._contacts[name] for name in self._by_number.values()]

    def add(self, contact: Contact, at: int) -> None:
        """One is pending from now on, or has other moments than before."""
        callback = contact.callback
        assert callback is not None
        self._by_number[callback.number] = contact.contact
        if contact.customer is not None:
            self._by_customer[contact.customer] = contact.contact
        if callback.not_before > at:
            heappush(self._rests, (callback.not_before, contact.contact))
        heappush(self._lives, (callback.until, contact.contact))

    def remove(self, contact: Contact) -> None:
        """One is pending no more."""
        assert contact.callback is not None
        for index, key in ((self._by_number, contact.callback.number), (self._by_customer, contact.customer)):
            if index.get(key or "") == contact.contact:
                del index[key or ""]

    def rested(self, at: int) -> list[Contact]:
        """Those whose rest ends up to this moment."""
        found = []
        while self._rests and self._rests[0][0] <= at:
            moment, name = heappop(self._rests)
            if (callback := self._waiting(name)) is not None and callback.not_before == moment:
                found.append(self._contacts[name])
        return found

    def expired(self, at: int) -> str | None:
        """One whose life is over; None: there is none."""
        until = self._life()
        return self._lives[0][1] if until is not None and until <= at else None

    def next(self) -> int | None:
        """When time alone changes one of them."""
        while self._rests:
            callback = self._waiting(self._rests[0][1])
            if callback is not None and callback.not_before == self._rests[0][0]:
                break
            heappop(self._rests)
        moments = [
            moment for moment in (self._life(), self._rests[0][0] if self._rests else None) if moment is not None
        ]
        return min(moments, default=None)

    def _life(self) -> int | None:
        while self._lives:
            callback = self._waiting(self._lives[0][1])
            if callback is not None and callback.until == self._lives[0][0]:
                return callback.until
            heappop(self._lives)
        return None

    def _waiting(self, name: str) -> Callback | None:
        contact = self._contacts.get(name)
        waits = contact is not None and contact.state is CALLBACK and contact.without_leg
        return contact.callback if contact is not None and waits else None


def is_pending(contact: Contact) -> bool:
    """Whether its customer waits to be called back, or is being called."""
    return contact.callback is not None and (contact.state is CALLBACK or not contact.callback.leg)


def terms_of(floor: "FoldedFloor", contact: Contact) -> CallbackTerms:
    """How its queue calls back."""
    return floor.pools.queue(contact.queue).callback or USUAL_CALLBACK


# --- folds ---


def wait_again(floor: "FoldedFloor", contact: Contact) -> None:
    """A callback waits again, after an offer or a dial."""
    floor.pending.add(contact, floor.at)
    links.let_wait(floor, contact)


def _fold_asked(floor: "FoldedFloor", fact: e.CallbackAsked) -> None:
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
    steps.begin(contact, queued)
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
    floor.watch.enter(contact)
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
    offer.dial_until = None
    if offer.answered_at is not None:
        contact.state = TALKING
        count_answered(floor, contact, fact.at)
    else:
        contact.state = OFFERED
        floor.watch.look_at(contact)


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
    e.CallbackAsked: _fold_asked,
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


# --- reactions ---


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
}
"""What an event brings with it beyond its own fold."""


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


def lacks_leg(floor: "FoldedFloor", event: Any) -> str | None:
    """Why the caller's leg cannot have done this; None when it can."""
    contact = floor.contacts.get(event.contact)
    if contact is not None and contact.without_leg:
        return f"contact {event.contact!r} has no leg: it is to be called back"
    return None


CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.CallbackAsked: _asked,
    e.CallbackMoved: _moved,
    e.CallbackCancelled: _pending,
}
"""Which of these events do not fit a floor."""
