"""One Asterisk's events, told to the floor in its own words."""

import asyncio
from typing import Any

import structlog

from acd import events as e
from acd.agent import ON_A_CALL
from acd.contact import ContactState, Offer, is_joining, is_unmet
from cti.journal.loop import FloorLoop
from ivr.ari import generated as ari_events
from ivr.gateway import names
from ivr.gateway.acceptance import Acceptance
from ivr.gateway.arrival import Arrival, BadArrival, read_arrival
from ivr.gateway.audio import EVENTS as AUDIO_EVENTS
from ivr.gateway.audio import AudioWatch
from ivr.gateway.callbacks import CUSTOMER, Callbacks
from ivr.gateway.causes import caller_broke_off
from ivr.gateway.clock import AsteriskClock
from ivr.gateway.consults import CONSULT, Consults, on_line
from ivr.gateway.dialled import Dialled
from ivr.gateway.fallback import Fallback, is_there
from ivr.gateway.legs import leg_answered, leg_ended
from ivr.gateway.marks import Marks
from ivr.gateway.phones import Phones
from ivr.gateway.sending import Sending
from ivr.gateway.stasis_flows import EVENTS as FLOW_EVENTS
from ivr.gateway.stasis_flows import FLOW, StasisFlows
from ivr.gateway.transfers import Transfers
from ivr.gateway.waiting import Waiting

WANTED_EVENTS: tuple[type[Any], ...] = (
    ari_events.StasisStart,
    ari_events.ChannelDestroyed,
    ari_events.ChannelStateChange,
    ari_events.ChannelEnteredBridge,
    ari_events.ChannelUserevent,
    ari_events.EndpointStateChange,
    ari_events.ChannelTransfer,
    *AUDIO_EVENTS,
    *FLOW_EVENTS,
)

_TALK = (ContactState.TALKING, ContactState.RELEASED)

log = structlog.get_logger()


class News:
    """What Asterisk says, each event handed to whoever it concerns."""

    def __init__(
        self,
        asterisk: str,
        node: str,
        loop: FloorLoop,
        sending: Sending,
        marks: Marks,
        *,
        flows: StasisFlows,
        acceptance: Acceptance,
        queued: Waiting,
        callbacks: Callbacks,
        dialled: Dialled,
        phones: Phones,
        fallback: Fallback,
        audio: AudioWatch,
        transfers: Transfers,
        consults: Consults,
        reconciled: asyncio.Event,
    ) -> None:
        """`reconciled` is set while Asterisk is as the floor has it."""
        self._asterisk = asterisk
        self._node = node
        self._loop = loop
        self._sending = sending
        self._marks = marks
        self._flows = flows
        self._acceptance = acceptance
        self._queued = queued
        self._callbacks = callbacks
        self._dialled = dialled
        self._phones = phones
        self._fallback = fallback
        self._audio = audio
        self._transfers = transfers
        self._consults = consults
        self._reconciled = reconciled
        self._clock = AsteriskClock()

    def on_event(self, event: Any) -> None:
        """One ARI event, in the order Asterisk sent them."""
        happened_at = self._clock.heard(getattr(event, "timestamp", ""), self._loop.now())
        self._flows.on_event(event)
        self._acceptance.on_event(self._sending.ari, event)
        self._audio.on_event(event)
        self._sending.send(*self._queued.on_event(event, self._sending.ari))
        match event:
            case ari_events.StasisStart():
                self._stasis_start(event)
            case ari_events.ChannelDestroyed():
                self._channel_destroyed(event, happened_at)
            case ari_events.ChannelStateChange():
                self._state_changed(event.channel)
            case ari_events.ChannelEnteredBridge():
                self._entered_bridge(event.bridge, happened_at)
            case ari_events.ChannelUserevent():
                self._dialled.taken(event)
            case ari_events.ChannelHold():
                self._held(event.channel, e.HoldStarted)
            case ari_events.ChannelUnhold():
                self._held(event.channel, e.HoldEnded)
            case ari_events.ChannelTransfer():
                self._transfers.asked(event)
            case ari_events.EndpointStateChange():
                self._phones.changed(self._asterisk, event.endpoint, self._loop.tell_if_fits)

    def _stasis_start(self, event: ari_events.StasisStart) -> None:
        leg = names.leg_of(self._node, event.channel.id)
        if leg is not None:
            self._marks.touched.add(event.channel.id)
            self._picked_up(leg)
            return
        if event.args[:1] == [CUSTOMER]:
            self._marks.touched.add(event.channel.id)
            self._callbacks.picked_up(self._sending.ari, event.channel, event.args)
            return
        if event.args[:1] == [FLOW]:
            self._flows.start(self._sending.ari, event.channel)
            return
        if event.args[:1] == [CONSULT]:
            self._marks.touched.add(event.channel.id)
            self._consults.dialled(event.channel, event.args[1] if len(event.args) > 1 else "")
            return
        try:
            arrival = read_arrival(event.args, event.channel)
        except BadArrival as error:
            log.error("a caller we cannot place", asterisk=self._asterisk, channel=event.channel.id, error=str(error))
            return
        if arrival is not None:
            self.arrive(arrival)

    def _picked_up(self, leg: names.Leg) -> None:
        offer = self._loop.floor.offers.get(leg.offer)
        agent = self._loop.floor.agents[offer.agent] if offer is not None else None
        if offer is None or agent is None or leg.number or not (agent.outside or offer.auto):
            self._loop.tell_if_fits(leg_answered(leg, self._loop.now()))
        elif agent.outside:
            self.ask(offer)
        else:
            self._acceptance.warn(self._sending.ari, offer)

    def ask(self, offer: Offer) -> None:
        """Ask whoever picked up outside for a key, in the caller's language."""
        contact = self._loop.floor.contacts.get(offer.contact)
        self._acceptance.ask(self._sending.ari, offer, (contact.language if contact else "") or "zh-CN")

    def arrive(self, arrival: Arrival) -> None:
        """A caller came out of his flow and wants an agent."""
        self._marks.touched.add(arrival.contact)
        now = self._loop.now()
        floor = self._loop.floor
        contact = floor.contacts.get(arrival.contact)
        route = arrival.route
        # What it waited while we were away counts.
        since = contact.since if contact is not None and contact.since else min(arrival.wanted_at or now, now)
        if contact is None:
            self._loop.tell_if_fits(
                e.ContactStarted(
                    at=now,
                    contact=arrival.contact,
                    asterisk=self._asterisk,
                    channel=arrival.channel,
                    access=route.access,
                    caller=route.caller,
                )
            )
        if not arrival.answered:
            self._marks.unanswered.add(arrival.contact)
        self._loop.tell_if_fits(
            e.ContactQueued(
                at=now,
                contact=arrival.contact,
                queue=route.queue,
                tier=route.tier,
                since=since,
                skills=dict(route.skills),
                urgency_ms=route.urgency * 1000,
                language=route.language,
                customer=route.customer,
                learned=dict(route.learned),
                credit_ms=route.credit_ms,
                relaxation=route.relaxation,
                preferred=route.preferred,
                keys=dict(route.keys),
                messages=route.messages,
                music=route.music,
            )
        )

    def _channel_destroyed(self, event: ari_events.ChannelDestroyed, ended_at: int | None) -> None:
        now = self._loop.now()
        floor = self._loop.floor
        leg = names.leg_of(self._node, event.channel.id)
        if not self._reconciled.is_set() and self._joins(event.channel.id, leg):
            # Whether the two ever met is seen by their bridge and by the log, which are looked at now.
            return
        if leg is None and is_there(event.channel) and self._fallback.log_file is not None:
            # What became of him is in the log, which is read with the next look.
            return
        if leg is None and self._consults.ended(event.channel.id):
            self._marks.touched.add(event.channel.id)
            return
        if leg is None:
            if names.customer_of(self._node, event.channel.id) is not None:
                self._marks.touched.add(event.channel.id)
                over = self._callbacks.ended(
                    event.channel, event.cause, event.cause_txt, self._talk_seen_until(ended_at)
                )
                if over is not None:
                    self._marks.touched.add(over)
                    self._sending.send(self._sending.ari.bridges.destroy(names.talk(over)))
                return
            contact = floor.contacts.get(event.channel.id)
            unmet = contact is not None and is_unmet(contact, floor.offers)
            if contact is not None and contact.state is not ContactState.ENDED and not contact.without_leg:
                self._marks.touched.add(contact.contact)
                self._marks.unanswered.discard(contact.contact)
                self._loop.tell_if_fits(
                    e.ContactEnded(
                        at=now,
                        contact=contact.contact,
                        cause=e.EndCause.HUNG_UP,
                        detail=event.cause_txt if caller_broke_off(event.cause) else "",
                        seen_until=self._talk_seen_until(ended_at) if contact.state in _TALK else ended_at,
                        # Asterisk tells of the bridge before the end.
                        before_talk=unmet,
                    )
                )
                self._sending.send(self._sending.ari.bridges.destroy(names.talk(contact.contact)))
            return
        self._marks.touched.add(event.channel.id)
        ended = leg_ended(floor, leg, event.cause, event.cause_txt, now, self._talk_seen_until(ended_at))
        if ended is not None:
            self._marks.touched.add(floor.offers[leg.offer].contact)
            self._loop.tell_if_fits(ended)

    def _joins(self, channel: str, leg: names.Leg | None) -> bool:
        """Whether this channel is a leg of two that were to be joined when we heard of them last."""
        floor = self._loop.floor
        if leg is not None:
            offer = floor.offers.get(leg.offer)
            contacts = [floor.contacts[offer.contact]] if offer is not None and leg.number == offer.leg else []
        else:
            contacts = [each for each in floor.contacts.values() if each.channel == channel]
        return any(is_joining(each, floor.offers) for each in contacts)

    def _talk_seen_until(self, ended_at: int | None) -> int | None:
        """Until when a talk is known to have lasted, one of whose legs ended: before the first look after a break the
        other may have ended earlier, unheard."""
        return ended_at if self._reconciled.is_set() else self._marks.seen_at

    def _held(self, channel: ari_events.Channel, what: type[e.HoldStarted | e.HoldEnded]) -> None:
        """An agent pressed the hold key of his phone; Asterisk says it twice."""
        leg = names.leg_of(self._node, channel.id)
        offer = self._loop.floor.offers.get(leg.offer) if leg is not None else None
        if leg is None or offer is None or offer.leg != leg.number or offer.held is (what is e.HoldStarted):
            return
        if self._loop.floor.agents[offer.agent].state in ON_A_CALL:
            self._loop.tell_if_fits(what(at=self._loop.now(), offer=offer.offer))

    def _state_changed(self, channel: ari_events.Channel) -> None:
        leg = names.leg_of(self._node, channel.id)
        # Asterisk says it twice: of the channel we made, and of the endpoint we watch.
        if leg is not None and not leg.number and channel.state == "Ringing" and leg.offer not in self._marks.ringing:
            self._marks.ringing.add(leg.offer)
            self._loop.tell_if_fits(e.PhoneRinging(at=self._loop.now(), offer=leg.offer))
        if leg is None and (endpoint := names.endpoint_of(channel.name)) is not None:
            if on_line(self._loop.floor, channel.id) is not None:
                return
            self._phones.in_another_call(self._asterisk, endpoint, self._loop.tell_if_fits)

    def _entered_bridge(self, bridge: ari_events.Bridge, happened_at: int | None) -> None:
        name = names.contact_of(bridge.id)
        contact = self._loop.floor.contacts.get(name or "")
        offer = self._loop.floor.offers.get(contact.offer or 0) if contact is not None else None
        if contact is None or offer is None or offer.connected or offer.offer in self._marks.talking:
            return
        if {contact.channel, names.agent_leg(self._node, offer.offer, offer.leg)} <= set(bridge.channels):
            self._marks.talking.add(offer.offer)
            self._loop.tell_if_fits(e.TalkConnected(at=self._loop.now(), offer=offer.offer, since=happened_at))
