"""Each publication is a version of its own, with who, when and why; none overwrites another, several come together."""

import asyncio

import pytest

from cti.database.connection import Database
from cti.flows.store import Draft, FlowChange, FlowConflict, FlowStore


async def texts(store: FlowStore) -> dict[str, tuple[int, str]]:
    return {flow: (one.change.version, one.text) for flow, one in (await store.newest()).items()}


async def test_an_empty_database_has_no_flow(database: Database) -> None:
    store = FlowStore(database)
    assert await store.newest() == {}
    assert await store.drafts() == []


async def test_the_seed_fills_in_only_what_is_not_there(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one"}, at=10)
    await store.seed({"main": "two", "vip": "three"}, at=20)
    assert await texts(store) == {"main": (1, "one"), "vip": (1, "three")}
    assert await store.history("main") == [FlowChange("main", 1, 10, "seed", "first version")]


async def test_publishing_adds_a_version_and_keeps_the_old_one(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one"}, at=10)
    (new,) = await store.publish([Draft("main", 1, "two")], who="boss", at=30, what="spring menu")
    assert new.change == FlowChange("main", 2, 30, "boss", "spring menu")
    assert await texts(store) == {"main": (2, "two")}
    old = await store.version("main", 1)
    assert old is not None
    assert old.text == "one"
    assert await store.version("main", 9) is None
    assert [one.version for one in await store.history("main")] == [2, 1]


async def test_the_same_text_again_is_no_version(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one"}, at=10)
    assert await store.publish([Draft("main", 1, "one")], who="boss", at=30, what="") == []
    assert await texts(store) == {"main": (1, "one")}


async def test_several_are_published_all_or_none(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one", "vip": "one"}, at=10)
    with pytest.raises(FlowConflict, match="flow vip: made from version 4, but version 1 is in force"):
        await store.publish([Draft("main", 1, "two"), Draft("vip", 4, "two")], who="boss", at=30, what="")
    assert await texts(store) == {"main": (1, "one"), "vip": (1, "one")}
    await store.publish([Draft("main", 1, "two"), Draft("new", 0, "two")], who="boss", at=30, what="")
    assert await texts(store) == {"main": (2, "two"), "new": (1, "two"), "vip": (1, "one")}


async def test_of_two_who_publish_at_once_one_is_refused(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one"}, at=10)
    done = await asyncio.gather(
        *(store.publish([Draft("main", 1, f"by {who}")], who=who, at=30, what="") for who in ("ann", "bob")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["FlowConflict", "list"]
    assert (await texts(store))["main"][0] == 2


async def test_a_draft_is_kept_until_it_is_published_or_discarded(database: Database) -> None:
    store = FlowStore(database)
    await store.seed({"main": "one"}, at=10)
    draft = Draft("main", 1, "half a thou", at=20, who="ann")
    await store.keep_draft(draft)
    await store.keep_draft(Draft("main", 1, "a thought", at=21, who="ann"))
    assert await store.draft("main") == Draft("main", 1, "a thought", at=21, who="ann")
    assert [one.flow for one in await store.drafts()] == ["main"]
    assert await texts(store) == {"main": (1, "one")}
    await store.publish([Draft("main", 1, "a thought")], who="ann", at=30, what="")
    assert await store.draft("main") is None
    await store.keep_draft(Draft("main", 2, "another", at=40, who="ann"))
    assert await store.discard_draft("main")
    assert not await store.discard_draft("main")


async def test_nobody_writes_over_anothers_draft(database: Database) -> None:
    store = FlowStore(database)
    await store.keep_draft(Draft("main", 0, "hers", at=20, who="ann"))
    with pytest.raises(FlowConflict, match="ann is writing a draft of it: let ann publish or discard it first"):
        await store.keep_draft(Draft("main", 0, "his", at=21, who="bob"))
