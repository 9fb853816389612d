"""What an agent wants to be and whether he is given offers: signing in and out, intents, being set aside."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import breaks
from acd import events as e
from acd.agent import AWAY, BREAK_GRANTED, READY, Agent

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

NOT_READY, LOGGED_OUT = e.Intent.NOT_READY, e.Intent.LOGGED_OUT


def leaves(agent: Agent) -> bool:
    """Whether he chose to sign out after his contact, and nothing binds him any more."""
    return agent.intent is LOGGED_OUT and agent.state is AWAY and agent.extension is not None


def _fold_signed_in(floor: "FoldedFloor", fact: e.AgentSignedIn) -> None:
    agent = floor.agents[fact.agent]
    if agent.extension == fact.extension:
        agent.desk = fact.desk or agent.desk
        return
    floor.agent_on.pop(agent.extension or "", None)
    floor.agent_on[fact.extension] = agent
    if agent.extension is None:
        agent.signed_in_at = fact.at
        agent.contacts = agent.busy_ms = agent.prolonged_shift_ms = 0
        spec = floor.plan.agents.get(fact.agent)
        agent.auto_answer = spec is not None and spec.auto_answer
        if agent.busy_since is not None:
            agent.busy_since = fact.at
    agent.extension = fact.extension
    agent.outside = fact.outside
    was_called_up, agent.called_up = agent.called_up, fact.called_up
    agent.desk = fact.desk or agent.desk
    agent.reachable = fact.extension not in floor.state.unreachable
    agent.misses = 0
    agent.set_aside = agent.aside_until = None
    breaks.forget(agent)
    _intend(floor, agent, fact, NOT_READY, "")
    if agent.called_up is not was_called_up:
        floor.pools.review(agent)


def _fold_signed_out(floor: "FoldedFloor", fact: e.AgentSignedOut) -> None:
    _sign_out(floor, floor.agents[fact.agent], fact)


def _sign_out(floor: "FoldedFloor", agent: Agent, fact: e.Fact) -> None:
    floor.agent_on.pop(agent.extension or "", None)
    floor.leaving.pop(agent.agent, None)
    was_called_up, agent.called_up = agent.called_up, False
    agent.extension = agent.set_aside = agent.aside_until = None
    breaks.forget(agent)
    _intend(floor, agent, fact, LOGGED_OUT, "")
    if was_called_up:
        floor.pools.review(agent)


def _intend(floor: "FoldedFloor", agent: Agent, fact: e.Fact, intent: e.Intent, reason: str) -> None:
    """Another intent; what is the same goes on."""
    is_same, was = (agent.intent, agent.reason) == (intent, reason), agent.state
    agent.intent = intent
    agent.reason = reason
    floor.settle(agent, fact)
    if agent.state is AWAY and was is AWAY and not is_same:
        breaks.stand(floor, agent, fact.at)


def _fold_intent(floor: "FoldedFloor", fact: e.IntentChanged) -> None:
    agent = floor.agents[fact.agent]
    if fact.intent is READY:
        agent.ready_in = floor.number
        agent.misses = 0
    if agent.set_aside is BREAK_GRANTED or (fact.intent is NOT_READY and floor.breaks.is_break(fact.reason)):
        breaks.forget(agent)
    if fact.intent is READY:
        agent.set_aside = agent.aside_until = None
    _intend(floor, agent, fact, fact.intent, fact.reason)


def _fold_applied(floor: "FoldedFloor", fact: e.IntentApplied) -> None:
    agent = floor.agents[fact.agent]
    agent.misses = 0
    if fact.intent is LOGGED_OUT:
        _sign_out(floor, agent, fact)
        return
    if fact.cause is e.IntentCause.BREAK:
        breaks.forget(agent)
    _intend(floor, agent, fact, fact.intent, fact.reason)


def _fold_set_aside(floor: "FoldedFloor", fact: e.AgentSetAside) -> None:
    agent = floor.agents[fact.agent]
    agent.set_aside = fact.cause
    agent.aside_until = fact.until
    agent.misses = 0
    floor.settle(agent, fact)
    floor.deadlines.change(agent.agent)


def _fold_aside_ended(floor: "FoldedFloor", fact: e.AsideEnded) -> None:
    agent = floor.agents[fact.agent]
    agent.set_aside = agent.aside_until = None
    floor.settle(agent, fact)


def _fold_desk(floor: "FoldedFloor", fact: e.DeskOpened | e.DeskClosed) -> None:
    floor.agents[fact.agent].desk = isinstance(fact, e.DeskOpened)


def _fold_auto_answer(floor: "FoldedFloor", fact: e.AutoAnswerChosen) -> None:
    floor.agents[fact.agent].auto_answer = fact.on


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.AgentSignedIn: _fold_signed_in,
    e.AgentSignedOut: _fold_signed_out,
    e.IntentChanged: _fold_intent,
    e.IntentApplied: _fold_applied,
    e.AgentSetAside: _fold_set_aside,
    e.AsideEnded: _fold_aside_ended,
    e.DeskOpened: _fold_desk,
    e.DeskClosed: _fold_desk,
    e.AutoAnswerChosen: _fold_auto_answer,
}
"""What these facts change on a floor."""
