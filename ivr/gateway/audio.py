"""Whose audio reaches Asterisk in each talk: counted packets, compared from one look to the next.

Two requests a talk, all of a look in one go; Asterisk answers them from its counters, without waiting for a channel's
thread. What a side hears is not known, only what it sends: a caller who hears nothing but is heard is not found here.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from acd import events as e
from acd.contact import ContactState
from cti.journal.loop import FloorLoop
from ivr.ari import generated as ari_events
from ivr.ari.errors import AriRefused
from ivr.gateway import names
from ivr.gateway.sending import Sending

MISSING_MS = 10_000
"""One side of a talk not heard for so long is told."""
EVENTS: tuple[type[Any], ...] = (ari_events.ChannelHold, ari_events.ChannelUnhold)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Heard:
    packets: int
    since: int
    """When there were first so many, ms."""


class AudioWatch:
    """The talks on one Asterisk. What it knows is worth one look: after a break it begins anew."""

    def __init__(self, asterisk: str, node: str, loop: FloorLoop, sending: Sending) -> None:
        self._asterisk = asterisk
        self._node = node
        self._loop = loop
        self._sending = sending
        self._heard: dict[str, _Heard] = {}
        """By channel."""
        self._holding: set[str] = set()
        """Channels whose own side has put the call on hold, and sends nothing meanwhile."""

    def on_event(self, event: Any) -> None:
        """An event of any channel."""
        match event:
            case ari_events.ChannelHold(channel=channel):
                self._holding.add(channel.id)
            case ari_events.ChannelUnhold(channel=channel) | ari_events.ChannelDestroyed(channel=channel):
                self._holding.discard(channel.id)

    async def look(self) -> None:
        """Compare every talk with the look before. Raises AriError."""
        sides = list(self._sides())
        counts = await asyncio.gather(*(self._packets(channel) for _, _, channel in sides))
        now = self._loop.now()
        heard: dict[str, _Heard] = {}
        for (offer, party, channel), packets in zip(sides, counts, strict=True):
            if packets is None:
                continue
            before = self._heard.get(channel)
            same = before is not None and before.packets == packets and channel not in self._holding
            heard[channel] = before if before is not None and same else _Heard(packets, now)
            if before is not None:
                self._judge(offer, party, heard[channel].since, now, came=before.packets != packets)
        self._heard = heard

    def _sides(self) -> Iterator[tuple[int, e.Party, str]]:
        for offer in self._loop.floor.offers.values():
            contact = self._loop.floor.contacts.get(offer.contact)
            if contact is None or contact.asterisk != self._asterisk or contact.state is not ContactState.TALKING:
                continue
            # A leg that is lost is music for the caller, and told as such.
            if offer.connected and offer.rejoin_until is None:
                yield offer.offer, e.Party.CALLER, contact.channel
                yield offer.offer, e.Party.AGENT, names.agent_leg(self._node, offer.offer, offer.leg)

    async def _packets(self, channel: str) -> int | None:
        try:
            return (await self._sending.ari.channels.rtpstatistics(channel)).rxcount
        except AriRefused:
            # It has just ended.
            return None

    def _judge(self, number: int, party: e.Party, since: int, now: int, *, came: bool) -> None:
        offer = self._loop.floor.offers.get(number)
        if offer is None:
            return
        if party not in offer.silent and now - since >= MISSING_MS:
            log.warning(
                "no audio in a talk",
                asterisk=self._asterisk,
                contact=offer.contact,
                agent=offer.agent,
                party=party.value,
                seconds=(now - since) // 1000,
            )
            self._loop.tell_if_fits(e.AudioMissing(at=now, offer=number, party=party, since=since))
        elif party in offer.silent and came:
            self._loop.tell_if_fits(e.AudioBack(at=now, offer=number, party=party))
