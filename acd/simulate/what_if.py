"""A recorded day once more, under its own plan or another: the router decides, people do as they did.

What is known is kept: who came when with what need, how long he talked, when he gave up, when agents were there and
how each answered the offers he got. What nobody saw is drawn, for each visit from a stream of its own, so that two
plans meet the same people:

- how long an answered caller would have waited: longer than he did, after `PatienceSeen` of his queue and tier;
- the talk of a caller who was not answered: one of those of his queue and tier;
- what an agent does about an offer he did not get that day: one of the answers and misses seen of him.

A talk is as long whoever answers. Agents come, go and pause when they did, whatever waits. Whose call was lost, or
went back to the flow, is cut off after the same wait.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from acd import events as e
from acd.contact import OFFERED, WAITING
from acd.plan import Plan
from acd.simulate.day import SimulatedFloor
from acd.simulate.habits import Agents, Callers, Response, Talk
from acd.simulate.patience import PatienceSeen
from acd.simulate.recorded import OfferSeen, RecordedDay, Visit
from acd.simulate.rehearsal import Rehearsal
from acd.simulate.visits import VisitsFollowed, Waited

ENOUGH = 20
"""Fewer of a queue and tier (of an agent) are taken together with those of the whole queue, then of everybody."""
PROMPT = Response()
People = Callable[[Rehearsal], object]
"""Gives habits to a rehearsal before it begins."""
RINGS_ON = Response(ms=None)
"""About an offer that had rung longer than anybody was seen to take."""
SHORT_MS = 180_000
"""A talk where none was seen at all."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a day."""

    waited: tuple[Waited, ...]
    """The counted visits."""
    refused: Counter[str]
    """Events of the day that did not fit, by name: an agent's word about something that went otherwise."""


class PeopleSeen:
    """What is known of a day's people, and what can be drawn for what is not."""

    def __init__(self, day: RecordedDay, *, anew: bool = False, resampled: str = "") -> None:
        """`anew`: talks, patience and answers are drawn even where they are known, which shows how well they are.

        `resampled`, a seed: patience is estimated from as many visits drawn from the day's, so that runs with different
        seeds differ by the error of that estimate, too (B. Efron, "Censored data and the bootstrap", Journal of the
        American Statistical Association 76, 1981).
        """
        self._anew = anew
        self.visits = {visit.contact: visit for visit in day.visits}
        self._offers = day.offers
        talks: dict[tuple[str, ...], list[Talk]] = {}
        waits: dict[tuple[str, ...], list[tuple[int, bool]]] = {}
        for visit in day.visits:
            for pool in _pools_of(visit):
                waits.setdefault(pool, []).append((visit.waited_ms, visit.gave_up))
                if visit.talk is not None:
                    talks.setdefault(pool, []).append(visit.talk)
        chances = Random(f"{resampled}/patience")
        self.patience = {
            pool: PatienceSeen(chances.choices(each, k=len(each)) if resampled else each)
            for pool, each in waits.items()
        }
        self.talks = talks
        self._responses: dict[str, list[Response]] = {}
        for (_, agent), offers in day.offers.items():
            for offer in offers:
                if offer.response is not None:
                    self._responses.setdefault(agent, []).append(offer.response)
                    self._responses.setdefault("", []).append(offer.response)

    def patience_of(self, visit: Visit, chances: Random) -> int | None:
        """How long a caller waits, ms; None: for ever."""
        if visit.waits_for_ever:
            return None
        if visit.gave_up and not self._anew:
            return visit.waited_ms
        pools = _pools_of(visit)
        seen = next((self.patience[pool] for pool in pools if self.patience[pool].gave_up >= ENOUGH), None)
        seen = seen or self.patience[pools[-1]]
        return seen.drawn(chances.random(), 0 if self._anew else visit.waited_ms)

    def talk_of(self, visit: Visit, chances: Random) -> Talk:
        """How a caller talks."""
        if visit.talk is not None and not self._anew:
            return visit.talk
        pools = [self.talks[pool] for pool in _pools_of(visit) if pool in self.talks]
        seen = next((pool for pool in pools if len(pool) >= ENOUGH), pools[-1] if pools else [Talk(ms=SHORT_MS)])
        if visit.talked_ms:
            seen = [talk for talk in seen if talk.ms > visit.talked_ms] or seen
        talk = chances.choice(seen)
        return talk if self._anew else replace(talk, ms=max(talk.ms, visit.talked_ms))

    def response_of(self, contact: str, agent: str, place: int, chances: Random) -> Response:
        """What an agent does about an offer of this contact, the `place`-th he gets of it."""
        known = self._offers.get((contact, agent), ())
        seen = known[place] if place < len(known) and not self._anew else OfferSeen(response=None)
        if seen.response is not None:
            return seen.response
        own = self._responses.get(agent, [])
        pool = own if len(own) >= ENOUGH else self._responses.get("", [PROMPT])
        if seen.open_ms:
            pool = [each for each in pool if each.ms is None or each.ms >= seen.open_ms] or [RINGS_ON]
        drawn = chances.choice(pool)
        return replace(drawn, pop_ms=seen.pop_ms) if seen.rang else drawn


def _pools_of(visit: Visit) -> list[tuple[str, ...]]:
    """The visits that one is like, the most alike first."""
    return [(visit.queued.queue, visit.queued.tier), (visit.queued.queue,), ()]


class _Day:
    """One run."""

    def __init__(
        self, day: RecordedDay, people: PeopleSeen, seed: str, plan: Plan | None, habits: Sequence[People]
    ) -> None:
        self._people = people
        self._seed = seed
        self._offered: Counter[tuple[str, str]] = Counter()
        self._talks: dict[str, Talk] = {}
        rehearsal = self._rehearsal = Rehearsal(SimulatedFloor(deepcopy(day.state)))
        self._followed = VisitsFollowed(rehearsal.floor)
        for kind in e.FACTS:
            rehearsal.on(kind, self._followed.look)
        rehearsal.on(e.ContactQueued, self._do_as_they_did)
        Callers(rehearsal, self._patience, self._talk)
        Agents(rehearsal, self._response, self._talk)
        for people_with in habits:
            people_with(rehearsal)
        if plan is not None:
            rehearsal.floor.apply(e.PlanChanged(at=day.begin, plan=plan))
        else:
            for planned in day.plans:
                rehearsal.enter(planned)
        listed = plan.agents if plan is not None else None
        for event in day.outside:
            if listed is None or getattr(event, "agent", "") in listed or not hasattr(event, "agent"):
                rehearsal.enter(event)
        for visit in day.visits:
            rehearsal.later(visit.queued.at, partial(self._come, visit))

    def run(self, since: int, until: int) -> Rehearsed:
        self._rehearsal.run(until - 1)
        self._followed.close(until)
        counted = tuple(waited for waited in self._followed.all if since <= waited.came < until)
        return Rehearsed(counted, self._rehearsal.refused)

    def _come(self, visit: Visit) -> None:
        self._rehearsal.tell(visit.started)
        self._rehearsal.tell(visit.queued)

    def _do_as_they_did(self, fact: e.ContactQueued) -> None:
        visit = self._people.visits[fact.contact]
        for event in visit.doings:
            self._rehearsal.later(event.at, partial(self._if_waiting, fact.contact, event))
        if visit.cut_off:
            at = fact.since + visit.waited_ms
            lost = e.ContactEnded(at=at, contact=fact.contact, cause=e.EndCause.LOST)
            self._rehearsal.later(at, partial(self._if_waiting, fact.contact, lost))

    def _if_waiting(self, contact: str, event: e.Event) -> None:
        known = self._rehearsal.floor.contacts.get(contact)
        if known is not None and known.state in (WAITING, OFFERED):
            self._rehearsal.tell(event)

    def _chances(self, contact: str, purpose: str) -> Random:
        return Random(f"{self._seed}/{contact}/{purpose}")

    def _patience(self, contact: str) -> int | None:
        return self._people.patience_of(self._people.visits[contact], self._chances(contact, "patience"))

    def _talk(self, contact: str, agent: str) -> Talk:
        if contact not in self._talks:
            self._talks[contact] = self._people.talk_of(self._people.visits[contact], self._chances(contact, "talk"))
        return self._talks[contact]

    def _response(self, contact: str, agent: str) -> Response:
        place = self._offered[contact, agent]
        self._offered[contact, agent] += 1
        return self._people.response_of(contact, agent, place, self._chances(contact, f"{agent}/{place}"))


def rehearsed(
    day: RecordedDay, people: PeopleSeen, seed: str, plan: Plan | None = None, habits: Sequence[People] = ()
) -> Rehearsed:
    """A day run through the router once, under a plan, or as it was planned; the same seed gives the same.

    `habits`: what people do beyond waiting, talking and answering. Raises IllegalEvent when the floor of that moment
    cannot take the plan.
    """
    return _Day(day, people, seed, plan, habits).run(day.since, day.until)


def unknown_to(plan: Plan, day: RecordedDay) -> Sequence[tuple[str, str, int]]:
    """(queue, tier, visits) of a day that a plan has no place for."""
    came = Counter((visit.queued.queue, visit.queued.tier) for visit in day.visits)
    return [
        (queue, tier, count)
        for (queue, tier), count in sorted(came.items())
        if queue not in plan.queues or tier not in plan.tiers
    ]
