"""The floor as the sum of its facts: folding a fact changes the state and decides nothing.

The live floor and one rebuilt from a journal go through the same lines, so they cannot differ. Pools and deadlines are
not state: they are worked out from it.
"""

from collections.abc import Callable
from typing import Any

from acd import (
    adaptation,
    audio,
    breaks,
    callback,
    consult,
    emergency,
    exits,
    links,
    lost,
    misses,
    overload,
    pace,
    party,
    postures,
    rejoin,
    steps,
    telling,
    transfer,
    wrap_up,
)
from acd import events as e
from acd.agent import AGENT, AWAY, HOME, IDLE, POSTURE_FACTS, Agent
from acd.breaks import Breaks
from acd.contact import (
    CALLBACK,
    CONTACT,
    DIALLING,
    ENDED,
    IVR,
    OFFERED,
    TALKING,
    WAITING,
    WITHOUT_LEG,
    Contact,
    ContactState,
    Offer,
    begin_visit,
    new_contact,
    new_offer,
)
from acd.deadlines import Deadlines
from acd.ledger import CUT_OFF
from acd.lines import TURNS, Lines
from acd.pending import Pending
from acd.plan import Plan
from acd.state import FloorState
from acd.together import Rung

TALK_ENDS = (e.AgentHungUp, e.AgentGivenUp)


class FoldedFloor:
    """State, pools and deadlines, kept by folding facts."""

    def __init__(self, state: FloorState | None = None) -> None:
        """Start from a checkpoint's state, or empty; the state is taken over, not copied."""
        self.state = state or FloorState()
        self.contacts = self.state.contacts
        self.offers = self.state.offers
        self.agents = self.state.agents
        self.ledger = self.state.ledger
        self.deadlines = Deadlines(self.offers, self.agents)
        self.pools, self.watch = adaptation.routing(self, anew=False)
        self.lines = Lines(self.contacts)
        self.rung = Rung(self.contacts.values())
        self.breaks = Breaks(self.plan, self.agents)
        self.leaving = {a.agent: None for a in self.agents.values() if postures.leaves(a)}
        """Who is to be signed out, now that nothing binds him."""
        self.pending = Pending(self.contacts, self.at)
        self.agent_on: dict[str, Agent] = {a.extension: a for a in self.agents.values() if a.extension is not None}
        """Who is signed in on a phone."""
        self.consults_over: list[Offer] = []
        """Colleagues' offers that are over since the last event."""

    @property
    def number(self) -> int:
        """The number of the last fact: the floor's version."""
        return self.state.number

    @property
    def at(self) -> int:
        """The time of the last fact, ms."""
        return self.state.at

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        return self.state.plan

    def imbalance(self) -> dict[str, int]:
        """What does not add up in the ledger; empty when it balances."""
        return self.ledger.imbalance(self.contacts.values())

    def next_deadline(self) -> int | None:
        """When the next `TimePassed` is due, ms; None when nothing is."""
        due = self.deadlines.next()
        moments = (
            due[0] if due else None,
            self.pools.next_moment(),
            self.watch.next_moment(self.at),
            adaptation.due(self),
            self.pending.next(),
        )
        return min((moment for moment in moments if moment is not None), default=None)

    def fold(self, fact: e.Fact) -> None:
        """Take a fact in. Facts must come in the order of their numbers."""
        state = self.state
        state.number += 1
        if fact.at != state.at:
            self._pass_time(fact.at)
        FOLDS[type(fact)](self, fact)
        if type(fact) in TURNS:
            self.lines.look_at(fact.contact)  # type: ignore[attr-defined]

    def _pass_time(self, at: int) -> None:
        """Let the moments up to this one come."""
        if self.watch.queues:
            self.watch.pass_time(self.state.at, at)
        self.state.at = self.pools.at = at
        if self.pools.moments or self.pools.looked_at:
            self.pools.pass_time(at)
        if self.pending.rests:
            for contact in self.pending.rested(at):
                links.let_wait(self, contact)

    def settle(self, agent: Agent, fact: e.Fact) -> None:
        """Move an agent as his table says, now that his fields say what the fact changed, and count him so."""
        kind, was, pools = type(fact), agent.state, self.pools
        state = AGENT[was][kind]
        seat = pools.seats[agent.agent]
        if state is not HOME and state is not was and was is not IDLE and seat.on_duty:
            # He goes on with his contact: no pool has to know, and nobody's break.
            agent.state = state
            agent.since = fact.at
            pools.moved[agent.agent] = agent
            return
        # Only facts about his posture change whether he is here, and on duty.
        on_duty = pools.on_duty_now(agent, seat) if kind in POSTURE_FACTS else seat.on_duty
        if state is HOME:
            state = IDLE if on_duty else AWAY
        if state is not was:
            agent.state = state
            agent.since = fact.at
            if state is IDLE:
                signed_in_ms = fact.at - agent.signed_in_at
                agent.busy_share = agent.busy_ms / signed_in_ms if signed_in_ms else 0.0
                # An offer that was taken back does not cost him his turn.
                if kind is not e.OfferWithdrawn:
                    agent.idle_since = fact.at
            if state is AWAY or was is AWAY:
                breaks.stand(self, agent, fact.at)
                if postures.leaves(agent):
                    self.leaving[agent.agent] = None
        if kind in POSTURE_FACTS:
            self.breaks.count(agent)
        elif self.breaks.waiting:
            self.breaks.due = True
        pools.restand(agent, seat, was, on_duty)

    # --- contacts and offers ---

    def move(self, contact: Contact, fact: e.Fact) -> ContactState:
        """Move a contact as its table says; returns where it was."""
        was = contact.state
        state = CONTACT[was][type(fact)]
        if contact.callback is not None and not contact.callback.leg:
            state = WITHOUT_LEG.get(state, state)
        if was is OFFERED is not state:
            self.rung.take(contact)
            contact.beside = []
        contact.state = state
        return was

    def moves(self, offer_number: int, fact_type: type[e.Fact]) -> Offer | None:
        """The offer, if this kind of fact still moves its agent; None when it comes late."""
        offer = self.offers.get(offer_number)
        if offer is None or fact_type not in AGENT[self.agents[offer.agent].state]:
            return None
        if offer.connected and fact_type in (e.OfferFailed, e.OfferWithdrawn):
            return None
        if fact_type in TALK_ENDS and (offer.consult_of is not None or self.contacts[offer.contact].state is DIALLING):
            return None
        return offer

    def forget_if_done(self, contact: Contact) -> None:
        """Let a contact go that has ended and that nobody owes anything."""
        if contact.state is not ENDED or contact.owed or contact.sent_on:
            return
        agent = self.agents.get(contact.agent or "")
        if agent is None or agent.contact != contact.contact:
            del self.contacts[contact.contact]

    def _fold_started(self, fact: e.ContactStarted) -> None:
        contact = self.contacts.get(fact.contact)
        if contact is None:
            self.start_contact(
                contact=fact.contact,
                asterisk=fact.asterisk,
                channel=fact.channel,
                access=fact.access,
                caller=fact.caller,
                started_at=fact.at,
            )
            return
        if contact.state in (WAITING, OFFERED):
            links.stop_waiting(self, contact)
            self.ledger.of(contact.queue).withdrawn += 1
        self.move(contact, fact)
        contact.channel = fact.channel

    def start_contact(
        self, *, contact: str, asterisk: str, channel: str, access: str, caller: str, started_at: int
    ) -> Contact:
        """One more contact."""
        made = self.contacts[contact] = new_contact(
            contact=contact, asterisk=asterisk, channel=channel, access=access, caller=caller, started_at=started_at
        )
        self.ledger.contacts.started += 1
        return made

    def _fold_queued(self, fact: e.ContactQueued) -> None:
        contact = self.contacts[fact.contact]
        was = self.move(contact, fact)
        if was is IVR:
            begin_visit(contact, fact, self.number)
            exits.enter(self, contact)
        elif was is CALLBACK:
            callback.fold_waits_on_the_line(self, contact)

    def _fold_priority(self, fact: e.PriorityChanged) -> None:
        contact = self.contacts[fact.contact]
        self.move(contact, fact)
        links.stop_waiting(self, contact)
        contact.tier = fact.tier
        contact.urgency_ms = fact.urgency_ms
        links.let_wait(self, contact)

    def _fold_contact_ended(self, fact: e.ContactEnded) -> None:
        contact = self.contacts[fact.contact]
        if fact.before_talk:
            self._fold_offer_over(e.OfferWithdrawn(at=fact.at, offer=contact.offer or 0))
        if contact.state is CALLBACK:
            callback.fold_leg_gone(self, contact, fact.at)
            return
        if contact.state in (WAITING, OFFERED):
            links.stop_waiting(self, contact)
            if fact.cause not in CUT_OFF:
                pace.settled(self, contact, fact.at, rang_ms=None)
            contact.offer = None  # Who sent it on may keep it here, where no ring moves it any more.
        self.ledger.close(contact, fact.cause)
        if fact.log_position:
            self.state.fallback_read[contact.asterisk] = fact.log_position
        was = self.move(contact, fact)
        if was is TALKING:
            self.end_talk(self.offers[contact.offer or 0], fact)
        self.forget_if_done(contact)

    def end_talk(self, offer: Offer, fact: e.Fact) -> None:
        """The agent is in wrap-up from now on."""
        del self.offers[offer.offer]
        self.contacts[offer.contact].offer = None
        agent = self.agents[offer.agent]
        agent.offer = None
        agent.misses = agent.prolonged_ms = 0
        agent.wrap_up_until = fact.at + self.pools.queues[offer.queue].wrap_up_ms
        self.settle(agent, fact)
        self.deadlines.change(agent.agent)

    def _fold_offer_made(self, fact: e.OfferMade) -> None:
        contact = self.contacts[fact.contact]
        if fact.beside:
            contact.beside.append(fact.offer)
        else:
            self.pools.take(contact.contact)
            contact.offer = fact.offer
            self.rung.put(contact)
        self.move(contact, fact)
        offer = self.offers[fact.offer] = new_offer(
            offer=fact.offer,
            contact=fact.contact,
            agent=fact.agent,
            extension=fact.extension,
            queue=fact.queue,
            made_at=fact.at,
            pop_until=fact.pop_until,
        )
        agent = self.agents[fact.agent]
        agent.offer = fact.offer
        agent.contact = fact.contact
        self.settle(agent, fact)
        self.deadlines.change(offer.offer)

    def _fold_ring_started(self, fact: e.RingStarted) -> None:
        offer = self.offers[fact.offer]
        offer.expires_at = fact.expires_at
        agent = self.agents[offer.agent]
        offer.auto = agent.auto_answer and not agent.outside
        self.settle(agent, fact)
        self.deadlines.change(offer.offer)

    def _fold_offer_answered(self, fact: e.OfferAnswered) -> None:
        offer = self.offers.get(fact.offer)
        if offer is None or e.OfferAnswered not in AGENT[self.agents[offer.agent].state]:
            return
        if offer.consult_of is not None:
            consult.fold_answered(self, offer, fact)
            return
        contact = self.contacts.get(offer.contact)
        # It may have gone on, if a crash took the decision to take the offer back.
        if contact is None or contact.state is not OFFERED or offer.offer not in contact.open_offers:
            return
        offer.answered_at = fact.at
        contact.offer = offer.offer
        self.move(contact, fact)
        contact.agent = offer.agent
        contact.outcome = None
        callback.count_answered(self, contact, fact.at, rang_ms=fact.at - offer.made_at)
        agent = self.agents[offer.agent]
        agent.contacts += 1
        agent.busy_since = fact.at
        self.settle(agent, fact)

    def _fold_offer_over(self, fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn) -> None:
        offer = self.moves(fact.offer, type(fact))
        if offer is None:
            return
        del self.offers[offer.offer]
        if offer.consult_of is not None:
            consult.fold_over(self, offer)
        contact = self.contacts.get(offer.contact)
        if not isinstance(fact, e.OfferWithdrawn):
            misses.fold_missed(self, offer, contact, fact)
        if contact is not None and contact.beside:
            contact.offer, *contact.beside = [one for one in contact.open_offers if one != offer.offer]
        elif contact is not None and contact.offer == offer.offer:
            contact.offer = None
            self.move(contact, fact)
            if offer.answered_at is not None:
                # They were never connected: the visit goes on.
                contact.agent = None
                callback.count_answered(self, contact, fact.at, by=-1)
            if contact.state is CALLBACK:
                callback.wait_again(self, contact)
            else:
                links.let_wait(self, contact)
        agent = self.agents[offer.agent]
        if offer.answered_at is not None:
            agent.contacts -= 1
            agent.busy_since = None
        agent.offer = agent.contact = None
        self.settle(agent, fact)

    def _fold_connected(self, fact: e.TalkConnected) -> None:
        offer = self.offers.get(fact.offer)
        if offer is None or offer.answered_at is None or offer.consult_of is not None:
            return
        contact = self.contacts.get(offer.contact)
        # While the customer is dialled nobody is there to be connected with.
        offer.connected = offer.connected or contact is None or contact.state is not DIALLING

    def _fold_hold(self, fact: e.HoldStarted | e.HoldEnded) -> None:
        offer = self.offers[fact.offer]
        offer.held = isinstance(fact, e.HoldStarted)
        self.move(self.contacts[offer.contact], fact)
        self.settle(self.agents[offer.agent], fact)

    # --- the plan ---

    def _fold_plan(self, fact: e.PlanChanged) -> None:
        self.state.plan = fact.plan
        adaptation.begin(self, fact.at)
        places = {name: place for place, name in enumerate(fact.plan.agents)}
        for name, place in places.items():
            self.agents.setdefault(name, Agent(agent=name, listed=place))
        for agent in self.agents.values():
            agent.listed = places.get(agent.agent, -1)
        self.breaks = Breaks(fact.plan, self.agents)
        self.pools, self.watch = adaptation.routing(self)
        for agent in self.agents.values():
            self.settle(agent, fact)


def _keep(floor: FoldedFloor, fact: e.Fact) -> None:
    """Rings, pops, time: kept in the journal, they change nothing on the floor."""


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = dict.fromkeys(e.FACTS, _keep) | {
    e.ContactStarted: FoldedFloor._fold_started, e.ContactQueued: FoldedFloor._fold_queued,
    e.PriorityChanged: FoldedFloor._fold_priority, e.ContactEnded: FoldedFloor._fold_contact_ended,
    e.OfferMade: FoldedFloor._fold_offer_made, e.RingStarted: FoldedFloor._fold_ring_started,
    e.OfferAnswered: FoldedFloor._fold_offer_answered, e.OfferExpired: FoldedFloor._fold_offer_over,
    e.OfferFailed: FoldedFloor._fold_offer_over, e.OfferWithdrawn: FoldedFloor._fold_offer_over,
    e.TalkConnected: FoldedFloor._fold_connected, e.HoldStarted: FoldedFloor._fold_hold,
    e.HoldEnded: FoldedFloor._fold_hold, **rejoin.FOLDS, **links.FOLDS, **callback.FOLDS, **audio.FOLDS,
    **consult.FOLDS, **transfer.FOLDS,
    e.PlanChanged: FoldedFloor._fold_plan, **overload.FOLDS, **adaptation.FOLDS, **steps.FOLDS, **party.FOLDS,
    **exits.FOLDS, **telling.FOLDS, **lost.FOLDS, **emergency.FOLDS, **postures.FOLDS, **breaks.FOLDS, **wrap_up.FOLDS,
}  # fmt: skip
