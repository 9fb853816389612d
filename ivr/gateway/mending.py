"""Looking at one Asterisk, and mending what differs from the floor."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from acd.contact import Contact
from acd.floor import Floor
from cti.journal.loop import FloorLoop
from ivr.gateway import names
from ivr.gateway.acceptance import Acceptance
from ivr.gateway.clock import read_time
from ivr.gateway.dialled import Dialled
from ivr.gateway.fallback import Fallback
from ivr.gateway.look import Difference, Look, Seen, differences, joining
from ivr.gateway.marks import Marks
from ivr.gateway.meetings import Meeting, meetings
from ivr.gateway.news import News
from ivr.gateway.orders import Orders
from ivr.gateway.phones import Phones
from ivr.gateway.sending import Sending
from ivr.gateway.waiting import Waiting

log = structlog.get_logger()


class Mending:
    """One look after another; between them the differences seen once are kept."""

    def __init__(
        self,
        asterisk: str,
        node: str,
        loop: FloorLoop,
        sending: Sending,
        marks: Marks,
        *,
        news: News,
        orders: Orders,
        queued: Waiting,
        acceptance: Acceptance,
        dialled: Dialled,
        phones: Phones,
        fallback: Fallback,
        in_flow: Callable[[], set[str]],
        waiting: Callable[[], list[Contact]],
        call_log: Path | None,
    ) -> None:
        """`in_flow` tells which contacts' flows run in this process, `waiting` who waits on this Asterisk."""
        self.repairs: Counter[str] = Counter()
        """Differences mended, by what they were."""
        self._asterisk = asterisk
        self._node = node
        self._loop = loop
        self._sending = sending
        self._marks = marks
        self._news = news
        self._orders = orders
        self._queued = queued
        self._acceptance = acceptance
        self._dialled = dialled
        self._phones = phones
        self._fallback = fallback
        self._in_flow = in_flow
        self._waiting = waiting
        self._call_log = call_log
        self._suspects: dict[tuple[str, str, int], Difference] = {}
        marks.seen_at = loop.floor.at

    def out_of_reach(self) -> None:
        """The link is down: what differed may differ no more."""
        self._suspects = {}
        self._marks.seen_at = self._loop.now()

    async def look(self, *, after_break: bool) -> Seen:
        """Compare Asterisk with the floor and mend what differs; what there was. Raises AriError."""
        self._marks.touched.clear()
        info = await self._sending.ari.asterisk.get_info(only=["status", "config"])
        if after_break and info.config is not None and info.config.name != self._asterisk:
            log.error(
                "Asterisk has another name than ours for it",
                asterisk=self._asterisk,
                systemname=info.config.name,
                mend="let [[asterisk]] name and systemname of asterisk.conf be the same",
            )
        asked_at = self._loop.now()
        channels = await self._sending.ari.channels.list()
        bridges = await self._sending.ari.bridges.list()
        seen = Seen(
            asterisk=self._asterisk,
            at=asked_at,
            channels={channel.id: channel for channel in channels},
            bridges={bridge.id: bridge for bridge in bridges},
            started_at=read_time(info.status.startup_time) if info.status else 0,
        )
        self._forget_what_is_over(seen)
        self._dialled.look(seen.channels, seen.bridges)
        self._phones.elsewhere(
            self._asterisk, _in_other_calls(seen, self._node, self._loop.floor), self._loop.tell_if_fits
        )
        await self._fallback.read(self._loop, self._asterisk, seen.started_at)
        met = await self._met(seen)
        look = Look(
            now=self._loop.now(),
            node=self._node,
            in_flow=self._in_flow(),
            asking=self._acceptance.asking,
            seen_until=self._marks.seen_at,
            met=met,
        )
        self._marks.seen_at = look.now
        found = {
            each.key: each
            for each in differences(self._loop.floor, seen, look)
            if each.subject not in self._marks.touched
        }
        for key, difference in found.items():
            # What we asked for may still be under way: a difference is believed when it is seen twice.
            if after_break or key in self._suspects:
                self._mend(self._suspects.get(key, difference))
        self._suspects = found
        if after_break:
            self._sending.send(
                *(
                    self._sending.ari.channels.start_moh(contact.channel, moh_class=self._queued.music(contact))
                    for contact in self._waiting()
                )
            )
        if home := await self._fallback.fetch_home(self._sending.ari, seen):
            self.repairs["a caller waited in the fallback"] += home
        return seen

    async def _met(self, seen: Seen) -> Mapping[int, Meeting]:
        """Whose legs were in one bridge, of those who were to be joined when we heard of them last."""
        if self._call_log is None:
            return {}
        try:
            return await asyncio.to_thread(meetings, self._call_log, joining(self._loop.floor, seen, self._node))
        except OSError as error:
            log.error("the call event log cannot be read", asterisk=self._asterisk, error=str(error))
            return {}

    def _forget_what_is_over(self, seen: Seen) -> None:
        floor = self._loop.floor
        self._marks.ringing &= floor.offers.keys()
        self._marks.talking &= floor.offers.keys()
        self._acceptance.forget(floor.offers.keys())
        waiting = {contact.channel: contact.contact for contact in self._waiting()}
        unanswered = {
            waiting[channel.id] for channel in seen.channels.values() if channel.id in waiting and channel.state != "Up"
        }
        # Who arrived while we looked is not in what we saw.
        self._marks.unanswered = unanswered | (self._marks.unanswered & self._marks.touched)

    def _mend(self, difference: Difference) -> None:
        self.repairs[difference.why] += 1
        log.warning("mended", asterisk=self._asterisk, subject=difference.subject, why=difference.why)
        if difference.event is not None:
            self._loop.tell_if_fits(difference.event)
        if difference.command is not None:
            self._orders.release([difference.command])
        if difference.arrival is not None:
            self._news.arrive(difference.arrival)
        if difference.ask is not None:
            self._news.ask(difference.ask)
        if difference.drop_channel is not None:
            self._sending.send(self._sending.ari.channels.hangup(difference.drop_channel))
        if difference.drop_bridge is not None:
            self._sending.send(self._sending.ari.bridges.destroy(difference.drop_bridge))


def _in_other_calls(seen: Seen, node: str, floor: Floor) -> set[str]:
    """PJSIP endpoints with a channel that is no leg of ours."""
    lines = {offer.line for offer in floor.offers.values()}
    others = (
        channel.name
        for channel in seen.channels.values()
        if names.leg_of(node, channel.id) is None and channel.id not in lines
    )
    return {endpoint for name in others if (endpoint := names.endpoint_of(name)) is not None}
