"""Callers for whom the dialplan dials (transfer, duty): we hear when the party has taken the call.

Nothing is remembered: what was missed, a look at Asterisk brings back.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from acd import events as e
from acd.contact import Contact, ContactState
from cti.journal.loop import FloorLoop
from ivr.ari.errors import AriError
from ivr.ari.generated import Bridge, Channel, ChannelUserevent
from ivr.ari.link import AriLink
from ivr.flow.line import DIAL_VARIABLE

TAKEN = "hotline-taken"
"""The dialplan's event on the party's channel, as the two are about to be connected: `contact` and `dial`."""
DIALS = "Dial"
"""The application of the dialplan that dials."""

log = structlog.get_logger()


class Dialled:
    """Those of one Asterisk."""

    def __init__(self, loop: FloorLoop, link: Callable[[], AriLink]) -> None:
        self._loop = loop
        self._link = link
        self._asking: set[asyncio.Task[None]] = set()

    def taken(self, event: ChannelUserevent) -> None:
        """The dialplan's event; others are left alone. Asterisk tells it of the channel and of its endpoint."""
        said = event.userevent if isinstance(event.userevent, dict) else {}
        if event.eventname == TAKEN and (contact := self._alone(str(said.get("contact", "")))) is not None:
            self._connected(contact, str(said.get("dial", "")))

    def look(self, channels: Mapping[str, Channel], bridges: Mapping[str, Bridge]) -> None:
        """Who is dialled for and is in a bridge talks, from now on if we had not heard of it."""
        together = {channel for bridge in bridges.values() for channel in bridge.channels}
        talking = (one.id for one in channels.values() if one.dialplan.app_name == DIALS and one.id in together)
        for contact in filter(None, map(self._alone, talking)):
            task = asyncio.get_running_loop().create_task(self._ask(contact))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    def _alone(self, name: str) -> Contact | None:
        """The contact, if it is in its flow and talks with nobody."""
        contact = self._loop.floor.contacts.get(name)
        fits = contact is not None and contact.state is ContactState.IVR and not contact.party
        return contact if fits else None

    async def _ask(self, contact: Contact) -> None:
        try:
            dialled = await self._link().ari.channels.get_channel_var(contact.channel, DIAL_VARIABLE)
        except AriError as error:
            log.debug("a party that cannot be named", contact=contact.contact, error=str(error))
        else:
            self._connected(contact, dialled.value)

    def _connected(self, contact: Contact, dialled: str) -> None:
        party = dialled.partition("-")[2] or "?"
        self._loop.tell_if_fits(e.PartyConnected(at=self._loop.now(), contact=contact.contact, party=party))
