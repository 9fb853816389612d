"""A scenario file read, and run on every core there is."""

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from acd.simulate.day import Day
from acd.simulate.document import ScenarioError, read_scenario
from acd.simulate.scenario import Scenario, Tuning
from acd.simulate.tally import Tally
from acd.simulate.tuning.search import Run, Trial, drive, search
from cti.plan.lines import line_of
from cti.problems import Problem, Refused
from cti.toml import TomlWrong, read_toml

Progress = Callable[[int], None]
"""Told how many replications are done."""
SearchProgress = Callable[[Trial], None]
"""Told each trial once it is done."""


def load_scenario(path: Path) -> Scenario:
    """The scenario in a file. Raises Refused; every problem names file, line, key and mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(Problem(str(path), f"it cannot be read ({error})", "name a scenario file")) from None
    try:
        return read_scenario(read_toml(text))
    except TomlWrong as error:
        raise Refused(Problem(str(path), f"it is no TOML ({error})", "mend that line")) from None
    except ScenarioError as error:
        problems = []
        for mistake in error.mistakes:
            line = line_of(text, mistake.key)
            place = f"{path}, line {line}" if line else str(path)
            problems.append(Problem(f"{place}, {mistake.dotted}", mistake.what, mistake.mend))
        raise Refused(*problems) from None


def run_scenario(scenario: Scenario, progress: Progress = lambda done: None) -> list[Tally]:
    """The tallies of all replications, in their order; the same whatever the number of cores."""
    cores = min(os.cpu_count() or 1, scenario.replications)
    if cores == 1:
        with _no_garbage():
            return [_told(Day(scenario, each).run(), each, progress) for each in range(scenario.replications)]
    with ProcessPoolExecutor(cores, get_context("fork"), begin_worker) as pool:
        tallies = pool.map(_run, [(scenario, number) for number in range(scenario.replications)])
        return [_told(tally, each, progress) for each, tally in enumerate(tallies)]


def run_days(runs: Sequence[Run]) -> list[Tally]:
    """The tallies of replications of any scenarios, in their order."""
    cores = min(os.cpu_count() or 1, len(runs))
    if cores < 2:
        with _no_garbage():
            return [_run(run) for run in runs]
    with ProcessPoolExecutor(cores, get_context("fork"), begin_worker) as pool:
        return list(pool.map(_run, runs))


def find_tuning(scenario: Scenario, progress: SearchProgress, calls: int) -> Tuning:
    """The tuning that meets a scenario's targets best; the same whatever the number of cores."""
    cores = os.cpu_count() or 1
    if cores == 1:
        with _no_garbage():
            return drive(search(scenario, calls), lambda trial: _watched(trial, map(_run, trial.runs), progress))
    with ProcessPoolExecutor(cores, get_context("fork"), begin_worker) as pool:
        return drive(search(scenario, calls), lambda trial: _watched(trial, pool.map(_run, trial.runs), progress))


def _watched(trial: Trial, tallies: Iterable[Tally], progress: SearchProgress) -> list[Tally]:
    done = list(tallies)
    progress(trial)
    return done


def _told(tally: Tally, place: int, progress: Progress) -> Tally:
    progress(place + 1)
    return tally


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A floor makes no cycles; looking for some takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def begin_worker() -> None:
    """What each process of a pool that simulates does first."""
    gc.disable()
    # Ctrl-C reaches every process of the terminal: workers go without a word, the first one says it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _run(run: Run) -> Tally:
    return Day(*run).run()
