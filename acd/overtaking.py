"""The bound on overtaking: by how much a later contact can have come after an earlier one that it passes.

It holds between two contacts of which one agent could have either. An earlier contact that this agent missed, or for
which he lacks a skill at every step, is not overtaken: the decision's reasons say what kept it. One that has him at a
later step, or after its preferred agents, is passed at most for as long as the steps before that last.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from acd.contact import OPEN, Contact
from acd.plan import NORMAL_TERMS, Plan, QueueTerms, Tier


@dataclass(frozen=True, slots=True)
class Allowance:
    """The largest head starts that single contacts bring with them, ms."""

    urgency_ms: int = 0
    credit_ms: int = 0
    preferred_ms: int = 0
    """The longest that one waits for its preferred agents alone."""


NONE = Allowance()


class Overtaking:
    """The bounds that a plan sets, for each pair of tiers."""

    def __init__(self, plan: Plan) -> None:
        """Looks at every agent's terms once."""
        self._tiers = {name: _as_queues_have_it(plan, name) for name in plan.tiers}
        self._is_one_queue = len(plan.queues) < 2
        self._reach = 2 * plan.adaptation.reach_ms if plan.adaptation.every_ms else 0
        """The most that two tiers, or one tier in two queues, can lean apart."""
        terms = [_terms(plan, agent) for agent in plan.agents]
        self._head_start_spread = max((_spread([each.head_start_ms for each in own]) for own in terms), default=0)
        """The most that one agent's terms put one queue ahead of another."""
        self._steps = max((sum(step.after_ms for step in steps) for steps in plan.relaxations.values()), default=0)
        """The longest way through a relaxation."""
        self._delay_spread = float(max((_spread([each.delay_ms for each in own]) for own in terms), default=0))
        """The most that one agent's terms let one queue start before another."""

    def bound_ms(self, earlier: str, later: str, allowance: Allowance = NONE) -> float | None:
        """The bound for a later contact of one tier that passes an earlier one of another, ms; None: there is none.

        Without a bound are a higher rank, a faster growth, and a reservation without end that keeps the earlier one
        back. Elsewhere the later contact is ahead only while the difference of head starts is larger than what the
        earlier one gained by coming first, or while the earlier one is kept back. Of tiers that queues have differently
        it is the largest bound.
        """
        reach_ms = 0 if earlier == later and self._is_one_queue else self._reach
        bounds = [
            self._between(first, second, allowance, reach_ms)
            for first in self._tiers[earlier]
            for second in self._tiers[later]
        ]
        return None if None in bounds else max(bound for bound in bounds if bound is not None)

    def _between(self, first: Tier, second: Tier, allowance: Allowance, reach_ms: int) -> float | None:
        if second.rank > first.rank:
            return None
        apart_ms = max(self._delay_spread, float(self._steps + allowance.preferred_ms))
        # In two queues not the same agents are idle: an equal reservation may keep back in the one, not in the other.
        if first.reserve_idle and (second.reserve_idle < first.reserve_idle or not self._is_one_queue):
            if first.reserve_for_ms is None:
                return None
            apart_ms = max(apart_ms, float(first.reserve_for_ms))
        if second.rank < first.rank:
            return apart_ms
        if second.growth > first.growth:
            return None
        ahead = _head_start(second, allowance) - first.head_start_ms + self._head_start_spread + reach_ms
        if ahead <= 0:
            return apart_ms
        if first.growth == 0:
            return None
        return max(ahead / first.growth, apart_ms)

    def table(self, allowance: Allowance = NONE) -> Mapping[tuple[str, str], float | None]:
        """(tier of the earlier, tier of the later) = bound."""
        return {(one, two): self.bound_ms(one, two, allowance) for one in self._tiers for two in self._tiers}

    def longest_ms(self, allowance: Allowance = NONE) -> float | None:
        """The largest bound over all pairs of tiers; None when some pair has none."""
        bounds = self.table(allowance).values()
        return None if None in bounds else max((bound for bound in bounds if bound is not None), default=0.0)


def allowance_of(contacts: Mapping[str, Contact]) -> Allowance:
    """What those who wait now bring with them."""
    waiting = [each for each in contacts.values() if each.state in OPEN]
    return Allowance(
        urgency_ms=max((each.urgency_ms for each in waiting), default=0),
        credit_ms=max((each.credit_ms for each in waiting), default=0),
        preferred_ms=max((sum([stage.for_ms for stage in each.preferred]) for each in waiting), default=0),
    )


def _as_queues_have_it(plan: Plan, tier: str) -> list[Tier]:
    own = plan.tiers[tier]
    return list(dict.fromkeys(queue.tiers.get(tier, own) for queue in plan.queues.values()) or {own: None})


def _head_start(tier: Tier, allowance: Allowance) -> float:
    return tier.head_start_ms + max(0, allowance.urgency_ms) + tier.growth * allowance.credit_ms


def _terms(plan: Plan, agent: str) -> list[QueueTerms]:
    spec = plan.agents[agent]
    queues = plan.queues if spec.queues is None else spec.queues
    return [spec.terms.get(queue, NORMAL_TERMS) for queue in queues]


def _spread(values: list[int]) -> int:
    return max(values) - min(values) if values else 0
