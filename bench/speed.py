"""How many calls a second the simulator runs on one core, beside `ciw` on the same queue."""

import gc
import importlib.util
import time
import tomllib
from dataclasses import replace
from typing import Any

from acd.simulate.day import Day
from acd.simulate.document import read_scenario
from acd.simulate.draws import Exponential
from acd.simulate.scenario import AgentGroup, CallType, Scenario, TierTerms
from bench.report import Report, Row
from bench.truth import FOLDER

TARGET, LEAST = 40_000, 12_000
RUNS = 5


def report() -> Report:
    """The best of a few runs: what else the machine does only ever slows one down."""
    rows = [_row("PR1: strict rank, 17 agents", _scenario("PR1")), _row("M/M/17 at 88 %", _mmn())]
    rows.append(_ciw(_mmn()))
    return Report("simulator", "calls a second on one core, processor time, best of five", rows)


def _scenario(name: str) -> Scenario:
    return read_scenario(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def _mmn() -> Scenario:
    call = CallType(name="all", per_hour=300.0, tier="standard", skills={}, service=Exponential(180.0))
    return Scenario(
        title="M/M/17",
        seed=1,
        replications=1,
        horizon_s=180_000.0,
        tiers={"standard": TierTerms()},
        calls=(call,),
        agents=(AgentGroup(name="all", count=17, skills={}),),
    )


def _row(name: str, scenario: Scenario) -> Row:
    best, calls = 0.0, 0
    for run in range(RUNS):
        day = Day(replace(scenario, seed=run), 0)
        gc.collect()
        gc.disable()
        began = time.thread_time()
        calls = day.run().calls_simulated
        best = max(best, calls / (time.thread_time() - began))
        gc.enable()
    return Row(
        name=name,
        figures={"calls_a_second": best, "us_a_call": 1e6 / best, "calls": calls},
        target=f"at least {LEAST:,}; {TARGET:,} aimed at",
        is_met=best >= LEAST,
    )


def _ciw(scenario: Scenario) -> Row:
    name = "ciw, the same M/M/17"
    if importlib.util.find_spec("ciw") is None:
        return Row(name=name, figures={}, target="not installed: pip install ciw", is_met=None)
    ciw: Any = importlib.import_module("ciw")
    best = 0.0
    for run in range(RUNS):
        ciw.seed(run)
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(rate=300 / 3600)],
            service_distributions=[ciw.dists.Exponential(rate=1 / 180)],
            number_of_servers=[17],
        )
        simulation = ciw.Simulation(network)
        began = time.thread_time()
        simulation.simulate_until_max_time(scenario.horizon_s)
        best = max(best, len(simulation.get_all_records()) / (time.thread_time() - began))
    return Row(name=name, figures={"calls_a_second": best, "us_a_call": 1e6 / best}, target="", is_met=None)
