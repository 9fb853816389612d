"""Callers who were cut off by a fault, ours or Asterisk's, while they waited or talked: they are owed a call.

The queue's terms say which: a callback, which keeps what the caller had waited, or an item for an agent. Decided with
the end itself, so that no crash comes between the two.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import callback
from acd import events as e
from acd.contact import ENDED, IVR, OFFERED, TALKING, WAITING, Contact, ContactState

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor

WANTS_A_PERSON = (WAITING, OFFERED, TALKING)


def owed(floor: "Floor", contact: Contact, was: ContactState, event: e.ContactEnded) -> e.CallOwed | None:
    """What is owed to the caller of a contact that ended in state `was`; None: nothing, or nobody can call him."""
    wanted = was in WANTS_A_PERSON or (was is IVR and contact.visits > 0)
    if event.cause is not e.EndCause.LOST or contact.state is not ENDED or not wanted:
        return None
    number = contact.callback.number if contact.callback is not None else contact.caller
    if not number or floor.pending.of(number, contact.customer) is not None:
        # One call back is enough: what is pending stands.
        return None
    return e.CallOwed(
        at=event.at,
        contact=contact.contact,
        number=number,
        callback=f"{contact.asterisk}-callback.{event.at}.{floor.number}" if _is_called_back(floor, contact) else "",
        asterisk=contact.asterisk,
        access=contact.access,
        queue=contact.queue,
        tier=contact.tier,
        skills=dict(contact.skills),
        urgency_ms=contact.urgency_ms,
        credit_ms=event.at - contact.since + contact.credit_ms,
        language=contact.language,
        customer=contact.customer,
        detail=event.detail,
    )


def _is_called_back(floor: "Floor", contact: Contact) -> bool:
    terms = floor.pools.queues[contact.queue].callback
    return terms is not None and terms.lost and contact.tier in floor.plan.tiers


def asked(fact: e.CallOwed) -> e.CallbackAsked:
    """The callback that a call owed begins."""
    return e.CallbackAsked(
        at=fact.at,
        contact=fact.callback,
        number=fact.number,
        not_before=fact.at + callback.PUT_DOWN_MS,
        asterisk=fact.asterisk,
        access=fact.access,
        queue=fact.queue,
        tier=fact.tier,
        skills=fact.skills,
        urgency_ms=fact.urgency_ms,
        credit_ms=fact.credit_ms,
        language=fact.language,
        customer=fact.customer,
        learned={"lost": fact.detail},
    )


def _fold_owed(floor: "FoldedFloor", fact: e.CallOwed) -> None:
    if fact.callback:
        callback.fold_asked(floor, asked(fact))


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {e.CallOwed: _fold_owed}
"""What this fact changes on a floor."""
