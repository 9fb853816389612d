"""Pending callbacks as pages read them. Times are ms since the epoch."""

from acd.contact import Contact, ContactState
from acd.floor import Floor
from acd.pending import is_pending
from cti.desk.views import View
from cti.masking import masked


class CallbackView(View):
    """A customer who is to be called back."""

    contact: str
    queue: str
    tier: str
    customer: str | None
    number: str
    """What is dialled; masked, but for who may see it and asks to."""
    since: int
    """When the contact first wanted an agent: its place."""
    asked_at: int
    until: int
    """It is given up then."""
    tries: int
    """Dials that failed."""
    next_try: int | None
    """He is not dialled before then; null: as soon as it is his turn."""
    state: ContactState
    """callback: it waits; offered: to an agent; dialling: his phone rings."""
    barred: bool
    """Not dialled just now: its queue is closed, or its customers are not to be called at this hour."""


def pending_callbacks(floor: Floor, *, whole: bool = False) -> list[CallbackView]:
    """Every pending one, the oldest place first; `whole`: with numbers unmasked."""
    found = sorted(floor.pending.all(), key=lambda one: (one.since, one.contact))
    return [callback_view(floor, contact, whole=whole) for contact in found]


def callback_view(floor: Floor, contact: Contact, *, whole: bool = False) -> CallbackView:
    """One pending callback."""
    callback = contact.callback
    assert callback is not None
    assert is_pending(contact)
    return CallbackView(
        contact=contact.contact,
        queue=contact.queue,
        tier=contact.tier,
        customer=contact.customer,
        number=callback.number if whole else masked(callback.number),
        since=contact.since,
        asked_at=callback.asked_at,
        until=callback.until,
        tries=callback.tries,
        next_try=callback.not_before if callback.not_before > floor.at else None,
        state=contact.state,
        barred=contact.queue in floor.state.closed or contact.queue in floor.state.dialling_barred,
    )
