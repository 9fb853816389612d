"""Comparing the floor with what Asterisk really has: after each reconnect, and every few seconds.

A difference is a pure finding: what is not as it should be, why it is thought so, and what mends it. Whoever looks
decides when to believe it.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from acd import commands as c
from acd import events as e
from acd.contact import Contact, ContactState, Offer, is_joining, is_unmet
from acd.floor import Floor
from ivr.ari.generated import Bridge, Channel
from ivr.gateway import names
from ivr.gateway.arrival import Arrival, arrival_of
from ivr.gateway.callbacks import dial_seen
from ivr.gateway.consults import is_line, on_line
from ivr.gateway.legs import hangs_up_to, rejoin_seen
from ivr.gateway.meetings import Joining, Meeting
from ivr.gateway.waiting import GOODBYE

RESTARTED = "Asterisk was restarted"
"""Why contacts are lost that it had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one Asterisk has: its own channels and bridges, and since when it runs (ms; 0: not known)."""

    asterisk: str
    at: int
    """When it was asked, ms: a caller who came since then need not be among its channels."""
    channels: dict[str, Channel]
    bridges: dict[str, Bridge]
    started_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it should be, and its mend: any of an event, a command, an arrival, an end."""

    subject: str
    """The contact's or the channel's id."""
    why: str
    event: e.Event | None = None
    command: c.Command | None = None
    arrival: Arrival | None = None
    """A caller in our application that the floor does not have waiting."""
    ask: Offer | None = None
    """An offer whose number outside has picked up and was not asked for its key."""
    drop_channel: str | None = None
    drop_bridge: str | None = None

    @property
    def key(self) -> tuple[str, str, int]:
        """Equal for the same difference seen twice; of one contact several phones may ring."""
        offer = self.ask.offer if self.ask is not None else getattr(self.event, "offer", 0)
        return (self.subject, self.why, offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One comparison: when, by which engine, and which contacts' flows run in it."""

    now: int
    node: str
    in_flow: Set[str]
    asking: Set[int] = frozenset()
    """The offers whose numbers outside have picked up and are being asked for their key."""
    seen_until: int
    """When Asterisk was last seen before this look, ms: what ended since then ended after it."""
    met: Mapping[int, Meeting] = field(default_factory=dict)
    """Offers whose legs met, by Asterisk's call event log."""


def joining(floor: Floor, seen: Seen, node: str) -> list[Joining]:
    """Who were to be joined, by what is known, and of whom somebody is gone: whether they met is in the log alone."""
    legs = [
        Joining(
            offer=offer.offer,
            bridge=names.talk(contact.contact),
            caller=contact.channel,
            agent=names.agent_leg(node, offer.offer, offer.leg),
            answered_at=offer.answered_at,
        )
        for contact in floor.contacts.values()
        if contact.asterisk == seen.asterisk
        and is_joining(contact, floor.offers)
        and (offer := floor.offers[contact.offer or 0]).answered_at is not None
    ]
    return [each for each in legs if not {each.caller, each.agent} <= seen.channels.keys()]


def differences(floor: Floor, seen: Seen, look: Look) -> Iterator[Difference]:
    """Everything that differs."""
    here = [contact for contact in floor.contacts.values() if contact.asterisk == seen.asterisk]
    for contact in here:
        if contact.state is not ContactState.ENDED and contact.contact not in look.in_flow:
            yield from _of_contact(floor, contact, seen, look)
    yield from _of_channels(floor, seen, look.node)
    yield from _of_bridges(floor, seen.bridges.values(), look.node)
    for offer in floor.offers.values():
        if offer.consult_of is not None and offer.consult_of not in floor.offers:
            why = "a colleague was consulted in a talk that is over"
            lost = e.OfferLost(at=look.now, offer=offer.offer, detail=why)
            yield Difference(subject=offer.contact, why=why, event=lost)


def _of_contact(floor: Floor, contact: Contact, seen: Seen, look: Look) -> Iterator[Difference]:
    name = contact.contact
    if contact.without_leg:
        yield from _of_callback(floor, contact, seen, look)
        return
    channel = seen.channels.get(contact.channel)
    if channel is None:
        if contact.started_at >= seen.at:
            return
        restarted = contact.started_at < seen.started_at
        cause = e.EndCause.LOST if restarted else e.EndCause.HUNG_UP
        why = RESTARTED if restarted else "its channel was gone when we looked"
        offer, met = floor.offers.get(contact.offer or 0), False
        if offer is not None and is_joining(contact, floor.offers):
            # Both enter the bridge in one request: where the agent is still, the caller was.
            bridge = seen.bridges.get(names.talk(name))
            met = offer.offer in look.met or (bridge is not None and bool(bridge.channels))
            if met:
                yield _connected(offer, look)
        ended = e.ContactEnded(
            at=look.now,
            contact=name,
            cause=cause,
            detail=why,
            seen_until=_over_at(offer, look),
            before_talk=is_unmet(contact, floor.offers) and not met and not restarted,
        )
        yield Difference(subject=name, why=why, event=ended)
        return
    arrival = arrival_of(channel)
    if contact.state is ContactState.IVR and arrival is not None:
        yield Difference(subject=name, why="it wanted an agent and we had not heard", arrival=arrival)
    waits = contact.state in (ContactState.WAITING, ContactState.OFFERED)
    if waits and arrival is None and names.customer_of(look.node, channel.id) is None:
        again = e.ContactStarted(
            at=look.now,
            contact=name,
            asterisk=contact.asterisk,
            channel=contact.channel,
            access=contact.access,
            caller=contact.caller,
            attempt=1,
        )
        yield Difference(subject=name, why="its dead-man's time ran out: it is in the flow again", event=again)
        return
    if contact.state is ContactState.RELEASED:
        drop = c.DropContact(contact=name)
        yield Difference(subject=name, why="the caller was released and is still there", command=drop)
    for number in contact.open_offers:
        if (offer := floor.offers.get(number)) is not None:
            yield from _of_offer(floor, contact, channel, offer, seen, look)


def _of_offer(
    floor: Floor, contact: Contact, caller: Channel, offer: Offer, seen: Seen, look: Look
) -> Iterator[Difference]:
    name, leg = contact.contact, seen.channels.get(names.agent_leg(look.node, offer.offer, offer.leg))
    if offer.answered_at is not None:
        colleague = floor.offers.get(offer.consult or 0)
        if colleague is not None:
            yield from _of_consult(floor, offer, colleague, seen, look)
        if colleague is None or leg is None or not _is_apart(colleague):
            bridge = seen.bridges.get(names.talk(name))
            apart = [*_of_talk(offer, caller, leg, bridge, look, hangs_up_to(floor, offer))]
            yield from apart
            if contact.sent_on and not offer.held and any(isinstance(one.command, c.Connect) for one in apart):
                # The agent before may have handed him over, and he was on hold until then.
                resume = c.Resume(offer=offer.offer, contact=name)
                yield Difference(subject=name, why="the caller may have been on hold still", command=resume)
        if offer.rejoin is not None:
            coming = seen.channels.get(names.agent_leg(look.node, offer.offer, offer.rejoin))
            if (missed := rejoin_seen(offer, coming, look.now)) is not None:
                yield Difference(subject=offer.contact, why="news of the agent's new leg was missed", event=missed)
    elif offer.expires_at is not None:
        yield from _of_ring(offer, leg, look, outside=floor.agents[offer.agent].outside)


def _of_callback(floor: Floor, contact: Contact, seen: Seen, look: Look) -> Iterator[Difference]:
    """A contact without a leg lacks none; what may have been missed is news of its offer."""
    offer = floor.offers.get(contact.offer or 0)
    if offer is None:
        return
    leg = seen.channels.get(names.agent_leg(look.node, offer.offer, offer.leg))
    if contact.state is not ContactState.DIALLING:
        if offer.expires_at is not None:
            yield from _of_ring(offer, leg, look, outside=floor.agents[offer.agent].outside)
        return
    if offer.answered_at is not None and leg is None:
        why = "the agent's leg was gone before the talk"
        yield Difference(
            subject=contact.contact, why=why, event=e.OfferLost(at=look.now, offer=offer.offer, detail=why)
        )
        return
    customer = seen.channels.get(names.customer_leg(look.node, offer.offer))
    if (missed := dial_seen(offer, customer, look.now)) is not None:
        yield Difference(subject=contact.contact, why="news of the customer's leg was missed", event=missed)


def _is_apart(colleague: Offer) -> bool:
    """Whether the agent's one leg is with the colleague, and not with the caller."""
    return colleague.answered_at is not None and not colleague.line


def _of_consult(floor: Floor, talk: Offer, colleague: Offer, seen: Seen, look: Look) -> Iterator[Difference]:
    subject = talk.contact
    own = colleague.line or names.agent_leg(look.node, talk.offer, talk.leg)
    leg = seen.channels.get(names.agent_leg(look.node, colleague.offer))
    if colleague.line and colleague.line not in seen.channels:
        ended = e.ConsultEnded(at=look.now, offer=talk.offer)
        yield Difference(subject=subject, why="the line on which an agent consulted was gone", event=ended)
    elif colleague.answered_at is None:
        if colleague.expires_at is not None:
            yield from _of_ring(colleague, leg, look, outside=floor.agents[colleague.agent].outside)
    elif leg is None:
        gone = e.AgentHungUp(at=look.now, offer=colleague.offer)
        yield Difference(subject=subject, why="the colleague's leg was gone when we looked", event=gone)
    else:
        bridge = seen.bridges.get(names.consult(look.node, colleague.offer))
        if own in seen.channels and not {own, leg.id} <= set(bridge.channels if bridge is not None else ()):
            together = c.Consult(
                offer=talk.offer, contact=subject, leg=talk.leg, colleague=colleague.offer, line=colleague.line
            )
            yield Difference(subject=subject, why="agent and colleague were not in one bridge", command=together)


def _of_talk(
    offer: Offer, caller: Channel, leg: Channel | None, bridge: Bridge | None, look: Look, hangs_up_to: str
) -> Iterator[Difference]:
    if offer.rejoin_until is not None:
        # The leg is lost, the caller hears music, and the floor counts the time.
        return
    together = set(bridge.channels) if bridge is not None else set()
    # Caller and agent enter the bridge in one request: where one is, the other was.
    met = caller.id in together or offer.offer in look.met
    if not offer.connected and met:
        yield _connected(offer, look)
    if leg is None:
        talked = offer.connected or met
        why = "the agent's leg was gone when we looked" if talked else "the agent's leg was gone before the talk"
        gone = (
            e.AgentHungUp(at=look.now, offer=offer.offer, seen_until=_over_at(offer, look), to=hangs_up_to)
            if talked
            else e.OfferLost(at=look.now, offer=offer.offer, detail=why)
        )
        yield Difference(subject=offer.contact, why=why, event=gone)
    elif not {caller.id, leg.id} <= together:
        connect = c.Connect(offer=offer.offer, contact=offer.contact, leg=offer.leg)
        yield Difference(subject=offer.contact, why="caller and agent were not in one bridge", command=connect)


def _connected(offer: Offer, look: Look) -> Difference:
    assert offer.answered_at is not None
    meeting = look.met.get(offer.offer)
    since = max(offer.answered_at, look.seen_until if meeting is None else meeting.since)
    connected = e.TalkConnected(at=look.now, offer=offer.offer, since=since)
    return Difference(subject=offer.contact, why="caller and agent were connected unheard", event=connected)


def _over_at(offer: Offer | None, look: Look) -> int:
    """Until when a leg that is gone is known to have been there."""
    meeting = look.met.get(offer.offer) if offer is not None else None
    return look.seen_until if meeting is None or meeting.until is None else meeting.until


def _of_ring(offer: Offer, leg: Channel | None, look: Look, *, outside: bool) -> Iterator[Difference]:
    if leg is None:
        # Never asked to ring a second time: a doubled channel id leaks a channel and makes later answers lie. The
        # contact is offered anew, under another number.
        why = "the agent's phone was not ringing"
        lost = e.OfferLost(at=look.now, offer=offer.offer, detail=why)
        yield Difference(subject=offer.contact, why=why, event=lost)
    elif leg.state == "Up" and outside:
        if offer.offer not in look.asking:
            yield Difference(
                subject=offer.contact, why="the agent had picked up and was not asked to accept", ask=offer
            )
    elif leg.state == "Up":
        answered = e.OfferAnswered(at=look.now, offer=offer.offer)
        yield Difference(subject=offer.contact, why="the agent had picked up", event=answered)


def _of_channels(floor: Floor, seen: Seen, node: str) -> Iterator[Difference]:
    for channel in seen.channels.values():
        leg = names.leg_of(node, channel.id)
        if leg is not None:
            offer = floor.offers.get(leg.offer)
            # Who is told that another phone has the call is let go by the dialplan.
            if offer is None and channel.dialplan.context == GOODBYE:
                continue
            if offer is None or leg.number not in (offer.leg, offer.rejoin):
                yield Difference(subject=channel.id, why="an agent's leg without an offer", drop_channel=channel.id)
            continue
        dialled = names.customer_of(node, channel.id)
        if dialled is not None:
            known = dialled in floor.offers or any(one.channel == channel.id for one in floor.contacts.values())
            if not known:
                yield Difference(subject=channel.id, why="a customer's leg without a callback", drop_channel=channel.id)
            continue
        if is_line(channel) and on_line(floor, channel.id) is None:
            yield Difference(subject=channel.id, why="a phone's line without a consult", drop_channel=channel.id)
        arrival = arrival_of(channel)
        if arrival is not None and arrival.contact not in floor.contacts:
            yield Difference(subject=arrival.contact, why="a caller waited whom we did not know", arrival=arrival)


def _of_bridges(floor: Floor, bridges: Iterable[Bridge], node: str) -> Iterator[Difference]:
    for bridge in bridges:
        colleague = names.colleague_of(node, bridge.id)
        if colleague is not None and (colleague not in floor.offers or floor.offers[colleague].consult_of is None):
            yield Difference(subject=bridge.id, why="a bridge without a consult", drop_bridge=bridge.id)
        name = names.contact_of(bridge.id)
        if name is None:
            continue
        contact = floor.contacts.get(name)
        if contact is None or contact.state is not ContactState.TALKING:
            yield Difference(subject=name, why="a bridge without a talk", drop_bridge=bridge.id)
