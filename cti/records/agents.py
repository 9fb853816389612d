"""Agents' time as intervals: folds facts by the router's own table of agent states."""

from collections.abc import Iterable

from acd import events as e
from acd.agent import AGENT, Agent, AgentState, Home
from cti.database.models import AgentInterval, AgentNow
from cti.records.changes import Changes


class AgentBook:
    """How each agent stands, and his open interval."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._agents: dict[str, Agent] = {}
        self._rows: dict[str, AgentNow] = {}
        self._open: dict[str, AgentInterval] = {}
        self.unreachable: set[str] = set()
        """Extensions known to be unreachable."""

    def load(self, agents: Iterable[AgentNow], open_intervals: Iterable[AgentInterval]) -> None:
        """Go on from what the tables hold."""
        for row in agents:
            self._rows[row.agent] = row
            self._agents[row.agent] = Agent(
                agent=row.agent,
                listed=row.listed,
                extension=row.extension,
                intent=e.Intent(row.intent),
                reason=row.reason,
                set_aside=e.SetAsideCause(row.set_aside) if row.set_aside else None,
                reachable=row.reachable,
                state=AgentState(row.state),
                offer=row.offer,
                contact=row.contact,
            )
        self._open = {interval.agent: interval for interval in open_intervals}

    def moves(self, agent: str, fact: type[e.Fact]) -> bool:
        """Whether this kind of fact moves the agent as he stands; it comes late otherwise."""
        return agent in self._agents and fact in AGENT[self._agents[agent].state]

    def change(self, name: str, number: int, fact: e.Fact, **values: object) -> None:
        """Change an agent and move him as his table says."""
        agent = self._agents.get(name)
        if agent is None or type(fact) not in AGENT[agent.state]:
            return
        for key, value in values.items():
            setattr(agent, key, value)
        move = AGENT[agent.state][type(fact)]
        agent.state = agent.home if isinstance(move, Home) else move
        self._keep(agent, number, fact.at)

    def _keep(self, agent: Agent, number: int, at: int) -> None:
        """Write down how the agent stands, beginning a new interval when it differs from the open one."""
        reason = _reason(agent)
        last = self._open.get(agent.agent)
        is_same = last is not None and (
            (last.state, last.intent, last.reason, last.extension, last.contact)
            == (agent.state.value, agent.intent.value, reason, agent.extension, agent.contact)
        )
        if not is_same:
            if last is not None:
                last.to_at = at
                self._changes.note(last)
            last = self._open[agent.agent] = AgentInterval(
                agent=agent.agent,
                from_at=at,
                fact=number,
                to_at=None,
                state=agent.state.value,
                intent=agent.intent.value,
                reason=reason,
                extension=agent.extension,
                contact=agent.contact,
            )
            self._changes.note(last)
        row = self._rows.get(agent.agent)
        if row is None:
            row = self._rows[agent.agent] = AgentNow(agent=agent.agent)
        row.listed = agent.listed
        row.extension = agent.extension
        row.intent = agent.intent.value
        row.reason = agent.reason
        row.set_aside = agent.set_aside.value if agent.set_aside else None
        row.reachable = agent.reachable
        row.state = agent.state.value
        row.offer = agent.offer
        row.contact = agent.contact
        self._changes.note(row)

    # --- facts about agents alone ---

    def signed_in(self, number: int, fact: e.AgentSignedIn) -> None:
        """The agent took a phone; once more on the same one is a page that was loaded again."""
        agent = self._agents.get(fact.agent)
        if agent is not None and agent.extension == fact.extension:
            return
        self.change(
            fact.agent,
            number,
            fact,
            extension=fact.extension,
            intent=e.Intent.NOT_READY,
            reason="",
            set_aside=None,
            reachable=fact.extension not in self.unreachable,
        )

    def signed_out(self, number: int, fact: e.AgentSignedOut) -> None:
        """The agent left his phone."""
        self.change(fact.agent, number, fact, extension=None, intent=e.Intent.LOGGED_OUT, reason="", set_aside=None)

    def intends(self, number: int, fact: e.IntentChanged) -> None:
        """The agent said what he wants to be."""
        agent = self._agents.get(fact.agent)
        aside = agent.set_aside if agent is not None and fact.intent is not e.Intent.READY else None
        if aside is e.SetAsideCause.BREAK_GRANTED:
            aside = None
        self.change(fact.agent, number, fact, intent=fact.intent, reason=fact.reason, set_aside=aside)

    def set_aside(self, number: int, fact: e.AgentSetAside) -> None:
        """The agent gets no offers for now."""
        self.change(fact.agent, number, fact, set_aside=fact.cause)

    def applied(self, number: int, fact: e.IntentApplied) -> None:
        """The router changed what the agent is to be."""
        if fact.intent is e.Intent.LOGGED_OUT:
            self.change(fact.agent, number, fact, extension=None, intent=fact.intent, reason="", set_aside=None)
            return
        agent = self._agents.get(fact.agent)
        aside = agent.set_aside if agent is not None and fact.cause is not e.IntentCause.BREAK else None
        self.change(fact.agent, number, fact, intent=fact.intent, reason=fact.reason, set_aside=aside)

    def granted(self, number: int, fact: e.BreakGranted) -> None:
        """It is the agent's turn for a break."""
        self.change(fact.agent, number, fact, set_aside=e.SetAsideCause.BREAK_GRANTED)

    def grant_over(self, number: int, fact: e.BreakLapsed | e.BreakTakenBack) -> None:
        """The turn is over, if he had it."""
        agent = self._agents.get(fact.agent)
        if agent is not None and agent.set_aside is e.SetAsideCause.BREAK_GRANTED:
            self.change(fact.agent, number, fact, set_aside=None)

    def aside_ended(self, number: int, fact: e.AsideEnded) -> None:
        """The pause after misses is over."""
        self.change(fact.agent, number, fact, set_aside=None)

    def phone(self, number: int, fact: e.PhoneReachable | e.PhoneUnreachable) -> None:
        """A phone came or went, with whoever is signed in on it."""
        reachable = isinstance(fact, e.PhoneReachable)
        (self.unreachable.discard if reachable else self.unreachable.add)(fact.extension)
        for agent in self._agents.values():
            if agent.extension == fact.extension and agent.reachable is not reachable:
                self.change(agent.agent, number, fact, reachable=reachable)

    def planned(self, number: int, fact: e.PlanChanged) -> None:
        """The plan lists other agents, or lists them otherwise."""
        places = {name: place for place, name in enumerate(fact.plan.agents)}
        for name, place in places.items():
            self._agents.setdefault(name, Agent(agent=name, listed=place))
        for agent in self._agents.values():
            self.change(agent.agent, number, fact, listed=places.get(agent.agent, -1))


def _reason(agent: Agent) -> str:
    """Why he is not ready; when he would be and yet is away, why."""
    if agent.state is not AgentState.AWAY or agent.intent is not e.Intent.READY:
        return agent.reason
    if agent.set_aside is not None:
        return agent.set_aside.value
    return "unreachable" if agent.listed >= 0 else "not_listed"
