"""Wrap-up: it ends when the outcome is saved, at its cap, or when a supervisor ends it; how it is prolonged.

The agent's wish adds `WrapUpBudget.step_ms`, or what is left of his budgets for this contact and this shift. A
supervisor adds the same step, at least `SUPERVISOR_MS`, and no budget pays for it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd import events as e
from acd import pace, transfer
from acd.agent import WRAP_UP, Agent
from acd.plan import WrapUpBudget

if TYPE_CHECKING:
    from acd.fold import FoldedFloor

SUPERVISOR_MS = 30_000


def left_ms(agent: Agent, budget: WrapUpBudget) -> int:
    """What the agent may still prolong this wrap-up by, ms."""
    left = min(budget.contact_ms - agent.prolonged_ms, budget.shift_ms - agent.prolonged_shift_ms)
    return max(0, left) if budget.step_ms else 0


def fold_prolonged(floor: "FoldedFloor", fact: e.WrapUpProlonged) -> None:
    """The wrap-up has a later cap."""
    agent = floor.agents[fact.agent]
    budget = floor.plan.wrap_up_budget
    if fact.by:
        more = max(budget.step_ms, SUPERVISOR_MS)
    else:
        more = min(budget.step_ms, left_ms(agent, budget))
        agent.prolonged_ms += more
        agent.prolonged_shift_ms += more
    assert agent.wrap_up_until is not None
    agent.wrap_up_until += more
    floor.deadlines.change(agent.agent)


def _prolonged(floor: "FoldedFloor", event: e.WrapUpProlonged) -> str | None:
    if (why := _wraps_up(floor, event)) is not None:
        return why
    if not event.by and not left_ms(floor.agents[event.agent], floor.plan.wrap_up_budget):
        return f"agent {event.agent!r} has used up what the plan lets him prolong his wrap-ups by"
    return None


def _wraps_up(floor: "FoldedFloor", event: e.WrapUpProlonged | e.WrapUpCut) -> str | None:
    agent = floor.agents.get(event.agent)
    if agent is None or agent.state is not WRAP_UP:
        return f"agent {event.agent!r} is not in wrap-up"
    return None


def _fold_ended(floor: "FoldedFloor", fact: e.WrapUpEnded) -> None:
    contact = floor.contacts[fact.contact]
    transfer.fold_wrapped_up(contact, fact.agent, fact.end)
    agent = floor.agents[fact.agent]
    agent.contact = agent.wrap_up_until = None
    if agent.busy_since is not None:
        agent.busy_ms += fact.at - agent.busy_since
        pace.handled(floor, contact.queue, fact.at - agent.busy_since)
        agent.busy_since = None
    floor.settle(agent, fact)
    floor.forget_if_done(contact)


FOLDS: dict[type[e.Fact], Callable[[Any, Any], None]] = {
    e.WrapUpProlonged: fold_prolonged,
    e.WrapUpEnded: _fold_ended,
}
"""What these facts change on a floor."""
CHECKS: dict[type[e.Event], Callable[[Any, Any], str | None]] = {e.WrapUpProlonged: _prolonged, e.WrapUpCut: _wraps_up}
"""When they do not fit."""
