"""One Asterisk as the floor sees it: its events told to the floor, the floor's commands sent to it.

Nothing here needs to be remembered: after a break the links come up, Asterisk is looked at, and what differs from the
floor is mended.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import structlog

from acd import commands as c
from acd import events as e
from acd.contact import Contact, ContactState, Offer, is_unmet
from cti.journal.loop import FloorLoop
from cti.masking import masked
from ivr.ari import generated as ari_events
from ivr.ari.errors import AriConflict, AriDown, AriError, AriNotFound, AriRefused
from ivr.ari.link import AriLink
from ivr.ari.operation import Operation
from ivr.gateway import names
from ivr.gateway.acceptance import Acceptance
from ivr.gateway.arrival import Arrival, BadArrival, read_arrival
from ivr.gateway.callbacks import CUSTOMER, Callbacks, nobody_is_barred
from ivr.gateway.clock import AsteriskClock, read_time
from ivr.gateway.dialled import Dialled
from ivr.gateway.fallback import Fallback, is_there
from ivr.gateway.legs import leg_answered, leg_ended
from ivr.gateway.look import Difference, Look, Seen, differences
from ivr.gateway.phones import Phones
from ivr.gateway.requests import DEAD_MAN_S, Caller, dead_man, requests
from ivr.gateway.stasis_flows import EVENTS as FLOW_EVENTS
from ivr.gateway.stasis_flows import FLOW, StasisFlows
from ivr.gateway.waiting import Say, Waiting, nothing_to_say
from ivr.prompts.book import AUTO_ANSWER_TONE

WANTED_EVENTS: tuple[type[Any], ...] = (
    ari_events.StasisStart,
    ari_events.ChannelDestroyed,
    ari_events.ChannelStateChange,
    ari_events.ChannelEnteredBridge,
    ari_events.ChannelUserevent,
    ari_events.EndpointStateChange,
    *FLOW_EVENTS,
)
RENEW_S = 10.0
LOOK_S = 5.0

log = structlog.get_logger()


class Exchange:
    """The gateway to one Asterisk. `in_flow` tells which contacts' flows run in this process."""

    def __init__(
        self,
        name: str,
        node: str,
        loop: FloorLoop,
        connect: "Callable[[Exchange], AriLink]",
        phones: Phones,
        in_flow: Callable[[], set[str]],
        flows: StasisFlows,
        fallback: Fallback,
        accept_prompt: Callable[[str], Sequence[str]] = lambda language: (),
        trunk: str = "trunk",
        say: Say = nothing_to_say,
        shown: Callable[[str], str] = lambda access: access,
        barred: Callable[[str], Awaitable[bool]] = nobody_is_barred,
    ) -> None:
        """`connect` makes the ARI link that calls `on_event`, `on_up` and `on_down`.

        `accept_prompt` gives the files that ask whoever picked up outside for a key, in a language; `trunk` is the
        endpoint through which numbers outside are rung; `say` gives the files of what waiting callers are told;
        `shown` gives the number that customers see who are called back for an access number, `barred` whether a number
        is on the black list.
        """
        self.name = name
        self.repairs: Counter[str] = Counter()
        """Differences mended, by what they were."""
        self.reconciled = asyncio.Event()
        """Set once Asterisk was compared with the floor since the link came up."""
        self._node = node
        self._loop = loop
        self._phones = phones
        self._in_flow = in_flow
        self._unanswered: set[str] = set()
        self._ringing: set[int] = set()
        self._talking: set[int] = set()
        self._touched: set[str] = set()
        self._suspects: dict[tuple[str, str], Difference] = {}
        self._phones_known = False
        self._clock = AsteriskClock()
        self._seen_at = loop.floor.at
        """When Asterisk was last seen as the floor has it, ms; after a crash, the floor's last fact."""
        self._care: asyncio.Task[None] | None = None
        self._flows = flows
        self._trunk = trunk
        self._acceptance = Acceptance(
            node, self._send_or, self._accepted, accept_prompt, str(AUTO_ANSWER_TONE.with_suffix(""))
        )
        self._queued = Waiting(loop, say)
        self._dialled = Dialled(loop, lambda: self.link)
        self._fallback = fallback
        self._callbacks = Callbacks(
            loop,
            node,
            self._send_dial,
            trunk=trunk,
            phones=phones.known,
            shown=shown,
            barred=barred,
            say=lambda prompt, language: list(say(prompt, language, None)),
        )
        self.link = connect(self)

    def hold(self) -> None:
        """Let none of its contacts be offered until it was looked at again."""
        if self.name not in self._loop.floor.state.links_down:
            self._loop.tell_if_fits(e.LinkDown(at=self._loop.now(), asterisk=self.name))

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        await self.link.start()

    async def stop(self) -> None:
        """Close the link. Calls stay as they are."""
        await self.link.stop()

    # --- the link ---

    def on_up(self) -> None:
        """The link is up: look, mend, then keep looking and keep the waiting callers' dead-man's time renewed."""
        self._care = asyncio.get_running_loop().create_task(self._take_care(), name=f"care for {self.name}")
        self._care.add_done_callback(self._care_ended)

    def on_down(self, reason: str) -> None:
        """The link is down."""
        self._flows.lost()
        self._suspects = {}
        self.reconciled.clear()
        self.hold()
        self._phones_known = False
        self._fallback.forget()
        self._seen_at = self._loop.now()
        if self._care is not None:
            self._care.cancel()
            self._care = None

    def read(self, number: int, fact: e.Fact) -> None:
        """Take a fact: a new plan may have new phones, which are made known with the next look."""
        if isinstance(fact, e.PlanChanged):
            self._phones_known = False

    def _care_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("no longer looking after Asterisk", asterisk=self.name, exc_info=error)

    async def _take_care(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_renewing())
            group.create_task(self._keep_looking())

    async def _keep_renewing(self) -> None:
        """Nothing may hold this up: a caller whose time runs out leaves the queue."""
        while True:
            self._renew()
            self._send(*self._fallback.told(self.link.ari, self._loop.floor))
            await asyncio.sleep(RENEW_S)

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self._look(after_break=not self.reconciled.is_set())
                if not self.reconciled.is_set():
                    self.reconciled.set()
                    self._loop.tell_if_fits(e.LinkUp(at=self._loop.now(), asterisk=self.name))
                if not self._phones_known:
                    self._phones_known = True
                    await self._phones.bring_up(self.link, self._loop.tell_if_fits)
            except AriError as error:
                self._phones_known = False
                log.warning("could not look at Asterisk", asterisk=self.name, error=str(error))
            except Exception:
                # A database that is away, a phone that cannot be made: the next look tries again.
                self._phones_known = False
                log.exception("could not look after Asterisk", asterisk=self.name)
            await asyncio.sleep(LOOK_S)

    def _renew(self) -> None:
        channels = [*(contact.channel for contact in self._waiting()), *self._flows.channels]
        self._send(*(dead_man(self.link.ari, channel, DEAD_MAN_S) for channel in channels))

    def _waiting(self) -> list[Contact]:
        states = (ContactState.WAITING, ContactState.OFFERED)
        return [
            each
            for each in self._loop.floor.contacts.values()
            if each.asterisk == self.name and each.state in states and not each.without_leg
        ]

    # --- looking ---

    async def _look(self, *, after_break: bool) -> None:
        self._touched.clear()
        info = await self.link.ari.asterisk.get_info(only=["status", "config"])
        if after_break and info.config is not None and info.config.name != self.name:
            log.error(
                "Asterisk has another name than ours for it",
                asterisk=self.name,
                systemname=info.config.name,
                mend="let [[asterisk]] name and systemname of asterisk.conf be the same",
            )
        channels = await self.link.ari.channels.list()
        bridges = await self.link.ari.bridges.list()
        seen = Seen(
            asterisk=self.name,
            channels={channel.id: channel for channel in channels},
            bridges={bridge.id: bridge for bridge in bridges},
            started_at=read_time(info.status.startup_time) if info.status else 0,
        )
        self._forget_what_is_over(seen)
        self._dialled.look(seen.channels, seen.bridges)
        self._phones.elsewhere(self.name, _in_other_calls(seen, self._node), self._loop.tell_if_fits)
        await self._fallback.read(self._loop, self.name)
        look = Look(
            now=self._loop.now(),
            node=self._node,
            in_flow=self._in_flow(),
            asking=self._acceptance.asking,
            seen_until=self._seen_at,
        )
        self._seen_at = look.now
        found = {
            (each.subject, each.why): each
            for each in differences(self._loop.floor, seen, look)
            if each.subject not in self._touched
        }
        for key, difference in found.items():
            # What we asked for may still be under way: a difference is believed when it is seen twice.
            if after_break or key in self._suspects:
                self._mend(self._suspects.get(key, difference))
        self._suspects = found
        if after_break:
            self._send(
                *(
                    self.link.ari.channels.start_moh(contact.channel, moh_class=self._queued.music(contact))
                    for contact in self._waiting()
                )
            )
        if home := await self._fallback.fetch_home(self.link.ari, seen):
            self.repairs["a caller waited in the fallback"] += home

    def _forget_what_is_over(self, seen: Seen) -> None:
        floor = self._loop.floor
        self._ringing &= floor.offers.keys()
        self._talking &= floor.offers.keys()
        self._acceptance.forget(floor.offers.keys())
        waiting = {contact.channel: contact.contact for contact in self._waiting()}
        unanswered = {
            waiting[channel.id] for channel in seen.channels.values() if channel.id in waiting and channel.state != "Up"
        }
        # Who arrived while we looked is not in what we saw.
        self._unanswered = unanswered | (self._unanswered & self._touched)

    def _mend(self, difference: Difference) -> None:
        self.repairs[difference.why] += 1
        log.warning("mended", asterisk=self.name, subject=difference.subject, why=difference.why)
        if difference.event is not None:
            self._loop.tell_if_fits(difference.event)
        if difference.command is not None:
            self.release([difference.command])
        if difference.arrival is not None:
            self._arrive(difference.arrival)
        if difference.ask is not None:
            self._ask(difference.ask)
        if difference.drop_channel is not None:
            self._send(self.link.ari.channels.hangup(difference.drop_channel))
        if difference.drop_bridge is not None:
            self._send(self.link.ari.bridges.destroy(difference.drop_bridge))

    # --- Asterisk's events ---

    def on_event(self, event: Any) -> None:
        """One ARI event, in the order Asterisk sent them."""
        ended_at = self._clock.heard(getattr(event, "timestamp", ""), self._loop.now())
        self._flows.on_event(event)
        self._acceptance.on_event(self.link.ari, event)
        self._send(*self._queued.on_event(event, self.link.ari))
        match event:
            case ari_events.StasisStart():
                self._stasis_start(event)
            case ari_events.ChannelDestroyed():
                self._channel_destroyed(event, ended_at)
            case ari_events.ChannelStateChange():
                self._state_changed(event.channel)
            case ari_events.ChannelEnteredBridge():
                self._entered_bridge(event.bridge)
            case ari_events.ChannelUserevent():
                self._dialled.taken(event)
            case ari_events.EndpointStateChange():
                self._phones.changed(self.name, event.endpoint, self._loop.tell_if_fits)

    def _stasis_start(self, event: ari_events.StasisStart) -> None:
        leg = names.leg_of(self._node, event.channel.id)
        if leg is not None:
            self._touched.add(event.channel.id)
            self._picked_up(leg)
            return
        if event.args[:1] == [CUSTOMER]:
            self._touched.add(event.channel.id)
            self._callbacks.picked_up(self.link.ari, event.channel, event.args)
            return
        if event.args[:1] == [FLOW]:
            self._flows.start(self.link.ari, event.channel)
            return
        try:
            arrival = read_arrival(event.args, event.channel)
        except BadArrival as error:
            log.error("a caller we cannot place", asterisk=self.name, channel=event.channel.id, error=str(error))
            return
        if arrival is not None:
            self._arrive(arrival)

    def _picked_up(self, leg: names.Leg) -> None:
        offer = self._loop.floor.offers.get(leg.offer)
        agent = self._loop.floor.agents[offer.agent] if offer is not None else None
        if offer is None or agent is None or leg.number or not (agent.outside or offer.auto):
            self._loop.tell_if_fits(leg_answered(leg, self._loop.now()))
        elif agent.outside:
            self._ask(offer)
        else:
            self._acceptance.warn(self.link.ari, offer)

    def _ask(self, offer: Offer) -> None:
        contact = self._loop.floor.contacts.get(offer.contact)
        self._acceptance.ask(self.link.ari, offer, (contact.language if contact else "") or "zh-CN")

    def _accepted(self, offer: int) -> None:
        self._loop.tell_if_fits(leg_answered(names.Leg(offer), self._loop.now()))

    def _arrive(self, arrival: Arrival) -> None:
        self._touched.add(arrival.contact)
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
                    asterisk=self.name,
                    channel=arrival.channel,
                    access=route.access,
                    caller=route.caller,
                )
            )
        if not arrival.answered:
            self._unanswered.add(arrival.contact)
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
        if leg is None and is_there(event.channel) and self._fallback.log_file is not None:
            # What became of him is in the log, which is read with the next look.
            return
        if leg is None:
            if names.customer_of(self._node, event.channel.id) is not None:
                self._touched.add(event.channel.id)
                over = self._callbacks.ended(event.channel, event.cause, event.cause_txt, ended_at)
                if over is not None:
                    self._touched.add(over)
                    self._send(self.link.ari.bridges.destroy(names.talk(over)))
                return
            contact = floor.contacts.get(event.channel.id)
            if contact is not None and contact.state is not ContactState.ENDED and not contact.without_leg:
                self._touched.add(contact.contact)
                self._unanswered.discard(contact.contact)
                self._loop.tell_if_fits(
                    e.ContactEnded(
                        at=now,
                        contact=contact.contact,
                        cause=e.EndCause.HUNG_UP,
                        seen_until=ended_at,
                        # Asterisk tells of the bridge before the end, unless we were away in between.
                        before_talk=self.reconciled.is_set() and is_unmet(contact, floor.offers),
                    )
                )
                self._send(self.link.ari.bridges.destroy(names.talk(contact.contact)))
            return
        self._touched.add(event.channel.id)
        ended = leg_ended(floor, leg, event.cause, event.cause_txt, now, ended_at)
        if ended is not None:
            self._touched.add(floor.offers[leg.offer].contact)
            self._loop.tell_if_fits(ended)

    def _state_changed(self, channel: ari_events.Channel) -> None:
        leg = names.leg_of(self._node, channel.id)
        # Asterisk says it twice: of the channel we made, and of the endpoint we watch.
        if leg is not None and not leg.number and channel.state == "Ringing" and leg.offer not in self._ringing:
            self._ringing.add(leg.offer)
            self._loop.tell_if_fits(e.PhoneRinging(at=self._loop.now(), offer=leg.offer))

    def _entered_bridge(self, bridge: ari_events.Bridge) -> None:
        name = names.contact_of(bridge.id)
        contact = self._loop.floor.contacts.get(name or "")
        offer = self._loop.floor.offers.get(contact.offer or 0) if contact is not None else None
        if contact is None or offer is None or offer.offer in self._talking:
            return
        if {contact.channel, names.agent_leg(self._node, offer.offer, offer.leg)} <= set(bridge.channels):
            self._talking.add(offer.offer)
            self._loop.tell_if_fits(e.TalkConnected(at=self._loop.now(), offer=offer.offer))

    # --- the floor's commands ---

    def release(self, commands: Sequence[c.Command]) -> None:
        """Send commands, in order."""
        now = self._loop.now()
        for command in commands:
            caller = self._caller(getattr(command, "contact", None))
            if isinstance(command, c.CancelDial):
                self._callbacks.cancel(self.link.ari, command.offer)
                continue
            if caller is None and not isinstance(command, c.CancelRing | c.DropAgent | c.DropLeg):
                log.warning("command without a caller", asterisk=self.name, command=type(command).__name__)
                continue
            if isinstance(command, c.DialCustomer):
                self._callbacks.dial(self.link.ari, command)
                continue
            self.link.send(*self._requests(command, caller, now), on_error=partial(self._refused, command))
            if isinstance(command, c.Connect):
                self._unanswered.discard(command.contact)

    def _requests(self, command: c.Command, caller: Caller | None, now: int) -> list[Operation[Any]]:
        match command:
            case c.Tell():
                return self._queued.tell(command, self.link.ari, self._loop.floor.contacts[command.contact])
            case c.LetGo():
                said = "callback-booked" if command.booked else "callback-already"
                away = c.SendAway(contact=command.contact, to=f"prompt:{said}")
                return self._queued.send_away(away, self.link.ari, self._loop.floor.contacts[command.contact])
            case c.SendAway():
                return self._queued.send_away(command, self.link.ari, self._loop.floor.contacts[command.contact])
            case _:
                return requests(command, self.link.ari, self._node, caller, now)

    def _caller(self, name: str | None) -> Caller | None:
        contact = self._loop.floor.contacts.get(name or "")
        if contact is None:
            return None
        self._touched.add(contact.contact)
        return Caller(
            channel=contact.channel,
            shown=masked(contact.caller) if contact.caller else "anonymous",
            answered=contact.contact not in self._unanswered,
            called_back=contact.callback is not None,
            told=contact.told is not None or contact.visits > 1,
            trunk=self._trunk,
        )

    def _refused(self, command: c.Command, operation: Operation[Any], error: AriError) -> None:
        if isinstance(command, c.RingAgent) and isinstance(error, AriRefused):
            self._ring_refused(command, error)
        elif isinstance(command, c.RingRejoin) and isinstance(error, AriRefused) and not isinstance(error, AriConflict):
            self._loop.tell_if_fits(
                e.RejoinFailed(at=self._loop.now(), offer=command.offer, leg=command.leg, detail=error.message)
            )
        elif not isinstance(error, AriNotFound | AriConflict | AriDown):
            # Those three: gone already, there already, or sent again once the link is up.
            log.warning("request failed", asterisk=self.name, command=type(command).__name__, error=str(error))

    def _ring_refused(self, command: c.RingAgent, error: AriRefused) -> None:
        failed = partial(self._ring_failed, command.offer, error.message)
        if not isinstance(error, AriConflict):
            failed()
            return
        # A 409 may mean that the phone rings already. But once a channel id was doubled, Asterisk answers 409 to every
        # originate of that thread that fails, so look whether the channel is there.
        leg = self.link.ari.channels.get(names.agent_leg(self._node, command.offer))
        self.link.send(leg, on_error=lambda _, why: failed() if isinstance(why, AriNotFound) else None)

    def _ring_failed(self, offer: int, detail: str) -> None:
        cause = e.OfferFailure.UNREACHABLE
        self._loop.tell_if_fits(e.OfferFailed(at=self._loop.now(), offer=offer, cause=cause, detail=detail))

    def _send(self, *operations: Operation[Any]) -> None:
        self.link.send(*operations, on_error=self._ignored)

    def _send_dial(self, operation: Operation[Any]) -> None:
        self.link.send(operation, on_error=self._dial_refused)

    def _dial_refused(self, operation: Operation[Any], error: AriError) -> None:
        offer = names.customer_of(self._node, operation.uri.partition("?")[0].removeprefix("channels/"))
        if offer is not None and operation.method == "POST" and not isinstance(error, AriConflict | AriDown):
            self._callbacks.refused(offer, str(error))
        else:
            self._ignored(operation, error)

    def _send_or(self, operation: Operation[Any], on_error: Callable[..., None] | None = None) -> None:
        self.link.send(operation, on_error=on_error or self._ignored)

    def _ignored(self, operation: Operation[Any], error: AriError) -> None:
        if not isinstance(error, AriNotFound | AriConflict | AriDown):
            log.warning("request failed", asterisk=self.name, method=operation.method, error=str(error))


def _in_other_calls(seen: Seen, node: str) -> set[str]:
    """PJSIP endpoints with a channel that is no leg of ours."""
    others = (channel.name for channel in seen.channels.values() if names.leg_of(node, channel.id) is None)
    return {name.removeprefix("PJSIP/").rpartition("-")[0] for name in others if name.startswith("PJSIP/")}
