"""Breaks under caps: who may have one now, and the list of those who wait for theirs, first come first served.

A cap counts the agents whose intent is a reason that counts as a break, whatever they still finish, and those to whom
one was granted. An agent needs room under every cap that counts him. The list is in the order of asking; whoever is
bound by a contact, set aside, or finds no room is passed over and keeps his place.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd.agent import AWAY, BREAK_GRANTED, IDLE, Agent
from acd.plan import Plan

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

NOT_READY, LOGGED_OUT = e.Intent.NOT_READY, e.Intent.LOGGED_OUT
UNBOUND = frozenset({IDLE, AWAY})


class Breaks:
    """Worked out from plan and agents, and kept with them: no state of its own."""

    def __init__(self, plan: Plan, agents: Mapping[str, Agent]) -> None:
        """As it is now."""
        self._reasons = plan.reasons
        self._caps = plan.break_caps
        self._counted = [None if cap.agents is None else frozenset(cap.agents) for cap in plan.break_caps]
        self._agents = agents
        self._counts = [0] * len(self._caps)
        self._holding: set[str] = set()
        asked = sorted((agent.break_asked, name) for name, agent in agents.items() if agent.break_asked is not None)
        self.waiting: dict[str, None] = dict.fromkeys(name for _, name in asked)
        """Who asked and has not begun, in the order of asking; those to whom it was granted too."""
        self.due = True
        """Somebody on the list may have become free to begin since it was last looked at."""
        for agent in agents.values():
            self.count(agent)

    def is_break(self, reason: str) -> bool:
        """Whether a reason counts under the caps."""
        known = self._reasons.get(reason)
        return known is not None and known.is_break

    def count(self, agent: Agent) -> None:
        """Count an agent as he stands, and keep his place on the list."""
        name = agent.agent
        if agent.break_asked is None:
            self.waiting.pop(name, None)
        elif name not in self.waiting:
            self.waiting[name] = None
        holds = agent.set_aside is BREAK_GRANTED or (agent.intent is NOT_READY and self.is_break(agent.reason))
        if holds is not (name in self._holding):
            (self._holding.add if holds else self._holding.discard)(name)
            for place in self._caps_of(name):
                self._counts[place] += 1 if holds else -1
        self.due = True

    def counts(self) -> tuple[int, ...]:
        """How many of each cap's agents hold a break, as the plan lists the caps."""
        return tuple(self._counts)

    def has_room(self, agent: str) -> bool:
        """Whether the agent may be on a break as far as the caps go."""
        if agent in self._holding:
            return True
        return all(self._counts[place] < self._caps[place].most for place in self._caps_of(agent))

    def admits(self, agent: str) -> bool:
        """Whether he may begin a break now without a place on the list: he holds one, or there is room."""
        caps = self._caps_of(agent)
        if agent in self._holding or not caps:
            return True
        return self._agents[agent].state in UNBOUND and self.has_room(agent)

    def place(self, agent: str) -> int | None:
        """How many on the list are before him, and one; None: he is not on it."""
        return list(self.waiting).index(agent) + 1 if agent in self.waiting else None

    def next(self) -> Agent | None:
        """Whose turn it is; None: nobody's now."""
        if not self.due:
            return None
        for name in self.waiting:
            agent = self._agents[name]
            if self._may_begin(agent) and (agent.break_by or self.has_room(name)):
                return agent
        self.due = False
        return None

    def _may_begin(self, agent: Agent) -> bool:
        """Whether nothing of his own keeps him: no contact, no misses that he has to answer for."""
        is_free = agent.set_aside is None or (agent.set_aside is BREAK_GRANTED and agent.break_by != "")
        return is_free and agent.state in UNBOUND and agent.extension is not None

    def _caps_of(self, agent: str) -> list[int]:
        return [place for place, counted in enumerate(self._counted) if counted is None or agent in counted]


def turn(floor: "FoldedFloor", agent: Agent, cause: e.Fact) -> e.Decision:
    """What is decided when it is an agent's turn: he who just asked, or was let, begins at once."""
    if (isinstance(cause, e.BreakAsked | e.BreakAllowed) and cause.agent == agent.agent) or agent.break_by:
        return e.IntentApplied(
            at=cause.at, agent=agent.agent, intent=NOT_READY, reason=agent.break_reason, cause=e.IntentCause.BREAK
        )
    until = cause.at + floor.plan.break_grant_ms
    return e.BreakGranted(at=cause.at, agent=agent.agent, reason=agent.break_reason, until=until)


def forget(agent: Agent) -> None:
    """He is on the list no more, and nothing is granted to him."""
    agent.break_asked = None
    agent.break_reason = agent.break_by = ""
    if agent.set_aside is BREAK_GRANTED:
        agent.set_aside = agent.aside_until = None


def stand(floor: "FoldedFloor", agent: Agent, at: int) -> None:
    """Begin to count the time of the reason for which he is away from now on."""
    agent.overrun = False
    agent.reason_since = at
    reason = floor.plan.reasons.get(agent.reason) if agent.intent is NOT_READY and agent.state is AWAY else None
    agent.overrun_at = at + reason.longest_ms if reason is not None and reason.longest_ms is not None else None
    floor.deadlines.change(agent.agent)


def _fold_asked(floor: "FoldedFloor", fact: e.BreakAsked) -> None:
    agent = floor.agents[fact.agent]
    if agent.break_asked is None:
        agent.break_asked = floor.number
    agent.break_reason = fact.reason
    floor.breaks.count(agent)


def _fold_allowed(floor: "FoldedFloor", fact: e.BreakAllowed) -> None:
    agent = floor.agents[fact.agent]
    agent.break_by = fact.by
    floor.breaks.count(agent)


def _fold_over(floor: "FoldedFloor", fact: e.BreakTakenBack | e.BreakLapsed) -> None:
    agent = floor.agents[fact.agent]
    forget(agent)
    floor.settle(agent, fact)


def _fold_granted(floor: "FoldedFloor", fact: e.BreakGranted) -> None:
    agent = floor.agents[fact.agent]
    agent.set_aside = BREAK_GRANTED
    agent.aside_until = fact.until
    floor.settle(agent, fact)
    floor.deadlines.change(agent.agent)


def _fold_overrun(floor: "FoldedFloor", fact: e.ReasonOverrun) -> None:
    agent = floor.agents[fact.agent]
    agent.overrun_at = None
    agent.overrun = True


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.BreakAsked: _fold_asked,
    e.BreakAllowed: _fold_allowed,
    e.BreakTakenBack: _fold_over,
    e.BreakLapsed: _fold_over,
    e.BreakGranted: _fold_granted,
    e.ReasonOverrun: _fold_overrun,
}
"""What these facts change on a floor."""


def _asked(floor: "FoldedFloor", event: e.BreakAsked) -> str | None:
    agent = floor.agents.get(event.agent)
    if agent is None or agent.listed < 0 or agent.extension is None:
        return f"agent {event.agent!r} is not signed in"
    if not floor.breaks.is_break(event.reason):
        return f"{event.reason!r} is no reason that counts as a break"
    if agent.intent is NOT_READY and floor.breaks.is_break(agent.reason):
        return f"agent {event.agent!r} is on a break"
    return None


def _on_list(floor: "FoldedFloor", event: e.BreakTakenBack | e.BreakAllowed) -> str | None:
    agent = floor.agents.get(event.agent)
    return None if agent is not None and agent.break_asked is not None else f"agent {event.agent!r} asked for no break"


def no_room(floor: "FoldedFloor", event: e.IntentChanged) -> str | None:
    """Why an agent may not go on this break without asking for it; None: he may."""
    if event.intent is not NOT_READY or not floor.breaks.is_break(event.reason) or floor.breaks.admits(event.agent):
        return None
    return f"agent {event.agent!r} has to ask for a break and wait for his turn: so many at once are capped"


CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {
    e.BreakAsked: _asked,
    e.BreakTakenBack: _on_list,
    e.BreakAllowed: _on_list,
}
"""When they do not fit."""
