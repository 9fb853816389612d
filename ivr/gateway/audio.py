"""Whose audio reaches Asterisk in each talk: counted packets, compared from one look to the next.

One request a talk, all of a look in one go; Asterisk answers them from its counters, without waiting for a channel's
thread. In a bridge of two what is sent to the caller is what came from the agent; only where more are mixed, which
sends without a pause, the agent's channel is asked as well. What a side hears is not known, only what it sends: a
caller who hears nothing but is heard is not found here.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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
OF_TWO = "simple_bridge"
"""Asterisk's technology of a bridge that hands each frame of one party to the other, as it comes."""
EVENTS: tuple[type[Any], ...] = (ari_events.ChannelHold, ari_events.ChannelUnhold)

log = structlog.get_logger()


class _Counter(NamedTuple):
    channel: str
    sent: bool
    """Counts what Asterisk sends to the channel, not what comes from it."""


class _Side(NamedTuple):
    offer: int
    party: e.Party
    counter: _Counter
    held: bool
    """One of the two has put the talk on hold: nothing is sent to him, and he need not send either."""


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
        self._heard: dict[_Counter, _Heard] = {}
        self._holding: set[str] = set()
        """Channels whose own side has put the call on hold, and sends nothing meanwhile."""

    def on_event(self, event: Any) -> None:
        """An event of any channel."""
        match event:
            case ari_events.ChannelHold(channel=channel):
                self._holding.add(channel.id)
            case ari_events.ChannelUnhold(channel=channel) | ari_events.ChannelDestroyed(channel=channel):
                self._holding.discard(channel.id)

    async def look(self, bridges: Mapping[str, ari_events.Bridge]) -> None:
        """Compare every talk with the look before; `bridges`: those there are, by id. Raises AriError."""
        sides = list(self._sides(bridges))
        channels = list(dict.fromkeys(side.counter.channel for side in sides))
        asked = await asyncio.gather(*(self._statistics(channel) for channel in channels))
        statistics = dict(zip(channels, asked, strict=True))
        now = self._loop.now()
        heard: dict[_Counter, _Heard] = {}
        for side in sides:
            counter = side.counter
            found = statistics[counter.channel]
            if found is None:
                continue
            packets = found.txcount if counter.sent else found.rxcount
            before = self._heard.get(counter)
            same = before is not None and before.packets == packets and not side.held
            heard[counter] = before if before is not None and same else _Heard(packets, now)
            if before is not None:
                self._judge(side.offer, side.party, heard[counter].since, now, came=before.packets != packets)
        self._heard = heard

    def _sides(self, bridges: Mapping[str, ari_events.Bridge]) -> Iterator[_Side]:
        for offer in self._loop.floor.offers.values():
            contact = self._loop.floor.contacts.get(offer.contact)
            if contact is None or contact.asterisk != self._asterisk or contact.state is not ContactState.TALKING:
                continue
            # A leg that is lost is music for the caller, and told as such.
            if not offer.connected or offer.rejoin_until is not None:
                continue
            leg = names.agent_leg(self._node, offer.offer, offer.leg)
            two = {contact.channel, leg}
            bridge = bridges.get(names.talk(contact.contact))
            alone = bridge is not None and bridge.technology == OF_TWO and set(bridge.channels) == two
            held = not self._holding.isdisjoint(two)
            agent = _Counter(contact.channel, sent=True) if alone else _Counter(leg, sent=False)
            yield _Side(offer.offer, e.Party.CALLER, _Counter(contact.channel, sent=False), held)
            yield _Side(offer.offer, e.Party.AGENT, agent, held)

    async def _statistics(self, channel: str) -> ari_events.RTPstat | None:
        try:
            return await self._sending.ari.channels.rtpstatistics(channel)
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
