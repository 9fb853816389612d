"""Facts become rows: a pure fold in memory that knows what is open and collects the rows that changed.

It follows the router's own rules (`acd.contact`, `acd.agent`), so its visits balance as the floor's ledger does. A fact
that fits nothing open came late and changes no row.
"""

from collections.abc import Callable, Iterable
from typing import Any

from acd import events as e
from acd.exits import account_of
from acd.ledger import CUT_OFF, VisitAccounts
from cti.database.models import (
    AgentInterval,
    AgentNow,
    Contact,
    Hold,
    MissingOutcome,
    Offer,
    Outcome,
    PartyTalk,
    Talk,
    Visit,
)
from cti.records import callbacks, consults, offers
from cti.records.agents import AgentBook
from cti.records.changes import Changes, Written
from cti.records.left_behind import note_message
from cti.records.offers import ANSWERED, WITHDRAWN
from cti.records.rows import clean, new_contact

ABANDONED, LOST = "abandoned", "lost"
VISIT_ENDS = tuple(name for name in VisitAccounts.__dataclass_fields__ if name != "entered")
"""What `visits.end` may hold: the accounts of the ledger."""
assert {ANSWERED, ABANDONED, WITHDRAWN, *CUT_OFF} <= set(VISIT_ENDS)


class RecordBook:
    """What is open: contacts, visits, offers, talks, holds, agents. Closed rows are forgotten once taken."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.agents = AgentBook(self.changes)
        self.contacts: dict[str, Contact] = {}
        self.visits: dict[str, Visit] = {}
        self.offers: dict[int, Offer] = {}
        self.answered: dict[str, int] = {}
        self.in_doubt: dict[str, Visit] = {}
        """Answered visits whose caller and agent are not connected yet."""
        self.consults: dict[int, int] = {}
        """Offer of a colleague who is consulted = that of the talk."""
        self._left_behind: dict[str, Visit] = {}
        """Visits just left, until it is known whether another follows."""
        self._talks: dict[int, Talk] = {}
        self._holds: dict[int, Hold] = {}
        self._parties: dict[str, PartyTalk] = {}

    def load(
        self,
        *,
        contacts: Iterable[Contact],
        visits: Iterable[Visit],
        offers: Iterable[Offer],
        talks: Iterable[Talk],
        holds: Iterable[Hold],
        parties: Iterable[PartyTalk],
        agents: Iterable[AgentNow],
        intervals: Iterable[AgentInterval],
        unreachable: Iterable[str],
    ) -> None:
        """Go on from the open rows of the tables; `visits` also those whose offer is open, and those just left."""
        self.contacts = {row.contact: row for row in contacts}
        self.visits, self.in_doubt, self._left_behind = {}, {}, {}
        for row in visits:
            ended = self._left_behind if row.left_by else self.in_doubt
            (self.visits if row.ended_at is None else ended)[row.contact] = row
        self.offers = {row.offer: row for row in offers}
        self.consults = consults.open_consults(self.offers)
        self.answered = {
            row.contact: row.offer
            for row in self.offers.values()
            if row.answered_at is not None and row.offer not in self.consults
        }
        self._talks = {row.offer: row for row in talks}
        self._holds = {row.offer: row for row in holds}
        self._parties = {row.contact: row for row in parties}
        self.agents.load(agents, intervals)
        self.agents.unreachable = set(unreachable)

    def apply(self, number: int, fact: e.Fact) -> None:
        """Take a fact in; facts come in the order of their numbers."""
        fold = _FOLDS.get(type(fact))
        if fold is not None:
            fold(self, number, fact)

    def take(self) -> Written:
        """The rows changed since the last time."""
        return self.changes.take()

    # --- contacts and visits ---

    def _started(self, number: int, fact: e.ContactStarted) -> None:
        contact = self.contacts.get(fact.contact)
        if contact is None:
            contact = self.contacts[fact.contact] = new_contact(
                fact.contact, fact.asterisk, fact.access, fact.caller, fact.at, fact.sip_call_id
            )
        contact.channel = clean(fact.channel)
        contact.attempts += 1
        self.changes.note(contact)
        if not callbacks.is_pending(self, fact.contact):
            # The caller is in the flow again: the visit he waited in is over.
            self.end_visit(fact.contact, WITHDRAWN, fact.at)

    def _shed(self, number: int, fact: e.ContactShed) -> None:
        contact = self.contacts.get(fact.contact)
        if contact is not None:
            contact.end, contact.end_detail = e.EndCause.SHED.value, fact.limit
            self.changes.note(contact)

    def _queued(self, number: int, fact: e.ContactQueued) -> None:
        contact = self.contacts.get(fact.contact)
        if contact is None or fact.contact in self.visits:
            callbacks.waits_on_the_line(self, fact.contact)
        else:
            self.open_visit(contact, fact, fact.since)

    def open_visit(self, contact: Contact, fact: e.ContactQueued | e.CallbackAsked, since: int) -> Visit:
        """A contact enters a queue."""
        contact.visits += 1
        contact.customer = fact.customer
        contact.language = fact.language
        contact.learned = {clean(name): clean(value) for name, value in fact.learned.items()}
        self.changes.note(contact)
        return self._begin_visit(
            contact,
            fact,
            queue=fact.queue,
            tier=fact.tier,
            skills=dict(fact.skills),
            urgency_ms=fact.urgency_ms,
            credit_ms=fact.credit_ms,
            since=since,
        )

    def _begin_visit(self, contact: Contact, fact: e.Fact, **terms: Any) -> Visit:
        """A visit begins; `terms`: its queue, and on what terms the contact waits there."""
        yet_to_come = ("ended_at", "end", "agent", "expected_low_ms", "expected_high_ms", "callback", "called_back_at")
        visit = self.visits[contact.contact] = Visit(
            contact=contact.contact,
            visit=contact.visits,
            entered_at=fact.at,
            left_by="",
            left_to="",
            **dict.fromkeys(yet_to_come),
            **terms,
        )
        self.changes.note(visit)
        return visit

    def _left(self, number: int, fact: e.ContactLeft) -> None:
        visit = self.visits.get(fact.contact)
        if visit is not None:
            visit.left_by, visit.left_to = fact.rule.value, clean(fact.to)
            self._left_behind[fact.contact] = visit
            self.end_visit(fact.contact, account_of(fact), fact.at)

    def _moved(self, number: int, fact: e.ContactMoved) -> None:
        contact, before = self.contacts.get(fact.contact), self._left_behind.pop(fact.contact, None)
        if contact is None or before is None:
            return
        contact.visits += 1
        self.changes.note(contact)
        self._begin_visit(
            contact,
            fact,
            queue=fact.queue,
            tier=before.tier,
            skills=dict(before.skills),
            urgency_ms=before.urgency_ms,
            credit_ms=before.credit_ms,
            since=before.since,
        )

    def _expected(self, number: int, fact: e.WaitEstimated) -> None:
        visit = self.visits.get(fact.contact)
        if visit is not None:
            visit.expected_low_ms, visit.expected_high_ms = fact.low_ms, fact.high_ms
            self.changes.note(visit)

    def _priority_changed(self, number: int, fact: e.PriorityChanged) -> None:
        visit = self.visits.get(fact.contact)
        if visit is not None:
            visit.tier = fact.tier
            visit.urgency_ms = fact.urgency_ms
            self.changes.note(visit)

    def _ended(self, number: int, fact: e.ContactEnded) -> None:
        if callbacks.is_pending(self, fact.contact):
            callbacks.leg_gone(self, fact.contact)
            return
        contact = self.contacts.pop(fact.contact, None)
        if contact is None:
            return
        self._left_behind.pop(fact.contact, None)
        contact.ended_at = fact.at
        # Who was shed ends so, however we hear of it.
        if contact.end != e.EndCause.SHED or fact.cause in CUT_OFF:
            contact.end, contact.end_detail = fact.cause.value, clean(fact.detail)
        self.changes.note(contact)
        if fact.before_talk:
            offers.over(self, number, e.OfferWithdrawn(at=fact.at, offer=self.answered[fact.contact]))
        self.end_visit(fact.contact, fact.cause.value if fact.cause in CUT_OFF else ABANDONED, fact.at)
        self._end_party(fact)
        self._in_fallback(number, contact, fact)
        offer = self.answered.get(fact.contact)
        if offer is not None:
            self._end_talk(self.offers[offer], number, fact)

    def end_visit(self, contact: str, end: str, at: int, agent: str | None = None) -> None:
        """A visit is over, if one is open, in this account of the ledger."""
        visit = self.visits.pop(contact, None)
        if visit is not None:
            visit.ended_at = at
            visit.end = end
            visit.agent = agent
            self.changes.note(visit)

    # --- offers ---

    def offer(
        self,
        number: int,
        fact: e.OfferMade | e.ConsultOffered,
        *,
        score: float = 0.0,
        left_out: dict[str, int] | None = None,
        consult_of: int | None = None,
    ) -> None:
        """A contact is reserved for an agent."""
        contact = self.contacts.get(fact.contact)
        offer = self.offers[fact.offer] = Offer(
            contact=fact.contact,
            offer=fact.offer,
            visit=contact.visits if contact else 0,
            queue=fact.queue,
            agent=fact.agent,
            extension=fact.extension,
            made_at=fact.at,
            score=score,
            left_out=left_out or {},
            pop=None,
            pop_at=None,
            ring_at=None,
            ringing_at=None,
            dialled_at=None,
            answered_at=None,
            connected_at=None,
            ended_at=None,
            end=None,
            end_detail="",
            consult_of=consult_of,
        )
        self.changes.note(offer)
        self.agents.change(fact.agent, number, fact, offer=fact.offer, contact=fact.contact)

    def moves(self, offer_number: int, fact: type[e.Fact]) -> Offer | None:
        """The offer, if this kind of fact still moves its agent."""
        offer = self.offers.get(offer_number)
        return offer if offer is not None and self.agents.moves(offer.agent, fact) else None

    def answer(self, offer: Offer, at: int) -> None:
        """The visit is over; a callback's, once its customer is on the line."""
        visit = self.visits.get(offer.contact)
        if visit is None or callbacks.is_pending(self, offer.contact):
            return
        self.in_doubt[offer.contact] = visit
        self.end_visit(offer.contact, ANSWERED if visit.callback is None else callbacks.DONE, at, offer.agent)

    # --- talks ---

    def _connected(self, number: int, fact: e.TalkConnected) -> None:
        offer = self.offers.get(fact.offer)
        if offer is None or offer.answered_at is None or offer.connected_at is not None:
            return
        if callbacks.is_pending(self, offer.contact) or fact.offer in self.consults:
            return
        offer.connected_at = fact.began
        self.in_doubt.pop(offer.contact, None)
        self.changes.note(offer)
        self.begin_talk(offer, fact.began)

    def begin_talk(self, offer: Offer, at: int) -> None:
        """Caller and agent hear each other."""
        talk = self._talks[offer.offer] = Talk(
            contact=offer.contact,
            offer=offer.offer,
            queue=offer.queue,
            agent=offer.agent,
            extension=offer.extension,
            from_at=at,
            to_at=None,
        )
        self.changes.note(talk)

    def _party_connected(self, number: int, fact: e.PartyConnected) -> None:
        if fact.contact in self._parties or fact.contact not in self.contacts:
            return
        row = self._parties[fact.contact] = PartyTalk(
            contact=fact.contact, connected=number, party=clean(fact.party), from_at=fact.at, to_at=None
        )
        self.changes.note(row)

    def _end_party(self, fact: e.ContactEnded) -> None:
        row = self._parties.pop(fact.contact, None)
        if row is not None:
            row.to_at = _last_known(fact, row)
            self.changes.note(row)

    def _in_fallback(self, number: int, contact: Contact, fact: e.ContactEnded) -> None:
        """The talk he had there, and the message he left."""
        there = fact.in_fallback
        if there is not None and there.party:
            party, end = clean(there.party), fact.at if fact.seen_until is None else fact.seen_until
            talk = PartyTalk(
                contact=contact.contact,
                connected=number,
                party=party,
                from_at=min(there.talked_from, end),
                to_at=end,
            )
            self.changes.note(talk)
        note_message(self.changes, contact, fact)

    def _hold(self, number: int, fact: e.HoldStarted | e.HoldEnded) -> None:
        offer = self.moves(fact.offer, type(fact))
        if offer is None:
            return
        self._end_hold(fact.offer, fact.at)
        if isinstance(fact, e.HoldStarted):
            self.begin_hold(offer, fact.at)
        self.agents.change(offer.agent, number, fact)

    def begin_hold(self, offer: Offer, at: int) -> None:
        """The caller is on hold from now on, unless he is already."""
        if offer.offer not in self._holds:
            hold = self._holds[offer.offer] = Hold(contact=offer.contact, offer=offer.offer, from_at=at, to_at=None)
            self.changes.note(hold)

    def _end_hold(self, offer: int, at: int) -> None:
        hold = self._holds.pop(offer, None)
        if hold is not None:
            hold.to_at = at
            self.changes.note(hold)

    def _agent_gone(self, number: int, fact: e.AgentHungUp | e.AgentGivenUp) -> None:
        offer = self.moves(fact.offer, type(fact))
        # A colleague who leaves a consult is told of once more, as an offer taken back.
        if offer is None or offer.answered_at is None or fact.offer in self.consults:
            return
        if not callbacks.is_pending(self, offer.contact):
            heir = consults.heir(self, fact)
            self._end_talk(offer, number, fact)
            if heir is not None:
                consults.hand_over(self, heir, fact.at)

    def _end_talk(self, offer: Offer, number: int, fact: e.ContactEnded | e.AgentHungUp | e.AgentGivenUp) -> None:
        del self.offers[offer.offer]
        del self.answered[offer.contact]
        self.in_doubt.pop(offer.contact, None)
        offer.ended_at = fact.at
        self.changes.note(offer)
        talk = self._talks.pop(offer.offer, None)
        end = _last_known(fact, talk, self._holds.get(offer.offer))
        self._end_hold(offer.offer, end)
        if talk is not None:
            talk.to_at = end
            self.changes.note(talk)
        self.agents.change(offer.agent, number, fact, offer=None)

    # --- outcomes ---

    def _outcome(self, number: int, fact: e.OutcomeSaved) -> None:
        self.changes.note(Outcome(contact=fact.contact, agent=fact.agent, outcome=fact.outcome, at=fact.at))

    def _wrap_up_ended(self, number: int, fact: e.WrapUpEnded) -> None:
        if fact.end in (e.WrapUpEnd.CAP, e.WrapUpEnd.CUT):
            self.changes.note(MissingOutcome(contact=fact.contact, agent=fact.agent, at=fact.at))
        self.agents.change(fact.agent, number, fact, contact=None)


def _last_known(fact: e.ContactEnded | e.AgentHungUp | e.AgentGivenUp, *rows: Talk | PartyTalk | Hold | None) -> int:
    """When the talk was over; of an end nobody heard, the last moment the leg was there (ms), never before it began."""
    if isinstance(fact, e.AgentGivenUp) or fact.seen_until is None:
        return fact.at
    return min(fact.at, max([fact.seen_until, *(row.from_at for row in rows if row is not None)]))


def _of_agent(fold: Callable[[AgentBook, int, Any], None]) -> Callable[[RecordBook, int, Any], None]:
    return lambda book, number, fact: fold(book.agents, number, fact)


_FOLDS: dict[type[e.Fact], Callable[[RecordBook, int, Any], None]] = {
    e.ContactStarted: RecordBook._started,
    e.ContactShed: RecordBook._shed,
    e.ContactQueued: RecordBook._queued,
    e.PriorityChanged: RecordBook._priority_changed,
    e.ContactEnded: RecordBook._ended,
    e.ContactLeft: RecordBook._left,
    e.ContactMoved: RecordBook._moved,
    e.WaitEstimated: RecordBook._expected,
    e.TalkConnected: RecordBook._connected,
    e.PartyConnected: RecordBook._party_connected,
    e.HoldStarted: RecordBook._hold,
    e.HoldEnded: RecordBook._hold,
    e.AgentHungUp: RecordBook._agent_gone,
    e.AgentGivenUp: RecordBook._agent_gone,
    e.OutcomeSaved: RecordBook._outcome,
    e.WrapUpEnded: RecordBook._wrap_up_ended,
    e.AgentSignedIn: _of_agent(AgentBook.signed_in),
    e.AgentSignedOut: _of_agent(AgentBook.signed_out),
    e.IntentChanged: _of_agent(AgentBook.intends),
    e.AgentSetAside: _of_agent(AgentBook.set_aside),
    e.AsideEnded: _of_agent(AgentBook.aside_ended),
    e.IntentApplied: _of_agent(AgentBook.applied),
    e.BreakGranted: _of_agent(AgentBook.granted),
    e.BreakLapsed: _of_agent(AgentBook.grant_over),
    e.BreakTakenBack: _of_agent(AgentBook.grant_over),
    e.PhoneReachable: _of_agent(AgentBook.phone),
    e.PhoneUnreachable: _of_agent(AgentBook.phone),
    e.PlanChanged: _of_agent(AgentBook.planned),
    **offers.FOLDS,
    **callbacks.FOLDS,
    **consults.FOLDS,
}
"""Facts that are not here leave no row: the floor's own notes on desks, time, and letting a caller go."""
