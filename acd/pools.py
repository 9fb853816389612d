"""All pools of a floor, worked out from plan, agents and contacts; which of them need another look is kept here too.

Pools are no state: they follow from it and from the time. Three things change them when time alone passes, and are kept
as moments: a contact has waited an agent's delay or for as long as it is kept back, its next step is due, and a
certificate ends.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Literal

from acd.agent import IDLE, Agent, AgentState
from acd.contact import Contact
from acd.lane import Lane, Place, place_of
from acd.need import Need, NeedKey, need_of
from acd.order import ORDER, called
from acd.plan import AgentSpec, Plan, Queue, Tier
from acd.pool import UNABLE, Pool
from acd.relaxation import next_due, next_look
from acd.waiting_facts import ExitRule

Moment = tuple[int, Literal["certificate", "delay", "step"], str]
"""(when, what ends, agent or contact)."""
NO_SKILLS: frozenset[tuple[str, int]] = frozenset()

STAFF_RULES = frozenset(
    {ExitRule.LOGGED_OUT.value, ExitRule.ON_BREAK.value, ExitRule.UNREACHABLE.value, ExitRule.LONG_WAIT.value}
)
"""The rules that depend on who is on duty."""


@dataclass(slots=True)
class Seat:
    """An agent as the pools have counted him."""

    spec: AgentSpec
    """With the skills that count just now."""
    standing: str
    """As it was when standings were last counted."""
    on_duty: bool
    signed_in: bool
    pools: list[Pool] = field(default_factory=list)


class Queues(dict[str, Queue]):
    """The queues of a plan by name; one that the plan has dropped is a plain one."""

    def __missing__(self, name: str) -> Queue:
        """A plain one."""
        return Queue(name=name)


class Pools:
    """Pools by need, and where each agent and waiting contact stands in them."""

    def __init__(self, plan: Plan, agents: Mapping[str, Agent], contacts: Iterable[Contact], at: int) -> None:
        """As they are at this time, every pool in need of a look."""
        self.moments: list[Moment] = []
        """A heap of what is still to come."""
        self.unsettled: dict[Pool, None] = {}
        """Pools in which somebody may have become free to start since the floor was last at rest."""
        self.restless: dict[str, None] = {}
        """Contacts whose next step may have come since the floor was last at rest."""
        self.deserted: dict[Pool, None] = {}
        """Pools whose last able agent has left since, while contacts that can go on wait there."""
        self.is_somebody_new = False
        """Somebody came since who is the first of his kind: contacts that nobody could serve may go on to him."""
        self.is_stirred = False
        """Whether any of these three is so."""
        self.alone: dict[str, None] = {}
        """Idle agents, each the last one on duty for a contact that he missed and may not have again yet."""
        self.restaffed: dict[Pool, None] = {}
        """Pools in which contacts wait whose agents have come on or off duty, or changed while off it, since then."""
        self._minds_staff = any(STAFF_RULES & queue.exits.keys() for queue in plan.queues.values())
        self.plan = plan
        """The plan as head starts lean and queues are switched over."""
        self.queues = Queues(plan.queues)
        self.crewed = tuple([name for name, queue in plan.queues.items() if queue.crew is not None])
        """The queues that are switched over."""
        self._agents = agents
        self.at = at
        """The time of the last fact."""
        self.keys = tuple(ORDER[name] for name in plan.agent_order)
        """In what order the idle agents of a pool are tried."""
        self._by_need: dict[NeedKey, Pool] = {}
        self._wanted: dict[tuple[str, str | None, int, frozenset[tuple[str, int]]], Pool] = {}
        """By queue, relaxation, step and skills of the contact: the need does not have to be worked out each time."""
        self.where: dict[str, tuple[Pool, Lane, Place]] = {}
        """Where each contact waits that agents can find."""
        self._due: dict[str, int] = {}
        """Contact = when its next step is due."""
        self._look: dict[str, tuple[int, Contact]] = {}
        """Contact = when its expected wait is looked at again."""
        self.looked_at: set[str] = set()
        """Contacts whose expected wait is looked at now; between two events nobody is."""
        self.seats: dict[str, Seat] = {}
        """By agent: how he is counted."""
        self.called_up = {agent.agent for agent in agents.values() if agent.called_up}
        """Who serves nothing but the crews he is of."""
        self._shares: dict[Pool, dict[Pool, tuple[tuple[int, int], float]]] = {}
        """Two pools = how often their agents on duty had changed, and what share of the first is of the second."""
        self.moved: dict[str, Agent] = {}
        """Whose standing may have changed since standings were last counted."""
        self._holders: dict[str, list[str]] = {}
        """Skill = the agents who have it at any level, certificate or not."""
        for agent in agents.values():
            spec = self._planned(agent.agent)
            self.seats[agent.agent] = Seat(self._valid(spec), agent.standing, agent.on_duty, agent.signed_in)
            for skill in spec.skills:
                self._holders.setdefault(skill, []).append(agent.agent)
            for skill in plan.certified:
                if spec.certificates.get(skill, 0) > at:
                    heappush(self.moments, (spec.certificates[skill], "certificate", agent.agent))
        for contact in contacts:
            self.put(contact)
        self.looked_at.clear()

    def _planned(self, agent: str) -> AgentSpec:
        return self.plan.agents.get(agent) or AgentSpec(agent=agent, queues=())

    def _valid(self, spec: AgentSpec) -> AgentSpec:
        void = [skill for skill in self.plan.certified if spec.certificates.get(skill, 0) <= self.at]
        if not void:
            return spec
        return replace(spec, skills={skill: level for skill, level in spec.skills.items() if skill not in void})

    # --- contacts ---

    def tier_of(self, contact: Contact) -> Tier:
        """A contact's tier as its queue has it; a plain one when the plan has dropped it."""
        queue = self.plan.queues.get(contact.queue)
        if queue is not None and contact.tier in queue.tiers:
            return queue.tiers[contact.tier]
        return self.plan.tiers.get(contact.tier) or Tier(name=contact.tier)

    def pool_for(self, contact: Contact) -> Pool:
        """The pool that a contact waits in or would wait in."""
        if contact.any_of or contact.step < 0 or contact.queue in self.crewed:
            return self._pool(need_of(contact, self.plan, self.queues[contact.queue]))
        skills = frozenset(contact.skills.items()) if contact.skills else NO_SKILLS
        wanted = (contact.queue, contact.relaxation, contact.step, skills)
        pool = self._wanted.get(wanted)
        if pool is None:
            pool = self._wanted[wanted] = self._pool(need_of(contact, self.plan, self.queues[contact.queue]))
        return pool

    def known_pool_for(self, contact: Contact) -> Pool | None:
        """The pool that a contact would wait in; None: nobody of its need has waited yet. Makes none."""
        return self._by_need.get(need_of(contact, self.plan, self.queues[contact.queue]).key)

    def pool_at(self, contact: Contact, step: int) -> Pool:
        """The pool that a contact would wait in at another step."""
        return self._pool(need_of(contact, self.plan, self.queues[contact.queue], step))

    def _pool(self, need: Need) -> Pool:
        key = need.key
        pool = self._by_need.get(key)
        if pool is None:
            keys = self.keys if need.order is None else (called,)
            pool = self._by_need[key] = Pool(need, keys)
            pool.standings[UNABLE] = len(self.seats)
            for name in self._candidates(need):
                if self.is_able(name, need):
                    seat = self.seats[name]
                    pool.admit(self._agents[name], seat.spec, seat.standing, seat.on_duty)
                    seat.pools.append(pool)
        return pool

    def is_able(self, agent: str, need: Need) -> bool:
        """Whether an agent is able to serve a need just now; whoever was called up in an emergency, only as crew."""
        return (need.order is not None or agent not in self.called_up) and need.is_met_by(self.seats[agent].spec)

    def _forget(self, pool: Pool) -> None:
        """Nobody waits for these preferred agents any more: the next who does may want others."""
        del self._by_need[pool.need.key]
        self.unsettled.pop(pool, None)
        self._shares.pop(pool, None)
        for shares in self._shares.values():
            shares.pop(pool, None)
        for agent in pool.able:
            self.seats[agent].pools.remove(pool)

    def _candidates(self, need: Need) -> Iterable[str]:
        """Agents among whom are all who meet the need."""
        if need.only is not None:
            return [name for name in sorted(need.only) if name in self.seats]
        if not need.ways:
            return self._holding(need.skills)
        found = dict.fromkeys(self._holding(need.skills))
        for way in need.ways:
            if isinstance(way.whose, frozenset):
                found |= dict.fromkeys([name for name in sorted(way.whose) if name in self.seats])
            else:
                found |= dict.fromkeys(self._holding(way.skills))
        return found

    def _holding(self, skills: Mapping[str, int]) -> list[str]:
        """The holders of the rarest of these skills."""
        holders = [self._holders.get(skill, []) for skill, level in skills.items() if level > 0]
        return min(holders, key=len, default=list(self.seats))

    def put(self, contact: Contact) -> None:
        """Let a contact wait."""
        pool = self.pool_for(contact)
        if (known := pool.tiers.get(contact.tier)) is None:
            tier = self.tier_of(contact)
            known = pool.tiers[contact.tier] = (tier, pool.lane(tier))
        tier, lane = known
        place = place_of(contact, tier)
        lane.put(place)
        pool.waiting += 1
        self.where[contact.contact] = (pool, lane, place)
        if pool.idle_count:
            self.unsettled[pool] = None
        for wait_ms in lane.waits_ms:
            if contact.since + wait_ms > self.at:
                heappush(self.moments, (contact.since + wait_ms, "delay", contact.contact))
        if pool.need.path is not None:
            self._expect_step(contact, pool)

    def _expect_step(self, contact: Contact, pool: Pool) -> None:
        due = next_due(contact, self.plan)
        if due is not None:
            self._due[contact.contact] = due
            if due > self.at:
                heappush(self.moments, (due, "step", contact.contact))
            else:
                self._unsettle(contact.contact)
        if pool.need.only is not None or not pool.signed_in:
            self._unsettle(contact.contact)
        self._look_at(contact)

    def _look_at(self, contact: Contact) -> None:
        """Have its expected wait looked at, now and again in time, if its next step asks for that."""
        look = next_look(contact, self.plan, self.at)
        if look is not None:
            self._look[contact.contact] = (look, contact)
            heappush(self.moments, (look, "step", contact.contact))
            self.looked_at.add(contact.contact)
            self._unsettle(contact.contact)

    def _unsettle(self, *contacts: str) -> None:
        self.restless |= dict.fromkeys(contacts)
        self.is_stirred = True

    def take(self, contact: str) -> None:
        """The contact waits no more."""
        pool, lane, place = self.where.pop(contact)
        lane.take(place)
        pool.waiting -= 1
        if pool.need.path is not None:
            self._due.pop(contact, None)
            self._look.pop(contact, None)
            self.restless.pop(contact, None)
            if pool.need.only is not None and not pool.waiting:
                self._forget(pool)

    def stranded(self) -> list[Pool]:
        """Pools in which contacts wait that nobody who is there can serve, and that can go on."""
        return [
            pool
            for pool in self._by_need.values()
            if pool.waiting and not pool.signed_in and pool.need.path is not None and pool.need.only is None
        ]

    def with_waiting(self) -> Iterator[Pool]:
        """The pools in which somebody waits."""
        return (pool for pool in self._by_need.values() if pool.waiting)

    def share_of(self, pool: Pool, other: Pool) -> float:
        """The share of a pool's agents on duty who serve another pool too."""
        duty = (pool.duty_changes, other.duty_changes)
        shares = self._shares.setdefault(pool, {})
        known = shares.get(other)
        if known is None or known[0] != duty:
            on_duty = [name for name in pool.able if self.seats[name].on_duty]
            shared = sum([name in other.able for name in on_duty])
            known = shares[other] = (duty, shared / len(on_duty) if on_duty else 0.0)
        return known[1]

    # --- agents ---

    def pools_of(self, agent: str) -> list[Pool]:
        """The pools he is able to serve, of those that somebody waited in since the plan came into force."""
        return self.seats[agent].pools

    def restand(self, agent: Agent, seat: Seat, was: AgentState, on_duty: bool) -> None:
        """Count an agent who comes from another state, or has come on or off duty."""
        self.moved[agent.agent] = agent
        if self._minds_staff and (on_duty is not seat.on_duty or not on_duty):
            self.restaffed |= dict.fromkeys([pool for pool in seat.pools if pool.waiting])
        if agent.state is not was:
            if was is IDLE:
                for pool in seat.pools:
                    pool.remove_idle(agent)
            elif agent.state is IDLE:
                for pool in seat.pools:
                    pool.add_idle(agent)
                    if pool.waiting:
                        self.unsettled[pool] = None
        if on_duty is not seat.on_duty:
            seat.on_duty = on_duty
            for pool in seat.pools:
                pool.count_duty(agent, 1 if on_duty else -1)
                if not on_duty and pool.need.only is not None:
                    self._disturb(pool)
                # An agent who leaves duty may let those go first who missed a contact.
                if pool.waiting and pool.idle_count:
                    self.unsettled[pool] = None

    def on_duty_now(self, agent: Agent, seat: Seat) -> bool:
        """Whether an agent is on duty; counts him in or out if he has come or gone."""
        if agent.signed_in is not seat.signed_in:
            self._sign(seat, agent.signed_in)
        return agent.on_duty

    def _sign(self, seat: Seat, signed_in: bool) -> None:
        seat.signed_in = signed_in
        for pool in seat.pools:
            pool.signed_in += 1 if signed_in else -1
            if signed_in and pool.signed_in == 1:
                self.is_somebody_new = self.is_stirred = True
            elif not pool.signed_in:
                self._desert(pool)

    def _desert(self, pool: Pool) -> None:
        if pool.waiting and pool.need.path is not None and pool.need.only is None:
            self.deserted[pool] = None
            self.is_stirred = True

    def _disturb(self, pool: Pool) -> None:
        """Everybody who waits here may have to go on."""
        if pool.need.path is not None:
            self._unsettle(*pool.contacts())

    def standings(self, pool: Pool) -> Mapping[str, int]:
        """All agents of the floor counted by their standing, those who cannot serve the pool as `no_skill`.

        Standings are counted when somebody asks: between two offers an agent goes through several.
        """
        for agent in self.moved.values():
            seat, standing = self.seats[agent.agent], agent.standing
            if standing != seat.standing:
                for each in seat.pools:
                    each.standings[seat.standing] -= 1
                    each.standings[standing] += 1
                seat.standing = standing
        self.moved.clear()
        return pool.standings

    # --- time ---

    def pass_time(self, at: int) -> None:
        """Let the moments up to this one come."""
        self.at = at
        self.looked_at.clear()
        while self.moments and self.moments[0][0] <= at:
            _, what, key = heappop(self.moments)
            if what == "certificate":
                self.review(self._agents[key])
            elif what == "step":
                if key in self._due:
                    self._unsettle(key)
                if key in self._look and self._look[key][0] <= at:
                    self._look_at(self._look[key][1])
            elif key in self.where:
                self.unsettled[self.where[key][0]] = None

    def next_moment(self) -> int | None:
        """When time alone changes something; None when nothing does."""
        while self.moments:
            at, what, key = self.moments[0]
            if what == "certificate" or (self._steps_at(key, at) if what == "step" else self._ripens(key, at)):
                return at
            heappop(self.moments)
        return None

    def _steps_at(self, contact: str, at: int) -> bool:
        return at in (self._due.get(contact), self._look[contact][0] if contact in self._look else None)

    def _ripens(self, contact: str, at: int) -> bool:
        if contact not in self.where:
            return False
        _, lane, place = self.where[contact]
        return any(place[1] + wait_ms == at for wait_ms in lane.waits_ms)

    def review(self, agent: Agent) -> None:
        """What an agent is able to serve has changed: count him anew."""
        seat, before = self.seats[agent.agent], self.seats[agent.agent].pools
        seat.spec = self._valid(self._planned(agent.agent))
        (self.called_up.add if agent.called_up else self.called_up.discard)(agent.agent)
        seat.pools = [pool for pool in self._by_need.values() if self.is_able(agent.agent, pool.need)]
        for pool in before:
            pool.dismiss(agent, seat.standing, seat.on_duty)
        for pool in seat.pools:
            pool.admit(agent, seat.spec, seat.standing, seat.on_duty)
        for pool in dict.fromkeys([*before, *seat.pools]):
            self.unsettled[pool] = None
            if self._minds_staff and pool.waiting:
                self.restaffed[pool] = None
            if pool.need.only is not None:
                self._disturb(pool)
            elif not pool.signed_in:
                self._desert(pool)
            elif pool.signed_in == 1 and agent.signed_in:
                self.is_somebody_new = self.is_stirred = True
