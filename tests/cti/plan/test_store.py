"""Each change of the plan is a version of its own, with who, when and what; no change overwrites another."""

import asyncio
from pathlib import Path

import pytest

from cti.database.connection import Database
from cti.plan.changes import changes
from cti.plan.document import PlanDocument
from cti.plan.read import read_file, read_values, values_of
from cti.plan.store import PlanChange, PlanConflict, PlanStore

SEED = read_file(Path(__file__).parent / "plan.toml")


def with_ring(plan: PlanDocument, seconds: float) -> PlanDocument:
    values = values_of(plan)
    values["queues"]["service"]["ring_s"] = seconds
    return read_values(values, "test")


async def test_an_empty_database_has_no_plan(database: Database) -> None:
    assert await PlanStore(database).current() is None


async def test_the_seed_fills_an_empty_database_only(database: Database) -> None:
    store = PlanStore(database)
    assert await store.seed(SEED, at=10) == SEED
    assert await store.seed(with_ring(SEED, 20), at=20) == SEED
    assert await store.current() == SEED
    assert await store.history() == [PlanChange(1, 10, "seed", "first plan")]


async def test_a_change_is_a_new_version_with_who_when_and_what(database: Database) -> None:
    store = PlanStore(database)
    await store.seed(SEED, at=10)
    saved = await store.save(with_ring(SEED, 20), who="boss", at=30)
    assert saved.version == 2
    assert await store.current() == saved
    assert (await store.history())[0] == PlanChange(2, 30, "boss", "queues.service.ring_s: 15 -> 20")
    assert await store.version(1) == SEED
    assert await store.version(9) is None


async def test_agents_keep_their_order_through_the_database(database: Database) -> None:
    values = values_of(SEED)
    values["agents"] = dict(reversed(values["agents"].items()))
    store = PlanStore(database)
    await store.seed(SEED, at=1)
    await store.save(read_values(values, "test"), who="boss", at=2)
    found = await store.current()
    assert found is not None
    assert list(found.agents) == list(reversed(SEED.agents))
    assert (await store.history())[0].what == "agents: put in another order"


async def test_saving_the_same_again_changes_nothing(database: Database) -> None:
    store = PlanStore(database)
    await store.seed(SEED, at=1)
    assert await store.save(SEED, who="boss", at=2) == SEED
    assert len(await store.history()) == 1


async def test_a_plan_made_from_an_old_version_is_refused(database: Database) -> None:
    store = PlanStore(database)
    await store.seed(SEED, at=1)
    await store.save(with_ring(SEED, 20), who="one", at=2)
    with pytest.raises(PlanConflict, match="made from version 1, but version 2 is in force"):
        await store.save(with_ring(SEED, 25), who="other", at=3)


async def test_of_two_changes_at_once_one_wins_and_the_other_is_told(database: Database) -> None:
    store = PlanStore(database)
    await store.seed(SEED, at=1)
    both = (store.save(with_ring(SEED, seconds), who="x", at=2) for seconds in (20, 25))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["PlanConflict", "PlanDocument"]
    assert len(await store.history()) == 2


def test_the_sampling_seed_is_not_shown_in_the_history() -> None:
    values = values_of(SEED)
    values["sampling"]["seed"] = "another-secret"
    assert changes(SEED, read_values(values, "test")) == ["sampling.seed: changed"]
