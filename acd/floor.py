"""The router: `Floor.apply(event)` takes one event in and returns what is to be done about it.

After each event the floor is brought to rest: as long as a waiting contact and an idle agent may be brought together,
the best contact is offered to the best agent. What was decided is kept in `facts`, right after the event, in order; the
journal writes them before the commands are released.
"""

from collections.abc import Callable
from typing import Any

from acd import (
    adaptation,
    breaks,
    callback,
    consult,
    dialling,
    emergency,
    exits,
    lost,
    misses,
    overload,
    rejoin,
    steps,
    telling,
    together,
    transfer,
)
from acd import commands as c
from acd import events as e
from acd.agent import BEING_OFFERED, BREAK_GRANTED, IDLE, RESERVED, WRAP_UP, Agent
from acd.contact import CALLBACK, DIALLING, IVR, Offer
from acd.errors import IllegalEvent
from acd.fold import FoldedFloor
from acd.match import Match, Reasons, best_match, reasons_of
from acd.refusal import refusal
from acd.state import FloorState
from acd.value import maker

SAVED, NONE, NO_DESK = e.WrapUpEnd.SAVED, e.WrapUpEnd.NONE, e.PopState.NO_DESK
offer_made = maker(e.OfferMade)
ring_started = maker(e.RingStarted)
wrap_up_ended = maker(e.WrapUpEnded)
ring_agent = maker(c.RingAgent)
start_music = maker(c.StartMusic)
connect = maker(c.Connect)
drop_agent = maker(c.DropAgent)


class Floor(FoldedFloor):
    """All waiting contacts and all agents, and the choices between them."""

    def __init__(self, state: FloorState | None = None) -> None:
        """Start from a checkpoint's state, or empty."""
        super().__init__(state)
        self.facts: list[e.Fact] = []
        """The last event applied, then what was decided about it."""
        self._commands: list[c.Command] = []
        self._before = 0
        """The time of the event before."""

    def apply(self, event: e.Event) -> list[c.Command]:
        """Take an event in and decide; returns the commands in the order they are to be carried out.

        Raises IllegalEvent, and changes nothing, when the event does not fit the floor.
        """
        if (why := refusal(self, event)) is not None:
            raise IllegalEvent(event, why)
        self.facts = []
        self._commands = []
        self._before = self.state.at
        if self.pools.restaffed:
            exits.look_at_restaffed(self)
        # An expected wait that changed while facts were folded was looked at then.
        self.watch.doubtful.clear()
        self.consults_over.clear()
        _REACTIONS[type(event)](self, event)
        if self.consults_over:
            consult.tell_over(self)
        if self.pending.lives:
            dialling.expire(self, event.at)
        if self.leaving or self.breaks.due:
            self._settle_agents(event)
        if self.pools.is_stirred or self.pools.unsettled:
            self._match(event.at)
        if self.pools.restaffed:
            exits.look_at_restaffed(self)
        if self.watch.due:
            self._look(event.at)
        if self.pools.crewed:
            together.ring(self)
        overload.look(self)
        return self._commands

    def _look(self, at: int) -> None:
        """Look at those who wait and for whom something has changed."""
        for contact in self.watch.in_turn():
            if exits.look(self, contact):
                telling.look(self, contact, self._before)
            self._match(at)
            if self.pools.restaffed:
                exits.look_at_restaffed(self)

    def _match(self, at: int) -> None:
        """Bring together whoever can be; steps of a relaxation may bring more."""
        pools = self.pools
        while pools.is_stirred or pools.unsettled:
            if pools.is_stirred:
                for step in steps.taken(self):
                    self.record(step)
            while pools.unsettled and (match := best_match(self, at)) is not None:
                self._offer(match, at)
                if not (match.pool.waiting and match.pool.idle_count):
                    pools.unsettled.pop(match.pool, None)
            if pools.alone:
                self._set_aside_the_last(at)

    def _settle_agents(self, event: e.Event) -> None:
        """Sign out who chose so, and let those go on a break whose turn it is."""
        for agent in list(self.leaving):
            chosen, out = e.IntentCause.CHOSEN, e.Intent.LOGGED_OUT
            self.record(e.IntentApplied(at=event.at, agent=agent, intent=out, reason="", cause=chosen))
        while self.breaks.due and (asking := self.breaks.next()) is not None:
            self.record(breaks.turn(self, asking, event))

    def _set_aside_the_last(self, at: int) -> None:
        """Whoever alone could have a contact, but missed it and has not made himself ready since, is to know of it."""
        alone, self.pools.alone = self.pools.alone, {}
        for name in alone:
            agent = self.agents[name]
            if agent.state is IDLE:
                self.record(e.AgentSetAside(at=at, agent=name, cause=agent.last_miss))

    def record(self, fact: e.Fact) -> None:
        """Let a fact take effect; it goes to the journal."""
        self.facts.append(fact)
        self.fold(fact)

    def order(self, command: c.Command) -> None:
        """Ask this of the telephone system, when all is decided."""
        self._commands.append(command)

    # --- what follows from an event ---

    def _on_started(self, event: e.ContactStarted) -> None:
        contact = self.contacts.get(event.contact)
        open_offers = contact.open_offers if contact else ()
        overload.admit(self, event, is_new=contact is None)
        for offer in open_offers:
            self.withdraw(event.at, offer)

    def _on_queued(self, event: e.ContactQueued) -> None:
        contact = self.contacts[event.contact]
        doubled = contact.state not in (IVR, CALLBACK)
        self.record(event)
        if not doubled:
            self._commands.append(start_music(contact=event.contact, music=telling.music_of(self, contact)))

    def _on_contact_ended(self, event: e.ContactEnded) -> None:
        contact = self.contacts[event.contact]
        was, open_offer, beside = contact.state, self.offers.get(contact.offer or 0), contact.beside
        self.record(event)
        if (owed := lost.owed(self, contact, was, event)) is not None:
            self.record(owed)
        if open_offer is None:
            return
        if event.before_talk:
            self.order(c.CancelRing(offer=open_offer.offer))
        elif open_offer.answered_at is None:
            for offer in (open_offer.offer, *beside):
                self.withdraw(event.at, offer)
        else:
            self._drop_legs(open_offer)
            if open_offer.consult is not None:
                self.withdraw(event.at, open_offer.consult)
            self.skip_wrap_up(event.at, open_offer)

    def _drop_legs(self, offer: Offer) -> None:
        if offer.rejoin is not None:
            self.order(c.DropLeg(offer=offer.offer, leg=offer.rejoin))
        self._commands.append(drop_agent(offer=offer.offer, leg=offer.leg))

    def withdraw(self, at: int, offer: int, *, taken: bool = False) -> None:
        """Take an offer back, and the dial of its customer; `taken`: another phone has the call."""
        is_dialled = offer in self.offers and self.offers[offer].dial_until is not None
        self.record(e.OfferWithdrawn(at=at, offer=offer))
        self.order(c.CancelRing(offer=offer, taken=taken))
        if is_dialled:
            self.order(c.CancelDial(offer=offer))

    def skip_wrap_up(self, at: int, offer: Offer) -> None:
        """End the wrap-up before it begins when there is nothing left to do in it."""
        contact = self.contacts.get(offer.contact)
        if contact is not None and contact.outcome is not None:
            self.end_wrap_up(at, offer.agent, SAVED)
        elif self.pools.queues[offer.queue].wrap_up_ms == 0:
            self.end_wrap_up(at, offer.agent, NONE)

    def end_wrap_up(self, at: int, agent: str, end: e.WrapUpEnd) -> None:
        """The agent is done."""
        self.record(wrap_up_ended(at=at, agent=agent, contact=self.agents[agent].contact or "", end=end))

    def _on_pop(self, event: e.PopAcknowledged) -> None:
        self.record(event)
        offer = self.offers.get(event.offer)
        if offer is not None and self.agents[offer.agent].state is RESERVED and not callback.is_dialled(self, offer):
            self.ring(event.at, offer, e.PopState.ACKNOWLEDGED)

    def ring(self, at: int, offer: Offer, pop: e.PopState) -> None:
        """Let the agent's phone ring."""
        agent = self.agents[offer.agent]
        ring_ms = self.plan.outside_ring_ms if agent.outside else self.pools.queues[offer.queue].ring_ms
        expires_at = at + ring_ms
        self.record(ring_started(at=at, offer=offer.offer, pop=pop, expires_at=expires_at))
        self._commands.append(
            ring_agent(
                offer=offer.offer,
                contact=offer.contact,
                agent=offer.agent,
                extension=offer.extension,
                expires_at=expires_at,
                auto=offer.auto,
                outside=agent.outside,
            )
        )

    def _on_answered(self, event: e.OfferAnswered) -> None:
        offer = self.offers.get(event.offer)
        doubled = offer is not None and offer.answered_at is not None
        contact = self.contacts.get(offer.contact) if offer is not None else None
        rang = contact.open_offers if contact is not None and contact.beside else ()
        self.record(event)
        if doubled:
            return
        if offer is None or offer.answered_at is None:
            # It comes too late.
            self.order(c.CancelRing(offer=event.offer))
        elif offer.consult_of is not None:
            consult.answered(self, offer)
        elif self.contacts[offer.contact].callback is None or not dialling.agent_answered(self, event.at, offer):
            self._commands.append(connect(offer=offer.offer, contact=offer.contact))
            for other in rang:
                if other != offer.offer:
                    self.withdraw(event.at, other, taken=True)

    def _on_failed(self, event: e.OfferFailed) -> None:
        offer = self.moves(event.offer, type(event))
        self.record(event)
        if offer is not None:
            self._answer_miss(event.at, offer)
            self._let_wait_again(offer)

    def _answer_miss(self, at: int, offer: Offer) -> None:
        if (decided := misses.answer(self, offer, at)) is not None:
            self.record(decided)

    def _on_lost(self, event: e.OfferLost) -> None:
        offer = self.moves(event.offer, e.OfferWithdrawn)
        self.record(event)
        if offer is not None:
            is_dialled = offer.dial_until is not None
            self.withdraw(event.at, offer.offer)
            if not is_dialled:
                self._let_wait_again(offer)

    def _let_wait_again(self, offer: Offer) -> None:
        contact = self.contacts.get(offer.contact)
        if offer.dial_until is not None:
            self.order(c.CancelDial(offer=offer.offer))
        elif offer.consult_of is not None:
            return
        elif offer.answered_at is not None and contact is not None and not contact.without_leg:
            self.order(c.WaitAgain(contact=offer.contact, music=telling.music_of(self, contact)))

    def _on_agent_hung_up(self, event: e.AgentHungUp) -> None:
        offer = self.moves(event.offer, type(event))
        if offer is not None:
            transfer.leave_talk(self, offer, event)
            return
        consulted = self.offers.get(event.offer)
        self.record(event)
        if consulted is not None and consulted.consult_of is not None and consulted.answered_at is not None:
            self.withdraw(event.at, consulted.offer)

    def _on_hold(self, event: e.HoldStarted | e.HoldEnded) -> None:
        offer = self.offers[event.offer]
        self.record(event)
        if isinstance(event, e.HoldStarted):
            self.order(c.Hold(offer=offer.offer, contact=offer.contact))
        else:
            consult.taken_back(self, event)
            self.order(c.Resume(offer=offer.offer, contact=offer.contact))

    def _on_outcome(self, event: e.OutcomeSaved) -> None:
        agent = self.agents[event.agent]
        wrapping_up = agent.state is WRAP_UP and agent.contact == event.contact
        self.record(event)
        if wrapping_up:
            self.end_wrap_up(event.at, event.agent, SAVED)

    def _on_signed_out(self, event: e.AgentSignedOut) -> None:
        agent = self.agents[event.agent]
        open_offer = agent.offer if agent.state in BEING_OFFERED else None
        self.record(event)
        if open_offer is not None:
            self.withdraw(event.at, open_offer)

    def _on_phone_unreachable(self, event: e.PhoneUnreachable) -> None:
        agent = self.agent_on.get(event.extension)
        open_offer = agent.offer if agent is not None and agent.state in BEING_OFFERED else None
        self.record(event)
        if open_offer is not None:
            self.withdraw(event.at, open_offer)

    def _on_time(self, event: e.TimePassed) -> None:
        self.record(event)
        if (due := adaptation.due(self)) is not None and due <= event.at:
            self.record(adaptation.comparison(self, event.at))
        while (deadline := self.deadlines.next()) is not None and deadline[0] <= event.at:
            _, kind, key = deadline
            if isinstance(key, str):
                self._on_agent_due(event.at, kind, self.agents[key])
                continue
            offer = self.offers[key]
            contact = self.contacts.get(offer.contact)
            if kind == "rejoin":
                transfer.leave_talk(self, offer, e.AgentGivenUp(at=event.at, offer=offer.offer))
            elif contact is not None and contact.asterisk in self.state.links_down:
                # His phone cannot be made to ring, or was not seen since: he has missed nothing.
                self.withdraw(event.at, offer.offer)
            elif kind == "dial":
                dialling.dial_is_over(self, event.at, offer)
            elif contact is not None and contact.state is DIALLING:
                # A crash came between the end of the dial and what follows from it.
                self.withdraw(event.at, offer.offer)
            elif kind == "pop":
                self.ring(event.at, offer, e.PopState.LATE)
            else:
                self.record(e.OfferExpired(at=event.at, offer=offer.offer))
                self.order(c.CancelRing(offer=offer.offer))
                self._answer_miss(event.at, offer)

    def _on_agent_due(self, at: int, kind: str, agent: Agent) -> None:
        if kind == "wrap_up":
            self.end_wrap_up(at, agent.agent, e.WrapUpEnd.CAP)
        elif kind == "overrun":
            self.record(e.ReasonOverrun(at=at, agent=agent.agent, reason=agent.reason))
        elif agent.set_aside is BREAK_GRANTED:
            self.record(e.BreakLapsed(at=at, agent=agent.agent))
        else:
            self.record(e.AsideEnded(at=at, agent=agent.agent))

    def _on_cut(self, event: e.WrapUpCut) -> None:
        self.record(event)
        self.end_wrap_up(event.at, event.agent, e.WrapUpEnd.CUT)

    def _offer(self, match: Match, at: int) -> None:
        contact, agent = self.contacts[match.place[3]], self.agents[match.agent]
        number = self.state.number + 1
        over_contacts, over_agents, left_out = self._reasons(match, at)
        self.record(
            offer_made(
                at=at,
                offer=number,
                contact=contact.contact,
                agent=match.agent,
                extension=agent.extension or "",
                queue=match.pool.need.queue,
                pop_until=at + self.plan.pop_ms if agent.desk else None,
                score=match.score,
                over_contacts=over_contacts,
                over_agents=over_agents,
                left_out=left_out,
            )
        )
        offer = self.offers[number]
        if contact.callback is not None and dialling.offered(self, at, offer):
            return
        if not agent.desk:
            self.ring(at, offer, NO_DESK)

    def _reasons(self, match: Match, at: int) -> Reasons:
        """What the fact of an offer says about the choice."""
        return reasons_of(match, self.pools, self.contacts, at)


_REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = dict.fromkeys(e.EVENTS, Floor.record) | {
    e.ContactStarted: Floor._on_started,
    e.ContactQueued: Floor._on_queued,
    e.ContactEnded: Floor._on_contact_ended,
    e.PopAcknowledged: Floor._on_pop,
    e.OfferAnswered: Floor._on_answered,
    e.OfferFailed: Floor._on_failed,
    e.OfferLost: Floor._on_lost,
    e.AgentHungUp: Floor._on_agent_hung_up,
    e.HoldStarted: Floor._on_hold,
    e.HoldEnded: Floor._on_hold,
    e.OutcomeSaved: Floor._on_outcome,
    e.WrapUpCut: Floor._on_cut,
    e.AgentSignedOut: Floor._on_signed_out,
    e.PhoneUnreachable: Floor._on_phone_unreachable,
    e.TimePassed: Floor._on_time,
    **exits.REACTIONS,
    **emergency.REACTIONS,
    **dialling.REACTIONS,
    **overload.REACTIONS,
    **consult.REACTIONS,
    **rejoin.REACTIONS,
}
"""What an event brings with it beyond its own fold; the others are only recorded."""
