"""A scenario file read, and run on every core there is."""

import gc
import os
import signal
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from acd.simulate.day import Day
from acd.simulate.document import ScenarioError, read_scenario
from acd.simulate.scenario import Scenario
from acd.simulate.tally import Tally
from cti.plan.lines import line_of
from cti.problems import Problem, Refused

Progress = Callable[[int], None]
"""Told how many replications are done."""


def load_scenario(path: Path) -> Scenario:
    """The scenario in a file. Raises Refused; every problem names file, line, key and mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(Problem(str(path), f"it cannot be read ({error})", "name a scenario file")) from None
    try:
        return read_scenario(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
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
    with ProcessPoolExecutor(cores, get_context("fork"), _begin, (scenario,)) as pool:
        tallies = pool.map(_replication, range(scenario.replications))
        return [_told(tally, each, progress) for each, tally in enumerate(tallies)]


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


_scenario: Scenario | None = None
"""What this worker process runs."""


def _begin(scenario: Scenario) -> None:
    global _scenario
    _scenario = scenario
    gc.disable()
    # Ctrl-C reaches every process of the terminal: workers go without a word, the first one says it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _replication(number: int) -> Tally:
    assert _scenario is not None
    return Day(_scenario, number).run()
