"""A phone's own transfer (REFER): Asterisk hands it to us, and the contact goes where the plan lets it go.

Only blind ones: a phone dials nobody by itself, so it has no second call that could take the caller over.
"""

from collections.abc import Callable, Collection

import structlog

from acd import events as e
from acd.rejoin import talk
from cti.journal.loop import FloorLoop
from cti.masking import masked
from ivr.ari.generated import ChannelTransfer
from ivr.gateway import names
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
        leg = names.leg_of(self._node, source)
        if leg is None or event.state is not None:
            return
        asked = event.refer_to.requested_destination
        to = "" if asked.protocol_id else self._destination(asked.destination or "")
        offer = talk(self._loop.floor, leg.offer)
        if offer is None or offer.leg != leg.number:
            # Asterisk says it twice: of the channel we made, and of the endpoint we watch.
            return
        contact = self._loop.floor.contacts.get(offer.contact)
        # Whom we called back is in no dialplan of a caller's.
        if not to or contact is None or contact.callback is not None:
            log.warning(
                "a phone's transfer is refused",
                offer=leg.offer,
                to=masked(asked.destination or ""),
                mend="transfer to an access number or a phone of the plan, in one step",
            )
            self._sending.send(self._sending.ari.channels.transfer_progress(source, "channel_declined"))
            return
        self._sending.send(self._sending.ari.channels.transfer_progress(source, "channel_answered"))
        self._loop.tell_if_fits(e.AgentHungUp(at=self._loop.now(), offer=leg.offer, to=to))

    def _destination(self, number: str) -> str:
        if number in self._access_numbers():
            return f"access:{number}"
        return f"phone:{number}" if number in self._phones() else ""
