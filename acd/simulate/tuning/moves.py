"""Tunings to begin with, and the small changes that lead from one to a better one."""

from dataclasses import replace
from random import Random

from acd.simulate.planned import queue_of
from acd.simulate.scenario import CallType, Scenario, Tuning, Weights
from acd.simulate.tuning.outcome import Outcome, promised

Key = tuple[str, str]
"""(queue, tier)."""

LONGEST_OVERTAKING_S = 300.0
"""Head starts are found within these seconds, so a later caller passes an earlier one by no more."""
MOST_RESERVED = 6
HELD = 0.9
"""A reservation to begin with ends at this part of the target's time: there is time left to be answered in."""
HELD_LONGEST = 0.98


def key_of(call: CallType) -> Key:
    """Whose weights a call has."""
    return queue_of(call), call.tier


def within_of(scenario: Scenario) -> dict[Key, float]:
    """The time of each queue and tier's tightest target, seconds; 0 where there is none."""
    found: dict[Key, float] = {}
    for call in scenario.calls:
        within_s = call.target.within_s if call.target is not None else 0.0
        found[key_of(call)] = min(within_s, found.get(key_of(call), within_s))
    return found


def first_tunings(scenario: Scenario) -> list[Tuning]:
    """Plain ways to begin: who has the tighter target goes first, who has time leaves the last agents to him.

    Targets are ranked by time, then by share; a cut in the ranks parts those who are kept back from those who are not.
    """
    ranks = sorted({_tightness(call) for call in scenario.calls})
    rank = {key_of(call): ranks.index(_tightness(call)) for call in scenario.calls}
    within = within_of(scenario)
    prices = {group.name: float(len(group.skills)) for group in scenario.agents}
    found = []
    for cut in range(len(ranks)):
        for reserve in (0,) if cut == 0 else (1, 2):
            for step_s in (0.0, 30.0, 90.0):
                weights = {
                    key: Weights(
                        head_start_s=min(LONGEST_OVERTAKING_S, (len(ranks) - 1 - place) * step_s),
                        reserve_idle=min(MOST_RESERVED, reserve * (place - cut + 1)) if 0 < cut <= place else 0,
                        reserve_for_s=HELD * within[key],
                    )
                    for key, place in rank.items()
                }
                found.append(Tuning(weights=weights, prices=prices))
    return found


def _tightness(call: CallType) -> tuple[float, float]:
    return (call.target.within_s, -call.target.share) if call.target is not None else (float("inf"), 0.0)


class Moves:
    """Changes of a tuning, drawn so that who is short is given and who has room gives."""

    def __init__(self, scenario: Scenario, chance: Random) -> None:
        """`chance`: a stream of its own, so that the same seed goes the same way."""
        self._calls = promised(scenario)
        self._within = within_of(scenario)
        self._groups = [group.name for group in scenario.agents]
        self._chance = chance
        self._rivals = {
            call.name: [
                other
                for other in self._calls
                if other is not call and any(g.is_able(call) and g.is_able(other) for g in scenario.agents)
            ]
            for call in self._calls
        }

    def from_(self, tuning: Tuning, outcome: Outcome) -> Tuning:
        """A neighbour of a tuning that came to this."""
        for _ in range(self._chance.choice((1, 1, 2, 3))):
            tuning = self._step(tuning, outcome)
        return tuning

    def _step(self, tuning: Tuning, outcome: Outcome) -> Tuning:
        chance = self._chance
        short = [max(0.0, outcome.missing_pp(call)) for call in self._calls]
        helps = chance.random() < 0.7 and sum(short) > 0
        call = (
            chance.choices(self._calls, [points + 0.02 for points in short])[0] if helps else chance.choice(self._calls)
        )
        draw, rivals = chance.random(), self._rivals[call.name]
        if helps and rivals and draw < 0.45:
            room = [max(0.05, 1 - outcome.missing_pp(rival)) for rival in rivals]
            return self._favour(tuning, key_of(chance.choices(rivals, room)[0]), -1)
        if draw < 0.8:
            return self._favour(tuning, key_of(call), 1 if helps else chance.choice((-1, 1)))
        group = chance.choice(self._groups)
        price = tuning.prices[group] * chance.choice((0.6, 0.8, 1.25, 1.6))
        return replace(tuning, prices={**tuning.prices, group: round(price, 4)})

    def _favour(self, tuning: Tuning, key: Key, sign: int) -> Tuning:
        """Give a queue and tier somewhat more (1) or less (-1)."""
        own, chance = tuning.weights[key], self._chance
        draw = chance.random()
        if draw < 0.45:
            head_start_s = own.head_start_s + sign * chance.choice((5, 10, 20, 40))
            own = replace(own, head_start_s=min(LONGEST_OVERTAKING_S, max(0.0, head_start_s)))
        elif draw < 0.72:
            own = replace(own, reserve_idle=min(MOST_RESERVED, max(0, own.reserve_idle - sign)))
        else:
            within_s = self._within[key]
            reserve_for_s = own.reserve_for_s - sign * chance.choice((0.05, 0.1, 0.2, 0.4)) * within_s
            own = replace(own, reserve_for_s=round(min(HELD_LONGEST * within_s, max(0.0, reserve_for_s)), 3))
        return replace(tuning, weights={**tuning.weights, key: own})
