"""Rejoining: an agent whose leg broke off in a talk, or whose page was loaded anew, comes back into it on a new leg.

The new leg's number is that of the fact that asked for it; the first leg of an offer has number 0. While a leg is lost
the caller hears music; after `REJOIN_MS` without the agent the talk is over.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import commands as c
from acd import events as e
from acd.agent import ON_A_CALL
from acd.contact import TALKING, Offer

if TYPE_CHECKING:
    from acd.floor import Floor
    from acd.fold import FoldedFloor

REJOIN_MS = 8_000
"""How long a caller waits for an agent whose leg was lost."""


def talk(floor: "FoldedFloor", offer: int) -> Offer | None:
    """The offer when its agent talks with its contact now; None when there is nothing to rejoin."""
    known = floor.offers.get(offer)
    if known is None or known.consult_of is not None or floor.agents[known.agent].state not in ON_A_CALL:
        return None
    contact = floor.contacts.get(known.contact)
    return known if contact is not None and contact.state is TALKING else None


def lost_now(floor: "FoldedFloor", fact: e.AgentLegLost) -> Offer | None:
    """The talk that loses its leg by this; None when it is another leg, or lost already."""
    known = talk(floor, fact.offer)
    return known if known is not None and known.leg == fact.leg and known.rejoin_until is None else None


def back_now(floor: "FoldedFloor", fact: e.RejoinAnswered | e.RejoinFailed) -> Offer | None:
    """The talk that waits for this very leg; None when it does not any more."""
    known = talk(floor, fact.offer)
    return known if known is not None and known.rejoin == fact.leg else None


def fold_leg_lost(floor: "FoldedFloor", fact: e.AgentLegLost) -> None:
    """The caller waits for the agent from now on."""
    if (known := lost_now(floor, fact)) is not None:
        known.rejoin_until = fact.at + REJOIN_MS
        floor.deadlines.change(known.offer)


def fold_asked(floor: "FoldedFloor", fact: e.RejoinAsked) -> None:
    """The fact's own number is the new leg's; whoever asks is there, so the caller's patience begins anew."""
    known = floor.offers[fact.offer]
    known.rejoin = floor.number
    if known.rejoin_until is not None:
        known.rejoin_until = fact.at + REJOIN_MS
        floor.deadlines.change(known.offer)


def fold_answered(floor: "FoldedFloor", fact: e.RejoinAnswered) -> None:
    """The new leg is the agent's leg."""
    if (known := back_now(floor, fact)) is not None:
        known.leg = fact.leg
        known.rejoin = known.rejoin_until = None
        known.silent.pop(e.Party.AGENT, None)


def fold_failed(floor: "FoldedFloor", fact: e.RejoinFailed) -> None:
    """Nothing came of it; the leg there was, if any, is still the agent's."""
    if (known := back_now(floor, fact)) is not None:
        known.rejoin = None


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.AgentLegLost: fold_leg_lost,
    e.RejoinAsked: fold_asked,
    e.RejoinAnswered: fold_answered,
    e.RejoinFailed: fold_failed,
}
"""What these facts change on a floor."""


def _on_lost(floor: "Floor", event: e.AgentLegLost) -> None:
    offer = lost_now(floor, event)
    floor.record(event)
    if offer is not None and not offer.held:
        floor.order(c.Hold(offer=offer.offer, contact=offer.contact))


def _on_asked(floor: "Floor", event: e.RejoinAsked) -> None:
    offer = floor.offers[event.offer]
    before = offer.rejoin
    floor.record(event)
    if before is not None:
        floor.order(c.DropLeg(offer=offer.offer, leg=before))
    floor.order(c.RingRejoin(offer=offer.offer, contact=offer.contact, extension=offer.extension, leg=floor.number))


def _on_answered(floor: "Floor", event: e.RejoinAnswered) -> None:
    offer = back_now(floor, event)
    if offer is None:
        known = floor.offers.get(event.offer)
        floor.record(event)
        if known is None or known.leg != event.leg:
            floor.order(c.DropLeg(offer=event.offer, leg=event.leg))
        return
    before, was_lost = offer.leg, offer.rejoin_until is not None
    floor.record(event)
    consulted = floor.offers.get(offer.consult or 0)
    is_apart = consulted is not None and consulted.answered_at is not None and not consulted.line
    colleague = consulted.offer if consulted is not None and is_apart else 0
    floor.order(
        c.SwitchLeg(offer=offer.offer, contact=offer.contact, leg=event.leg, before=before, colleague=colleague)
    )
    if was_lost and not offer.held:
        floor.order(c.Resume(offer=offer.offer, contact=offer.contact))


REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.AgentLegLost: _on_lost,
    e.RejoinAsked: _on_asked,
    e.RejoinAnswered: _on_answered,
}
"""What they bring with them."""
