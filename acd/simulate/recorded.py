"""A day as a journal has it: who came and what became of him, when agents were there and how they answered."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from acd import events as e
from acd.agent import AWAY, IDLE
from acd.contact import ENDED
from acd.fold import FoldedFloor
from acd.ledger import CUT_OFF
from acd.simulate.habits import Response, Talk
from acd.simulate.visits import VisitEnd, VisitsFollowed, Waited
from acd.state import FloorState
from acd.value import value

QUIET_EVERY_MS = 3_600_000
"""The floor is kept at the first quiet moment of so much time."""
OF_A_WRAP_UP = (e.WrapUpProlonged, e.WrapUpCut)
"""They belong to the talk before."""
CALLERS_OWN = (e.ContactStarted, e.ContactQueued, e.ContactEnded, e.OutcomeSaved)


@value
class Visit:
    """One visit to a queue. Times are ms."""

    started: e.ContactStarted
    queued: e.ContactQueued
    waited_ms: int
    """From when the contact first wanted an agent to the end of its wait, however that came."""
    gave_up: bool
    waits_for_ever: bool = False
    """It is known that he would not have given up."""
    cut_off: bool = False
    """It was lost, or its flow entered anew: its wait ended from outside."""
    talk: Talk | None = None
    """None: it was not answered, or its talk was not over."""
    talked_ms: int = 0
    """Of a talk that was not over."""
    doings: tuple[e.Event, ...] = ()
    """What else its caller did, or was done about it, while it waited."""

    @property
    def contact(self) -> str:
        """The contact; its second visit goes by a name of its own."""
        return self.queued.contact


@value
class OfferSeen:
    """What an agent did about an offer."""

    response: Response | None
    """None: it was taken back first …"""
    open_ms: int = 0
    """… after it had rung so long …"""
    rang: bool = False
    pop_ms: int | None = None
    """… and if it rang at all, this is when the pop was acknowledged: None, not in time."""


@value
class RecordedDay:
    """Everything of a day that does not depend on the router's choices, and what it was seen to do."""

    begin: int
    """The last quiet moment before the day, ms: from here on it is simulated …"""
    since: int
    until: int
    """… and from `since` up to here, ms, counted."""
    state: FloorState
    """The floor at its begin; to be copied, not changed."""
    visits: tuple[Visit, ...]
    outside: tuple[e.Event, ...]
    """Events that concern no contact: agents, phones, links."""
    plans: tuple[e.PlanChanged, ...]
    offers: Mapping[tuple[str, str], tuple[OfferSeen, ...]]
    """(contact, agent) = what he did about each offer of it."""
    happened: tuple[Waited, ...]


@dataclass(slots=True)
class _Talked:
    agent: str
    from_at: int
    to_at: int | None = None
    agent_ends: bool = False
    wrap_up_ms: int | None = None
    prolonged: list[tuple[int, str]] = field(default_factory=list)

    def talk(self) -> Talk | None:
        if self.to_at is None:
            return None
        return Talk(
            ms=self.to_at - self.from_at,
            wrap_up_ms=self.wrap_up_ms,
            agent_ends=self.agent_ends,
            prolonged=tuple(self.prolonged),
        )


@dataclass(slots=True)
class _Offered:
    fact: e.OfferMade
    name: str
    """Of the visit."""
    pop_ms: int | None = None
    ring_at: int | None = None
    response: Response | None = None
    open_ms: int = 0
    set_aside_at: int | None = None


@dataclass(slots=True)
class _Came:
    """A contact on its way through the day; `waited` is what `VisitsFollowed` says of the visit."""

    started: e.ContactStarted
    queued: e.ContactQueued
    name: str
    waited: Waited
    cut_off: bool = False
    doings: list[e.Event] = field(default_factory=list)
    talked: _Talked | None = None


class DayReader:
    """Follows facts from a journal's first one."""

    def __init__(self, since: int, until: int) -> None:
        """What counts begins with `since` and ends before `until`, ms."""
        self._since = since
        self._until = until
        self._floor = FoldedFloor()
        self._begun = False
        self._begin_at(0)

    def _begin_at(self, at: int) -> None:
        self._begin = at
        self._state = deepcopy(self._floor.state)
        self._seen = VisitsFollowed(self._floor)
        self._started: dict[str, e.ContactStarted] = {}
        self._came: list[_Came] = []
        self._names: list[str] = []
        """Of the visits that `_seen` has, in their order."""
        self._now: dict[str, _Came] = {}
        self._visits_of: dict[str, int] = {}
        self._offers: dict[int, _Offered] = {}
        self._set_aside: dict[str, _Offered] = {}
        self._wrapping_up: dict[str, _Talked] = {}
        self._outside: list[e.Event] = []
        self._plans: list[e.PlanChanged] = []

    def take(self, fact: e.Fact) -> None:
        """The next fact; those from `until` on are passed over."""
        if fact.at >= self._until:
            return
        if isinstance(fact, e.Event):
            later = self._begin + QUIET_EVERY_MS <= fact.at <= self._since
            if not self._begun or (later and self._is_quiet()):
                self._begun = True
                self._begin_at(fact.at)
            self._note_event(fact)
        self._note_before(fact)
        self._floor.fold(fact)
        self._seen.look(fact)
        if len(self._seen.all) > len(self._names):
            self._note_visit(fact)

    def _is_quiet(self) -> bool:
        floor = self._floor
        return (
            not floor.offers
            and all(contact.state is ENDED for contact in floor.contacts.values())
            and all(agent.state in (IDLE, AWAY) for agent in floor.agents.values())
        )

    def _note_event(self, event: e.Event) -> None:
        if isinstance(event, e.ContactStarted | e.ContactEnded):
            came = self._now.get(event.contact)
            if came is not None and came.waited.end is None:
                came.cut_off = isinstance(event, e.ContactStarted) or event.cause in CUT_OFF
        if isinstance(event, e.ContactStarted):
            # Who came in that day comes in again: how long he would be in the IVR is not known, nor who was there then.
            self._started[event.contact] = replace(event, held=True)
        elif isinstance(event, e.PlanChanged):
            self._plans.append(event)
        elif hasattr(event, "contact"):
            came = self._now.get(event.contact)
            if came is not None and came.waited.end is None and not isinstance(event, CALLERS_OWN):
                came.doings.append(event)
        elif isinstance(event, OF_A_WRAP_UP):
            talked = self._wrapping_up.get(event.agent)
            if isinstance(event, e.WrapUpProlonged) and talked is not None and talked.to_at is not None:
                talked.prolonged.append((event.at - talked.to_at, event.by))
        elif not hasattr(event, "offer") and not isinstance(event, e.TimePassed):
            self._outside.append(event)

    def _note_visit(self, fact: e.Fact) -> None:
        """Who is moved by the router to another queue came once: the router will do so again, or not."""
        if isinstance(fact, e.ContactMoved):
            came = self._now[fact.contact]
            came.waited = self._seen.all[-1]
            self._names.append(came.name)
            return
        assert isinstance(fact, e.ContactQueued)
        place = self._visits_of[fact.contact] = self._visits_of.get(fact.contact, 0) + 1
        name = fact.contact if place == 1 else f"{fact.contact}/{place}"
        came = self._now[fact.contact] = _Came(self._started[fact.contact], fact, name, self._seen.all[-1])
        self._came.append(came)
        self._names.append(name)

    def _note_before(self, fact: e.Fact) -> None:
        """What a fact says of offers, talks and wrap-ups, while the floor still has them as they were."""
        at = fact.at
        match fact:
            case e.OfferMade():
                self._offers[fact.offer] = _Offered(
                    fact, came.name if (came := self._now.get(fact.contact)) else fact.contact
                )
            case e.PopAcknowledged() if fact.offer in self._offers:
                offered = self._offers[fact.offer]
                if offered.pop_ms is None:
                    offered.pop_ms = at - offered.fact.at
            case e.RingStarted() if fact.offer in self._offers:
                self._offers[fact.offer].ring_at = at
            case e.OfferAnswered():
                self._answered(fact)
            case e.OfferExpired() | e.OfferFailed() | e.OfferWithdrawn():
                self._over(fact)
            case e.AgentSetAside() if fact.cause is not e.SetAsideCause.BREAK_GRANTED:
                if (missed := self._set_aside.get(fact.agent)) is not None:
                    missed.set_aside_at = at
            case e.IntentChanged() | e.AgentSignedOut():
                self._returned(fact)
            case e.AsideEnded():
                self._set_aside.pop(fact.agent, None)
            case e.ContactEnded():
                self._talk_ended(fact.contact, at, agent_ends=False)
            case e.AgentHungUp() | e.AgentGivenUp() if (offer := self._floor.offers.get(fact.offer)) is not None:
                if offer.consult_of is None:
                    self._talk_ended(offer.contact, at, agent_ends=True)
            case e.WrapUpEnded() if (talked := self._wrapping_up.pop(fact.agent, None)) is not None:
                if fact.end in (e.WrapUpEnd.SAVED, e.WrapUpEnd.CUT) and talked.to_at is not None:
                    talked.wrap_up_ms = at - talked.to_at
            case _:
                pass

    def _answered(self, fact: e.OfferAnswered) -> None:
        offer = self._floor.offers.get(fact.offer)
        offered = self._offers.get(fact.offer)
        if offer is None or offer.answered_at is not None or offered is None:
            return
        offered.response = self._response(offered, fact.at)
        if (came := self._now.get(offer.contact)) is not None:
            came.talked = _Talked(offer.agent, fact.at)

    def _over(self, fact: e.OfferExpired | e.OfferFailed | e.OfferWithdrawn) -> None:
        offer = self._floor.offers.get(fact.offer)
        offered = self._offers.get(fact.offer)
        if offer is None or offered is None or offer.connected:
            return
        if offer.answered_at is not None and (came := self._now.get(offer.contact)) is not None:
            came.talked = None
        if isinstance(fact, e.OfferWithdrawn):
            offered.response = None
            offered.open_ms = fact.at - (offered.ring_at or fact.at)
            return
        missed = self._response(offered, fact.at)
        if isinstance(fact, e.OfferFailed):
            offered.response = replace(missed, failure=fact.cause)
        else:
            offered.response = replace(missed, ms=None)
        self._set_aside[offer.agent] = offered

    def _response(self, offered: _Offered, at: int) -> Response:
        return Response(pop_ms=offered.pop_ms, ms=at - (offered.ring_at if offered.ring_at is not None else at))

    def _returned(self, fact: e.IntentChanged | e.AgentSignedOut) -> None:
        """Who makes himself ready after a miss was away so long for it; who does something else was not."""
        missed = self._set_aside.pop(fact.agent, None)
        if missed is None or missed.set_aside_at is None or missed.response is None:
            return
        if isinstance(fact, e.IntentChanged) and fact.intent is e.Intent.READY:
            missed.response = replace(missed.response, returns_ms=fact.at - missed.set_aside_at)

    def _talk_ended(self, contact: str, at: int, *, agent_ends: bool) -> None:
        came = self._now.get(contact)
        if came is None or came.talked is None or came.talked.to_at is not None:
            return
        came.talked.to_at = at
        came.talked.agent_ends = agent_ends
        self._wrapping_up[came.talked.agent] = came.talked

    def day(self) -> RecordedDay:
        """The day as far as it was read."""
        until = min(self._until, self._floor.at + 1)
        self._seen.close(self._floor.at)
        seen: dict[tuple[str, str], list[OfferSeen]] = {}
        for offered in self._offers.values():
            seen.setdefault((offered.name, offered.fact.agent), []).append(
                OfferSeen(
                    response=offered.response,
                    open_ms=offered.open_ms,
                    rang=offered.ring_at is not None,
                    pop_ms=offered.pop_ms,
                )
            )
        return RecordedDay(
            begin=self._begin,
            since=max(self._since, self._begin),
            until=until,
            state=self._state,
            visits=tuple(self._visits()),
            outside=tuple(self._outside),
            plans=tuple(self._plans),
            offers={key: tuple(each) for key, each in seen.items()},
            happened=tuple(
                replace(waited, contact=name) for waited, name in zip(self._seen.all, self._names, strict=True)
            ),
        )

    def _visits(self) -> Iterator[Visit]:
        for came in self._came:
            talked = came.talked
            talk = talked.talk() if talked is not None else None
            yield Visit(
                started=replace(came.started, contact=came.name, at=came.queued.at, attempt=0),
                queued=replace(came.queued, contact=came.name),
                waited_ms=came.waited.wait_ms,
                gave_up=came.waited.end is VisitEnd.ABANDONED,
                cut_off=came.cut_off and came.waited.end is VisitEnd.OTHERWISE,
                talk=talk,
                talked_ms=self._floor.at - talked.from_at if talked is not None and talk is None else 0,
                doings=tuple(replace(event, contact=came.name) for event in came.doings),  # type: ignore[call-arg]
            )


def recorded_day(facts: Iterable[e.Fact], since: int, until: int) -> RecordedDay:
    """The day from `since` up to `until`, ms, of a journal's facts from its first."""
    reader = DayReader(since, until)
    for fact in facts:
        reader.take(fact)
    return reader.day()
