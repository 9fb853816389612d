"""The search for a tuning: trials on simulated callers, each believed once other callers confirm it.

A generator asks for replications and is sent their tallies, so that whoever runs it may use as many cores as there are;
what it finds depends on the scenario alone. Work is bounded by simulated calls, not by time.

Simulation with common random numbers over parametric rules (Chan, Koole and L'Ecuyer 2014 search weights of waiting and
idle times so); that a reservation ends, and where, is ours.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random

from acd.simulate.scenario import Scenario, Tuning
from acd.simulate.tally import Tally
from acd.simulate.tuning.moves import Moves, first_tunings
from acd.simulate.tuning.outcome import Outcome, cost, expected_missing_pp, outcome_of

CALLS = 4_000_000
"""How many simulated calls a search may take."""
STAGES = ((0.005, 0.25), (0.01, 0.35), (0.02, 0.40))
"""(work of a trial, work of all of them), parts of the whole: first many rough trials, then fewer exact ones."""
FINALISTS = 3
FRESH_EVERY = 20
"""After so many trials other callers are called up."""
ENOUGH_PP = 0.05
"""A tuning with so little missing is good enough."""
MEANS_TO_WARM = 6.0
"""Mean talks after which a trial's floor has forgotten that it began empty."""
HALVES = 2

Run = tuple[Scenario, int]
"""A replication to run: (scenario, its number)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Replications that the search wants run."""

    runs: tuple[Run, ...]
    done: float
    """The part of the work behind it, 0 to 1."""
    missing_pp: float | None
    """What the best tuning so far lacks, percentage points; None at the beginning."""


Search = Generator[Trial, Sequence[Tally], Tuning]


def drive(search: Search, run: Callable[[Trial], Sequence[Tally]]) -> Tuning:
    """Run what a search asks for until it has found its tuning."""
    trial = next(search)
    while True:
        try:
            trial = search.send(run(trial))
        except StopIteration as end:
            found: Tuning = end.value
            return found


def search(scenario: Scenario, calls: int = CALLS) -> Search:
    """A search for the tuning that comes closest to a scenario's targets, within so many simulated calls."""
    return _Search(scenario, calls).whole()


class _Search:
    def __init__(self, scenario: Scenario, calls: int) -> None:
        self._scenario = scenario
        self._calls = float(calls)
        self._spent = 0.0
        self._fresh = 0
        """Seeds used so far: trials with the same one meet the same callers."""
        self._moves = Moves(scenario, Random(f"{scenario.seed}/tuning"))
        self._missing: float | None = None

    def whole(self) -> Search:
        best = yield from self._best_first()
        left = self._calls - self._spent
        for trial, stage in STAGES:
            until = min(self._calls, self._spent + stage * left)
            best = yield from self._improve(best, trial * self._calls, until)
        return best

    def _best_first(self) -> Search:
        """The best of the plain beginnings, the closest ones compared once more on other callers."""
        calls, seed = STAGES[0][0] * self._calls, self._seed()
        scored = []
        for place, tuning in enumerate(first_tunings(self._scenario)):
            outcome = yield from self._try(tuning, calls, seed)
            scored.append((cost(self._scenario, outcome), place, tuning))
        seed = self._seed()
        finals = []
        for _, place, tuning in sorted(scored, key=lambda one: one[:2])[:FINALISTS]:
            outcome = yield from self._try(tuning, 3 * calls, seed)
            finals.append((cost(self._scenario, outcome), place, tuning))
        return min(finals, key=lambda one: one[:2])[2]

    def _improve(self, best: Tuning, calls: float, until: float) -> Search:
        """Small changes of the best tuning, until it lacks little enough or the work is done."""
        tried = 0
        known, seed = None, 0
        while known is None or self._spent + calls <= until:
            if known is None or tried % FRESH_EVERY == 0:
                seed = self._seed()
                known = yield from self._try(best, calls, seed)
                second = yield from self._try(best, calls, again := self._seed())
                self._missing = expected_missing_pp(self._scenario, known + second)
                if self._missing < ENOUGH_PP:
                    return best
            tried += 1
            tuning = self._moves.from_(best, known)
            outcome = yield from self._try(tuning, calls, seed)
            if cost(self._scenario, outcome) >= cost(self._scenario, known):
                continue
            confirmed = yield from self._try(tuning, calls, again)
            if cost(self._scenario, outcome + confirmed) < cost(self._scenario, known + second):
                best, known, second = tuning, outcome, confirmed
                self._missing = expected_missing_pp(self._scenario, known + second)
        return best

    def _seed(self) -> int:
        self._fresh += 1
        return self._fresh

    def _try(self, tuning: Tuning, calls: float, seed: int) -> Generator[Trial, Sequence[Tally], Outcome]:
        scenario = replace(shortened(self._scenario, calls / HALVES), tuning=tuning)
        count = max(HALVES, ceil(calls / scenario.calls_a_run * 0.999))
        # Numbers below 0: no replication of the scenario itself has them, so the figures are of callers never seen.
        runs = tuple((scenario, -(1000 * seed + place)) for place in range(1, count + 1))
        trial = Trial(runs, min(1.0, self._spent / self._calls), self._missing)
        self._spent += count * scenario.calls_a_run
        tallies = yield trial
        return outcome_of(scenario, tallies)


def shortened(scenario: Scenario, calls: float) -> Scenario:
    """A scenario of about so many calls counted, if it has no slots and no end to be drained: else whole days."""
    if scenario.slots or scenario.drain:
        return scenario
    means = [
        group.service_of(call).mean_s for call in scenario.calls for group in scenario.agents if group.is_able(call)
    ]
    warmup_s = min(scenario.warmup_s, MEANS_TO_WARM * max(means, default=0.0))
    counted_s = scenario.horizon_s - scenario.warmup_s
    per_s = scenario.calls_a_run / scenario.horizon_s
    return replace(
        scenario, warmup_s=warmup_s, horizon_s=warmup_s + min(counted_s, calls / per_s if per_s else counted_s)
    )
