"""Every agent's desk: a reader of the facts that turns them into pushes the moment they are written.

Nothing here waits: what a pop needs beyond the floor was fetched when the contact was identified or queued
(`cti.desk.background`); what comes later follows in a frame of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from acd import events as e
from acd import lost
from acd.errors import IllegalEvent
from cti.desk.absence import Absence
from cti.desk.background import Background
from cti.desk.choices import outcome_choices, reason_choices
from cti.desk.frames import (
    ConsultEndedFrame,
    DelayFrame,
    DetailsFrame,
    MissingOutcome,
    OfferEndedFrame,
    OutcomeSavedFrame,
    PlanFrame,
    Pop,
    PopFrame,
    RingFrame,
    Snapshot,
    StateFrame,
    TalkEndedFrame,
    TalkStartedFrame,
    WrapUpEndedFrame,
)
from cti.desk.outbox import Outbox, Sink
from cti.desk.pops import Pops
from cti.desk.views import FloorViews
from cti.journal.loop import FloorLoop
from cti.plan.document import PlanDocument

log = structlog.get_logger()


@dataclass(slots=True)
class OpenOffer:
    """An offer from its making to the end of its wrap-up, as the pushes need it."""

    agent: str
    contact: str
    answered: bool = False
    connected: bool = False
    ended: bool = False
    consult_of: int = 0
    """The offer of the talk in which he is consulted."""
    hung_up: bool = False
    """He left the consult himself."""


class Desks:
    """The desks of all agents. `read` is subscribed to the floor's loop by `start`."""

    def __init__(self, loop: FloorLoop, plan: Callable[[], PlanDocument], background: Background) -> None:
        """`plan` gives the whole plan in force."""
        self._loop = loop
        self._plan = plan
        self._pops = Pops(loop.floor, plan, background)
        self._background = background
        self._views = FloorViews(loop.floor, lambda agent: name_of(plan(), agent))
        self._outboxes: dict[str, Outbox] = {}
        self._sees_numbers: dict[str, bool] = {}
        self._offers: dict[int, OpenOffer] = {}
        self._offer_of_agent: dict[str, int] = {}
        self._talk_of_contact: dict[str, int] = {}
        self._seq = loop.floor.number
        self._delayed = False
        self._absence = Absence(loop)

    def start(self) -> None:
        """Begin reading facts."""
        for offer in self._loop.floor.offers.values():
            answered = offer.answered_at is not None
            self._offers[offer.offer] = OpenOffer(
                offer.agent,
                offer.contact,
                answered=answered,
                connected=offer.connected,
                consult_of=offer.consult_of or 0,
            )
            self._offer_of_agent[offer.agent] = offer.offer
            if answered and offer.consult_of is None:
                self._talk_of_contact[offer.contact] = offer.offer
        self._loop.subscribe(self.read)
        self._loop.subscribe(self._absence.read)

    def stop(self) -> None:
        """Wait for no page any more."""
        self._absence.stop()

    def close_absent(self) -> None:
        """A desk that was open when the engine stopped counts as closed until it comes back.

        To be called once commands are carried out: the router may decide upon it.
        """
        for agent in list(self._loop.floor.agents.values()):
            if agent.desk and not self.is_open(agent.agent):
                self._loop.tell_if_fits(e.DeskClosed(at=self._loop.now(), agent=agent.agent))
                self._absence.left(agent.agent)

    # --- pages come and go ---

    def open(self, agent: str, sink: Sink, *, sees_numbers: bool, after: int | None) -> object:
        """A page of this agent's opened: it gets what it missed since `after`, or a snapshot, then every push.

        Returns what `close` wants. KeyError when the floor has no such agent.
        """
        self._loop.floor.agents[agent]
        outbox = self._outboxes.setdefault(agent, Outbox(self._seq))
        self._sees_numbers[agent] = sees_numbers
        first = not outbox.sinks
        key = object()
        missed = outbox.after(after, self._seq) if after is not None else None
        if missed is None:
            sink(self.snapshot(agent).model_dump_json())
        else:
            for text in missed:
                sink(text)
        outbox.sinks[key] = sink
        if first:
            self._absence.came(agent)
            self._loop.tell_if_fits(e.DeskOpened(at=self._loop.now(), agent=agent))
        return key

    def close(self, agent: str, key: object) -> None:
        """That page is gone."""
        sinks = self._outboxes[agent].sinks
        sinks.pop(key, None)
        if not sinks:
            self._loop.tell_if_fits(e.DeskClosed(at=self._loop.now(), agent=agent))
            self._absence.left(agent)

    def is_open(self, agent: str) -> bool:
        """Whether a page of this agent's is there to show pops."""
        outbox = self._outboxes.get(agent)
        return outbox is not None and bool(outbox.sinks)

    def acknowledge(self, agent: str, offer: int) -> None:
        """The page shows the customer of this offer. Raises IllegalEvent when it is none of his."""
        event = e.PopAcknowledged(at=self._loop.now(), offer=offer)
        known = self._offers.get(offer)
        if known is None or known.agent != agent:
            raise IllegalEvent(event, f"offer {offer} is not one of agent {agent!r}")
        self._loop.tell(event)

    def snapshot(self, agent: str) -> Snapshot:
        """Everything an agent's page shows."""
        now = self._loop.floor.agents[agent]
        plan = self._plan()
        pop = None
        if now.contact is not None and now.contact in self._loop.floor.contacts:
            number = self._offer_of_agent.get(agent, now.offer or 0)
            pop = self._pops.make(now.contact, number, sees_numbers=self._sees_numbers.get(agent, False))
        return Snapshot(
            seq=self._seq,
            at=self._loop.now(),
            agent=self._views.agent(agent),
            pop=pop,
            missing=self.missing(agent),
            outcomes=outcome_choices(plan),
            reasons=reason_choices(plan),
            delayed=self._delayed,
        )

    def missing(self, agent: str) -> list[MissingOutcome]:
        """Contacts whose outcome this agent still owes, oldest first."""
        owed = [one for one in self._loop.floor.contacts.values() if one.owed and one.agent == agent]
        return [
            MissingOutcome(contact=one.contact, started_at=one.started_at, queue=one.queue, customer=one.customer)
            for one in sorted(owed, key=lambda one: one.started_at)
        ]

    # --- facts become pushes ---

    def read(self, number: int, fact: e.Fact) -> None:
        """Take one fact: push it to whom it concerns."""
        self._seq = number
        react = _READERS.get(type(fact))
        if react is not None:
            react(self, fact)
        contact = getattr(fact, "contact", None)
        if contact is not None and contact not in self._loop.floor.contacts:
            self._pops.forget(contact)

    def say_delayed(self, delayed: bool) -> None:
        """Let every page know that the records are late, or no longer."""
        self._delayed = delayed
        for agent in self._outboxes:
            self._push(agent, DelayFrame, self._loop.now(), delayed=delayed)

    def _push(self, agent: str, frame: Any, at: int, **content: Any) -> None:
        outbox = self._outboxes.get(agent)
        if outbox is not None:
            outbox.push(frame(seq=self._seq, at=at, agent=self._views.agent(agent), **content))

    def _state(self, agent: str, fact: e.Fact) -> None:
        self._push(agent, StateFrame, fact.at, fact=type(fact).__name__)

    def _on_agent(self, fact: Any) -> None:
        self._state(fact.agent, fact)

    def _on_intent(self, fact: e.IntentApplied | e.IntentChanged | e.AgentSignedOut) -> None:
        """He may have had a place on the list of breaks, or have made room."""
        self._on_break(fact) if self._loop.floor.breaks.waiting else self._on_agent(fact)

    def _on_break(self, fact: Any) -> None:
        """The others on the list have other places now."""
        for agent in {fact.agent: None} | self._loop.floor.breaks.waiting:
            self._state(agent, fact)

    def _on_phone(self, fact: e.PhoneReachable | e.PhoneUnreachable) -> None:
        for agent in self._outboxes:
            if self._loop.floor.agents[agent].extension == fact.extension:
                self._state(agent, fact)

    def _on_started(self, fact: e.ContactStarted) -> None:
        self._background.expect(contact=fact.contact, number=fact.caller, customer=None)

    def _on_queued(self, fact: e.ContactQueued) -> None:
        contact = self._loop.floor.contacts.get(fact.contact)
        caller = contact.caller if contact is not None else ""
        self._background.expect(contact=fact.contact, number=caller, customer=fact.customer)
        self._pops.learn(fact.contact, fact.learned)

    def _on_callback(self, fact: e.CallbackAsked) -> None:
        if fact.queue:
            self._background.expect(contact=fact.contact, number=fact.number, customer=fact.customer)
            self._pops.learn(fact.contact, fact.learned)

    def _on_owed(self, fact: e.CallOwed) -> None:
        if fact.callback:
            self._on_callback(lost.asked(fact))

    def _on_consult(self, fact: e.ConsultOffered) -> None:
        self._offers[fact.offer] = OpenOffer(fact.agent, fact.contact, consult_of=fact.of)
        self._show(fact, None)
        self._on_talk(fact, fact.of)

    def _on_offer(self, fact: e.OfferMade) -> None:
        self._offers[fact.offer] = OpenOffer(fact.agent, fact.contact)
        contact = self._loop.floor.contacts.get(fact.contact)
        if contact is not None and contact.callback is not None:
            # It has waited for days, perhaps, and what was known of it then is forgotten.
            self._background.expect(contact=fact.contact, number=contact.caller, customer=contact.customer)
        self._show(fact, fact.pop_until)

    def _show(self, fact: e.OfferMade | e.ConsultOffered, ring_by: int | None) -> None:
        """Let the agent see whose contact it is."""
        self._offer_of_agent[fact.agent] = fact.offer
        if fact.agent not in self._outboxes:
            return
        pop = self._pops.make(fact.contact, fact.offer, sees_numbers=self._sees_numbers[fact.agent], ring_by=ring_by)
        self._push(fact.agent, PopFrame, fact.at, pop=pop)
        self._background.when_known(fact.contact, lambda: self._more(fact.agent, fact.offer, pop))

    def _more(self, agent: str, offer: int, sent: Pop) -> None:
        """Details arrived after the pop: send it again if it says more now."""
        known = self._offers.get(offer)
        if known is None or known.ended or sent.contact not in self._loop.floor.contacts:
            return
        pop = self._pops.make(sent.contact, offer, sees_numbers=self._sees_numbers[agent], ring_by=sent.ring_by)
        if pop != sent:
            self._outboxes[agent].push(DetailsFrame(seq=self._seq, at=self._loop.now(), pop=pop))

    def _on_ring(self, fact: e.RingStarted) -> None:
        known = self._offers.get(fact.offer)
        if known is not None:
            self._push(known.agent, RingFrame, fact.at, offer=fact.offer, pop=fact.pop, expires_at=fact.expires_at)

    def _on_answered(self, fact: e.OfferAnswered) -> None:
        known = self._offers.get(fact.offer)
        offer = self._loop.floor.offers.get(fact.offer)
        # An answer to an offer that was not ringing, or no more, is a fact too; the floor did not take it as one.
        if known is not None and not known.answered and offer is not None and offer.answered_at is not None:
            known.answered = True
            self._state(known.agent, fact)
            if known.consult_of:
                self._on_talk(fact, known.consult_of)
            else:
                self._talk_of_contact[known.contact] = fact.offer

    def _on_offer_over(self, fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn) -> None:
        known = self._offers.get(fact.offer)
        if known is None or known.connected:
            return
        if known.answered and not known.consult_of:
            del self._talk_of_contact[known.contact]
        self._forget(fact.offer, known)
        why = fact.cause.value if isinstance(fact, e.OfferFailed) else _WHY[type(fact)]
        self._push(known.agent, OfferEndedFrame, fact.at, offer=fact.offer, contact=known.contact, why=why)
        talk = self._offers.get(known.consult_of)
        if talk is not None:
            told = {"offer": known.consult_of, "colleague": known.agent, "why": "hung_up" if known.hung_up else why}
            self._push(talk.agent, ConsultEndedFrame, fact.at, **told)

    def _on_connected(self, fact: e.TalkConnected) -> None:
        known = self._offers.get(fact.offer)
        if known is not None and known.answered and not known.ended and not known.consult_of:
            known.connected = True
            self._push(known.agent, TalkStartedFrame, fact.at, offer=fact.offer, contact=known.contact)

    def _on_talk(self, fact: Any, offer: int = 0) -> None:
        """Something about this talk; 0: the fact's own."""
        known = self._offers.get(offer or fact.offer)
        if known is not None:
            self._state(known.agent, fact)

    def _on_agent_gone(self, fact: e.AgentHungUp | e.AgentGivenUp) -> None:
        known = self._offers.get(fact.offer)
        if known is None:
            return
        if known.consult_of:
            known.hung_up = True
            return
        how = "agent_hung_up" if isinstance(fact, e.AgentHungUp) else "agent_given_up"
        heir = self._heir(fact.offer)
        self._talk_ended(fact.offer, known, fact.at, how if heir is None else "handed_over")
        if heir is not None:
            offer, colleague = heir
            colleague.consult_of, colleague.connected = 0, True
            self._talk_of_contact[colleague.contact] = offer
            self._push(colleague.agent, TalkStartedFrame, fact.at, offer=offer, contact=colleague.contact)

    def _heir(self, talk: int) -> tuple[int, OpenOffer] | None:
        """The colleague who has the caller now that this talk is over, with his offer."""
        of_it = ((offer, known) for offer, known in self._offers.items() if known.consult_of == talk)
        offers = self._loop.floor.offers
        return next((one for one in of_it if one[0] in offers and offers[one[0]].consult_of is None), None)

    def _on_contact_ended(self, fact: e.ContactEnded) -> None:
        if fact.before_talk and (unmet := self._talk_of_contact.get(fact.contact)) is not None:
            self._on_offer_over(e.OfferWithdrawn(at=fact.at, offer=unmet))
        offer = self._talk_of_contact.pop(fact.contact, None)
        if offer is not None and offer in self._offers:
            self._talk_ended(offer, self._offers[offer], fact.at, fact.cause)

    def _talk_ended(self, offer: int, known: OpenOffer, at: int, cause: Any) -> None:
        if not known.answered or known.ended:
            return
        known.ended = True
        outcomes = outcome_choices(self._plan())
        self._push(known.agent, TalkEndedFrame, at, offer=offer, contact=known.contact, cause=cause, outcomes=outcomes)

    def _on_wrapped_up(self, fact: e.WrapUpEnded) -> None:
        offer = self._offer_of_agent.get(fact.agent)
        if offer is not None:
            self._forget(offer, self._offers[offer])
        self._push(
            fact.agent,
            WrapUpEndedFrame,
            fact.at,
            contact=fact.contact,
            end=fact.end,
            missing=self.missing(fact.agent),
        )

    def _on_outcome(self, fact: e.OutcomeSaved) -> None:
        self._push(
            fact.agent,
            OutcomeSavedFrame,
            fact.at,
            contact=fact.contact,
            outcome=fact.outcome,
            missing=self.missing(fact.agent),
        )

    def _on_plan(self, fact: e.PlanChanged) -> None:
        plan = self._plan()
        outcomes, reasons = outcome_choices(plan), reason_choices(plan)
        for agent in self._outboxes:
            self._push(agent, PlanFrame, fact.at, outcomes=outcomes, reasons=reasons)

    def _on_switch(self, fact: e.EmergencySwitchedOn | e.EmergencySwitchedOff) -> None:
        """Everybody learns of it: whose queue it is, and who is called up."""
        for agent in self._outboxes:
            self._state(agent, fact)

    def _forget(self, offer: int, known: OpenOffer) -> None:
        del self._offers[offer]
        if self._offer_of_agent.get(known.agent) == offer:
            del self._offer_of_agent[known.agent]


def name_of(plan: PlanDocument, agent: str) -> str:
    """The agent's name in the plan; his 工号 when the plan no longer lists him."""
    part = plan.agents.get(agent)
    return part.name if part is not None else agent


_WHY: dict[type[e.Fact], str] = {e.OfferExpired: "expired", e.OfferWithdrawn: "withdrawn"}
_READERS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.AgentSignedIn: Desks._on_agent,
    e.AgentSignedOut: Desks._on_intent,
    e.IntentChanged: Desks._on_intent,
    e.AgentSetAside: Desks._on_agent,
    e.AsideEnded: Desks._on_agent,
    e.IntentApplied: Desks._on_intent,
    e.BreakAsked: Desks._on_break,
    e.BreakAllowed: Desks._on_break,
    e.BreakTakenBack: Desks._on_break,
    e.BreakGranted: Desks._on_break,
    e.BreakLapsed: Desks._on_break,
    e.ReasonOverrun: Desks._on_agent,
    e.WrapUpProlonged: Desks._on_agent,
    e.AutoAnswerChosen: Desks._on_agent,
    e.DeskOpened: Desks._on_agent,
    e.DeskClosed: Desks._on_agent,
    e.PhoneReachable: Desks._on_phone,
    e.PhoneUnreachable: Desks._on_phone,
    e.ContactStarted: Desks._on_started,
    e.ContactQueued: Desks._on_queued,
    e.CallbackAsked: Desks._on_callback,
    e.CallOwed: Desks._on_owed,
    e.OfferMade: Desks._on_offer,
    e.RingStarted: Desks._on_ring,
    e.ConsultOffered: Desks._on_consult,
    e.OfferAnswered: Desks._on_answered,
    e.OfferExpired: Desks._on_offer_over,
    e.OfferFailed: Desks._on_offer_over,
    e.OfferWithdrawn: Desks._on_offer_over,
    e.TalkConnected: Desks._on_connected,
    e.HoldStarted: Desks._on_talk,
    e.HoldEnded: Desks._on_talk,
    e.AgentHungUp: Desks._on_agent_gone,
    e.AgentGivenUp: Desks._on_agent_gone,
    e.AgentLegLost: Desks._on_talk,
    e.AudioMissing: Desks._on_talk,
    e.AudioBack: Desks._on_talk,
    e.CallbackDialled: Desks._on_talk,
    e.CallbackAnswered: Desks._on_talk,
    e.RejoinAsked: Desks._on_talk,
    e.RejoinAnswered: Desks._on_talk,
    e.RejoinFailed: Desks._on_talk,
    e.ContactEnded: Desks._on_contact_ended,
    e.WrapUpEnded: Desks._on_wrapped_up,
    e.OutcomeSaved: Desks._on_outcome,
    e.PlanChanged: Desks._on_plan,
    e.EmergencySwitchedOn: Desks._on_switch,
    e.EmergencySwitchedOff: Desks._on_switch,
}
"""Facts that are not here change nothing that an agent's page shows."""
