"""The floor as the sum of its facts: folding a fact changes the state and decides nothing.

The live floor and one rebuilt from a journal go through the same lines, so they cannot differ. Pools and timers are not
state: they are worked out from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Literal

from acd import events as e
from acd.agent import AGENT, Agent, AgentState, Home
from acd.contact import CONTACT, Contact, ContactState, Offer
from acd.ledger import Ledger
from acd.order import ORDER
from acd.plan import Plan, Queue, Tier
from acd.pool import Need, Pool

TimerKind = Literal["pop", "ring", "wrap_up"]
Timer = tuple[int, TimerKind, int | str]
"""(due, kind, offer or agent): what is due at the same time happens in this order, whenever it was set."""


@dataclass(slots=True, kw_only=True)
class FloorState:
    """What a checkpoint holds; together with the facts after `number` it gives the floor again."""

    number: int = 0
    """The number of the last fact folded in."""
    at: int = 0
    plan: Plan = field(default_factory=Plan)
    contacts: dict[str, Contact] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    """Extensions known to be unreachable."""
    ledger: Ledger = field(default_factory=Ledger)


class FoldedFloor:
    """State, pools and timers, kept by folding facts."""

    def __init__(self, state: FloorState | None = None) -> None:
        """Start from a checkpoint's state, or empty; the state is taken over, not copied."""
        self.state = state or FloorState()
        self.contacts = self.state.contacts
        self.offers = self.state.offers
        self.agents = self.state.agents
        self.ledger = self.state.ledger
        self._timers: list[Timer] = []
        self._build_pools()
        for offer in self.offers.values():
            if offer.answered_at is None:
                self._set_offer_timer(offer)
        for agent in self.agents.values():
            if agent.wrap_up_until is not None:
                self._set_timer(agent.wrap_up_until, "wrap_up", agent.agent)

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

    def fold(self, fact: e.Fact) -> None:
        """Take a fact in. Facts must come in the order of their numbers."""
        self.state.number += 1
        self.state.at = fact.at
        fold = _FOLDS.get(type(fact))
        if fold is not None:
            fold(self, fact)

    # --- pools ---

    def _build_pools(self) -> None:
        self._keys = tuple(ORDER[name] for name in self.plan.agent_order)
        self._pools: dict[Need, Pool] = {}
        self._pools_of: dict[str, list[Pool]] = {agent: [] for agent in self.agents}
        self._pool_of: dict[str, Pool] = {}
        self._dirty: dict[int, Pool] = {}
        """Pools in which something changed since the floor was last at rest."""
        self._agent_on: dict[str, Agent] = {a.extension: a for a in self.agents.values() if a.extension is not None}
        for contact in self.contacts.values():
            if contact.state in (ContactState.WAITING, ContactState.OFFERED):
                pool = self._pool_of[contact.contact] = self._pool(contact)
                if contact.state is ContactState.WAITING:
                    pool.put(contact, self._tier(contact))
        self._dirty = {id(pool): pool for pool in self._pools.values()}

    def _pool(self, contact: Contact) -> Pool:
        needs = dict(self._queue(contact.queue).skills)
        for skill, level in contact.skills.items():
            needs[skill] = max(level, needs.get(skill, 0))
        key: Need = (contact.queue, frozenset(needs.items()))
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = Pool(contact.queue, needs, self._keys)
            for spec in self.plan.agents.values():
                agent = self.agents[spec.agent]
                if pool.serves(spec):
                    pool.able[spec.agent] = spec
                    self._pools_of[spec.agent].append(pool)
                    pool.enter(agent)
        return pool

    def _queue(self, name: str) -> Queue:
        return self.plan.queues.get(name) or Queue(name=name)

    def _tier(self, contact: Contact) -> Tier:
        return self.plan.tiers.get(contact.tier) or Tier(name=contact.tier)

    def _wait(self, contact: Contact) -> None:
        pool = self._pool_of[contact.contact] = self._pool(contact)
        pool.put(contact, self._tier(contact))
        self._dirty[id(pool)] = pool

    def _leave_pool(self, contact: Contact) -> None:
        if contact.state is ContactState.WAITING:
            self._pool_of[contact.contact].take(contact, self._tier(contact))
        del self._pool_of[contact.contact]

    def _change(self, agent: Agent, fact: e.Fact, **changes: Any) -> None:
        """Change an agent and move him as his table says, keeping the pools right."""
        pools = self._pools_of.get(agent.agent, ())
        for pool in pools:
            pool.leave(agent)
        for name, value in changes.items():
            setattr(agent, name, value)
        move = AGENT[agent.state][type(fact)]
        state = agent.home if isinstance(move, Home) else move
        if state is not agent.state:
            agent.state = state
            agent.since = fact.at
            if state is AgentState.IDLE and type(fact) is not e.OfferWithdrawn:
                agent.idle_since = fact.at
        for pool in pools:
            pool.enter(agent)
            self._dirty[id(pool)] = pool

    # --- timers ---

    def next_deadline(self) -> int | None:
        """When the next `TimePassed` is due, ms; None when nothing is."""
        while self._timers:
            due, kind, key = self._timers[0]
            if self._deadline(kind, key) == due:
                return due
            heappop(self._timers)
        return None

    def _deadline(self, kind: TimerKind, key: int | str) -> int | None:
        if kind == "wrap_up":
            agent = self.agents.get(str(key))
            return agent.wrap_up_until if agent else None
        offer = self.offers.get(int(key))
        if offer is None or offer.answered_at is not None:
            return None
        if kind == "pop":
            return offer.pop_until if offer.expires_at is None else None
        return offer.expires_at

    def _set_timer(self, due: int, kind: TimerKind, key: int | str) -> None:
        heappush(self._timers, (due, kind, key))

    def _set_offer_timer(self, offer: Offer) -> None:
        if offer.expires_at is not None:
            self._set_timer(offer.expires_at, "ring", offer.offer)
        elif offer.pop_until is not None:
            self._set_timer(offer.pop_until, "pop", offer.offer)

    # --- contacts and offers ---

    def _move(self, contact: Contact, fact: e.Fact) -> ContactState:
        """Move a contact as its table says; returns where it was."""
        was = contact.state
        contact.state = CONTACT[was][type(fact)]
        return was

    def _moves(self, offer_number: int, fact_type: type[e.Fact]) -> Offer | None:
        """The offer, if this kind of fact still moves its agent; None when it comes late."""
        offer = self.offers.get(offer_number)
        return offer if offer and fact_type in AGENT[self.agents[offer.agent].state] else None

    def _forget_if_done(self, contact: Contact) -> None:
        if contact.state is not ContactState.ENDED or contact.owed:
            return
        agent = self.agents.get(contact.agent or "")
        if agent is None or agent.contact != contact.contact:
            del self.contacts[contact.contact]

    def _fold_started(self, fact: e.ContactStarted) -> None:
        contact = self.contacts.get(fact.contact)
        if contact is None:
            self.contacts[fact.contact] = Contact(
                contact=fact.contact,
                asterisk=fact.asterisk,
                channel=fact.channel,
                access=fact.access,
                caller=fact.caller,
                started_at=fact.at,
            )
            self.ledger.contacts.started += 1
            return
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            self._leave_pool(contact)
            self.ledger.of(contact.queue).withdrawn += 1
        self._move(contact, fact)
        contact.channel = fact.channel

    def _fold_queued(self, fact: e.ContactQueued) -> None:
        contact = self.contacts[fact.contact]
        if self._move(contact, fact) is not ContactState.IVR:
            return
        contact.queue = fact.queue
        contact.tier = fact.tier
        contact.since = fact.since
        contact.skills = dict(fact.skills)
        contact.urgency_ms = fact.urgency_ms
        contact.language = fact.language
        contact.customer = fact.customer
        contact.arrival = self.number
        contact.visits += 1
        contact.missed = []
        self.ledger.of(contact.queue).entered += 1
        self._wait(contact)

    def _fold_contact_ended(self, fact: e.ContactEnded) -> None:
        contact = self.contacts[fact.contact]
        lost = fact.cause is e.EndCause.LOST
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            self._leave_pool(contact)
            visits = self.ledger.of(contact.queue)
            if lost:
                visits.lost += 1
            else:
                visits.abandoned += 1
        was = self._move(contact, fact)
        accounts = self.ledger.contacts
        if lost:
            accounts.lost += 1
        elif contact.visits:
            accounts.ended_after_visits += 1
        elif fact.cause is e.EndCause.REFUSED:
            accounts.refused += 1
        else:
            accounts.ended_in_ivr += 1
        if was is ContactState.TALKING:
            self._end_talk(self.offers[contact.offer or 0], fact)
        self._forget_if_done(contact)

    def _end_talk(self, offer: Offer, fact: e.Fact) -> None:
        del self.offers[offer.offer]
        self.contacts[offer.contact].offer = None
        until = fact.at + self._queue(offer.queue).wrap_up_ms
        self._change(self.agents[offer.agent], fact, offer=None, wrap_up_until=until)
        self._set_timer(until, "wrap_up", offer.agent)

    def _fold_offer_made(self, fact: e.OfferMade) -> None:
        contact = self.contacts[fact.contact]
        self._pool_of[contact.contact].take(contact, self._tier(contact))
        self._move(contact, fact)
        contact.offer = fact.offer
        offer = self.offers[fact.offer] = Offer(
            offer=fact.offer,
            contact=fact.contact,
            agent=fact.agent,
            extension=fact.extension,
            queue=fact.queue,
            made_at=fact.at,
            pop_until=fact.pop_until,
        )
        self._change(self.agents[fact.agent], fact, offer=fact.offer, contact=fact.contact)
        self._set_offer_timer(offer)

    def _fold_ring_started(self, fact: e.RingStarted) -> None:
        offer = self.offers[fact.offer]
        offer.expires_at = fact.expires_at
        self._change(self.agents[offer.agent], fact)
        self._set_offer_timer(offer)

    def _fold_offer_answered(self, fact: e.OfferAnswered) -> None:
        offer = self._moves(fact.offer, type(fact))
        if offer is None:
            return
        offer.answered_at = fact.at
        contact = self.contacts[offer.contact]
        del self._pool_of[contact.contact]
        self._move(contact, fact)
        contact.agent = offer.agent
        self.ledger.of(contact.queue).answered += 1
        agent = self.agents[offer.agent]
        self._change(agent, fact, contacts=agent.contacts + 1)

    def _fold_offer_over(self, fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn) -> None:
        offer = self._moves(fact.offer, type(fact))
        if offer is None:
            return
        del self.offers[offer.offer]
        contact = self.contacts.get(offer.contact)
        if contact is not None:
            contact.offer = None
            if not isinstance(fact, e.OfferWithdrawn) and offer.agent not in contact.missed:
                contact.missed.append(offer.agent)
            self._move(contact, fact)
            if contact.state is ContactState.WAITING:
                self._wait(contact)
        self._change(self.agents[offer.agent], fact, offer=None, contact=None)

    def _fold_hold(self, fact: e.HoldStarted | e.HoldEnded) -> None:
        offer = self.offers[fact.offer]
        offer.held = isinstance(fact, e.HoldStarted)
        self._move(self.contacts[offer.contact], fact)
        self._change(self.agents[offer.agent], fact)

    def _fold_agent_hung_up(self, fact: e.AgentHungUp) -> None:
        offer = self._moves(fact.offer, type(fact))
        if offer is not None:
            self._move(self.contacts[offer.contact], fact)
            self._end_talk(offer, fact)

    def _fold_outcome(self, fact: e.OutcomeSaved) -> None:
        contact = self.contacts[fact.contact]
        contact.outcome = fact.outcome
        contact.owed = False
        self._forget_if_done(contact)

    def _fold_wrap_up_ended(self, fact: e.WrapUpEnded) -> None:
        contact = self.contacts[fact.contact]
        contact.owed = fact.end is e.WrapUpEnd.CAP
        self._change(self.agents[fact.agent], fact, contact=None, wrap_up_until=None)
        self._forget_if_done(contact)

    # --- agents ---

    def _fold_signed_in(self, fact: e.AgentSignedIn) -> None:
        agent = self.agents[fact.agent]
        if agent.extension == fact.extension:
            agent.desk = fact.desk or agent.desk
            return
        self._agent_on.pop(agent.extension or "", None)
        self._agent_on[fact.extension] = agent
        self._change(
            agent,
            fact,
            extension=fact.extension,
            desk=fact.desk or agent.desk,
            intent=e.Intent.NOT_READY,
            reason="",
            set_aside=None,
            reachable=fact.extension not in self.state.unreachable,
            contacts=0,
        )

    def _fold_signed_out(self, fact: e.AgentSignedOut) -> None:
        agent = self.agents[fact.agent]
        self._agent_on.pop(agent.extension or "", None)
        self._change(agent, fact, extension=None, intent=e.Intent.LOGGED_OUT, reason="", set_aside=None)

    def _fold_intent(self, fact: e.IntentChanged) -> None:
        agent = self.agents[fact.agent]
        aside = None if fact.intent is e.Intent.READY else agent.set_aside
        self._change(agent, fact, intent=fact.intent, reason=fact.reason, set_aside=aside)

    def _fold_set_aside(self, fact: e.AgentSetAside) -> None:
        self._change(self.agents[fact.agent], fact, set_aside=fact.cause)

    def _fold_desk(self, fact: e.DeskOpened | e.DeskClosed) -> None:
        self.agents[fact.agent].desk = isinstance(fact, e.DeskOpened)

    def _fold_phone(self, fact: e.PhoneReachable | e.PhoneUnreachable) -> None:
        reachable = isinstance(fact, e.PhoneReachable)
        known = self.state.unreachable
        if reachable and fact.extension in known:
            known.remove(fact.extension)
        elif not reachable and fact.extension not in known:
            known.append(fact.extension)
        agent = self._agent_on.get(fact.extension)
        if agent is not None and agent.reachable is not reachable:
            self._change(agent, fact, reachable=reachable)

    def _fold_plan(self, fact: e.PlanChanged) -> None:
        self.state.plan = fact.plan
        places = {name: place for place, name in enumerate(fact.plan.agents)}
        for name, place in places.items():
            self.agents.setdefault(name, Agent(agent=name, listed=place))
        self._pools_of = {}
        for agent in self.agents.values():
            self._change(agent, fact, listed=places.get(agent.agent, -1))
        self._build_pools()


_FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.ContactStarted: FoldedFloor._fold_started,
    e.ContactQueued: FoldedFloor._fold_queued,
    e.ContactEnded: FoldedFloor._fold_contact_ended,
    e.OfferMade: FoldedFloor._fold_offer_made,
    e.RingStarted: FoldedFloor._fold_ring_started,
    e.OfferAnswered: FoldedFloor._fold_offer_answered,
    e.OfferExpired: FoldedFloor._fold_offer_over,
    e.OfferFailed: FoldedFloor._fold_offer_over,
    e.OfferWithdrawn: FoldedFloor._fold_offer_over,
    e.HoldStarted: FoldedFloor._fold_hold,
    e.HoldEnded: FoldedFloor._fold_hold,
    e.AgentHungUp: FoldedFloor._fold_agent_hung_up,
    e.OutcomeSaved: FoldedFloor._fold_outcome,
    e.WrapUpEnded: FoldedFloor._fold_wrap_up_ended,
    e.AgentSignedIn: FoldedFloor._fold_signed_in,
    e.AgentSignedOut: FoldedFloor._fold_signed_out,
    e.IntentChanged: FoldedFloor._fold_intent,
    e.AgentSetAside: FoldedFloor._fold_set_aside,
    e.DeskOpened: FoldedFloor._fold_desk,
    e.DeskClosed: FoldedFloor._fold_desk,
    e.PhoneReachable: FoldedFloor._fold_phone,
    e.PhoneUnreachable: FoldedFloor._fold_phone,
    e.PlanChanged: FoldedFloor._fold_plan,
}
"""Facts that are not here (rings, pops, bridges, time) are kept in the journal and change nothing on the floor."""
