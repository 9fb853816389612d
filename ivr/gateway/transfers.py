"""A phone's own transfer (REFER): Asterisk hands it to us, and the contact goes where the plan lets it go.

A blind one leads to an access number or a phone of the plan; an attended one names the phone's other call, and leads to
the colleague with whom it speaks there.
"""

from collections.abc import Callable, Collection

import structlog

from acd import events as e
from acd.contact import Offer
from acd.rejoin import talk
from cti.journal.loop import FloorLoop
from cti.masking import masked
from ivr.ari.generated import ChannelTransfer
from ivr.gateway import names
from ivr.gateway.consults import on_line
from ivr.gateway.legs import hangs_up_to
from ivr.gateway.sending import Sending

log = structlog.get_logger()


class Transfers:
    """Those on one Asterisk."""

    def __init__(
        self,
        node: str,
        loop: FloorLoop,
        sending: Sending,
        access_numbers: Callable[[], Collection[str]],
        phones: Callable[[], Collection[str]],
    ) -> None:
        """`access_numbers`, `phones`: of the plan in force."""
        self._node = node
        self._loop = loop
        self._sending = sending
        self._access_numbers = access_numbers
        self._phones = phones

    def asked(self, event: ChannelTransfer) -> None:
        """A phone's wish; others than an agent's in a talk, and news of how one went, are left alone."""
        source = event.referred_by.source_channel.id
        offer = self._talk(source)
        if offer is None or event.state is not None:
            # Asterisk says it twice: of the channel we made, and of the endpoint we watch.
            return
        asked = event.refer_to.requested_destination
        if asked.protocol_id:
            other = event.refer_to.destination_channel
            to = self._consulted(offer, {source, other.id if other is not None else ""})
        else:
            to = self._destination(offer, asked.destination or "")
        if not to:
            log.warning(
                "a phone's transfer is refused",
                offer=offer.offer,
                to=masked(asked.destination or ""),
                mend="transfer to an access number or a phone of the plan, or to a colleague who has picked up",
            )
            self._sending.send(self._sending.ari.channels.transfer_progress(source, "channel_declined"))
            return
        self._sending.send(self._sending.ari.channels.transfer_progress(source, "channel_answered"))
        self._loop.tell_if_fits(e.AgentHungUp(at=self._loop.now(), offer=offer.offer, to=to))

    def _talk(self, channel: str) -> Offer | None:
        """The talk whose agent's phone has this call, be it the first or the second."""
        leg = names.leg_of(self._node, channel)
        if leg is None:
            return on_line(self._loop.floor, channel)
        offer = talk(self._loop.floor, leg.offer)
        return offer if offer is not None and offer.leg == leg.number else None

    def _consulted(self, offer: Offer, channels: set[str]) -> str:
        """To the colleague, when these are the two calls of the phone and he has picked up."""
        colleague = self._loop.floor.offers.get(offer.consult or 0)
        own = {names.agent_leg(self._node, offer.offer, offer.leg), colleague.line if colleague is not None else ""}
        return hangs_up_to(self._loop.floor, offer) if channels == own else ""

    def _destination(self, offer: Offer, number: str) -> str:
        contact = self._loop.floor.contacts.get(offer.contact)
        if contact is None or contact.callback is not None:
            # Whom we called back is in no dialplan of a caller's.
            return ""
        if number in self._access_numbers():
            return f"access:{number}"
        return f"phone:{number}" if number in self._phones() else ""
