"""What becomes of an agent's leg, as the floor's events."""

from acd import events as e
from acd.contact import Offer
from acd.floor import Floor
from ivr.ari.generated import Channel
from ivr.gateway.causes import broke_off, offer_failure
from ivr.gateway.names import Leg


def leg_answered(leg: Leg, now: int) -> e.Event:
    """The agent picked up, for the first time or to rejoin."""
    if leg.number:
        return e.RejoinAnswered(at=now, offer=leg.offer, leg=leg.number)
    return e.OfferAnswered(at=now, offer=leg.offer)


def leg_ended(floor: Floor, leg: Leg, cause: int, words: str, now: int, ended_at: int | None) -> e.Event | None:
    """The leg is gone, for this Q.850 cause; None when nobody waits for it or talks on it any more.

    `ended_at`: when, if we hear of it late; ms.
    """
    offer = floor.offers.get(leg.offer)
    if offer is None:
        return None
    if leg.number == offer.rejoin:
        return e.RejoinFailed(at=now, offer=leg.offer, leg=leg.number, detail=words)
    if leg.number != offer.leg:
        return None
    if offer.consult_of is not None and offer.answered_at is not None:
        return e.AgentHungUp(at=now, offer=leg.offer)
    if not offer.connected:
        return e.OfferFailed(at=now, offer=leg.offer, cause=offer_failure(cause), detail=words)
    if offer.rejoin_until is not None:
        # Asterisk says it twice: of the channel we made, and of the endpoint we watch.
        return None
    # Who is on his way back has not hung up, whatever his old page said in going.
    if broke_off(cause) or offer.rejoin is not None:
        return e.AgentLegLost(at=now, offer=leg.offer, leg=leg.number)
    return e.AgentHungUp(at=now, offer=leg.offer, seen_until=ended_at, to=hangs_up_to(floor, offer))


def hangs_up_to(floor: Floor, offer: Offer) -> str:
    """Where the caller goes when the agent hangs up: on with the colleague with whom he speaks, if there is one."""
    colleague = floor.offers.get(offer.consult or 0)
    return e.CONSULTED if colleague is not None and colleague.answered_at is not None else ""


def rejoin_seen(offer: Offer, leg: Channel | None, now: int) -> e.Event | None:
    """What was missed of the leg on which the agent comes back; None when nothing was."""
    assert offer.rejoin is not None
    if leg is None:
        return e.RejoinFailed(at=now, offer=offer.offer, leg=offer.rejoin, detail="its leg was gone when we looked")
    return e.RejoinAnswered(at=now, offer=offer.offer, leg=offer.rejoin) if leg.state == "Up" else None
