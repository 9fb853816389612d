"""The router: `Floor.apply(event)` takes one event in and returns what is to be done about it.

After each event the floor is brought to rest: as long as a waiting contact and an idle agent may be brought together,
the best contact is offered to the best agent. What was decided is kept in `facts`, right after the event, in order; the
journal writes them before the commands are released.
"""

from collections.abc import Callable
from heapq import nlargest
from typing import Any

from acd import commands as c
from acd import events as e
from acd.agent import AGENT, BEING_OFFERED, AgentState
from acd.contact import CONTACT, Contact, ContactState, Offer
from acd.errors import IllegalEvent
from acd.fold import FloorState, FoldedFloor
from acd.order import ORDER
from acd.pool import Lane, Pool, WaitingEntry

RUNNERS_UP = 5

SET_ASIDE: dict[e.OfferFailure, e.SetAsideCause] = {
    e.OfferFailure.BUSY: e.SetAsideCause.BUSY,
    e.OfferFailure.REJECTED: e.SetAsideCause.REJECTED,
    e.OfferFailure.UNREACHABLE: e.SetAsideCause.UNREACHABLE,
    e.OfferFailure.FAULT: e.SetAsideCause.FAULT,
}


class Floor(FoldedFloor):
    """All waiting contacts and all agents, and the choices between them."""

    def __init__(self, state: FloorState | None = None) -> None:
        """Start from a checkpoint's state, or empty."""
        super().__init__(state)
        self.facts: list[e.Fact] = []
        """The last event applied, then what was decided about it."""
        self._commands: list[c.Command] = []

    def apply(self, event: e.Event) -> list[c.Command]:
        """Take an event in and decide; returns the commands in the order they are to be carried out.

        Raises IllegalEvent, and changes nothing, when the event does not fit the floor.
        """
        self._refuse(event)
        self.facts = []
        self._commands = []
        react = _REACTIONS.get(type(event))
        if react is None:
            self._record(event)
        else:
            react(self, event)
        self._match()
        return self._commands

    def _record(self, fact: e.Fact) -> None:
        self.facts.append(fact)
        self.fold(fact)

    def _order(self, *commands: c.Command) -> None:
        self._commands.extend(commands)

    # --- what does not fit ---

    def _refuse(self, event: e.Event) -> None:
        if event.at < self.at:
            raise IllegalEvent(event, f"its time {event.at} is before the floor's, {self.at}")
        check = _CHECKS.get(type(event))
        why = check(self, event) if check is not None else None
        if why is not None:
            raise IllegalEvent(event, why)

    def _check_started(self, event: e.ContactStarted) -> str | None:
        return self._check_contact(event) if event.contact in self.contacts else None

    def _check_contact(self, event: Any) -> str | None:
        contact = self.contacts.get(event.contact)
        if contact is None:
            return f"there is no contact {event.contact!r}"
        if type(event) not in CONTACT[contact.state]:
            return f"contact {event.contact!r} is {contact.state.value}"
        return None

    def _check_queued(self, event: e.ContactQueued) -> str | None:
        if event.queue not in self.plan.queues:
            return f"the plan has no queue {event.queue!r}"
        if event.tier not in self.plan.tiers:
            return f"the plan has no tier {event.tier!r}"
        if event.since > event.at:
            return f"it would wait since {event.since}, which is still to come"
        return self._check_contact(event)

    def _check_hold(self, event: e.HoldStarted | e.HoldEnded) -> str | None:
        if self._moves(event.offer, type(event)) is None:
            return f"offer {event.offer} is not in a talk that could be {'held' if _starts(event) else 'resumed'}"
        return None

    def _check_outcome(self, event: e.OutcomeSaved) -> str | None:
        why = self._check_contact(event)
        if why is None and self.contacts[event.contact].agent != event.agent:
            return f"agent {event.agent!r} did not talk with contact {event.contact!r}"
        return why

    def _check_agent(self, event: Any) -> str | None:
        agent = self.agents.get(event.agent)
        if agent is None or agent.listed < 0:
            return f"the plan has no agent {event.agent!r}"
        return None

    def _check_sign_in(self, event: e.AgentSignedIn) -> str | None:
        why = self._check_agent(event)
        if why is not None:
            return why
        agent = self.agents[event.agent]
        if agent.extension not in (None, event.extension) and agent.state not in (AgentState.IDLE, AgentState.AWAY):
            return f"agent {event.agent!r} is {agent.state.value} on phone {agent.extension}"
        holder = self._holder(event.extension)
        if holder not in (None, event.agent):
            return f"phone {event.extension} is taken by agent {holder!r}"
        return None

    def _holder(self, extension: str) -> str | None:
        """Who is signed in on a phone, or is being rung or talks on it still."""
        agent = self._agent_on.get(extension)
        if agent is not None:
            return agent.agent
        return next((offer.agent for offer in self.offers.values() if offer.extension == extension), None)

    def _check_signed_out(self, event: e.AgentSignedOut) -> str | None:
        # An agent whom the plan no longer lists must still be able to leave his phone to others.
        agent = self.agents.get(event.agent)
        return f"agent {event.agent!r} is not signed in" if agent is None or agent.extension is None else None

    def _check_intent(self, event: e.IntentChanged) -> str | None:
        why = self._check_agent(event)
        if why is None and self.agents[event.agent].extension is None:
            return f"agent {event.agent!r} is not signed in"
        if event.intent is e.Intent.LOGGED_OUT:
            return "signing out is an event of its own"
        return why

    def _check_plan(self, event: e.PlanChanged) -> str | None:
        for key in event.plan.agent_order:
            if key not in ORDER:
                return f"there is no agent order {key!r}: known are {', '.join(sorted(ORDER))}"
        for contact in self.contacts.values():
            if contact.state in (ContactState.WAITING, ContactState.OFFERED):
                if contact.queue not in event.plan.queues:
                    return f"contacts wait in queue {contact.queue!r}, which the new plan does not have"
                if contact.tier not in event.plan.tiers:
                    return f"contacts of tier {contact.tier!r} wait, which the new plan does not have"
        return None

    # --- what follows from an event ---

    def _on_started(self, event: e.ContactStarted) -> None:
        contact = self.contacts.get(event.contact)
        open_offer = contact.offer if contact else None
        self._record(event)
        if open_offer is not None:
            self._withdraw(event.at, open_offer)

    def _on_queued(self, event: e.ContactQueued) -> None:
        doubled = self.contacts[event.contact].state is not ContactState.IVR
        self._record(event)
        if not doubled:
            self._order(c.StartMusic(contact=event.contact))

    def _on_contact_ended(self, event: e.ContactEnded) -> None:
        open_offer = self.offers.get(self.contacts[event.contact].offer or 0)
        self._record(event)
        if open_offer is None:
            return
        if open_offer.answered_at is None:
            self._withdraw(event.at, open_offer.offer)
        else:
            self._order(c.DropAgent(offer=open_offer.offer))
            self._skip_wrap_up(event.at, open_offer)

    def _withdraw(self, at: int, offer: int) -> None:
        self._record(e.OfferWithdrawn(at=at, offer=offer))
        self._order(c.CancelRing(offer=offer))

    def _skip_wrap_up(self, at: int, offer: Offer) -> None:
        """End the wrap-up before it begins when there is nothing left to do in it."""
        contact = self.contacts.get(offer.contact)
        if contact is not None and contact.outcome is not None:
            self._end_wrap_up(at, offer.agent, e.WrapUpEnd.SAVED)
        elif self._queue(offer.queue).wrap_up_ms == 0:
            self._end_wrap_up(at, offer.agent, e.WrapUpEnd.NONE)

    def _end_wrap_up(self, at: int, agent: str, end: e.WrapUpEnd) -> None:
        self._record(e.WrapUpEnded(at=at, agent=agent, contact=self.agents[agent].contact or "", end=end))

    def _on_pop(self, event: e.PopAcknowledged) -> None:
        self._record(event)
        offer = self.offers.get(event.offer)
        if offer is not None and self.agents[offer.agent].state is AgentState.RESERVED:
            self._ring(event.at, offer, e.PopState.ACKNOWLEDGED)

    def _ring(self, at: int, offer: Offer, pop: e.PopState) -> None:
        expires_at = at + self._queue(offer.queue).ring_ms
        self._record(e.RingStarted(at=at, offer=offer.offer, pop=pop, expires_at=expires_at))
        self._order(
            c.RingAgent(
                offer=offer.offer,
                contact=offer.contact,
                agent=offer.agent,
                extension=offer.extension,
                expires_at=expires_at,
            )
        )

    def _on_answered(self, event: e.OfferAnswered) -> None:
        offer = self._moves(event.offer, type(event))
        doubled = event.offer in self.offers and self.offers[event.offer].answered_at is not None
        self._record(event)
        if offer is not None:
            self._order(c.Connect(offer=offer.offer, contact=offer.contact))
        elif not doubled:
            self._order(c.CancelRing(offer=event.offer))

    def _on_failed(self, event: e.OfferFailed) -> None:
        offer = self._moves(event.offer, type(event))
        self._record(event)
        if offer is not None:
            self._record(e.AgentSetAside(at=event.at, agent=offer.agent, cause=SET_ASIDE[event.cause]))

    def _on_agent_hung_up(self, event: e.AgentHungUp) -> None:
        offer = self._moves(event.offer, type(event))
        self._record(event)
        if offer is not None:
            self._record(e.ContactReleased(at=event.at, contact=offer.contact))
            self._order(c.DropContact(contact=offer.contact))
            self._skip_wrap_up(event.at, offer)

    def _on_hold(self, event: e.HoldStarted | e.HoldEnded) -> None:
        offer = self.offers[event.offer]
        self._record(event)
        order = c.Hold if _starts(event) else c.Resume
        self._order(order(offer=offer.offer, contact=offer.contact))

    def _on_outcome(self, event: e.OutcomeSaved) -> None:
        agent = self.agents[event.agent]
        wrapping_up = agent.state is AgentState.WRAP_UP and agent.contact == event.contact
        self._record(event)
        if wrapping_up:
            self._end_wrap_up(event.at, event.agent, e.WrapUpEnd.SAVED)

    def _on_signed_out(self, event: e.AgentSignedOut) -> None:
        agent = self.agents[event.agent]
        open_offer = agent.offer if agent.state in BEING_OFFERED else None
        self._record(event)
        if open_offer is not None:
            self._withdraw(event.at, open_offer)

    def _on_phone_unreachable(self, event: e.PhoneUnreachable) -> None:
        agent = self._agent_on.get(event.extension)
        open_offer = agent.offer if agent is not None and agent.state in BEING_OFFERED else None
        self._record(event)
        if open_offer is not None:
            self._withdraw(event.at, open_offer)

    def _on_time(self, event: e.TimePassed) -> None:
        self._record(event)
        while (due := self.next_deadline()) is not None and due <= event.at:
            _, kind, key = self._timers[0]
            if kind == "wrap_up":
                self._end_wrap_up(event.at, str(key), e.WrapUpEnd.CAP)
                continue
            offer = self.offers[int(key)]
            if kind == "pop":
                self._ring(event.at, offer, e.PopState.LATE)
            else:
                self._record(e.OfferExpired(at=event.at, offer=offer.offer))
                self._order(c.CancelRing(offer=offer.offer))
                self._record(
                    e.AgentSetAside(at=event.at, agent=offer.agent, cause=e.SetAsideCause.NO_ANSWER),
                )

    # --- bringing contacts and agents together ---

    def _match(self) -> None:
        """Make offers until none of the pools that changed has both an idle agent and a contact that may start."""
        while True:
            best: tuple[tuple[int, float, int, int], Pool, Lane, WaitingEntry, str] | None = None
            for pool in self._dirty.values():
                if not pool.idle:
                    continue
                for lane in pool.lanes.values():
                    found = self._startable(pool, lane)
                    if found is None:
                        continue
                    entry, agent = found
                    rank = (lane.rank, lane.score(entry, self.at), -entry[1], -entry[2])
                    if best is None or rank > best[0]:
                        best = (rank, pool, lane, entry, agent)
            if best is None:
                self._dirty.clear()
                return
            _, pool, lane, entry, agent = best
            self._offer(pool, lane, entry, agent)

    def _startable(self, pool: Pool, lane: Lane) -> tuple[WaitingEntry, str] | None:
        """The first contact of a lane that may start now, and the best agent for it."""
        if len(pool.idle) <= lane.reserve_idle:
            return None
        for entry in lane.waiting:
            contact = self.contacts[entry[3]]
            agent = self._best_agent(pool, contact)
            if agent is not None:
                return entry, agent
        return None

    def _best_agent(self, pool: Pool, contact: Contact) -> str | None:
        """The first idle agent, but nobody who missed this contact while another able agent is on duty."""
        if not contact.missed:
            return pool.idle[0][2]
        missed_on_duty = sum(name in pool.able and self.agents[name].on_duty for name in contact.missed)
        if pool.on_duty == missed_on_duty:
            return pool.idle[0][2]
        return next((name for _, _, name in pool.idle if name not in contact.missed), None)

    def _offer(self, pool: Pool, lane: Lane, entry: WaitingEntry, agent_name: str) -> None:
        agent = self.agents[agent_name]
        number = self.number + 1
        self._record(
            e.OfferMade(
                at=self.at,
                offer=number,
                contact=entry[3],
                agent=agent_name,
                extension=agent.extension or "",
                queue=pool.queue,
                pop_until=self.at + self.plan.pop_ms if agent.desk else None,
                score=lane.score(entry, self.at),
                over_contacts=self._contacts_passed_over(agent_name, entry),
                over_agents=tuple(name for _, _, name in pool.idle[: RUNNERS_UP + 1] if name != agent_name)[
                    :RUNNERS_UP
                ],
                left_out=self._left_out(pool),
            )
        )
        if not agent.desk:
            self._ring(self.at, self.offers[number], e.PopState.NO_DESK)

    def _contacts_passed_over(self, agent: str, chosen: WaitingEntry) -> tuple[tuple[str, float], ...]:
        heads = [
            (lane.rank, lane.score(entry, self.at), entry[3])
            for pool in self._pools_of[agent]
            for lane in pool.lanes.values()
            for entry in lane.waiting[: RUNNERS_UP + 1]
            if entry[3] != chosen[3]
        ]
        if not heads:
            return ()
        return tuple((contact, score) for _, score, contact in nlargest(RUNNERS_UP, heads))

    def _left_out(self, pool: Pool) -> dict[str, int]:
        counts = {why: count for why, count in pool.standings.items() if count and why != AgentState.IDLE.value}
        if unable := len(self.agents) - len(pool.able):
            counts["no_skill"] = unable
        return dict(sorted(counts.items()))


def _starts(event: e.HoldStarted | e.HoldEnded) -> bool:
    return isinstance(event, e.HoldStarted)


_CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.ContactStarted: Floor._check_started,
    e.ContactQueued: Floor._check_queued,
    e.ContactEnded: Floor._check_contact,
    e.HoldStarted: Floor._check_hold,
    e.HoldEnded: Floor._check_hold,
    e.OutcomeSaved: Floor._check_outcome,
    e.AgentSignedIn: Floor._check_sign_in,
    e.AgentSignedOut: Floor._check_signed_out,
    e.IntentChanged: Floor._check_intent,
    e.DeskOpened: Floor._check_agent,
    e.DeskClosed: Floor._check_agent,
    e.PlanChanged: Floor._check_plan,
}

_REACTIONS: dict[type[e.Event], Callable[[Any, Any], None]] = {
    e.ContactStarted: Floor._on_started,
    e.ContactQueued: Floor._on_queued,
    e.ContactEnded: Floor._on_contact_ended,
    e.PopAcknowledged: Floor._on_pop,
    e.OfferAnswered: Floor._on_answered,
    e.OfferFailed: Floor._on_failed,
    e.AgentHungUp: Floor._on_agent_hung_up,
    e.HoldStarted: Floor._on_hold,
    e.HoldEnded: Floor._on_hold,
    e.OutcomeSaved: Floor._on_outcome,
    e.AgentSignedOut: Floor._on_signed_out,
    e.PhoneUnreachable: Floor._on_phone_unreachable,
    e.TimePassed: Floor._on_time,
}
"""What an event brings with it beyond its own fold; the others are only recorded."""

assert AGENT.keys() == set(AgentState)
assert CONTACT.keys() == set(ContactState)
