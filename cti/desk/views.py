"""The floor as pages read it: agents and queues now. Times are ms since the epoch, so a page counts waits by itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from math import ceil
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from acd.agent import Agent, AgentState
from acd.contact import Contact, ContactState
from acd.estimate import estimate_next
from acd.events import EmergencyWay, Intent, Party, SetAsideCause
from acd.floor import Floor
from acd.ledger import VisitAccounts
from acd.need import Need
from acd.overtaking import Overtaking, allowance_of
from acd.wrap_up import left_ms
from cti.masking import masked

if TYPE_CHECKING:
    from acd.plan import Plan

WAITING = (ContactState.WAITING, ContactState.OFFERED)


class View(BaseModel):
    """Plain values for a page."""

    model_config = ConfigDict(frozen=True)


class SwitchedView(View):
    """A queue that is switched over in an emergency."""

    queue: str
    to: EmergencyWay
    since: int
    who: str
    why: str


class AgentView(View):
    """One agent now: what he wants to be (intent) and what the router sees (state)."""

    agent: str
    name: str
    extension: str | None
    intent: Intent
    reason: str
    state: AgentState
    since: int
    set_aside: SetAsideCause | None
    reachable: bool
    desk: bool
    offer: int | None
    contact: str | None
    wrap_up_until: int | None
    contacts: int
    """Contacts answered since he signed in."""
    rejoin_until: int | None = None
    """His leg is lost: his caller hears music until then, unless he rejoins."""
    no_audio_caller: int | None = None
    """Since when nothing is heard of his caller …"""
    no_audio_agent: int | None = None
    """… and of himself."""
    queue: str | None = None
    """Of the contact at hand, like the tier."""
    tier: str | None = None
    outside: bool = False
    """His phone is a number outside, shown masked."""
    auto_answer: bool = False
    misses: int = 0
    """Offers missed in a row that count."""
    aside_until: int | None = None
    """Set aside, or with a break granted, until then."""
    reason_since: int | None = None
    """Since when he has been away for this reason."""
    overrun: bool = False
    """… longer than the plan allows."""
    break_place: int | None = None
    """His place on the list of breaks, 1 is the first; null: he is not on it."""
    break_reason: str = ""
    """What he asked for, while he is on the list."""
    break_by: str = ""
    """Who allowed it, cap or not, for when his contact is done."""
    wrap_up_left_ms: int = 0
    """By how much he may still prolong this wrap-up."""
    wrap_up_step_ms: int = 0
    """What one wish for more time adds."""
    dialling: bool = False
    """The customer of his contact is being called back."""
    called_up: bool = False
    """An emergency switch signed him in on his mobile phone."""
    switched: list[SwitchedView] = []
    """Of the queues he serves, those that are switched over in an emergency."""
    consults: str | None = None
    """The 工号 of the colleague whom he consults …"""
    consult_since: int | None = None
    """… and since when the two speak; null: it rings."""
    consulted_by: str | None = None
    """He is the colleague: who consults him."""


class ColleagueView(View):
    """What an agent sees of another on a phone: whether he could be consulted (idle), and for what."""

    agent: str
    name: str
    state: AgentState
    queues: list[str]
    """Those that he serves, in the plan's order."""


class QueueView(View):
    """One queue now."""

    queue: str
    waiting: int
    """Contacts without an agent yet whose callers are on the line, offered ones included."""
    offered: int
    talking: int
    oldest_since: int | None
    """When the one that has waited longest first wanted an agent."""
    waiting_by_tier: dict[str, int]
    idle: int
    """Idle agents whose skills suffice for the queue itself."""
    on_duty: int
    """Agents on duty, busy or not, whose skills suffice for the queue itself."""
    entered: int
    answered: int
    abandoned: int
    lost: int
    callbacks: int = 0
    """Customers who are to be called back."""
    expected_low_ms: int | None = None
    """From how long a contact of the last tier would wait that came now …"""
    expected_high_ms: int | None = None
    """… to how long; null, both: too little is known to say."""
    switched: SwitchedView | None = None
    """It is switched over in an emergency."""
    prepared: bool = False
    """Its plan has a way for an emergency."""


class OverloadView(View):
    """A limit that is reached: new contacts are shed by it until it ends by itself."""

    limit: str
    """`contacts`, `number:NUMBER`, `queue:NAME`, `loop_lag_ms`, `journal_facts` or `ari_requests`."""
    since: int
    shed: int
    """How many since then."""


class TierPair(View):
    """A contact of one tier, and one of another that comes later."""

    earlier: str
    later: str
    bound_ms: int | None
    """How much later it can have come and still pass the earlier one; null: however late."""


class FloorView(View):
    """All queues and agents at one moment; `seq` is the number of the last fact in it."""

    seq: int
    at: int
    queues: list[QueueView]
    agents: list[AgentView]
    contacts: int
    """Contacts that are live, in the IVR or later."""
    in_ivr: int
    overtaking_ms: int | None
    """The largest bound of all pairs, what those who wait now bring with them included; null: one has none."""
    overtaking: list[TierPair]
    overloads: list[OverloadView]


def agent_view(floor: Floor, agent: Agent, name: str) -> AgentView:
    """An agent as pages read him."""
    offer = floor.offers.get(agent.offer or 0)
    colleague = floor.offers.get(offer.consult or 0) if offer is not None else None
    talk = floor.offers.get(offer.consult_of or 0) if offer is not None else None
    contact = floor.contacts.get(agent.contact or "")
    budget = floor.plan.wrap_up_budget
    is_away = agent.state is AgentState.AWAY and agent.intent is Intent.NOT_READY
    return AgentView(
        agent=agent.agent,
        name=name,
        extension=masked(agent.extension) if agent.outside and agent.extension else agent.extension,
        intent=agent.intent,
        reason=agent.reason,
        state=agent.state,
        since=agent.since,
        set_aside=agent.set_aside,
        reachable=agent.reachable,
        desk=agent.desk,
        offer=agent.offer,
        contact=agent.contact,
        wrap_up_until=agent.wrap_up_until,
        contacts=agent.contacts,
        rejoin_until=offer.rejoin_until if offer is not None else None,
        no_audio_caller=offer.silent.get(Party.CALLER) if offer is not None else None,
        no_audio_agent=offer.silent.get(Party.AGENT) if offer is not None else None,
        queue=contact.queue if contact is not None else None,
        tier=contact.tier if contact is not None else None,
        outside=agent.outside,
        auto_answer=agent.auto_answer,
        misses=agent.misses,
        aside_until=agent.aside_until,
        reason_since=agent.reason_since if is_away else None,
        overrun=agent.overrun,
        break_place=floor.breaks.place(agent.agent),
        break_reason=agent.break_reason,
        break_by=agent.break_by,
        wrap_up_left_ms=left_ms(agent, budget) if agent.state is AgentState.WRAP_UP else 0,
        wrap_up_step_ms=budget.step_ms,
        dialling=contact is not None and contact.state is ContactState.DIALLING,
        called_up=agent.called_up,
        switched=[*_switched_of(floor, agent.agent)],
        consults=colleague.agent if colleague is not None else None,
        consult_since=colleague.answered_at if colleague is not None else None,
        consulted_by=talk.agent if talk is not None else None,
    )


def switched_view(floor: Floor, queue: str) -> SwitchedView | None:
    """How a queue is switched over; None: it is not."""
    one = floor.state.emergencies.get(queue)
    return None if one is None else SwitchedView(queue=queue, to=one.to, since=one.since, who=one.who, why=one.why)


def _switched_of(floor: Floor, agent: str) -> Iterator[SwitchedView]:
    """The switches of the queues that an agent serves, or is called up for."""
    spec = floor.plan.agents.get(agent)
    for name in floor.state.emergencies:
        part, view = floor.pools.plan.queues.get(name), switched_view(floor, name)
        if spec is None or part is None or view is None:
            continue
        if agent in (part.crew or ()) or Need(name, part.skills, part.any_of).is_met_by(spec):
            yield view


class FloorViews:
    """Looks at the live floor; what follows from the plan alone is worked out once a plan."""

    def __init__(self, floor: Floor, name_of: Callable[[str], str]) -> None:
        """`name_of` gives an agent's name for his 工号."""
        self._floor = floor
        self._name_of = name_of
        self._plan: Plan | None = None
        self._able: dict[str, list[str]] = {}
        """Queue = the agents it can count on, unless they were called up for others."""
        self._crewed: frozenset[str] = frozenset()
        """The queues that are switched over, whose crews alone serve them."""
        self._served: dict[str, list[str]] = {}
        """Agent = the queues that count on him."""
        self._last_tier = ""
        """Whose contacts wait longest."""
        self._bounds = Overtaking(floor.plan)

    def agent(self, agent: str) -> AgentView:
        """One agent; KeyError when nobody has this 工号."""
        return agent_view(self._floor, self._floor.agents[agent], self._name_of(agent))

    def agents(self) -> list[AgentView]:
        """Every agent of the plan in its order, then those who still finish something after leaving it."""
        return [
            self.agent(agent.agent)
            for agent in sorted(self._floor.agents.values(), key=lambda one: (one.listed < 0, one.listed))
            if agent.listed >= 0 or agent.extension is not None
        ]

    def colleagues(self) -> list[ColleagueView]:
        """The agents of the plan who are signed in on a phone, in its order."""
        self._read_plan()
        return [
            ColleagueView(
                agent=one.agent,
                name=self._name_of(one.agent),
                state=one.state,
                queues=[
                    queue for queue in self._served.get(one.agent, ()) if not one.called_up or queue in self._crewed
                ],
            )
            for one in sorted(self._floor.agents.values(), key=lambda one: one.listed)
            if one.listed >= 0 and one.extension is not None
        ]

    def queues(self) -> list[QueueView]:
        """Every queue of the plan in its order, then queues that only the ledger still knows."""
        floor = self._floor
        waiting: dict[str, list[Contact]] = {}
        talking: Counter[str] = Counter()
        for contact in floor.contacts.values():
            if contact.state in WAITING and not contact.without_leg:
                waiting.setdefault(contact.queue, []).append(contact)
            elif contact.state is ContactState.TALKING:
                talking[contact.queue] += 1
        pending = Counter(contact.queue for contact in floor.pending.all())
        names = [*floor.plan.queues, *(name for name in floor.ledger.visits if name not in floor.plan.queues)]
        return [self._queue(name, waiting.get(name, []), talking[name], pending[name]) for name in names]

    def floor(self, agents: list[AgentView] | None = None) -> FloorView:
        """Everything at once, or with these agents only."""
        self._read_plan()
        allowance = allowance_of(self._floor.contacts)
        live = [contact for contact in self._floor.contacts.values() if contact.state is not ContactState.ENDED]
        return FloorView(
            seq=self._floor.number,
            at=self._floor.at,
            queues=self.queues(),
            agents=self.agents() if agents is None else agents,
            contacts=len(live),
            in_ivr=sum(contact.state is ContactState.IVR for contact in live),
            overtaking_ms=_whole(self._bounds.longest_ms(allowance)),
            overtaking=[
                TierPair(earlier=earlier, later=later, bound_ms=_whole(bound))
                for (earlier, later), bound in self._bounds.table(allowance).items()
            ],
            overloads=[
                OverloadView(limit=limit, since=episode.since, shed=episode.shed)
                for limit, episode in self._floor.state.overloads.items()
            ],
        )

    def on_duty(self, queue: str) -> int:
        """Agents on duty, busy or not, who are able to serve a queue by what it asks of everybody."""
        return sum(agent.on_duty for agent in self._able_now(queue))

    def _able_now(self, queue: str) -> list[Agent]:
        self._read_plan()
        able = [self._floor.agents[agent] for agent in self._able.get(queue, ())]
        return [agent for agent in able if not agent.called_up or queue in self._crewed]

    def _queue(self, name: str, waiting: list[Contact], talking: int, callbacks: int) -> QueueView:
        floor = self._floor
        visits = floor.ledger.visits.get(name, VisitAccounts())
        able = self._able_now(name)
        expected = estimate_next(self._floor, name, self._last_tier)
        return QueueView(
            queue=name,
            waiting=len(waiting),
            offered=sum(contact.state is ContactState.OFFERED for contact in waiting),
            talking=talking,
            oldest_since=min((contact.since for contact in waiting), default=None),
            waiting_by_tier=dict(Counter(contact.tier for contact in waiting)),
            idle=sum(agent.state is AgentState.IDLE for agent in able),
            on_duty=self.on_duty(name),
            entered=visits.entered,
            answered=visits.answered,
            abandoned=visits.abandoned,
            lost=visits.lost,
            callbacks=callbacks,
            switched=switched_view(floor, name),
            prepared=name in floor.plan.queues and floor.plan.queues[name].emergency is not None,
            expected_low_ms=None if expected is None else expected.low_ms,
            expected_high_ms=None if expected is None else expected.high_ms,
        )

    def _read_plan(self) -> None:
        plan = self._floor.pools.plan
        if plan is self._plan:
            return
        self._plan = plan
        self._bounds = Overtaking(plan)
        self._last_tier = min(
            plan.tiers, key=lambda name: (plan.tiers[name].rank, plan.tiers[name].head_start_ms), default=""
        )
        self._crewed = frozenset(name for name, part in plan.queues.items() if part.crew is not None)
        self._able = {}
        for name, part in plan.queues.items():
            need = Need(name, part.skills, part.any_of)
            if part.crew is not None:
                self._able[name] = list(part.crew)
                continue
            self._able[name] = [spec.agent for spec in plan.agents.values() if need.is_met_by(spec)]
        self._served = {}
        for name, able in self._able.items():
            for agent in able:
                self._served.setdefault(agent, []).append(name)


def _whole(ms: float | None) -> int | None:
    return None if ms is None else ceil(ms)
